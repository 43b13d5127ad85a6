"""Priorities A-Q: the survey's top threes (a ballot is a respondent) beside the workshop's (a ballot is a group).

The two are never added: one dot is a person, the other a whole group.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.statistics.counts import Counts
from analysis.statistics.ranking import Ranking, rank

WEIGHTS = (
    "Points: a first place gives three points, a second two, a third one. "
    "Dots count every ballot that names the priority among its three, whatever the place."
)


@dataclass(frozen=True)
class Priority:
    """One letter. `named` ballots have it in their top three; `place` is its place by `named`, None if never named."""

    option: str
    named: int
    first: int
    points: int
    place: int | None
    tied: bool


@dataclass(frozen=True)
class Priorities:
    """`base.answered` ballots; `options` in the instrument's order."""

    base: Counts
    options: tuple[Priority, ...]

    @property
    def by_option(self) -> dict[str, Priority]:
        return {priority.option: priority for priority in self.options}

    @property
    def top(self) -> tuple[Priority, ...]:
        """The most often named; several when they are tied, none when there was no ballot."""
        return tuple(priority for priority in self.options if priority.place == 1)


def vote(ballots: Iterable[Any], options: Sequence[str], places: int = 3) -> Priorities:
    """Counts of ordered ballots, one list each. Equal counts share a place and the next is left out (1, 2, 2, 4)."""
    return tally(rank(ballots, options, places), places)


def tally(ranking: Ranking, places: int) -> Priorities:
    """The same from a ranking that is counted already."""
    named = [ranked.ranked for ranked in ranking.options]
    found = tuple(
        Priority(
            ranked.option,
            ranked.ranked,
            ranked.first,
            sum((places - place) * count for place, count in enumerate(ranked.by_place)),
            1 + sum(other > ranked.ranked for other in named) if ranked.ranked else None,
            bool(ranked.ranked) and named.count(ranked.ranked) > 1,
        )
        for ranked in ranking.options
    )
    return Priorities(ranking.base, found)
