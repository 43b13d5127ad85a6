"""A text of a language that is written from right to left begins in its direction, also where its first word is Latin:
a browser takes the direction of a paragraph from its first letter."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from ctnat.ui.languages import direction

MARKS = re.compile(r"<[^>]*>|&\w+;|%\(\w+\)s|\{[^{}]*\}")  # tags and placeholders, which have no direction of their own
FILES = sorted(path for path in Path(settings.BASE_DIR).glob("locale/*/*.po") if direction(path.parent.name) == "rtl")


def begins_from_left(text: str) -> bool:
    letters = [unicodedata.bidirectional(letter) for letter in MARKS.sub("", text)]
    strong = [kind for kind in letters if kind in ("L", "R", "AL")]
    return "AL" in strong and strong[0] == "L"


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name} {path.stem}" for path in FILES])
def test_texts_begin_in_the_direction_of_their_language(path: Path) -> None:
    with path.open("rb") as file:
        texts = [message.string for message in read_po(file)]
    single = [text for found in texts for text in ([found] if isinstance(found, str) else found or ())]
    assert [text for text in single if begins_from_left(text)] == []


def test_the_check_finds_what_begins_with_a_latin_word() -> None:
    assert begins_from_left("PDF: ملف")
    assert not begins_from_left("\u200fPDF: ملف")
    assert not begins_from_left("{name}: ملف PDF")
    assert not begins_from_left("PDF")
