"""Items answered with a date. One entry per respondent who was asked.

With `k` above 1 nothing tells what fewer than `k` respondents answered, as for numbers (`analysis.statistics.numbers`):
bars have nobody or at least `k`, and the first and the last date appear only where `k` gave them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analysis.statistics.classes import Bar, join_bars, open_ends

MOST_MONTHS = 24  # longer times are counted by year


Period = Bar[date]  # the months or years from the one that begins on `first` to the one that begins on `last`


@dataclass(frozen=True)
class DaySummary:
    """`count` answers from `first` to `last`, None where too few gave this day. `periods` leave no gap; they are empty
    where they would say nothing. `k`: how many answers are behind whatever is shown."""

    count: int
    first: date | None
    last: date | None
    by_year: bool
    periods: tuple[Period, ...]
    k: int = 1


def days(answers: Iterable[Any]) -> list[date]:
    """The dates among the answers, which are kept as `2026-03-31`; what is blank or no date is left out."""
    found = []
    for answer in answers:
        if isinstance(answer, str):
            try:
                found.append(date.fromisoformat(answer.strip()))
            except ValueError:
                continue
    return found


def summarise(values: Sequence[date], k: int = 1) -> DaySummary | None:
    """Range and counts by month; None where nothing but the number of answers can be shown."""
    if len(values) < max(1, k):
        return None
    ordered = sorted(values)
    first = ordered[0] if ordered[0] == ordered[k - 1] else None
    last = ordered[-1] if ordered[-1] == ordered[-k] else None
    by_year, periods = _periods(ordered, k)
    bars = open_ends(periods, first=first is None, last=last is None)
    return DaySummary(len(ordered), first, last, by_year, bars, k) if bars or first or last else None


def _periods(ordered: Sequence[date], k: int) -> tuple[bool, list[Period]]:
    """Months or years from the `k`-th earliest answer to the `k`-th latest, what lies beyond in the outermost ones.

    Where these two cross, there is one, or none.
    """
    low, high = ordered[k - 1], ordered[-k]
    within = [min(max(day, low), high) for day in ordered]
    by_year = _month(high) - _month(low) >= MOST_MONTHS
    if by_year:
        counts = Counter(day.year for day in within)
        starts = [(date(year, 1, 1), counts[year]) for year in range(low.year, high.year + 1)]
    else:
        counts = Counter(_month(day) for day in within)
        months = range(_month(low), _month(high) + 1)
        starts = [(date(month // 12, month % 12 + 1, 1), counts[month]) for month in months]
    return by_year, join_bars([Period(start, start, count) for start, count in starts], k)


def coarser(found: DaySummary, k: int) -> DaySummary | None:
    """A summary of all answers, from before answers of few were protected, as far as it is known to be of `k` each."""
    if k < 2:
        return found
    periods = open_ends(join_bars(found.periods, k), first=True, last=True)
    return replace(found, first=None, last=None, periods=periods, k=k) if periods else None


def _month(day: date) -> int:
    """Months since the year 0."""
    return 12 * day.year + day.month - 1
