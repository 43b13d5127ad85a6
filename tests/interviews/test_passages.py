"""A marked passage stays on its words, whatever is edited around it. Positions are counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.passages import (
    _edited,
    _expected,
    _kept_stretches,
    _same_ends,
    _Stretch,
    counterpart,
    nearest,
    reanchor,
)

OLD = "The police find them. The hotline is known. The police refer them."
MARK = "The hotline is known."
START = OLD.index(MARK)


def after(new: str, old: str = OLD, mark: str = MARK) -> str | None:
    start = old.index(mark)
    place = reanchor(old, new, start, start + len(mark))
    return None if place is None else new[place[0] : place[1]]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("At first: " + OLD, MARK),
        (OLD + " More.", MARK),
        ("Beforehand. " + OLD + " Afterwards.", MARK),  # edited before and after at once
        (OLD.replace("police find", "border guards and police find"), MARK),
        (MARK + " The police find them. The police refer them.", MARK),  # moved
        (OLD.replace("is known", "is well known"), "The hotline is well known."),
        (OLD.replace("The hotline is", "The hot-line is"), "The hot-line is known."),
        (OLD.replace(MARK, ""), None),
        (OLD.replace(MARK, "Nothing of the sort was said."), None),
        ("", None),
    ],
)
def test_reanchor(new: str, words: str | None) -> None:
    assert after(new) == words


def test_reanchor_takes_the_same_occurrence_of_repeated_words() -> None:
    old = "police. police. police."
    assert reanchor(old, "x " + old, 8, 15) == (10, 17)
    assert reanchor(old, old.replace("police. police", "army. police", 1), 8, 15) == (6, 13)


@pytest.mark.parametrize(
    ("old", "new", "mark", "start", "end"),
    [
        # The passage itself was not changed: its position is exact, whatever else was edited.
        ("abc def", "abc def", "abc", 0, 3),
        ("abc def", "abc def ghi", "def", 4, 7),
        ("abc def", "abcx def", "abc", 0, 3),  # a letter right after it
        ("abc def", "abc xdef", "def", 5, 8),  # a letter right before it
        ("one two three", "one 2 three", "three", 6, 11),
        ("one two three", "one twenty-two three", "three", 15, 20),
        ("one. two. three.", "1. two. 3.", "two.", 3, 7),
        ("aa bb cc dd", "xx bb cc yy", "bb cc", 3, 8),
        ("a b c d e f", "f a b c d e", "b c", 4, 7),
        # Words were inserted, removed or replaced within it: from its first to its last kept character.
        ("so they say. more", "so they often say. more", "they say.", 3, 18),
        ("so they say it. more", "so they it. more", "they say it.", 3, 11),
        ("so they say it all. x", "so we say it all. x", "they say it all.", 6, 17),  # the first word replaced
        ("so they say it all. x", "so they say it some x", "they say it all.", 3, 14),  # the last word replaced
        ("so they say it. x", "zz they must say it? x", "they say it.", 3, 19),  # its last character replaced
    ],
)
def test_reanchor_gives_the_exact_place(old: str, new: str, mark: str, start: int, end: int) -> None:
    at = old.index(mark)
    assert reanchor(old, new, at, at + len(mark)) == (start, end)


def test_an_edited_passage_takes_in_no_sentence_that_was_added_beside_it() -> None:
    old, passage = "So they say. The police find them.", "The police find them."
    start = old.index(passage)
    for new, words in {
        "They say. The police often find them. More.": "The police often find them.",
        "They say. The police often find them. We hide them.": "The police often find them.",
    }.items():
        place = reanchor(old, new, start, len(old))
        assert place is not None
        assert new[place[0] : place[1]] == words
    assert reanchor(passage, "The army. The police often find them.", 0, len(passage)) == (10, 37)


LONG = "All of it is so. " * 1000  # more than is aligned word by word


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("So. ", "It is known. "), ("It is known. ", ""), (LONG, "So. "), ("", LONG)]
)
def test_a_sentence_added_beside_an_edited_passage_is_not_taken_in_whatever_else_is_there(
    before: str, after: str
) -> None:
    """Where text followed, the full stop of the added sentence was taken for the passage's."""
    old, passage = f"{before}The police find them. {after}", "The police find them."
    start = len(before)
    for new, words in {
        "The police often find them. More.": "The police often find them.",
        "The police often find them. We hide them.": "The police often find them.",
        "The army. The police often find them.": "The police often find them.",
    }.items():
        changed = f"{before}{new} {after}"
        place = reanchor(old, changed, start, start + len(passage))
        assert place is not None
        assert (changed[place[0] : place[1]], place[0]) == (words, start + new.index(words))


