"""Which paragraph of a returned file is which of the snapshot, without what a reviewer changed, and with it."""

import random
from typing import Any

import pytest

from reports.review import matching
from reports.review.matching import Group, Old, align, old_paragraphs, pair_moved, pair_rewritten, split_by_place
from reports.review.reading import Cell, Mark, Piece, Returned, ReturnedParagraph
from reports.review.snapshot import Paragraph
from reports.review.words import BREAK

A, B = Mark("A. Reviewer"), Mark("B. Other")
Pairs = list[tuple[list[int], list[int]]]


def back(*pieces: str | Piece, **fields: Any) -> ReturnedParagraph:
    return ReturnedParagraph(tuple(Piece(one) if isinstance(one, str) else one for one in pieces), **fields)


def cell(text: str, row: int, column: int = 0, table: int = 0, **fields: Any) -> ReturnedParagraph:
    return back(text, cell=Cell(table, row, column, **fields))


def ours(*texts: str, kind: Any = "text") -> list[Paragraph]:
    return [Paragraph(f"_ct{number:05}", "a", kind, text=text) for number, text in enumerate(texts)]


def theirs(*texts: str | ReturnedParagraph, bookmarks: bool = False) -> list[Old]:
    """`bookmarks`: each paragraph has that of the paragraph of `ours` in its place."""
    rows = [
        back(text, bookmarks=(f"_ct{number:05}",) if bookmarks else ()) if isinstance(text, str) else text
        for number, text in enumerate(texts)
    ]
    return old_paragraphs(rows)


def pairs(groups: list[Group]) -> Pairs:
    return [(group.ours, group.theirs) for group in groups]


# The view without tracked changes ------------------------------------------------------------------------------------


def test_paragraphs_without_changes_are_as_they_are() -> None:
    one, two = old_paragraphs([back("One", bookmarks=("_ct1", "_ct2")), back("two", Piece(" more", A))])
    assert (one.place, one.members, one.text, one.new, one.bookmarks) == (0, [(0, 0)], "One", "One", {"_ct1", "_ct2"})
    assert (two.place, two.members, two.text, two.new) == (1, [(1, 0)], "two", "two more")
    assert (one.joined, one.added, two.added) == (None, False, False)
    assert two.last.pieces[0].text == "two"


def test_a_paragraph_that_was_split_is_one_with_the_break_inserted() -> None:
    (one,) = old_paragraphs([back("One ", bookmarks=("_ct1",), mark_inserted=A), back("two", bookmarks=("_ct2",))])
    assert (one.place, one.text, one.new) == (0, "One two", f"One {BREAK}two")
    assert one.members == [(0, 0), (1, len("One ") + len(BREAK))]
    assert one.pieces == [Piece("One "), Piece(BREAK, A), Piece("two")]
    assert one.bookmarks == {"_ct1", "_ct2"}


def test_an_end_that_was_deleted_is_told() -> None:
    one, two = old_paragraphs([back("One", mark_deleted=A), back("two")])
    assert (one.joined, two.joined) == (A, None)
    assert (one.text, two.text) == ("One", "two")


def test_an_end_that_one_inserted_and_another_deleted_is_both() -> None:
    (one,) = old_paragraphs([back("One", mark_inserted=A, mark_deleted=B), back("two")])
    assert one.pieces[1] == Piece(BREAK, A, B)
    assert one.new == "Onetwo"


def test_a_new_paragraph_at_the_end_of_the_file_or_of_a_cell_is_added() -> None:
    first, last = old_paragraphs([back("One"), back(Piece("New", A), mark_inserted=A)])
    assert (last.place, last.added, last.text, last.new) == (1, True, "", "New")
    assert not first.added
    one, two = old_paragraphs([back("One", mark_inserted=A)]), old_paragraphs([back("", mark_inserted=A)])
    assert [(old.added, old.pieces) for old in (*one, *two)] == [(False, [Piece("One")]), (True, [Piece("")])]
    in_cell = ReturnedParagraph((Piece("New", A),), mark_inserted=A, cell=Cell(0, 0, 0))
    new, other = old_paragraphs([in_cell, cell("Other", 0, 1)])
    assert (new.added, new.new, other.added, other.text) == (True, "New", False, "Other")


