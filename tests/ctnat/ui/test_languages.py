"""One list of languages; names and codes as people write them."""

import pycountry
import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from django.conf import settings

from ctnat.ui.languages import (
    LANGUAGES,
    LONGEST_CODE,
    direction,
    english_name,
    find_code,
    find_language,
    own_name,
    quotes,
    suggested_languages,
)


def test_each_language_is_complete() -> None:
    assert dict(settings.LANGUAGES) == {code: language.english_name for code, language in LANGUAGES.items()}
    assert all(language.own_name and len(language.quotes) == 4 for language in LANGUAGES.values())
    assert {code for code, language in LANGUAGES.items() if language.direction == "rtl"} == {"ar", "fa"}


def test_unknown_language_has_a_name_a_direction_and_quotes() -> None:
    assert (english_name("ckb"), own_name("ckb"), direction("ckb-Arab")) == ("Central Kurdish", "کوردیی ناوەندی", "rtl")
    assert (english_name("xx"), direction(None), quotes("xx"), quotes("ru")) == ("xx", "ltr", "“”‘’", "«»„“")


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
        ("az-Arab", "rtl"),
        ("prs", "rtl"),
        ("khw", "rtl"),
        ("ur", "rtl"),
        ("sd-Deva", "ltr"),
        ("zz", "ltr"),
        ("", "ltr"),
        (None, "ltr"),
        ("ps", "rtl"),
        ("dv", "rtl"),
    ],
)
def test_direction_follows_the_language(language: str | None, expected: str) -> None:
    assert direction(language) == expected


def test_direction_agrees_with_cldr_for_each_of_its_languages() -> None:
    wrong = []
    for code in locale_identifiers():
        locale = Locale.parse(code)
        if direction(code) != locale.text_direction and locale.script != "Mong":  # vertical, its lines left to right
            wrong.append(code)
    assert wrong == []


def test_a_language_only_in_iso_has_its_english_name() -> None:
    assert (own_name("aaq"), english_name("aaq")) == ("Eastern Abnaki", "Eastern Abnaki")


@pytest.mark.parametrize(
    ("code", "english", "own"),
    [
        ("prs", "Dari", "دری"),
        ("az-Cyrl", "Azerbaijani (Cyrillic)", "Азәрбајҹан (Кирил)"),
        ("zh-Hant", "Traditional Chinese", "繁體中文"),
        ("pt-BR", "Brazilian Portuguese", "Português (Brasil)"),
        ("am", "Amharic", "አማርኛ"),
    ],
)
def test_a_language_in_one_script_or_region_has_names_of_its_own(code: str, english: str, own: str) -> None:
    assert (english_name(code), own_name(code), find_language(english)) == (english, own, code)


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        ("th", "“”‘’"),
        ("am", "«»‹›"),
        ("de", "„“‚‘"),
        ("nb", "«»‘’"),
        ("ja", "「」『』"),
        ("pt-BR", "“”‘’"),
        ("az-Cyrl", "“”‘’"),
    ],
)
def test_quotation_marks_outside_the_list_are_those_of_cldr(code: str, marks: str) -> None:
    assert quotes(code) == marks


def test_each_code_of_cldr_is_found_in_its_usual_letters_and_fits_its_column() -> None:
    codes = [code.replace("_", "-") for code in locale_identifiers()]
    assert max(map(len, codes)) > 10
    assert [code for code in codes if find_code(code) != code or len(code) > LONGEST_CODE] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("zh_hant_hk", "zh-Hant-HK"),
        ("UZ-CYRL-UZ", "uz-Cyrl-UZ"),
        (" sr-latn-me ", "sr-Latn-ME"),
        ("ca-es-valencia", "ca-ES-VALENCIA"),
        ("Georgian", "ka"),
        ("az-Xyzw", None),
        ("xx-Latn", None),
        ("en-us-" + "x" * 20, None),
        ("sub-section", None),
    ],
)
def test_a_code_with_a_script_or_a_region_is_found(typed: str, code: str | None) -> None:
    assert find_code(typed) == code


def test_a_form_that_asks_for_the_code_of_each_name_searches_once() -> None:
    names = suggested_languages()
    searched = []
    for _ in range(2):
        assert all(find_language(name) for name in names)
        searched.append(find_language.cache_info().misses)
    assert searched[0] == searched[1]
