"""The results of a release as JSON, and back.

    {"responses": 19, "versions": [3], "k": 5,
     "items": {"3.1.5": {"asked", "answered", "dont_know", "skipped", "counts", "ranking", "numbers", "days",
                         "invalid" (missing: none),
                         "by": {"sex": {"options": {"adequate": [4, 3]}, "answered": [6, 9], "dont_know": [0, 2],
                                        "skipped": [0, 2]}}}},
     "groups": {"sex": [{"values": ["female"], "size": 6, "pooled": false}, ...]},
     "profiles": {"1.2": [...]}, "languages": [...]}

`by` has the published tables of an item that can be broken down (one number per group of `groups`, in its order), and
is missing if it cannot. A table of a rated item may be by sides: {"sides": {"favourable": [4, 3], "middle",
"unfavourable"}, "no_rating": [0, 4]}. `profiles` has the items whose values are pooled because few respondents have
some of them, `languages` those of the answers. Below the threshold there is nothing but `responses` and `versions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from analysis.item_types.answers import Counted
from analysis.statistics import days, numbers
from analysis.statistics.classes import Bar
from analysis.statistics.counts import Counts
from analysis.statistics.days import DaySummary, Period
from analysis.statistics.numbers import NumberClass, NumberSummary
from analysis.statistics.ranking import Ranking, ranked

FAVOURABLE, MIDDLE, UNFAVOURABLE, NO_RATING = "favourable", "middle", "unfavourable", "no_rating"
SIDES = (FAVOURABLE, MIDDLE, UNFAVOURABLE)
MOST_NAMED = 3  # values that a group of small ones is named by
POOLED_CODE = "pooled"  # of the group of small ones, among the options of a characteristic


@dataclass(frozen=True)
class Group:
    """`size` respondents who gave one of `values`; `is_pooled`: among them those who gave none."""

    values: tuple[str, ...]
    size: int
    is_pooled: bool = False

    @property
    def code(self) -> str:
        return "+".join(self.values) if not self.is_pooled else POOLED_CODE


def groups_to_json(found: tuple[Group, ...]) -> list[dict[str, Any]]:
    return [{"values": list(group.values), "size": group.size, "pooled": group.is_pooled} for group in found]


def groups_from_json(found: list[dict[str, Any]]) -> tuple[Group, ...]:
    return tuple(Group(tuple(group["values"]), group["size"], group["pooled"]) for group in found)


def to_json(counted: Counted) -> dict[str, Any]:
    counts = counted.counts
    found: dict[str, Any] = {
        "asked": counts.asked,
        "answered": counts.answered,
        "dont_know": counts.dont_know,
        "skipped": counts.skipped,
        "counts": dict(counts.counts),
    }
    if counts.invalid:
        found["invalid"] = counts.invalid
    if counts.bases:
        found["bases"] = dict(counts.bases)
    if counted.ranking:
        found["ranking"] = {row.option: list(row.by_place) for row in counted.ranking.options}
    if counted.numbers:
        found["numbers"] = _numbers_to_json(counted.numbers)
    if counted.days:
        found["days"] = _days_to_json(counted.days)
    return found


def from_json(found: Mapping[str, Any], k: int) -> Counted:
    """The result of an item. `k`: of its release; numbers and dates stored before answers of fewer were protected are
    made coarser by it."""
    counts = Counts(
        found["asked"],
        found["answered"],
        found["dont_know"],
        found["skipped"],
        MappingProxyType(found["counts"]),
        found.get("invalid", 0),
        MappingProxyType(found.get("bases", {})),
    )
    ranking = of_numbers = of_days = None
    if "ranking" in found:
        rows = tuple(ranked(option, by_place) for option, by_place in found["ranking"].items())
        ranking = Ranking(counts, rows)
    if "numbers" in found:
        of_numbers = _numbers_from_json(found["numbers"], k)
    if "days" in found:
        of_days = _days_from_json(found["days"], k)
    return Counted(counts, ranking, of_numbers, of_days)


def _numbers_to_json(found: NumberSummary) -> dict[str, Any]:
    values = (found.least, found.lower_quartile, found.median, found.upper_quartile, found.most)
    return {
        "count": found.count,
        "values": [_written(value) for value in values],
        "classes": _bars_to_json(found.classes),
        "places": found.places,
        "k": found.k,
    }


def _bars_to_json(bars: Sequence[Bar[Any]]) -> list[list[str | int | None]]:
    return [[_written(bar.first), _written(bar.last), bar.count] for bar in bars]


def _written(value: Fraction | date | None) -> str | None:
    """A fraction as `19/2`, a date as `2016-03-31`."""
    return None if value is None else str(value)


def _numbers_from_json(found: Mapping[str, Any], k: int) -> NumberSummary | None:
    def read(value: str | None) -> Fraction | None:
        return None if value is None else Fraction(value)

    least, lower, median, upper, most = map(read, found["values"])
    classes = tuple(NumberClass(read(low), read(high), count) for low, high, count in found["classes"])
    places, own_k = found["places"], found.get("k")
    summary = NumberSummary(found["count"], least, lower, median, upper, most, classes, places, own_k or 1)
    return summary if own_k else numbers.coarser(summary, k)


def _days_to_json(found: DaySummary) -> dict[str, Any]:
    return {
        "count": found.count,
        "range": [_written(found.first), _written(found.last)],
        "by_year": found.by_year,
        "periods": _bars_to_json(found.periods),
        "k": found.k,
    }


def _days_from_json(found: Any, k: int) -> DaySummary | None:
    def read(value: str | None) -> date | None:
        return None if value is None else date.fromisoformat(value)

    if isinstance(found, list):  # as they were stored before answers of few were protected
        count, first, last, by_year, starts = found
        periods = tuple(Period(read(start), read(start), number) for start, number in starts)
        return days.coarser(DaySummary(count, read(first), read(last), by_year, periods), k)
    periods = tuple(Period(read(first), read(last), count) for first, last, count in found["periods"])
    first, last = map(read, found["range"])
    return DaySummary(found["count"], first, last, found["by_year"], periods, found["k"])