@pytest.mark.parametrize(
    "other",
    [Cell(0, 0, 1), Cell(0, 1, 0), Cell(1, 0, 0), None],
)
def test_a_paragraph_goes_on_in_its_own_cell_only(other: Cell | None) -> None:
    first = back("One", mark_inserted=A, cell=Cell(0, 0, 0))
    assert len(old_paragraphs([first, back("two", cell=other)])) == 2
    assert len(old_paragraphs([first, back("two", cell=Cell(0, 0, 0))])) == 1


def test_a_note_goes_on_in_itself_only() -> None:
    assert len(old_paragraphs([back("One", mark_inserted=A, note="f2"), back("two", note="f3")])) == 2
    assert len(old_paragraphs([back("One", mark_inserted=A, note="f2"), back("two", note="f2")])) == 1


def test_an_empty_cell_of_an_inserted_row_is_added() -> None:
    (one,) = old_paragraphs([ReturnedParagraph(cell=Cell(0, 1, 0, inserted=A))])
    assert (one.added, one.pieces, one.members) == (True, [], [(0, 0)])
    assert not Old(0).added


def test_what_is_in_an_inserted_row_is_new_by_who_inserted_it() -> None:
    row = Cell(0, 1, 0, inserted=A)
    (one,) = old_paragraphs([back("New", Piece("too", B), Piece("gone", None, B, "m"), cell=row, mark_inserted=B)])
    assert one.pieces == [Piece("New", A), Piece("too", B), Piece("gone", A, B, "m")]
    assert (one.added, one.text, one.new, one.joined) == (True, "", "Newtoo", None)
    two, three = old_paragraphs([back("x", cell=row), back("y", cell=row, mark_deleted=B)])
    assert (two.members, three.members, three.joined) == ([(0, 0)], [(1, 0)], B)
    split = old_paragraphs([back("x", cell=row, mark_inserted=B), back("y", cell=row)])
    assert [old.members for old in split] == [[(0, 0)], [(1, 0)]], "each is new by itself"


def test_the_move_that_brought_a_whole_paragraph_brought_its_end() -> None:
    moved, both = Piece("Moved.", A, None, "m1"), Piece("Other.", A, None, "m2")
    for pieces, move in (([moved], "m1"), ([moved, "stays"], "m1"), ([moved, both], ""), (["stays"], "")):
        (one, *_) = old_paragraphs([back(*pieces, mark_inserted=A), back("next")])
        assert one.pieces[len(pieces)] == Piece(BREAK, A, None, move)


# Pairs ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("a b c", "a b c", [([0], [0]), ([1], [1]), ([2], [2])]),
        ("a b c", "a c", [([0], [0]), ([1], []), ([2], [1])]),
        ("a c", "a b c", [([0], [0]), ([], [1]), ([1], [2])]),
        ("a b", "", [([0], []), ([1], [])]),
        ("", "a b", [([], [0]), ([], [1])]),
        ("a a b", "a b", [([0], [0]), ([1], []), ([2], [1])]),
        ("x a x b x", "x a x x b x", [([0], [0]), ([1], [1]), ([2], [2]), ([], [3]), ([3], [4]), ([4], [5])]),
        ("a b c d", "b c d a", [([0], []), ([1], [0]), ([2], [1]), ([3], [2]), ([], [3])]),
        ("a b c d e", "d e a b c", [([], [0]), ([], [1]), ([0], [2]), ([1], [3]), ([2], [4]), ([3], []), ([4], [])]),
    ],
)
def test_paragraphs_that_say_the_same_are_paired_in_order(before: str, after: str, found: Pairs) -> None:
    groups = align(ours(*before.split()), theirs(*after.split()))
    assert pairs(groups) == found


def test_of_several_that_could_be_in_order_the_most_are_taken() -> None:
    before, after = list("abcdef"), list("fcdabe")  # c d e and a b e are in order, f and a e are too
    kept = [(one, two) for one, two in pairs(align(ours(*before), theirs(*after))) if one and two]
    assert [before[one] for (one,), (two,) in kept if before[one] == after[two]] in (["a", "b", "e"], ["c", "d", "e"])


def test_a_changed_paragraph_is_known_by_its_words() -> None:
    text = ("Women and men were met in the capital.", "Shelters are open all the year.", "Nothing else was found.")
    changed = ("Women and boys were seen in the capital.", "Nothing at all was found.", "Police were trained.")
    assert pairs(align(ours(*text), theirs(*changed))) == [([0], [0]), ([1], []), ([2], [1]), ([], [2])]
    assert pairs(align(ours(text[1]), theirs("SHELTERS are Open"))) == [([0], [0])], "capitals or not"


