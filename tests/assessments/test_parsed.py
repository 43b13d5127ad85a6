"""Stored JSON is read as Python's own reader reads it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.fields import parsed

TEXTS = st.text(st.characters())  # halves of surrogate pairs too
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(DOCUMENTS, st.booleans())
def test_documents_are_read_as_python_reads_them(document: object, ascii_only: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":"))
    assert repr(parsed(text)) == repr(json.loads(text))


@pytest.mark.parametrize("text", ["[1e400,-0,-0.0,0.1e-400]", "[NaN,Infinity,-Infinity]", f'{{"n":{"9" * 40}}}'])
def test_unusual_numbers_are_read_as_python_reads_them(text: str) -> None:
    assert repr(parsed(text)) == repr(json.loads(text))


def test_lists_in_lists_in_lists_are_read() -> None:
    assert parsed("[" * 300 + "]" * 300) == json.loads("[" * 300 + "]" * 300)


def test_what_is_no_json_is_refused_as_python_refuses_it() -> None:
    for text in ("", "{", "[1,]", '"\x01"'):
        with pytest.raises(json.JSONDecodeError):
            parsed(text)
