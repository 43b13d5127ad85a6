"""What counts as one mention of a theme, and over which interviews a theme is counted.

Pure functions without Django, shared by the pages of the codebook and the analysis.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Passage(NamedTuple):
    """Characters `start` to `end` of an answer, marked with a theme. `interview`, `answer` are any keys."""

    interview: Hashable
    answer: Hashable
    start: int
    end: int


@dataclass(frozen=True)
class Mentions:
    """One theme: raised in `interviews` of the `asked`, in `unprompted` others, in `passages` passages of all of them.

    Units are interviews and passages, never people or codings: what several coders marked counts once.
    """

    interviews: int
    asked: int
    unprompted: int
    passages: int


def group_overlapping(marks: Iterable[T], place: Callable[[T], tuple[Hashable, int, int]]) -> list[list[T]]:
    """The marks of one theme grouped into passages: those that overlap in one answer are one passage.

    `place` gives the answer, start and end of a mark. Groups are in the order in which their answers first occur, then
    by where they start. Marks that only touch are two passages.
    """
    by_answer: dict[Hashable, list[T]] = {}
    for mark in marks:
        by_answer.setdefault(place(mark)[0], []).append(mark)
    groups: list[list[T]] = []
    for found in by_answer.values():
        reach = -1
        for mark in sorted(found, key=lambda mark: place(mark)[1:]):
            _, start, end = place(mark)
            if start >= reach:
                groups.append([])
            groups[-1].append(mark)
            reach = max(reach, end)
    return groups


def count_mentions(passages: Iterable[Passage], asked: Collection[Hashable]) -> Mentions:
    """The mentions of one theme. `asked`: the interviews that were asked the section the theme belongs to."""
    found = list(passages)
    base = set(asked)
    raised = {passage.interview for passage in found}
    return Mentions(
        interviews=len(raised & base),
        asked=len(base),
        unprompted=len(raised - base),
        passages=len(group_overlapping(found, lambda passage: passage[1:])),
    )
