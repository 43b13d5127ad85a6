"""Countries, languages and time zones of the libraries' lists."""

from zoneinfo import ZoneInfo

import pycountry
import pytest

from assessments.countries import country_name, language_code, zone_choices, zone_of, zones_of


def test_names_of_countries_are_translated() -> None:
    assert [country_name("GEO", language) for language in ("en", "ka", "xx")] == ["Georgia", "საქართველო", "Georgia"]
    assert country_name("XXX") == "XXX"


@pytest.mark.parametrize(
    ("word", "code"),
    [("ka", "ka"), ("Georgian", "ka"), (" KAT ", "ka"), ("Central Kurdish", "ckb"), ("englisch", None)],
)
def test_language_is_known_by_name_or_code(word: str, code: str | None) -> None:
    assert language_code(word) == code


def test_every_code_is_its_own_language() -> None:
    """There are languages of the names En, Hu and Ko, and none of them is meant by these letters."""
    codes = [language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2")]
    assert [code for code in codes if language_code(code) != code] == []
    assert [language_code(word) for word in ("EN", "hu", "English", "Hungarian")] == ["en", "hu", "en", "hu"]


def test_zone_of_a_country_is_its_only_one() -> None:
    assert [zone_of(code) for code in ("AZE", "ARM", "GEO")] == ["Asia/Baku", "Asia/Yerevan", "Asia/Tbilisi"]
    assert (zone_of("UKR"), zone_of("XXX")) == ("UTC", "UTC")
    assert zones_of("UZB") == ["Asia/Samarkand", "Asia/Tashkent"]


def test_every_zone_offered_is_one_that_clocks_know() -> None:
    zones = [zone for zone, _ in zone_choices("UZB")]
    assert zones[:3] == ["Asia/Samarkand", "Asia/Tashkent", "UTC"]
    assert len(zones) == len(set(zones)) > 400
    for zone in zones:
        ZoneInfo(zone)
