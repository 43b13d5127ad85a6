"""The texts of public pages and reports: complete, right at every number, and filled without harm."""

import pytest

from analysis.words import WORDS as ANALYSIS
from ctnat.ui.languages import LANGUAGES
from ctnat.ui.words import PLACE, Words, fill
from instruments.schema import Text
from instruments.words import WORDS as INSTRUMENTS
from reports.review_texts import WORDS as REVIEW
from reports.words import WORDS as REPORTS
from surveys.words import WORDS as SURVEYS
from workshops.words import WORDS as WORKSHOPS

APPS = (INSTRUMENTS, SURVEYS, WORKSHOPS, ANALYSIS, REPORTS, REVIEW)
NUMBERS = (0, 1, 2, 5, 11, 21, 100, 101, 1_000_000)


@pytest.mark.parametrize("words", APPS, ids=lambda words: words.app)
def test_every_language_is_complete(words: Words) -> None:
    assert words.languages == set(LANGUAGES)


@pytest.mark.parametrize("words", APPS, ids=lambda words: words.app)
def test_every_translation_has_the_lines_of_its_original(words: Words) -> None:
    r"""A catalogue that was filled in with "\\n" for "\n" would have mails in one line, with signs in between."""
    for key, texts in words.table.items():
        for language in LANGUAGES:
            assert "\\n" not in texts[language], (key, language)
            assert texts[language].count("\n") == texts["en"].count("\n"), (key, language)


def written(number: int) -> str:
    """A part of the number as it is written in every language, whatever separates its thousands."""
    return str(number) if number < 1000 else "000"


@pytest.mark.parametrize("words", APPS, ids=lambda words: words.app)
def test_every_sentence_is_filled_at_every_number(words: Words) -> None:
    """The number is in the sentence, or its form is for that number alone."""
    for part in words.parts:
        key, _, name = part.partition("/")
        for language in LANGUAGES:
            for number in NUMBERS:
                text = words.translate(key, language, **{name: number})
                assert f"{{{name}}}" not in text, (part, language)
                assert number in (0, 1, 2) or written(number) in text, (part, language, number)
                assert set(PLACE.findall(text)) < set(PLACE.findall(words.table[key][language]))
    for key in words.counted:
        for language in LANGUAGES:
            for number in NUMBERS:
                text = words.translate(key, language, n=number)
                assert number in (0, 1, 2) or written(number) in text, (key, language, number)
                assert set(PLACE.findall(text)) == set(PLACE.findall(words.table[key][language])) - {"n"}


CATALOGUES = {
    "en": {
        "a.held": {"": "With {groups} in {place}."},
        "a.held/groups": {"=0": "no group", "one": "one group", "other": "{n} groups"},
        "b.held": {"": "Another app's"},
    },
    "az": {"a.held": {"": "{place}: {groups}."}, "a.held/groups": {"one": "{n} qrup", "other": "{n} qrup"}},
    "ru": {"a.held": {"": "{groups} в {place}."}},  # without its part
}


def test_a_counted_part_takes_the_form_of_its_number() -> None:
    words = Words("a", CATALOGUES)
    texts = [words.translate("held", "en", groups=n, place="Baku") for n in (0, 1, 2)]
    assert texts == ["With no group in Baku.", "With one group in Baku.", "With 2 groups in Baku."]
    assert words.translate("held", "az", groups=1, place="Bakı") == "Bakı: 1 qrup."
    assert words.translate("held", "zz", groups=1, place="Baku") == "With one group in Baku."
    assert words.translate_all("en") == {"held": "With {groups} in {place}."}


def test_a_sentence_with_one_number_may_have_forms_itself() -> None:
    words = Words("a", {"en": {"a.wait": {"=0": "None wait.", "one": "One waits in {place}.", "other": "{n} wait."}}})
    texts = [words.translate("wait", "en", n=n, place="Baku") for n in (0, 1, 21, 1_234_567)]
    assert texts == ["None wait.", "One waits in Baku.", "21 wait.", "1,234,567 wait."]
    assert words.translate_all("en") == {"wait": "{n} wait."}


def test_a_sentence_without_one_of_its_parts_is_in_english() -> None:
    words = Words("a", CATALOGUES)
    assert [words.language_of("held", code) for code in ("az", "ru", "zz")] == ["az", "en", "en"]
    assert words.translate("held", "ru", groups=2, place="Baku") == "With 2 groups in Baku."
    assert words.languages == {"en", "az"}


@pytest.mark.parametrize(
    ("text", "day", "filled"),
    [
        ("Начато {day}.", "1 мая 2016 г.", "Начато 1 мая 2016 г."),
        ("Начато {day}.", "1 мая", "Начато 1 мая."),
        ("С {day} по {day}.", "1 мая 2016 г.", "С 1 мая 2016 г. по 1 мая 2016 г."),
        ("Начато ({day}).", "1 мая 2016 г.", "Начато (1 мая 2016 г.)."),
        ("By {day}.", 2016, "By 2016."),
    ],
)
def test_the_full_stop_of_an_abbreviation_ends_its_sentence(text: str, day: str | int, filled: str) -> None:
    assert fill(text, {"day": day}) == filled


ARABIC = "اتصل على {country}، شكرا."


@pytest.mark.parametrize(
    ("text", "value", "isolated"),
    [
        (ARABIC, "Name <mail@example.org>", True),
        (ARABIC, "+994 12 345", True),
        (ARABIC, "50 %", True),
        (ARABIC, "12", False),
        (ARABIC, "1.2", False),
        (ARABIC, "باكو", False),
        (ARABIC, "https://example.org/s/abc", False),
        ("Write to {country}, please.", "باكو", True),
        ("Write to {country}, please.", "Name <mail@example.org>", False),
        ("Пишите {country}.", "Name (12 %)", False),
    ],
)
def test_a_value_of_another_direction_is_isolated(text: str, value: str, isolated: bool) -> None:
    expected = f"\u2068{value}\u2069" if isolated else value
    assert fill(text, {"country": value}) == text.replace("{country}", expected)
    assert Text({"en": text}).translate("en", country=value) == text.replace("{country}", expected)
