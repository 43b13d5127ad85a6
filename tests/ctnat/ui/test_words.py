"""The texts of every app exist in every language of the project, with the same placeholders."""

from pathlib import Path

import pytest

from analysis.words import WORDS as ANALYSIS
from ctnat.ui.languages import LANGUAGES, plural_form
from ctnat.ui.words import PLACE, Words, fill
from instruments.schema import Text
from instruments.words import WORDS as INSTRUMENTS
from reports.words import WORDS as REPORTS
from surveys.words import WORDS as SURVEYS
from workshops.words import WORDS as WORKSHOPS

APPS = (INSTRUMENTS, SURVEYS, WORKSHOPS, ANALYSIS, REPORTS)


@pytest.mark.parametrize("words", APPS, ids=lambda words: words.file.parent.name)
def test_every_language_is_complete(words: Words) -> None:
    assert words.languages == set(LANGUAGES)


@pytest.mark.parametrize(("words", "key"), [(words, key) for words in APPS for key in words.table])
def test_every_translation_has_the_gaps_of_its_source(words: Words, key: str) -> None:
    texts = words.table[key]
    gaps = sorted(PLACE.findall(texts["en"]))
    assert {language: sorted(PLACE.findall(text)) for language, text in texts.items()} == dict.fromkeys(texts, gaps)


@pytest.mark.parametrize(("words", "part"), [(words, part) for words in APPS for part in words.parts])
def test_every_counted_part_has_its_place_and_its_number(words: Words, part: str) -> None:
    """A plural form that covers several numbers must contain `{n}`, otherwise it would print the wrong one."""
    key, _, name = part.partition("/")
    assert set(words.parts[part]) == set(words.table[key]) == set(LANGUAGES)
    for language, forms in words.parts[part].items():
        assert f"{{{name}}}" in words.table[key][language]
        assert "other" in forms
        for form, text in forms.items():
            numbers = [n for n in range(1000) if form == f"={n}" or form == plural_form(language, n)]
            assert "{n}" in text or (len(numbers) == 1 and form != "other"), (language, form)


@pytest.mark.parametrize(
    ("language", "forms"),
    [  # the numbers 0, 1, 2, 5, 11, 21, 100, 101 in CLDR's rules
        ("en", "other one other other other other other other"),
        ("az", "other one other other other other other other"),
        ("hy", "one one other other other other other other"),
        ("ka", "other one other other other other other other"),
        ("ru", "many one few many many one many one"),
        ("ar", "zero one two few many many other other"),
        ("ro", "few one few few few other other few"),
        ("fr", "one one other other other other other other"),
        ("qaa", "other one other other other other other other"),  # no language of CLDR
    ],
)
def test_plural_form(language: str, forms: str) -> None:
    assert [plural_form(language, n) for n in (0, 1, 2, 5, 11, 21, 100, 101)] == forms.split()


def test_a_counted_part_takes_the_form_of_its_number(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(
        "held: {en: 'With {groups} in {place}.', az: '{place}: {groups}.'}\n"
        "held/groups: {en: {=0: no group, one: one group, other: '{n} groups'}, az: {other: '{n} qrup'}}\n"
    )
    words = Words(file)
    texts = [words.translate("held", "en", groups=n, place="Baku") for n in (0, 1, 2)]
    assert texts == ["With no group in Baku.", "With one group in Baku.", "With 2 groups in Baku."]
    assert words.translate("held", "az", groups=1, place="Bakı") == "Bakı: 1 qrup."
    assert words.translate("held", "zz", groups=1, place="Baku") == "With one group in Baku."
    assert (words.language_of("held", "az"), words.language_of("held", "zz")) == ("az", "en")
    assert words.translate_all("en") == {"held": "With {groups} in {place}."}


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
