"""Every text of the instruments' pages is used."""

import re

import pytest

from ctnat.settings import BASE_DIR
from instruments.words import WORDS

SOURCES = [
    *(BASE_DIR / "instruments").rglob("*.py"),
    *(BASE_DIR / "templates/instruments").glob("*.html"),
    BASE_DIR / "assessments" / "demonstration.py",  # marks the pages and mails of all apps
]


@pytest.mark.parametrize("key", [key for key in WORDS.table if not key.startswith("rule_")])  # tests/surveys/test_rules
def test_every_word_is_used(key: str) -> None:
    assert any(re.search(rf'"{key}"', path.read_text("utf-8")) for path in SOURCES)
