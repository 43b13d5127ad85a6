"""Items in which respondents put options in order, 1 being the highest. One entry per respondent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analysis.statistics.counts import Counts, alike, count_answers, is_blank


@dataclass(frozen=True)
class Ranked:
    """One option. `by_place[0]` respondents put it first; `mean` is over the `ranked` who gave it any place."""

    option: str
    by_place: tuple[int, ...]
    mean: Fraction | None

    @property
    def first(self) -> int:
        return self.by_place[0]

    @property
    def ranked(self) -> int:
        return sum(self.by_place)


@dataclass(frozen=True)
class Ranking:
    """`base.answered` respondents gave an order; `options` are in the instrument's order."""

    base: Counts
    options: tuple[Ranked, ...]


def rank(orders: Iterable[Any], options: Sequence[str], places: int) -> Ranking:
    """The ranking of one item; `orders` has one list per respondent who was asked, the highest first.

    A respondent who left places out is counted with the places given: the mean of an option has its own base.
    """
    alike_orders = alike(orders)
    base = count_answers(alike_orders, options)
    found = {option: [0] * places for option in base.counts}
    for order, times in alike_orders.items():
        if not is_blank(order):
            for place, option in enumerate(list(dict.fromkeys(order))[:places]):
                found[option][place] += times
    return Ranking(base, tuple(ranked(option, by_place) for option, by_place in found.items()))


def ranked(option: str, by_place: Sequence[int]) -> Ranked:
    """An option that `by_place[0]` respondents put first, and so on."""
    total = sum(by_place)
    weighted = sum(place * count for place, count in enumerate(by_place, start=1))
    return Ranked(option, tuple(by_place), Fraction(weighted, total) if total else None)