def test_which_of_two_alike_it_is_the_bookmark_decides() -> None:
    alike = ours("The same words in one", "The same words in two")
    one = back("The same words in three", bookmarks=("_ct00001",))
    assert pairs(align(alike, theirs(one))) == [([0], []), ([1], [0])]
    assert pairs(align(alike, theirs("The same words in three")))[0] == ([0], [0])
    # Of two that say the same, too, where what is around them changed.
    same = ours("One", "Same", "Two", "Same", "Three")
    changed = theirs("Eins", back("Same", bookmarks=("_ct00003",)), "Drei")
    assert ([3], [1]) in pairs(align(same, changed))


def test_a_short_text_that_is_another_is_known_by_its_bookmark_alone() -> None:
    for before, after, paired in (
        ("36", "41", True),
        ("36 women and men", "41 of all girls", False),
        ("36", "", False),
        ("Women", "Three other words here", False),
        ("We met women and men in the capital city", "Now in the north and in the south", True),
    ):
        found = pairs(align(ours(before), theirs(after, bookmarks=True)))
        assert (found == [([0], [0])]) is paired, (before, after)
        if after == "41":
            assert pairs(align(ours(before), theirs(after))) == [([0], []), ([], [0])]


def test_cells_are_paired_with_cells_and_blocks_with_either() -> None:
    text = "Labour inspection of the north"
    assert pairs(align(ours(text, kind="cell"), theirs(f"{text} now"))) == [([0], []), ([], [0])]
    assert pairs(align(ours(text), theirs(cell(f"{text} now", 0)))) == [([0], []), ([], [0])]
    assert pairs(align(ours(text, kind="cell"), theirs(cell(f"{text} now", 0)))) == [([0], [0])]
    for one in (cell(f"{text} now", 0), back(f"{text} now")):
        assert pairs(align(ours(text, kind="block"), theirs(one))) == [([0], [0])]


@pytest.mark.parametrize("kind", ["text", "made", "block", "cell"])
@pytest.mark.parametrize("limit", [0, 9])
def test_an_empty_cell_is_not_the_empty_line_below_a_table(
    kind: Any, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "LARGEST_GAP", limit)
    found = pairs(align(ours("", kind=kind), theirs(cell("", 0))))
    assert found == ([([0], [0])] if kind in ("block", "cell") else [([0], []), ([], [0])])
    assert (pairs(align(ours("", kind=kind), theirs(""))) == [([0], [0])]) is (kind != "cell")


def test_what_is_added_is_never_one_that_was_there() -> None:
    new = back(Piece("", A), mark_inserted=A)
    assert pairs(align(ours("One", ""), theirs("One", new))) == [([0], [0]), ([1], []), ([], [1])]
    row = back("One and two and three", cell=Cell(0, 0, 0, inserted=A))
    assert pairs(align(ours("One and two and three", kind="cell"), theirs(row))) == [([0], []), ([], [0])]


# Parts and wholes -----------------------------------------------------------------------------------------------------

FIRST, SECOND = "Women and men were met in the capital.", "Shelters are open all through the year."


@pytest.mark.parametrize("between", ["", " ", "  "])
def test_a_paragraph_in_two_parts_and_two_in_one(between: str) -> None:
    whole = f"{FIRST}{between}{SECOND}"
    assert pairs(align(ours("Before.", whole, "After."), theirs("Before.", FIRST, SECOND, "After."))) == [
        ([0], [0]), ([1], [1, 2]), ([2], [3]),
    ]  # fmt: skip
    assert pairs(align(ours("Before.", FIRST, SECOND, "After."), theirs("Before.", whole, "After."))) == [
        ([0], [0]), ([1, 2], [1]), ([3], [2]),
    ]  # fmt: skip


def test_parts_of_short_texts_are_known_where_they_are_the_whole() -> None:
    assert pairs(align(ours("Yes. No."), theirs("Yes.", "No."))) == [([0], [0, 1])]
    assert pairs(align(ours("Yes.", "No."), theirs("Yes. No."))) == [([0, 1], [0])]
    assert pairs(align(ours("Yes.   No."), theirs("Yes.", "No."))) != [([0], [0])]


