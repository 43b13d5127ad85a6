"""The frame of the instruments speaks every language of the project, and every word of it is used."""

import re

import pytest

from ctnat.settings import BASE_DIR, LANGUAGES
from instruments.words import WORDS

SOURCES = [*(BASE_DIR / "instruments").rglob("*.py"), *(BASE_DIR / "templates/instruments").glob("*.html")]


def test_every_language_is_spoken() -> None:
    assert WORDS.languages == {code for code, _ in LANGUAGES}


@pytest.mark.parametrize("key", WORDS.table)
def test_every_word_is_used(key: str) -> None:
    assert any(re.search(rf'"{key}"', path.read_text("utf-8")) for path in SOURCES)
