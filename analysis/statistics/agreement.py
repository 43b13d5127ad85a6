"""Do two coders see the same themes? Cohen's kappa (Cohen 1960), where both coded the same notes.

The unit is one note (the answer to one question of one interview) and one theme: did the coder mark it there or not.
A note counts when both coders coded something in its interview; what neither marked is agreement, as Cohen counts it.
Only themes that at least one of the two used count: with every unused theme of a codebook kappa would rise, although
no coders had agreed on anything more.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import pandas as pd

Mark = tuple[Any, Any]  # (key of the note, key of the theme)


@dataclass(frozen=True)
class Agreement:
    """Two coders over `units` decisions: marked by `both`, by the `first` only, by the `second` only, by `neither`."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def units(self) -> int:
        return self.both + self.first + self.second + self.neither

    @property
    def observed(self) -> Fraction | None:
        """The share of decisions on which they agree."""
        return Fraction(self.both + self.neither, self.units) if self.units else None

    @property
    def kappa(self) -> Fraction | None:
        """Agreement beyond chance; None where chance alone would make them agree always (nothing to tell apart)."""
        if self.observed is None:
            return None
        marked = (self.both + self.first) * (self.both + self.second)
        left = (self.neither + self.first) * (self.neither + self.second)
        expected = Fraction(marked + left, self.units**2)
        return None if expected == 1 else (self.observed - expected) / (1 - expected)


@dataclass(frozen=True)
class Pair:
    """Two coders: their agreement over all themes that either used, and by theme (key -> agreement)."""

    coders: tuple[str, str]
    notes: int
    overall: Agreement
    by_theme: dict[Any, Agreement]


def compare(codings: pd.DataFrame, notes: pd.DataFrame) -> list[Pair]:
    """One entry for each two coders with a common interview, in the order of their names.

    `codings` as in `statistics.themes`; a blank coder (an account that was removed) cannot be compared with anyone.
    `notes`: one row per note that holds text: `interview`, `answer`.
    """
    found = []
    named = codings[codings["coder"].astype(bool)]
    interviews = named.groupby("coder")["interview"].agg(set)
    for one, two in combinations(sorted(interviews.index), 2):
        if common := interviews[one] & interviews[two]:
            answers = set(notes.loc[notes["interview"].isin(common), "answer"])
            first, second = _marks(named, one, answers), _marks(named, two, answers)
            used = sorted({theme for _, theme in first | second}, key=str)
            by_theme = {theme: _agreement(first, second, answers, [theme]) for theme in used}
            found.append(Pair((one, two), len(answers), _agreement(first, second, answers, used), by_theme))
    return found


def _marks(codings: pd.DataFrame, coder: str, answers: set[Any]) -> set[Mark]:
    own = codings[(codings["coder"] == coder) & codings["answer"].isin(answers)]
    return set(zip(own["answer"], own["theme"], strict=True))


def _agreement(first: set[Mark], second: set[Mark], answers: set[Any], themes: list[Any]) -> Agreement:
    """Over the decisions of `themes` in `answers`."""
    first, second = ({mark for mark in marks if mark[1] in themes} for marks in (first, second))
    both = len(first & second)
    neither = len(answers) * len(themes) - len(first | second)
    return Agreement(both, len(first) - both, len(second) - both, neither)
