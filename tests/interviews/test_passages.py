"""A marked passage stays on its words, whatever is edited around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.passages import nearest, reanchor

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
        ("Beforehand. " + OLD + " Afterwards.", MARK),  # edited on both sides at once
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


def test_nearest() -> None:
    assert nearest("ab ab ab", "ab", 4) in (3, 6)
    assert nearest("ab ab ab", "ab", 8) == 6
    assert nearest("ab", "cd", 0) is None


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
