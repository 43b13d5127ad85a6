"""Where words that are erased for good were, in texts of all ages, and where what is beside them is afterwards."""

from typing import Any

import pytest

from interviews.struck import (
    ALIKE,
    ERASED,
    Mark,
    earlier_form,
    find_marked,
    find_words,
    follow,
    mark_of,
    occurrences,
    strike,
)

ANNA = Mark("f357a8dbbfae5f4e01fd8553d627e4c4", 4)  # with the key "one"; stored marks must be found again
ANNA_BY_TWO = Mark("55fdba040eeb52969fda78004b4d7cd2", 4)


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.FIELD_KEYS = ["one"]


def test_a_mark_is_of_the_words_and_the_first_key(settings: Any) -> None:
    assert mark_of("Anna") == ANNA
    assert mark_of("Änna") == Mark("d5b7ee8fd1dcaba9752f88e63897cd3a", 4)  # characters, not bytes
    settings.FIELD_KEYS = ["two", "one"]
    assert mark_of("Anna") == ANNA_BY_TWO


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("Anna met Anna", ["Anna"], [(0, 4), (9, 13)]),
        ("Ann", ["Anna"], []),
        ("", ["Anna"], []),
        ("aaaaa", ["aa"], [(0, 2), (2, 4)]),
        ("xabcab", ["ab", "abc"], [(1, 4), (4, 6)]),  # the longest first
        ("abab", ["ab", "ba"], [(0, 2), (2, 4)]),
        ("xAnnayBella", ["Anna", "Bella", "Boris"], [(1, 5), (6, 11)]),
    ],
)
def test_words_are_found_by_their_marks(text: str, words: list[str], spans: list[tuple[int, int]]) -> None:
    assert find_marked(text, [mark_of(one) for one in words]) == spans


def test_a_mark_of_another_length_finds_nothing() -> None:
    assert find_marked("Anna", [Mark(ANNA.mac, 3)]) == []
    assert find_marked("Anna", [Mark(ANNA.mac, 5)]) == []


def test_marks_by_an_earlier_key_are_found_while_the_key_is_there(settings: Any) -> None:
    assert find_marked("Anna", [ANNA_BY_TWO]) == []
    settings.FIELD_KEYS = ["one", "two"]
    assert find_marked("Anna", [ANNA_BY_TWO]) == find_marked("Anna", [ANNA]) == [(0, 4)]


def test_the_words_of_a_mark_come_from_the_first_text_that_has_them() -> None:
    assert find_words(["Nothing", "It was Anna.", "Anna"], ANNA) == "Anna"
    assert find_words(["Nothing", "Ann"], ANNA) is None
    assert find_words([], ANNA) is None


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("banana", "an", [(1, 3), (3, 5)]),
        ("Anna", "Anna", [(0, 4)]),
        ("aaa", "aa", [(0, 2)]),
        ("Anna", "Bella", []),
        ("Anna", "", []),
    ],
)
def test_occurrences_do_not_overlap(text: str, words: str, spans: list[tuple[int, int]]) -> None:
    assert occurrences(text, words) == spans


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([], "abcdef"),
        ([(0, 2)], "[erased]cdef"),
        ([(1, 2), (4, 6)], "a[erased]cd[erased]"),
        ([(1, 3), (3, 4)], "a[erased][erased]ef"),
    ],
)
def test_each_span_is_replaced(spans: list[tuple[int, int]], text: str) -> None:
    assert strike("abcdef", spans) == text


@pytest.mark.parametrize(
    ("place", "then"),
    [
        ((0, 4), (0, 4)),  # before what is struck out
        ((0, 5), (0, 5)),
        ((10, 12), (13, 15)),  # behind it: [erased] is three characters longer than the five that it replaces
        ((12, 15), (15, 18)),
        ((5, 10), None),
        ((6, 9), None),
        ((5, 9), None),
        ((6, 10), None),
        ((3, 7), (3, 13)),  # partly in it: with all of [erased], 5 to 13
        ((0, 6), (0, 13)),
        ((4, 10), (4, 13)),
        ((8, 12), (5, 15)),
        ((9, 11), (5, 14)),
        ((5, 11), (5, 14)),
        ((3, 12), (3, 15)),  # around it
    ],
)
def test_a_passage_is_followed_past_one_span(place: tuple[int, int], then: tuple[int, int] | None) -> None:
    assert follow(*place, [(5, 10)]) == then


@pytest.mark.parametrize(
    ("place", "then"),
    [
        ((0, 25), (0, 25)),  # six characters longer, then six shorter
        ((4, 6), (10, 12)),
        ((4, 5), (10, 11)),
        ((20, 22), (20, 22)),
        ((10, 22), (12, 22)),
        ((3, 8), (2, 20)),
        ((2, 20), (2, 20)),
        ((2, 4), None),
        ((7, 19), None),
    ],
)
def test_a_passage_is_followed_past_two_spans(place: tuple[int, int], then: tuple[int, int] | None) -> None:
    assert follow(*place, [(2, 4), (6, 20)]) == then


def test_a_passage_that_two_spans_cover_is_gone() -> None:
    assert follow(2, 6, [(2, 4), (4, 6)]) is None
    assert follow(2, 7, [(2, 4), (4, 6)]) == (2, 19)


PRESENT = "He met Anna Smith in Baku."


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (PRESENT, "Anna Smith"),
        ("He met Ann in Baku.", "Ann"),  # half typed
        ("He met Ana Smyth in Baku.", "Ana Smyth"),  # spelt differently
        ("He met\n Ann  in Baku.", "Ann"),
        ("He met someone in Baku.", None),
        ("He met in Baku.", None),
        ("He met  in Baku.", None),
        ("", None),
    ],
)
def test_an_earlier_form_is_what_resembles_the_words_in_their_place(text: str, form: str | None) -> None:
    place = earlier_form(text, PRESENT, "Anna Smith")
    assert (place and text[place[0] : place[1]]) == form
    assert form is None or place == (text.index(form), text.index(form) + len(form))


def test_an_earlier_form_may_be_in_the_place_of_a_later_occurrence() -> None:
    assert earlier_form("She came. Ann left.", "Anna came. Anna left.", "Anna") == (10, 13)
    assert earlier_form("Ann left.", "Boris left.", "Anna") is None  # the words are not in the present text


def test_an_earlier_form_may_be_further_on_than_the_present_text_is_long() -> None:
    text = "On Monday we went to the office of the hotline first. Later he met  Ann today."
    assert earlier_form(text, "Later he met Anna today.", "Anna") == (68, 71)


def test_how_much_alike_an_earlier_form_is() -> None:
    """Twice the letters in common, in their order, of all letters of both: 3 of 5 and 5 are just enough."""
    assert ALIKE == 2 * 3 / 10
    assert earlier_form("x Xbcdz y", "x abcde y", "abcde") == (2, 7)
    assert earlier_form("x XYcde y", "x abcde y", "abcde") == (2, 7)
    assert earlier_form("x XYZde y", "x abcde y", "abcde") is None
    assert earlier_form("x aadca y", "x abda y", "abda") == (2, 7)  # seen from the words; 2 * 2 of 9 from the form


def test_long_passages_are_compared_letter_by_letter_too() -> None:
    """Of more than 200 characters the common ones would be left out."""
    words, there = ("The " + "woman said " * 22).strip(), ("A " + "woman said " * 22).strip()
    assert earlier_form(f"x: {there} :y", f"x: {words} :y", words) == (3, 3 + len(there))


def test_struck_words_are_replaced_by_erased_in_brackets() -> None:
    assert ERASED == "[erased]"
