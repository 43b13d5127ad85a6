"""Which paragraph of a returned file is which of the snapshot, and where each character of it was.

The view of a file in which all tracked changes are rejected is what its reviewer began with, but for changes made with
tracking off. So `old_paragraphs` makes that view, `align` pairs it with the snapshot, and what differs within a pair
was changed without tracking. Bookmarks only decide between paragraphs that are alike: programs move and rename them.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reports.review.reading import Mark, Piece, Returned, ReturnedParagraph
from reports.review.snapshot import Paragraph
from reports.review.words import BREAK

LARGEST_GAP = 40_000  # pairs of paragraphs that are compared word by word
ALIKE = 0.4  # share of words in common from which two paragraphs are the same one, changed
_WORD = re.compile(r"\w+")


@dataclass
class Old:
    """A paragraph of the view without tracked changes.

    `pieces` also hold what was inserted in it; an inserted end of a paragraph is a piece of its own, `BREAK`.
    `members` are the paragraphs of the file that it was read from: (place in the file, characters of `pieces` before
    it). `joined`: its own end was deleted. `added`: nothing of it was there before.
    """

    place: int
    pieces: list[Piece] = field(default_factory=list)
    members: list[tuple[int, int]] = field(default_factory=list)
    joined: Mark | None = None
    added: bool = False
    last: ReturnedParagraph = field(default_factory=ReturnedParagraph)
    bookmarks: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.inserted is None)

    @cached_property
    def new(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.deleted is None)


def old_paragraphs(paragraphs: Sequence[ReturnedParagraph]) -> list[Old]:
    found: list[Old] = []
    current: Old | None = None
    for place, paragraph in enumerate(paragraphs):
        if current and _apart(current.last, paragraph):
            found.append(_ended(current, added=True))
            current = None
        if current is None:
            current, length = Old(place), 0
        current.members.append((place, length))
        row = paragraph.cell.inserted if paragraph.cell else None
        for piece in paragraph.pieces:
            current.pieces.append(piece if piece.inserted else _inserted(piece, row))
            length += len(piece.text)
        current.bookmarks |= set(paragraph.bookmarks)
        current.last = paragraph
        new_mark = paragraph.mark_inserted
        if new_mark and row is None:
            current.pieces.append(Piece(BREAK, new_mark, paragraph.mark_deleted, _move_of(paragraph)))
            length += len(BREAK)
            continue
        current.joined = paragraph.mark_deleted
        found.append(_ended(current, added=row is not None))
        current = None
    if current:
        found.append(_ended(current, added=True))
    return found


def _ended(old: Old, *, added: bool) -> Old:
    """`added` only where it had no text before."""
    old.added = added and not old.text
    if old.pieces and old.pieces[-1].text == BREAK:
        old.pieces.pop()
    return old


def _apart(one: ReturnedParagraph, other: ReturnedParagraph) -> bool:
    """Are the two in different cells or notes, so that neither can go on in the other?"""
    cells = [(p.cell.table, p.cell.row, p.cell.column) if p.cell else None for p in (one, other)]
    return cells[0] != cells[1] or one.note != other.note


def _inserted(piece: Piece, row: Mark | None) -> Piece:
    return Piece(piece.text, row, piece.deleted, piece.move)


def _move_of(paragraph: ReturnedParagraph) -> str:
    """The name of the move that brought the whole paragraph, for its end is moved with it."""
    moves = {piece.move for piece in paragraph.pieces if piece.inserted}
    return moves.pop() if len(moves) == 1 else ""


# Pairs ---------------------------------------------------------------------------------------------------------------


@dataclass
class Group:
    """Paragraphs of the snapshot (`ours`) that became paragraphs of the file (`theirs`), by their places in the lists:
    one each, or two on one side where one was split or two were joined. One side may be empty."""

    ours: list[int]
    theirs: list[int]


def align(ours: Sequence[Paragraph], theirs: Sequence[Old]) -> list[Group]:
    """Every paragraph in one group, in the order of the file where it has one."""
    pairs = _anchors(ours, theirs)
    groups: list[Group] = []
    i = k = 0
    for a, b in [*pairs, (len(ours), len(theirs))]:
        groups += _gap(ours, theirs, range(i, a), range(k, b))
        if a < len(ours):
            groups.append(Group([a], [b]))
        i, k = a + 1, b + 1
    return groups


def _anchors(ours: Sequence[Paragraph], theirs: Sequence[Old]) -> list[tuple[int, int]]:
    """Pairs that say the same and nothing else does, in the same order on both sides."""
    first, second = _places(p.text for p in ours), _places(p.text for p in theirs)
    pairs = sorted(
        (places[0], second[text][0])
        for text, places in first.items()
        if text and len(places) == 1 and len(second.get(text, ())) == 1
    )
    return _in_order(pairs)


def _places(texts: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        found[text].append(place)
    return found


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second places rise too (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            piles.append(number)
        else:
            tops[pile], piles[pile] = place, number
    found = []
    at = piles[-1] if piles else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _gap(ours: Sequence[Paragraph], theirs: Sequence[Old], left: range, right: range) -> list[Group]:
    """The groups between two anchors."""
    head: list[Group] = []
    while left and right and _same(ours[left[0]], theirs[right[0]]):
        head.append(Group([left[0]], [right[0]]))
        left, right = left[1:], right[1:]
    tail: list[Group] = []
    while left and right and _same(ours[left[-1]], theirs[right[-1]]):
        tail.insert(0, Group([left[-1]], [right[-1]]))
        left, right = left[:-1], right[:-1]
    if len(left) * len(right) <= LARGEST_GAP:
        middle = _compared(ours, theirs, left, right)
    else:
        middle = _by_bookmarks(ours, theirs, left, right)
    return head + middle + tail


def _same(one: Paragraph, other: Old) -> bool:
    if one.text != other.text or other.added:
        return False
    # Of what is empty, such as the line below a table, a cell is only the same as a cell.
    return bool(one.text) or one.kind == "block" or (one.kind == "cell") == (other.last.cell is not None)


def _by_bookmarks(ours: Sequence[Paragraph], theirs: Sequence[Old], left: range, right: range) -> list[Group]:
    """A large gap is parted at paragraphs that have the same bookmark and something in common."""
    at = {bookmark: k for k in right for bookmark in theirs[k].bookmarks}
    pairs = [(i, at[ours[i].id]) for i in left if ours[i].id in at]
    pairs = _in_order([(i, k) for i, k in pairs if _likeness(ours[i].text, theirs[k].text) >= ALIKE])
    groups: list[Group] = []
    i, k = left.start, right.start
    for a, b in [*pairs, (left.stop, right.stop)]:
        before, behind = range(i, a), range(k, b)
        if len(before) * len(behind) <= LARGEST_GAP:
            groups += _compared(ours, theirs, before, behind)
        else:
            groups += [Group([n], []) for n in before] + [Group([], [n]) for n in behind]
        if a < left.stop:
            groups.append(Group([a], [b]))
        i, k = a + 1, b + 1
    return groups


def _compared(ours: Sequence[Paragraph], theirs: Sequence[Old], left: range, right: range) -> list[Group]:
    """The pairing of a gap with the most words in common: one with one, one with two, two with one."""
    rows, columns = len(left), len(right)
    counts = {i: _words(ours[i].text) for i in left}
    other = {k: _words(theirs[k].text) for k in right}
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for x in range(rows - 1, -1, -1):
        for y in range(columns - 1, -1, -1):
            one, two = ours[left[x]], theirs[right[y]]
            options = [(best[x + 1][y], (1, 0)), (best[x][y + 1], (0, 1))]
            alone = _score(one, two, counts[left[x]], other[right[y]])
            options.append((best[x + 1][y + 1] + alone, (1, 1)) if alone else (0.0, (1, 0)))
            if y + 1 < columns and not _apart(two.last, theirs[right[y + 1]].last):
                mine, first, second = counts[left[x]], other[right[y]], other[right[y + 1]]
                exact = _is_of_both(one.text, two.text, theirs[right[y + 1]].text)
                if exact or _goes_on(mine, first, second):
                    options.append((best[x + 1][y + 2] + max(exact, _share(mine, first + second)) + 0.2, (1, 2)))
            if x + 1 < rows and one.kind == ours[left[x + 1]].kind == "text":
                first, second, both = counts[left[x]], counts[left[x + 1]], other[right[y]]
                exact = _is_of_both(two.text, one.text, ours[left[x + 1]].text)
                if exact or _goes_on(both, first, second):
                    options.append((best[x + 2][y + 1] + max(exact, _share(both, first + second)) + 0.2, (2, 1)))
            best[x][y], step[x, y] = max(options)
    groups: list[Group] = []
    x = y = 0
    while x < rows or y < columns:
        dx, dy = step.get((x, y), (1, 0) if x < rows else (0, 1))
        groups.append(Group(list(left[x : x + dx]), list(right[y : y + dy])))
        x, y = x + dx, y + dy
    return groups


def _score(one: Paragraph, other: Old, words: Counter[str], others: Counter[str]) -> float:
    """0 where the two are not the same paragraph."""
    if other.added or (one.kind != "block" and (one.kind == "cell") != (other.last.cell is not None)):
        return 0.0
    if one.text == other.text:
        return 1.2 + 0.2 * (one.id in other.bookmarks)
    share = _share(words, others)
    if share >= ALIKE:
        return share + 0.2 * (one.id in other.bookmarks)
    # A short text, such as a number, is a new one for the old: then only the bookmark tells.
    short = len(words) <= 3 and len(others) <= 3 and bool(one.text) == bool(other.text)
    return 0.3 if one.id in other.bookmarks and (short or share > 0.15) else 0.0


def _is_of_both(whole: str, first: str, second: str) -> bool:
    """Does `whole` begin with the one and end with the other, with at most a blank or two between?"""
    rest = len(whole) - len(first) - len(second)
    return bool(first and second) and 0 <= rest <= 2 and whole.startswith(first) and whole.endswith(second)


def _goes_on(whole: Counter[str], first: Counter[str], second: Counter[str]) -> bool:
    """Are `first` and `second` the two parts of `whole`: has each of them, for the most part, words of it?"""
    rest = whole - first
    return (
        2 * (whole & first).total() > first.total()
        and 2 * (rest & second).total() > second.total()
        and _share(whole, first + second) > ALIKE
    )


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _share(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _likeness(one: str, other: str) -> float:
    return _share(_words(one), _words(other))


# Left over -----------------------------------------------------------------------------------------------------------


def pair_moved(groups: list[Group], ours: Sequence[Paragraph], theirs: Sequence[Old]) -> list[tuple[int, int]]:
    """Takes from the groups, and returns, paragraphs that are gone in one place and say the same in another."""
    gone = {group.ours[0]: group for group in groups if not group.theirs}
    new = {group.theirs[0]: group for group in groups if not group.ours}
    by_text = _places(theirs[k].text if k in new else "" for k in range(len(theirs)))
    found = []
    for i, group in gone.items():
        text = ours[i].text
        places = by_text.get(text, []) if len(text) > 2 and ours[i].kind in ("text", "title") else []
        if len(places) > 1:
            places = [k for k in places if ours[i].id in theirs[k].bookmarks]
        if len(places) == 1 and places[0] in new and not theirs[places[0]].last.cell:
            found.append((i, places[0]))
            groups.remove(group)
            groups.remove(new.pop(places[0]))
    return found


def pair_rewritten(groups: list[Group], ours: Sequence[Paragraph], theirs: Sequence[Old]) -> list[Group]:
    """Groups in which as many paragraphs are gone as are new between two others: these were written anew, one by one,
    as where a passage was translated."""
    found: list[Group] = []
    run: list[Group] = []
    for group in [*groups, None]:
        if group is not None and (not group.ours or not group.theirs):
            run.append(group)
            continue
        found += _rewritten(run, ours, theirs)
        run = []
        if group is not None:
            found.append(group)
    return found


def _rewritten(run: list[Group], ours: Sequence[Paragraph], theirs: Sequence[Old]) -> list[Group]:
    gone = [group.ours[0] for group in run if group.ours]
    new = [group.theirs[0] for group in run if group.theirs]
    real = [i for i in gone if ours[i].text]
    there = [k for k in new if theirs[k].text]
    alike = len(real) == len(there) and all(
        (ours[i].kind == "cell") == (theirs[k].last.cell is not None) or ours[i].kind == "block"
        for i, k in zip(real, there, strict=True)
    )
    if not alike:
        return run
    left = [group for group in run if not set(group.ours) & set(real) and not set(group.theirs) & set(there)]
    return [Group([i], [k]) for i, k in zip(real, there, strict=True)] + left


def split_by_place(returned: Returned) -> tuple[list[Old], list[Old]]:
    """The paragraphs of the text and those of the footnotes; what programs make of contents is in neither."""
    found = old_paragraphs(returned.paragraphs)
    return (
        [old for old in found if not old.last.note and not old.last.made],
        [old for old in found if old.last.note and not old.last.made],
    )