def test_parts_are_known_where_a_word_was_joined() -> None:
    parts = ["Police met women here", "nested one", "nested two", "Courts sat there often"]
    whole = ["Police met girls here", "nested onenested two", "Courts sat here often"]
    assert pairs(align(ours(*parts), theirs(*whole))) == [([0], [0]), ([1, 2], [1]), ([3], [2])]
    assert pairs(align(ours(*whole), theirs(*parts))) == [([0], [0]), ([1], [1, 2]), ([2], [3])]


def test_parts_that_were_changed_are_known_by_their_words() -> None:
    parts = theirs("Women and boys were met in the capital.", "Shelters are now open all the year.")
    assert pairs(align(ours(f"{FIRST} {SECOND}"), parts)) == [([0], [0, 1])]
    whole = theirs("Women and boys were met in the capital. Shelters are now open all the year.")
    assert pairs(align(ours(FIRST, SECOND), whole)) == [([0, 1], [0])]


def test_another_paragraph_after_it_is_no_part_of_it() -> None:
    new = "Police of two districts had a course."
    assert pairs(align(ours(FIRST), theirs(FIRST.replace("men", "boys"), new))) == [([0], [0]), ([], [1])]
    assert pairs(align(ours(FIRST, new), theirs(FIRST.replace("men", "boys")))) == [([0], [0]), ([1], [])]


def test_cells_are_not_joined_and_parts_are_in_one_cell() -> None:
    whole = f"{FIRST} {SECOND}"
    two_cells = theirs(cell(FIRST, 0), cell(SECOND, 1))
    assert ([0], [0, 1]) not in pairs(align(ours(whole, kind="cell"), two_cells))
    one_cell = theirs(cell(FIRST, 0), cell(SECOND, 0))
    assert pairs(align(ours(whole, kind="cell"), one_cell)) == [([0], [0, 1])]
    assert ([0, 1], [0]) not in pairs(align(ours(FIRST, SECOND, kind="cell"), theirs(cell(whole, 0))))
    added = back("x", Piece(SECOND, A), mark_inserted=A)
    assert ([0], [0, 1]) not in pairs(align(ours(whole), [*theirs(FIRST), *theirs(added)]))


# Many at once -------------------------------------------------------------------------------------------------------


def reviewed(seed: int, ways: str) -> tuple[list[str], list[str], set[tuple[tuple[int, ...], tuple[int, ...]]]]:
    """Paragraphs of words of their own, what somebody made of them, and which became which.

    `ways` to choose from: "k"ept, "c"hanged, "g"one, a "n"ew one before it, "s"plit, "j"oined with the next.
    """
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    before: list[str] = []
    after: list[str] = []
    found: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()

    def some(count: int = 8) -> list[str]:
        return [f"word{chance.randrange(10**9)}" for _ in range(count)]

    def changed(words: list[str]) -> list[str]:
        place = chance.randrange(len(words))
        return [*words[:place], *some(1), *words[place + 1 :]]

    for _ in range(14):
        way, words, i, k = chance.choice(ways), some(), len(before), len(after)
        before.append(" ".join(words))
        if way == "g":
            found.add(((i,), ()))
            continue
        if way == "n":
            after.append(" ".join(some()))
            found.add(((), (k,)))
            k += 1
        if way == "s":
            cut = chance.choice([3, 4, 5])
            after += [" ".join(changed(words[:cut])), " ".join(words[cut:])]
            found.add(((i,), (k, k + 1)))
        elif way == "j":
            more = some(6)
            before.append(" ".join(more))
            after.append(" ".join([*changed(words), *more]))
            found.add(((i, i + 1), (k,)))
        else:
            after.append(" ".join(changed(words) if way == "c" else words))
            found.add(((i,), (k,)))
    return before, after, found


@pytest.mark.parametrize("seed", range(12))
def test_each_paragraph_is_found_whatever_was_done_to_those_around_it(seed: int) -> None:
    before, after, expected = reviewed(seed, "kcccgnsj")
    groups = align(ours(*before), theirs(*after))
    assert {(tuple(group.ours), tuple(group.theirs)) for group in groups} == expected
    assert [i for group in groups for i in group.ours] == list(range(len(before)))
    assert [k for group in groups for k in group.theirs] == list(range(len(after)))


