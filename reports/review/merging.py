"""A three-way merge, word by word: what a reviewer proposes for an earlier text, taken into today's text."""

from dataclasses import dataclass
from typing import NamedTuple

from reports.review.words import Edit, edits_by_line


class Clash(NamedTuple):
    """A passage that both changed differently. `start` to `end` in the merged text hold `ours`."""

    start: int
    end: int
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """`text` has the changes of both sides; where they clash, ours alone."""

    text: str
    clashes: tuple[Clash, ...] = ()


def merge(base: str, ours: str, theirs: str) -> Merged:
    """`base` with what `ours` and `theirs` changed. Changes that overlap or touch, and are not the same, clash."""
    mine, other = edits_by_line(base, ours), edits_by_line(base, theirs)
    text: list[str] = []
    length = at = 0
    clashes: list[Clash] = []

    def add(piece: str) -> None:
        nonlocal length
        text.append(piece)
        length += len(piece)

    while mine or other:
        start, end, my_edits, other_edits = _take_hunk(mine, other)
        add(base[at:start])
        here = _side(base, ours, my_edits, start, end) if my_edits else ""
        there = _side(base, theirs, other_edits, start, end) if other_edits else ""
        if my_edits and other_edits and here != there:
            clashes.append(Clash(length, length + len(here), base[start:end], here, there))
        add(here if my_edits else there)
        at = end
    add(base[at:])
    return Merged("".join(text), tuple(clashes))


def _take_hunk(mine: list[Edit], other: list[Edit]) -> tuple[int, int, list[Edit], list[Edit]]:
    """Takes from the lists what touches the first edit of either: its passage of the base, and the edits of both."""
    first = min(edits[0] for edits in (mine, other) if edits)
    start, end = first.start, first.end
    taken: tuple[list[Edit], list[Edit]] = ([], [])
    grew = True
    while grew:
        grew = False
        for edits, into in ((mine, taken[0]), (other, taken[1])):
            while edits and edits[0].start <= end:
                edit = edits.pop(0)
                into.append(edit)
                end, grew = max(end, edit.end), True
    return start, end, *taken


def _side(base: str, changed: str, edits: list[Edit], start: int, end: int) -> str:
    """What one side has in place of `base[start:end]`, in which all of `edits` are."""
    first, last = edits[0], edits[-1]
    before, after = base[start : first.start], base[last.end : end]
    return before + changed[first.new_start : last.new_end] + after
