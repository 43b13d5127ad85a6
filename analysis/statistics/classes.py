"""Bars of a histogram that many have answered: neighbours are joined until each has nobody or at least `k`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Generic, TypeVar

End = TypeVar("End", Fraction, date)


@dataclass(frozen=True)
class Bar(Generic[End]):
    """`count` answers from `first` to `last`, both included; None: it is open at this end, and has all beyond."""

    first: End | None
    last: End | None
    count: int


def joined(counts: Sequence[int], k: int) -> list[range]:
    """The places in `counts` that are one bar: in order, without a gap. One that has too few takes in the next ones.

    What has too few at the end is joined with the bars before it; where all together have too few, there is one bar.
    """
    found: list[range] = []
    start = held = 0
    for at, count in enumerate(counts):
        held += count
        if held == 0 or held >= k:
            found.append(range(start, at + 1))
            start, held = at + 1, 0
    while held and found:
        start = found[-1].start
        held = 0 if sum(counts[at] for at in found.pop()) else held
    return [*found, range(start, len(counts))] if start < len(counts) else found


def join_bars(bars: Sequence[Bar[End]], k: int) -> list[Bar[End]]:
    """The bars, joined where they have too few."""
    return [
        Bar(bars[part[0]].first, bars[part[-1]].last, sum(bars[at].count for at in part))
        for part in joined([bar.count for bar in bars], k)
    ]


def open_ends(bars: Sequence[Bar[End]], *, first: bool, last: bool) -> tuple[Bar[End], ...]:
    """The bars, open at the ends that are not shown; none where a single one would not say where the answers lie."""
    if len(bars) < 2 and (first or last):
        return ()
    end = len(bars) - 1
    return tuple(
        replace(bar, first=None if first and at == 0 else bar.first, last=None if last and at == end else bar.last)
        for at, bar in enumerate(bars)
    )
