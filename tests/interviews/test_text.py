"""Searching and cleaning notes in the scripts of the region."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctnat.ui.matching import find, fold, fold_fast, pieces, search_terms, snippets
from interviews.text import clean_text, count_words


def found(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in find(text, search_terms(query))]


def test_clean_text_leaves_words_and_marks_of_direction_and_removes_controls() -> None:
    typed = "a\x00b\x07c\r\nd\x0be\u2028f\x7f \u200fשלום\u200f \ud800 e\u0301"
    assert clean_text(typed) == "abc\nd\ne\nf \u200fשלום\u200f \ufffd é"


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("Polisə müraciət İŞÇİ etdi", "işçi", ["İŞÇİ"]),  # Azerbaijani, dotted capital
        ("QADIN və qadın", "qadın", ["QADIN", "qadın"]),  # dotless i in both cases
        ("IŞIQ", "ışıq", ["IŞIQ"]),
        ("Ոստիկանություն և դատախազ", "ՈՍՏԻԿԱՆՈՒԹՅՈՒՆ", ["Ոստիկանություն"]),  # Armenian capitals
        ("Երևան", "ԵՐԵՎԱՆ", ["Երևան"]),  # the lower-case ligature is two capitals
        ("ՊՈԼԻՑԻԱ ԵՎ", "և", ["ԵՎ"]),
        ("ᲞᲝᲚᲘᲪᲘᲐ და პოლიცია", "პოლიცია", ["ᲞᲝᲚᲘᲪᲘᲐ", "პოლიცია"]),  # Georgian Mtavruli
        ("الشُّرْطَة تساعد", "الشرطة", ["الشُّرْطَة"]),  # Arabic vowel points
        ("الـشـرطة", "الشرطة", ["الـشـرطة"]),  # stretched
        ("أطفال", "اطفال", ["أطفال"]),  # hamza
        ("Ёлка", "елка", ["Ёлка"]),
        ("cafe\u0301s", "CAFÉ", ["cafe\u0301"]),  # decomposed text
        ("police\n  station", '"police station"', ["police\n  station"]),  # a phrase across a line break
        ("po\u200flice", "police", ["po\u200flice"]),  # with a direction mark inside
        ("Straße", "STRASSE", ["Straße"]),
    ],
)
def test_find_in_every_script(text: str, query: str, hits: list[str]) -> None:
    assert found(text, query) == hits


def test_find_needs_every_term_and_merges_overlaps() -> None:
    assert found("police station", "police court") == []
    assert found("police station", "police ice") == ["police"]
    assert found("anything", "") == []


@given(st.text() | st.text("եւԵՒև  \n\u200fİIıiéе́ё"))
def test_fold_fast_equals_fold(text: str) -> None:
    assert fold_fast(text) == fold(text)[0]


def test_search_terms_are_limited() -> None:
    assert search_terms("a " * 500) == ["a"]
    assert len(search_terms(" ".join(str(n) for n in range(60)))) == 10
    assert search_terms('"\u200f" \x00') == ["\x00"]


def test_snippets_show_the_surroundings_of_each_hit() -> None:
    text = "one two three four five six seven eight nine ten"
    spans = find(text, ["five"])
    assert pieces(text, spans) == [("one two three four ", False), ("five", True), (" six seven eight nine ten", False)]
    assert snippets(text, spans, around=6) == [[("four ", False), ("five", True), (" six", False)]]


def test_count_words() -> None:
    assert count_words("  Զանգեց ոստիկանություն,\nնորից ") == 3
