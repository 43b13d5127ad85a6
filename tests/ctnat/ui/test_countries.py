"""Countries and time zones from the libraries' lists."""

from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pycountry
import pytest
from django.conf import settings
from openpyxl import load_workbook

from assessments.forms import AssessmentNewForm
from ctnat.ui.countries import (
    country_choices,
    country_name,
    country_number,
    find_country,
    is_country,
    zone_choices,
    zone_of,
    zones_of,
)
from ctnat.ui.formats import sort_key
from ctnat.ui.languages import LANGUAGES
from instruments.xlsform import to_xlsform
from tests.factories import UserFactory, instruments_2016


def test_names_of_countries_are_translated() -> None:
    assert [country_name("GEO", language) for language in ("en", "ka", "xx")] == ["Georgia", "საქართველო", "Georgia"]
    assert country_name("XXX") == "XXX"
    assert [country_name("ETH", language) for language in ("en", "am", "fr")] == ["Ethiopia", "ኢትዮጵያ", "Éthiopie"]


def test_names_are_those_that_the_united_nations_use() -> None:
    codes = ("TUR", "COD", "PSE", "MMR", "BIH", "HKG")
    assert [country_name(code) for code in codes] == [
        *("Türkiye", "Democratic Republic of the Congo", "State of Palestine", "Myanmar"),
        *("Bosnia and Herzegovina", "Hong Kong"),
    ]
    assert [country_name("TUR", language) for language in ("fr", "az", "de")] == ["Türkiye", "Türkiyə", "Türkei"]


def test_kosovo_can_be_chosen_and_is_named_with_the_resolution() -> None:
    assert is_country("XKX")
    assert ("XKX", "Kosovo (UNSCR 1244)") in country_choices()
    names = ["Косово (резолюция 1244 СБ ООН)", "Kosovë (UNSCR 1244)"]
    assert [country_name("XKX", language) for language in ("ru", "sq")] == names
    assert {find_country(word) for word in ("XK", "xkx", "Kosovo", "Косово", "Kosovo (UNSCR 1244)")} == {"XKX"}
    assert (country_number("XKX"), country_number("AZE"), zone_of("XKX")) == (983, 31, "Europe/Belgrade")
    assert sum(number == 983 for number in (country_number(code) for code, _ in country_choices())) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_kosovo_is_in_the_list_of_every_language_in_its_place(language: str) -> None:
    choices = country_choices(language)
    (name,) = [name for code, name in choices if code == "XKX"]
    assert "1244" in name
    assert [name for _, name in choices] == sorted((name for _, name in choices), key=sort_key)


@pytest.mark.django_db
def test_kosovo_is_wherever_a_country_is_chosen() -> None:
    """In the form of an assessment, an XLSForm, the survey's page, an imported answer and the codes of SPSS; no module
    has another list of countries than ctnat/ui/countries.py."""
    assert "XKX" in dict(AssessmentNewForm(user=UserFactory()).fields["country"].choices)
    form = to_xlsform(instruments_2016()["survey"], form_id="ct-nat-2016", version=1)
    sheet = load_workbook(BytesIO(form), read_only=True)["choices"]
    assert ("countries", "XKX") in {row[:2] for row in sheet.iter_rows(values_only=True)}
    root = Path(settings.BASE_DIR)
    own_lists = [
        str(path.relative_to(root))
        for path in root.glob("[a-z]*/**/*.py")
        if "pycountry.countries" in path.read_text() and path.parts[len(root.parts)] not in ("tests", "var")
    ]
    assert sorted(own_lists) == [
        "ctnat/ui/countries.py",
        "interviews/names.py",  # the parts of a country
        "surveys/migrations/0003_country_codes.py",
    ]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *[("mar", "MAR"), ("MAR", "MAR"), (" ma ", "MAR"), ("Morocco", "MAR"), ("MOROCCO", "MAR"), ("Марокко", "MAR")],
        *[("Kingdom of Morocco", "MAR"), ("Côte d'Ivoire", "CIV"), ("cote d’ivoire", "CIV"), ("საქართველო", "GEO")],
        *[("Republic of Moldova", "MDA"), ("Moldova", "MDA"), ("turkey", "TUR"), ("Türkiye", "TUR"), ("Korea", None)],
        *[("Atlantis", None), ("", None), ("--", None), ("N", None)],
    ],
)
def test_a_country_is_found_by_code_or_name(word: str, code: str | None) -> None:
    assert find_country(word) == code


def test_every_country_is_found_by_each_of_its_names() -> None:
    for country in pycountry.countries:
        assert {find_country(word) for word in (country.alpha_2.lower(), country.alpha_3, country.name)} == {
            country.alpha_3
        }


def test_a_country_is_stored_by_its_code_in_capitals() -> None:
    assert [is_country(code) for code in ("MAR", "mar", "MA", "Morocco", "")] == [True, False, False, False, False]


def test_a_country_is_found_by_a_name_in_everyday_use() -> None:
    words = ("mar", "MAR", "MA", " Morocco ", "KINGDOM OF MOROCCO", "Марокко", "المغرب")
    assert {find_country(word) for word in words} == {"MAR"}
    expected = {"Cote d'Ivoire": "CIV", "the Netherlands": "NLD", "Russia": "RUS", "U.K.": "GBR", "Turkey": "TUR"}
    assert {name: find_country(name) for name in expected} == expected
    assert [find_country(word) for word in ("", "Korea", "ZZZ", "Europe", "M", "Marocco!")] == [None] * 6


def test_every_country_is_found_by_the_name_that_a_form_offers() -> None:
    for language in LANGUAGES:
        names = [name for _, name in country_choices(language)]
        for code, name in country_choices(language):
            if names.count(name) == 1:
                assert find_country(name) == code, (language, name)
                assert find_country(name.upper()) == code, (language, name.upper())  # İ and I of Azerbaijani too


def test_zone_of_a_country_is_its_only_one() -> None:
    assert [zone_of(code) for code in ("AZE", "ARM", "GEO")] == ["Asia/Baku", "Asia/Yerevan", "Asia/Tbilisi"]
    assert (zone_of("UKR"), zone_of("XXX")) == ("UTC", "UTC")
    assert zones_of("UZB") == ["Asia/Samarkand", "Asia/Tashkent"]


def test_every_zone_offered_exists() -> None:
    zones = [zone for zone, _ in zone_choices("UZB")]
    assert zones[:3] == ["Asia/Samarkand", "Asia/Tashkent", "UTC"]
    assert len(zones) == len(set(zones)) > 400
    for zone in zones:
        ZoneInfo(zone)
