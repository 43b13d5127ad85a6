"""Every text of a group's pages is used; error messages are in the group's language."""

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError

from ctnat.settings import BASE_DIR
from workshops.words import REVIEWED, WORDS, GroupError, error_messages, offered

SOURCES = [*(BASE_DIR / "workshops").rglob("*.py"), *(BASE_DIR / "templates/workshops").glob("*.html")]


def test_only_the_source_is_reviewed() -> None:
    assert {"en"} == REVIEWED


@pytest.mark.parametrize("key", WORDS.table)
def test_every_word_is_used(key: str) -> None:
    assert any(re.search(rf"\b{key}\b", path.read_text("utf-8")) for path in SOURCES)


def test_offered_are_the_languages_of_the_assessment_in_its_order() -> None:
    assert offered(["ka", "en", "sw"]) == ["ka", "en", "sw"]
    assert offered(["ka", "en"], "am") == ["ka", "en", "am"]
    assert (offered(["ka"], "ka"), offered([])) == (["ka"], ["en"])


def test_a_refusal_is_in_english_and_in_the_language_of_the_group() -> None:
    refusal = GroupError("twice", letter="J", first=1, second=2)
    assert refusal.messages == [
        "Priority J is chosen twice, for places 1 and 2. Choose another priority for one of them."
    ]
    assert error_messages(refusal, "ru") == ["Приоритет J стоит на местах 1 и 2. На одном из них выберите другой."]


def test_messages_other_than_refusals_are_unchanged() -> None:
    form = forms.Form()
    form.cleaned_data = {}
    form.add_error(None, GroupError("closed"))
    mixed = ValidationError([*form.errors.as_data()["__all__"], ValidationError("100% plain")])
    assert error_messages(mixed, "en")[1:] == ["100% plain"]
    assert error_messages(mixed, "ka")[0].startswith("სამუშაო")
