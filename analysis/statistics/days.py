"""Items answered with a date. One entry per respondent who was asked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_MONTHS = 24  # longer periods are counted by year


@dataclass(frozen=True)
class DaySummary:
    """`count` answers from `first` to `last`. `periods`: (first day of the month or year, answers in it), no gap."""

    count: int
    first: date
    last: date
    by_year: bool
    periods: tuple[tuple[date, int], ...]


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


def summarise(values: Sequence[date]) -> DaySummary | None:
    """Range and counts by month; None where there is no date."""
    if not values:
        return None
    first, last = min(values), max(values)
    by_year = _month(last) - _month(first) >= MOST_MONTHS
    if by_year:
        counts = Counter(day.year for day in values)
        periods = tuple((date(year, 1, 1), counts[year]) for year in range(first.year, last.year + 1))
    else:
        counts = Counter(_month(day) for day in values)
        months = range(_month(first), _month(last) + 1)
        periods = tuple((date(month // 12, month % 12 + 1, 1), counts[month]) for month in months)
    return DaySummary(len(values), first, last, by_year, periods)


def _month(day: date) -> int:
    """Months since the year 0."""
    return 12 * day.year + day.month - 1