@pytest.mark.parametrize("seed", range(8))
def test_in_large_gaps_bookmarks_find_what_was_changed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, expected = reviewed(seed, "cccgn")
    paragraphs = ours(*before)
    names = {k: (paragraphs[i[0]].id,) for i, k in ((i, k[0]) for i, k in expected if i and k)}
    olds = theirs(*(back(text, bookmarks=names.get(k, ())) for k, text in enumerate(after)))
    monkeypatch.setattr(matching, "LARGEST_GAP", 2)
    groups = align(paragraphs, olds)
    assert {(tuple(group.ours), tuple(group.theirs)) for group in groups} == expected
    assert [i for group in groups for i in group.ours] == list(range(len(before)))
    assert [k for group in groups for k in group.theirs] == list(range(len(after)))


def test_what_begins_and_ends_a_large_gap_alike_is_paired_without_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LARGEST_GAP", 0)
    before, after = ours("new", "a", "b", "a", "b", "c", "c"), theirs("a", "b", "x", "a", "b", "c", "c")
    assert pairs(align(before[1:], after)) == [
        ([0], [0]), ([1], [1]), ([], [2]), ([2], [3]), ([3], [4]), ([4], [5]), ([5], [6]),
    ]  # fmt: skip
    assert pairs(align(before, after[:2] + after[3:])) == [
        ([0], []), ([1], [0]), ([2], [1]), ([3], [2]), ([4], [3]), ([5], [4]), ([6], [5]),
    ]  # fmt: skip
    changed = [Paragraph(one.id, "a", "text", text=f"{one.text} of it") for one in before[:1]]
    assert pairs(align(changed, theirs("new of it too"))) == [([0], []), ([], [0])], "too large to compare"
    assert pairs(align(ours("One of it"), theirs("One of it"))) == [([0], [0])]


def score(one: Paragraph, text: str, *, bookmark: bool = False) -> float:
    (old,) = theirs(back(text, bookmarks=(one.id,) if bookmark else ()))
    return matching._score(one, old, matching._words(one.text), matching._words(text))


def test_how_much_two_paragraphs_are_the_same_one() -> None:
    one = ours("a b c d e")[0]
    assert [score(one, "a b c d e"), score(one, "a b c d e", bookmark=True)] == pytest.approx([1.2, 1.4])
    assert [score(one, "a b x y z"), score(one, "a b x y z", bookmark=True)] == pytest.approx([0.4, 0.6])
    assert [score(one, "a b"), score(one, "a b", bookmark=True)] == pytest.approx([4 / 7, 4 / 7 + 0.2])
    assert [score(one, "a w x y z"), score(one, "a w x y z", bookmark=True)] == pytest.approx([0, 0.3])
    assert score(one, "v w x y z", bookmark=True) == 0
    twenty = ours(" ".join(map(str, range(20))))[0]
    assert score(twenty, " ".join(map(str, range(17, 37))), bookmark=True) == 0, "three of twenty, not more"
    assert score(twenty, " ".join(map(str, range(16, 36))), bookmark=True) == pytest.approx(0.3)
    three = ours("a b c")[0]
    assert [score(three, text, bookmark=True) for text in ("x y z", "w x y z", "")] == pytest.approx([0.3, 0, 0])
    assert score(ours("a b c d")[0], "x y z", bookmark=True) == 0
    assert score(ours("!")[0], "?", bookmark=True) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("whole", "first", "second", "is_of_both"),
    [
        ("ab", "a", "b", True), ("a b", "a", "b", True), ("a  b", "a", "b", True), ("a   b", "a", "b", False),
        ("aab", "aa", "ab", False), ("a b", "", "b", False), ("a b", "a", "", False), ("ab", "", "b", False),
        ("ab", "a", "", False), ("x b", "a", "b", False), ("a x", "a", "b", False), ("aaa  b", "aaa", "b", True),
        ("a bbbb", "a", "bbbb", True), ("a bbbb", "bbbb", "a", False), ("bbbb", "bb", "bb", True),
        ("  ", "", "", False),
    ],
)  # fmt: skip
def test_a_text_is_of_both_where_nothing_but_blanks_is_between(
    whole: str, first: str, second: str, is_of_both: bool
) -> None:
    assert matching._is_of_both(whole, first, second) is is_of_both