def test_the_mark_of_a_corrected_word_covers_the_new_word() -> None:
    assert reanchor("the polce come", "the police come", 4, 9) == (4, 10)
    assert reanchor("the police come", "the police often come", 4, 15) == (4, 21)


def test_a_small_change_in_a_very_long_text_is_aligned() -> None:
    long = "word " * 2500  # including its spaces, more than is aligned word by word
    for before, after in ((long, ""), ("", long), (long, long)):
        old, new = f"{before}a they say it b {after}", f"{before}c they often say it d {after}"
        start = len(before) + 2
        assert reanchor(old, new, start, start + 11) == (start, start + 17)


@pytest.mark.parametrize(
    ("new", "place"),
    [
        ("x aaaa bbbb z", (2, 11)),
        ("x aaaa cccc z", (2, 6)),  # 5 of 9 characters, of which the last is a space
        ("x aaaa z", (2, 6)),
        ("x cccc bbbb z", (7, 11)),
        ("x cccc dddd z", None),  # only the space
    ],
)
def test_a_passage_stays_while_half_of_it_is_left(new: str, place: tuple[int, int] | None) -> None:
    assert reanchor("x aaaa bbbb z", new, 2, 11) == place


def test_exactly_half_is_enough_and_less_is_not() -> None:
    assert reanchor("x aaa-bbbb z", "x aaa-c z", 2, 10) == (2, 6)  # 4 of 8
    assert reanchor("x aaa-bbbbb z", "x aaa-c z", 2, 11) is None  # 4 of 9


def test_white_space_alone_is_no_passage() -> None:
    assert reanchor("x a        b z", "x c        d z", 2, 12) is None


def test_words_that_moved_are_taken_at_the_occurrence_nearest_to_where_they_were() -> None:
    old = "start mark me middle end"
    new = "mark me. start other mark me, middle end mark me."
    assert reanchor(old, new, 6, 13) == (21, 28)
    assert reanchor("mark me, end", "end. mark me then mark me", 0, 7) == (5, 12)
    assert reanchor("end mark me", "mark me, mark me, the ending", 4, 11) == (9, 16)


@pytest.mark.parametrize(
    ("old", "new", "start", "end", "place"),
    [
        ("aaaa X b", "aaaa Y b", 5, 6, None),  # equal length before and after is no reason to keep it
        ("c c c", "c b c", 2, 3, (4, 5)),
        ("c b", "a b b c a", 2, 3, (4, 5)),  # nothing that followed it is left: the occurrence nearest the end
        ("b b", "b a b b b", 0, 3, (4, 7)),
        ("c c c", "c c b c c", 2, 5, (0, 3)),  # the occurrence nearest to where the passage began
        ("dd ccc a", "ccc . a", 0, 7, (0, 3)),  # of the passage "ccc " is left, 4 of 7 characters
    ],
)
def test_reanchor_among_repeated_words(old: str, new: str, start: int, end: int, place: tuple[int, int] | None) -> None:
    assert reanchor(old, new, start, end) == place


def test_long_changes_are_not_aligned_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "a they say it b", "c they often say it d"
    assert (reanchor(old, new, 2, 13)) == (2, 19)
    monkeypatch.setattr("interviews.passages._WORDS_COMPARED", 11)  # of the new text, with its spaces
    assert reanchor(old, new, 2, 13) == (2, 19)
    assert reanchor(new, old, 2, 19) == (2, 13)
    monkeypatch.setattr("interviews.passages._WORDS_COMPARED", 10)
    assert reanchor(old, new, 2, 13) is None
    assert reanchor(new, old, 2, 19) is None
    assert reanchor(old, "c d they say it e f g h", 2, 13) == (4, 15)  # still found as a whole
    assert reanchor("a b c d e f g they say", "they say", 14, 22) == (0, 8)


def test_a_word_that_is_frequent_in_a_long_text_is_still_followed() -> None:
    old = "x " + "the man " * 300 + "saw a cat. y"
    new = "z " + "the man " * 300 + "saw one big cat. w"
    start = old.index("saw")
    assert reanchor(old, new, start, start + 10) == (start, start + 16)
    assert reanchor(old, new, 2, 9) == (2, 9)
    run = "the man " * 120
    assert reanchor(f"x {run}y {run}z", f"x1 {run}y1 {run}z1", 958, 967) == (959, 969)


