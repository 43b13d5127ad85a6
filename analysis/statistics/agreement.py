"""Do two coders see the same themes? Cohen's kappa (Cohen 1960), where both coded the same notes.

The unit is one note (the answer to one question of one interview) and one theme: did the coder mark it there or not.
A note counts when both coders coded something in its interview; what neither marked is agreement, as Cohen counts it.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import pandas as pd


@dataclass(frozen=True)
class Agreement:
    """Two coders over `units` decisions: marked by `both`, by the `first` only, by the `second` only, by `neither`."""

    coders: tuple[object, object]
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


def compare(codings: pd.DataFrame, notes: pd.DataFrame, themes: list[object]) -> list[Agreement]:
    """One entry for each two coders with a common interview, over all `themes` together.

    `codings` as in `statistics.themes`; `notes`: a row a note that holds text: `interview`, `answer`.
    """
    found = []
    interviews = codings.groupby("coder")["interview"].agg(set)
    for one, two in combinations(sorted(interviews.index, key=str), 2):
        common = interviews[one] & interviews[two]
        if common:
            answers = set(notes.loc[notes["interview"].isin(common), "answer"])
            units = len(answers) * len(themes)
            marks = [_marks(codings, coder, answers, themes) for coder in (one, two)]
            both = len(marks[0] & marks[1])
            first, second = len(marks[0]) - both, len(marks[1]) - both
            found.append(Agreement((one, two), both, first, second, units - both - first - second))
    return found


def _marks(codings: pd.DataFrame, coder: object, answers: set[object], themes: list[object]) -> set[tuple]:
    own = codings[(codings["coder"] == coder) & codings["answer"].isin(answers) & codings["theme"].isin(themes)]
    return set(zip(own["answer"], own["theme"], strict=True))
