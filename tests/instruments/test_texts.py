"""Translations: what exists, what is protected, and that the nine languages of the survey are complete."""

import pytest

from ctnat.ui.languages import english_name
from instruments.texts import (
    is_language,
    is_shown,
    languages_of,
    mark,
    texts,
    translation_faults,
    with_texts,
)
from tests.factories import instruments_2016

LANGUAGES = ("az", "hy", "ka", "ru", "ar", "fr", "es", "pt")


def test_every_text_that_a_respondent_sees_is_in_nine_languages() -> None:
    missing = [
        (path, language)
        for path, text in texts(instruments_2016()["survey"])
        if is_shown(path)
        for language in LANGUAGES
        if not text.get(language, "").strip()
    ]
    assert missing == []
    assert languages_of(instruments_2016()["survey"]) == ["en", *sorted(LANGUAGES)]


def test_information_note_is_in_nine_languages() -> None:
    note = instruments_2016()["interview_guide"]["information_note"]
    assert [(part["name"], set(part["text"])) for part in note] == [(part["name"], {"en", *LANGUAGES}) for part in note]


@pytest.mark.parametrize("kind", ["survey", "interview_guide", "indicators"])
def test_translations_have_the_placeholders_of_the_original(kind: str) -> None:
    faults = [
        (path, language, fault)
        for path, text in texts(instruments_2016()[kind])
        for language, translation in text.items()
        for fault in translation_faults(text["en"], translation)
    ]
    assert faults == []


def test_translations_are_written_in_their_scripts() -> None:
    """A letter of each language's own script, so that no column can have been mixed up with another language's."""
    scripts = {"hy": ("԰", "֏"), "ka": ("Ⴀ", "ჿ"), "ru": ("Ѐ", "ӿ"), "ar": ("؀", "ۿ")}
    wrong = [
        (path, language)
        for path, text in texts(instruments_2016()["survey"])
        for language, (first, last) in scripts.items()
        if language in text and any(c.isalpha() for c in text["en"])
        if not any(first <= letter <= last for letter in text[language])
        if any(letter.isalpha() for letter in text[language])
    ]
    assert wrong == []


def test_translation_faults_name_what_is_lost_and_what_is_added() -> None:
    assert translation_faults("By {deadline} to {office}", "{office} {country}") == [
        "the placeholder {deadline} is missing; keep it as it is",
        "the placeholder {country} is not in the source; remove it",
    ]
    assert translation_faults("Yes", "Hə\x00") == ["holds a control character"]
    assert translation_faults("By {deadline}", "  ") == []


def test_with_texts_leaves_the_original_alone_and_removes_blank_ones() -> None:
    document = {"title": {"en": "Title", "az": "Başlıq"}, "sections": [{"name": "1", "title": {"en": "One"}}]}
    changed = with_texts(document, "az", {"title": " ", "sections/1/title": " Bir "})
    assert changed == {"title": {"en": "Title"}, "sections": [{"name": "1", "title": {"en": "One", "az": "Bir"}}]}
    assert document["title"] == {"en": "Title", "az": "Başlıq"}


def test_languages() -> None:
    assert [english_name(code) for code in ("ka", "de", "ckb", "xx")] == [
        "Georgian",
        "German",
        "Central Kurdish",
        "xx",
    ]
    assert [is_language(code) for code in ("de", "az-Latn", "xx", "", "../..", "DE")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_mark_ignores_outer_space_only() -> None:
    assert mark(" a b ") == mark("a b") != mark("a  b")
