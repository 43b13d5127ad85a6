"""One list of languages; names and codes as people write them."""

import pycountry
import pytest
from django.conf import settings

from ctnat.ui.languages import LANGUAGES, direction, english_name, find_language, own_name, quotes


def test_each_language_is_complete() -> None:
    assert dict(settings.LANGUAGES) == {code: language.english_name for code, language in LANGUAGES.items()}
    assert all(language.own_name and len(language.quotes) == 4 for language in LANGUAGES.values())
    assert {code for code, language in LANGUAGES.items() if language.direction == "rtl"} == {"ar", "fa"}


def test_unknown_language_has_a_name_a_direction_and_quotes() -> None:
    assert (english_name("ckb"), own_name("ckb"), direction("ckb-Arab")) == ("Central Kurdish", "کوردیی ناوەندی", "rtl")
    assert (english_name("xx"), direction(None), quotes("de"), quotes("ru")) == ("xx", "ltr", "“”‘’", "«»„“")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("ka", "ka"),
        ("Georgian", "ka"),
        (" KAT ", "ka"),
        ("Central Kurdish", "ckb"),
        ("englisch", None),
        ("ქართული", "ka"),
        ("русский", "ru"),
        ("rus", "ru"),
        ("грузинский", "ka"),
        ("Kiswahili", "sw"),
        ("română", "ro"),
    ],
)
def test_language_is_known_by_name_or_code(word: str, code: str | None) -> None:
    assert find_language(word) == code


def test_every_code_is_its_own_language() -> None:
    """There are languages of the names En, Hu and Ko, and none of them is meant by these letters."""
    codes = [language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2")]
    assert [code for code in codes if find_language(code) != code] == []
    assert [find_language(word) for word in ("EN", "hu", "English", "Hungarian")] == ["en", "hu", "en", "hu"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", "rtl"),
        ("fa-IR", "rtl"),
        ("az", "ltr"),
        ("az-Arab", "ltr"),
        ("", "ltr"),
        (None, "ltr"),
        ("ps", "rtl"),
        ("dv", "rtl"),
    ],
)
def test_direction_follows_the_language(language: str | None, expected: str) -> None:
    assert direction(language) == expected


def test_a_language_that_only_iso_knows_has_its_english_name() -> None:
    assert (own_name("prs"), own_name("aaq"), english_name("pt-BR")) == ("Dari", "Eastern Abnaki", "Portuguese")