@pytest.mark.parametrize(
    ("whole", "first", "second", "goes_on"),
    [
        ("a b c d", "a b", "c d", True), ("a b c d", "a b", "c d x y", False), ("a b c d", "a b x", "c d", True),
        ("a b c d", "a b x y", "c d", False), ("a b c d", "a x", "c d", False), ("a b c d", "a b", "c x", False),
        ("a b c d", "a b", "c d x", True), ("a b c d", "", "c d", False), ("a b c d", "a b", "", False),
        ("a b c d", "a", "b c d", True), ("a b c d", "a b c", "d", True), ("a b c d", "a b", "a b", False),
        ("a b c d e f g h", "a", "b", False), ("a b c d e f g h", "a", "c d", True), ("a b", "b", "b", False),
        ("a b c d e f g h i j k l m", "a b", "c", False), ("a a b b", "a a", "a b b", True),
    ],
)  # fmt: skip
def test_two_go_on_in_one_where_each_has_most_of_its_words_there(
    whole: str, first: str, second: str, goes_on: bool
) -> None:
    assert matching._goes_on(*map(matching._words, (whole, first, second))) is goes_on


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("", "", 0), ("a", "", 0), ("a b", "b a", 1), ("a b c", "a", 0.5), ("a", "a b c", 0.5), ("a a b", "a b b", 2 / 3)],
)
def test_the_share_of_words_in_common(one: str, other: str, share: float) -> None:
    assert matching._likeness(one, other) == pytest.approx(share)


# Large gaps -----------------------------------------------------------------------------------------------------------


def test_a_gap_too_large_for_all_pairs_is_parted_at_bookmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [f"Sentence {name} has several words of its own" for name in "abcdef"]
    after = [f"{text} now" for text in before]
    expected = [([n], [n]) for n in range(6)]
    assert pairs(align(ours(*before), theirs(*after))) == expected
    monkeypatch.setattr(matching, "LARGEST_GAP", 3)
    assert pairs(align(ours(*before), theirs(*after, bookmarks=True))) == expected
    without = pairs(align(ours(*before), theirs(*after)))
    assert without == [([n], []) for n in range(6)] + [([], [n]) for n in range(6)]
    one = [back(text, bookmarks=("_ct00002",) if n == 2 else ()) for n, text in enumerate(after)]
    monkeypatch.setattr(matching, "LARGEST_GAP", 9)
    assert pairs(align(ours(*before), theirs(*one))) == expected
    other = [back(text, bookmarks=("_ct00002",) if n == 2 else ()) for n, text in enumerate(["x"] * 6)]
    assert ([2], [2]) not in pairs(align(ours(*before), theirs(*other))), "nothing in common"