@pytest.mark.parametrize(
    ("text", "words", "place", "found"),
    [
        ("ab ab ab", "ab", 4, 3),
        ("ab ab ab", "ab", 5, 6),
        ("ab ab ab", "ab", 8, 6),
        ("ab......ab", "ab", 7, 8),
        ("aa", "a", 0, 0),
        ("aa", "a", -5, 0),
        ("xxab", "ab", 0, 2),
        ("abxx", "ab", 3, 0),
        ("ab", "cd", 0, None),
    ],
)
def test_nearest(text: str, words: str, place: int, found: int | None) -> None:
    assert nearest(text, words, place) == found


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        ("", "", (0, 0)),
        ("ab", "ab", (2, 0)),
        ("ab", "abab", (2, 0)),
        ("abc", "axc", (1, 1)),
        ("abcd", "acd", (1, 2)),
        ("aa", "aaa", (2, 0)),
        ("xaay", "xaaay", (3, 1)),
        ("ab", "cd", (0, 0)),
        ("ab", "cb", (0, 1)),
    ],
)
def test_same_ends(old: str, new: str, ends: tuple[int, int]) -> None:
    assert _same_ends(old, new) == ends


def test_kept_stretches() -> None:
    old, new = "So, the cat sat there.", "So, a dog sat here."
    before, after = _same_ends(old, new)
    assert (before, after) == (4, 5)
    assert _kept_stretches(old, new, before, after) == [(0, 4, 0), (7, 8, -2), (11, 16, -2), (17, 22, -3)]
    assert _kept_stretches("ab", "cd", 0, 0) == []
    assert _kept_stretches("x a, bb y", "z a, bb w", 0, 0) == [(1, 8, 0)]
    assert _kept_stretches("a, b! c", "x, b! y", 0, 0) == [(1, 6, 0)]  # each mark is a word
    assert _kept_stretches("b", "c b b", 0, 1) == [(0, 1, 4)]  # the common end is not compared again
    assert _kept_stretches("c b b", "b", 0, 1) == [(4, 5, -4)]


def test_edited_looks_only_at_what_is_within_the_passage() -> None:
    touching = [_Stretch(0, 4, 1), _Stretch(4, 7, 3), _Stretch(7, 11, 6)]
    assert _edited("x" * 20, touching, 4, 7) == (3, 7, 10)
    apart = [_Stretch(0, 3, 0), _Stretch(4, 7, 0), _Stretch(8, 11, 0)]
    assert _edited("x" * 20, apart, 4, 7) == (3, 4, 7)


def test_expected() -> None:
    stretches = [_Stretch(0, 3, 0), _Stretch(6, 8, -3)]
    found = [_expected(stretches, place, 99) for place in range(9)]
    assert found == [0, 1, 2, 3, 3, 3, 3, 4, 99]


@given(st.text("ab ", max_size=30), st.text("ab ", max_size=30), st.data())
def test_reanchor_stays_within_the_text(old: str, new: str, data: st.DataObject) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    place = reanchor(old, new, start, end)
    assert place is None or 0 <= place[0] < place[1] <= len(new)


@given(st.text("ab .", max_size=30), st.text("ab .", max_size=30), st.text("ab .", max_size=9), st.data())
def test_words_that_were_not_touched_are_followed_exactly(old: str, added: str, tail: str, data: st.DataObject) -> None:
    mark = "§marked words§"
    at = data.draw(st.integers(0, len(old)))
    text = old[:at] + mark + old[at:]
    new = added + mark + tail
    place = reanchor(text, new, at, at + len(mark))
    assert place is not None
    assert new[place[0] : place[1]] == mark


@pytest.mark.parametrize(
    ("old", "new", "passage", "words"),
    [
        ("one two three four", "one two three four", "two three", "two three"),
        ("one two three four", "one two 3 and a half four", "three", "3 and a half"),
        ("one two three four", "zero and one, two 3, four", "three", "3,"),
        ("one two three four five", "one 2 two 2 3 4 four 5 five", "three", "2 3 4"),
        ("one two", "1 two", "one", "1"),
        ("one two", "one twenty", "two", "twenty"),
        ("one two end", "one more two end", "two", "more two"),  # words were added right before it
        ("one two, end", "one two more, end", "two", "two more"),  # words were added right behind it
        ("one two three four", "one 2 extra three four", "two three", "2 extra three"),
        ("one two three four", "zz one two 3 and more four", "two three", "two 3 and more"),
        ("one five three", "one three", "five ", ""),
        ("a b c", "x y z", "b", "x y z"),  # only white space is the same
        ("one  two  three", "zzz two yy  three", "two", "zzz two yy"),
    ],
)
def test_the_counterpart_lies_between_the_words_that_are_the_same(old: str, new: str, passage: str, words: str) -> None:
    start = old.index(passage)
    first, last = counterpart(old, new, start, start + len(passage))
    assert new[first:last] == words


@given(st.text("ab .", min_size=1), st.text("ab ."), st.data())
def test_the_counterpart_is_a_place_in_the_new_text(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    first, last = counterpart(old, new, start, end)
    assert 0 <= first <= last <= len(new)
