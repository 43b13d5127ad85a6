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

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from analysis.item_types.answers import Counted
from analysis.statistics.counts import Counts
from analysis.statistics.days import DaySummary
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
        days = counted.days
        found["days"] = [
            days.count,
            days.first.isoformat(),
            days.last.isoformat(),
            days.by_year,
            [[start.isoformat(), count] for start, count in days.periods],
        ]
    return found


def from_json(found: Mapping[str, Any]) -> Counted:
    counts = Counts(
        found["asked"],
        found["answered"],
        found["dont_know"],
        found["skipped"],
        MappingProxyType(found["counts"]),
        found.get("invalid", 0),
        MappingProxyType(found.get("bases", {})),
    )
    ranking = numbers = days = None
    if "ranking" in found:
        rows = tuple(ranked(option, by_place) for option, by_place in found["ranking"].items())
        ranking = Ranking(counts, rows)
    if "numbers" in found:
        numbers = _numbers_from_json(found["numbers"])
    if "days" in found:
        count, first, last, by_year, periods = found["days"]
        starts = tuple((date.fromisoformat(start), number) for start, number in periods)
        days = DaySummary(count, date.fromisoformat(first), date.fromisoformat(last), by_year, starts)
    return Counted(counts, ranking, numbers, days)


def _numbers_to_json(found: NumberSummary) -> dict[str, Any]:
    values = (found.least, found.lower_quartile, found.median, found.upper_quartile, found.most)
    return {
        "count": found.count,
        "values": [str(value) for value in values],
        "classes": [[str(one.least), str(one.most), one.count] for one in found.classes],
        "places": found.places,
    }


def _numbers_from_json(found: Mapping[str, Any]) -> NumberSummary:
    least, lower, median, upper, most = map(Fraction, found["values"])
    classes = tuple(NumberClass(Fraction(low), Fraction(high), count) for low, high, count in found["classes"])
    return NumberSummary(found["count"], least, lower, median, upper, most, classes, found["places"])
