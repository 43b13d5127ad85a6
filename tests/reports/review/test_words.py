"""Differences of two texts, as they are shown and merged: no more than what differs, in whole words."""

import pytest

from reports.review import words
from reports.review.words import BREAK, Edit, edits, edits_by_line, tokens_of


def passages(old: str, new: str, *, by_line: bool = False) -> list[tuple[str, str]]:
    """What each edit takes out and puts in."""
    found = (edits_by_line if by_line else edits)(old, new)
    return [(old[edit.start : edit.end], new[edit.new_start : edit.new_end]) for edit in found]


def test_words_blanks_breaks_and_signs_are_told_apart() -> None:
    assert tokens_of("We met 36_7  (“ქალი”),\n\nand\nمن.") == [
        *("We", " ", "met", " ", "36", "_", "7", " ", " ", "(", "“", "ქალი", "”", ")", ",", "\n\n"),
        *("and", "\n", "من", "."),
    ]
    assert tokens_of(f"a{BREAK}b") == ["a", BREAK, "b"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("The same.", "The same.", []),
        ("", "New", [("", "New")]),
        ("Old", "", [("Old", "")]),
        ("a b c", "a x c", [("b", "x")]),
        ("a b c", "x b y", [("a", "x"), ("c", "y")]),
        ("a b c", "a c", [("b ", "")]),
        ("a c", "a b c", [("", "b ")]),
        ("a a", "a a a", [("", " a")]),
        ("a a a", "a a", [(" a", "")]),
        ("one two three", "eins zwei drei", [("one two three", "eins zwei drei")]),  # not only the blanks stay
        ("x one two y", "z eins zwei w", [("x one two y", "z eins zwei w")]),
        ("p one. q two", "r one. s two!", [("p", "r"), ("q", "s"), ("", "!")]),
        ("b, k m x", "c, k n y x", [("b", "c"), ("m", "n y")]),
        ("r k, s t v", "r k u v", [(", s t", " u")]),
    ],
)
def test_edits_are_what_differs_and_no_more(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert passages(old, new) == found
    assert passages(new, old) == [(there, here) for here, there in found]


def test_edits_say_where_the_words_are() -> None:
    assert edits("a b c d", "a bb c") == [Edit(2, 3, 2, 4), Edit(5, 7, 6, 6)]


def test_a_passage_in_which_too_much_would_be_compared_is_one_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "a b c d e", "a x c e"  # between "a " and " e": five words and blanks on one side, three on the other
    monkeypatch.setattr(words, "LONGEST", 15)
    assert passages(old, new) == [("b", "x"), (" d", "")]
    monkeypatch.setattr(words, "LONGEST", 14)
    assert passages(old, new) == [("b c d", "x c")]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("same\nsame", "same\nsame", []),
        ("one two\nthree four\nfive", "one 2\nthree four\n5", [("two", "2"), ("five", "5")]),
        ("one\ntwo\nthree\n", "one\nthree\n", [("two\n", "")]),
        ("one\nthree\n", "one\ntwo\nthree\n", [("", "two\n")]),
        ("a b\nc d\ne f\n", "a b\nc x\ne f\ng\n", [("d", "x"), ("", "g\n")]),
        ("no end", "no end\n", [("", "\n")]),
    ],
)
def test_a_text_of_many_lines_is_compared_line_by_line(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert passages(old, new, by_line=True) == found


def test_edits_of_a_later_line_are_counted_from_the_beginning() -> None:
    assert edits_by_line("a\nb c d\ne\nf g", "a\nb x d\ne\nf gg!") == [Edit(4, 5, 4, 5), Edit(12, 13, 12, 15)]


def test_words_that_are_said_often_are_still_the_same_words() -> None:
    often = "of the people in the country " * 60
    assert passages(f"One {often}end of it", f"Two {often}end for it") == [("One", "Two"), ("of", "for")]