@pytest.mark.parametrize("named", [False, True])
def test_how_large_a_gap_may_be(named: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`named`: a paragraph with a bookmark comes first, so that only the rest is the gap."""
    few = ["Women and men were met", "Shelters are open now"]
    many = ["Women and boys were met", "Police had a course", "Shelters are open today"]
    first = [back("a b x y z", bookmarks=("_ct00000",))] if named else []
    before = ["a b c d e"] * named

    def found(limit: int, one: list[str], other: list[str]) -> int:
        monkeypatch.setattr(matching, "LARGEST_GAP", limit)
        groups = pairs(align(ours(*before, *one), theirs(*first, *other)))
        assert [k for _, right in groups for k in right] == list(range(len(other) + named))
        assert sorted(i for left, _ in groups for i in left) == list(range(len(one) + named))
        return sum(bool(left and right) for left, right in groups) - named

    for one, other in ((few, many), (many, few)):
        assert [found(6, one, other), found(5, one, other)] == [2, 0]


def test_what_says_the_same_parts_a_gap_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LARGEST_GAP", 0)
    found = pairs(align(ours("Alpha", "One text", "Beta"), theirs("x", "Gamma", "One text", "Delta")))
    assert found == [([0], []), ([], [0]), ([], [1]), ([1], [2]), ([2], []), ([], [3])]


# Left over ------------------------------------------------------------------------------------------------------------


def moved(before: list[Paragraph], after: list[Old]) -> tuple[list[tuple[int, int]], Pairs]:
    groups = align(before, after)
    found = pair_moved(groups, before, after)
    return found, pairs(groups)


def test_a_paragraph_that_is_gone_here_and_says_the_same_there_was_moved() -> None:
    found, left = moved(ours("One", "Two", "Three", "Four"), theirs("Two", "Three", "Four", "One"))
    assert found == [(0, 3)]
    assert left == [([1], [0]), ([2], [1]), ([3], [2])]


def test_one_of_two_that_are_gone_was_moved() -> None:
    found, left = moved(ours("Same text", "Two", "Same text", "Four"), theirs("Two", "Four", "Same text"))
    assert found == [(0, 2)]
    assert left == [([1], [0]), ([2], []), ([3], [1])]


def test_what_says_the_same_in_several_places_was_moved_where_its_bookmark_is() -> None:
    before = ours("One", "Two", "Three", "Four")
    assert moved(before, theirs("Two", "Three", "One", "Four", "One"))[0] == []
    last = back("One", bookmarks=("_ct00000",))
    assert moved(before, theirs("Two", "Three", "One", "Four", last))[0] == [(0, 4)]


@pytest.mark.parametrize(
    ("text", "kind", "is_moved"),
    [
        ("Ab.", "text", True),
        ("Ab.", "title", True),
        ("Ab", "text", False),
        ("Ab.", "block", False),
        ("Ab.", "cell", False),
    ],
)
def test_only_texts_and_titles_of_some_length_were_moved(text: str, kind: Any, is_moved: bool) -> None:
    before = [*ours(text, kind=kind), *ours("", "Two", "Three")[1:]]
    found, _ = moved(before, theirs("Two", "Three", text))
    assert found == ([(0, 2)] if is_moved else [])


def test_what_is_now_in_a_cell_was_not_moved_there() -> None:
    assert moved(ours("One", "Two", "Three"), theirs("Two", "Three", cell("One", 0)))[0] == []


def rewritten(before: list[Paragraph], after: list[Old]) -> Pairs:
    return pairs(pair_rewritten(align(before, after), before, after))


def test_as_many_others_in_the_same_place_were_written_anew() -> None:
    before = ours("One", "Two of it", "Three too", "Four")
    assert rewritten(before, theirs("One", "Deux", "Trois", "Four")) == [([0], [0]), ([1], [1]), ([2], [2]), ([3], [3])]
    assert rewritten(before, theirs("One", "Deux", "Four")) == [([0], [0]), ([1], []), ([2], []), ([], [1]), ([3], [2])]
    assert rewritten(before[:3], theirs("One", "Deux", "Trois")) == [([0], [0]), ([1], [1]), ([2], [2])], "at the end"
    assert rewritten(before[:2], theirs("One", "Two of it")) == [([0], [0]), ([1], [1])]


def test_cells_written_anew_are_paired_behind_others_that_were_moved_away() -> None:
    before = [*ours("One", "Two"), *(Paragraph(f"x{text}", "a", "cell", text=text) for text in ("Red", "Blue"))]
    after = theirs("New", "One", "Two", cell("Rouge", 0), cell("Bleu", 1))
    assert rewritten(before, after) == [([], [0]), ([0], [1]), ([1], [2]), ([2], [3]), ([3], [4])]
    text = theirs("New", "One", "Two", cell("Rouge", 0), "Bleu")
    assert rewritten(before, text)[3:] == [([2], []), ([3], []), ([], [3]), ([], [4])]


def test_what_is_empty_or_added_is_not_what_was_written_anew() -> None:
    before = ours("One", "Two", "", "Four")
    after = theirs("One", "Deux", back(Piece("New", A), cell=Cell(0, 0, 0, inserted=A)), "Four")
    assert rewritten(before, after) == [([0], [0]), ([1], [1]), ([2], []), ([], [2]), ([3], [3])]
    assert rewritten(ours("", "Four"), theirs("", "Four")) == [([0], [0]), ([1], [1])]


def test_only_a_cell_takes_the_place_of_a_cell() -> None:
    two = theirs("One", cell("Deux", 0), "Four")
    for kind, is_anew in (("cell", True), ("block", True), ("text", False)):
        before = [ours("One")[0], *ours("", "Two", kind=kind)[1:], *ours("", "", "Four")[2:]]
        assert (([1], [1]) in rewritten(before, two)) is is_anew, kind


def test_footnotes_are_apart_and_contents_are_left_out() -> None:
    returned = Returned(
        (back("Text"), back("Contents", made=True), back("Note", note="f2"), back("x", note="f3", made=True))
    )
    texts, notes = split_by_place(returned)
    assert ([old.text for old in texts], [old.text for old in notes]) == (["Text"], ["Note"])
