"""What the assessment covers, and what it does not. Units: interviews and criteria.

Tables: `interviews` (`interview`, `sector`), `planned` (`interview`, `section`: asked), `answered` (`interview`,
`section`: at least one answer was recorded). A section that was not planned is "not asked", never "no answer".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.statistics.rounding import Share


@dataclass(frozen=True)
class Asked:
    """One section: interviews in which it was planned, and of these those in which something was answered."""

    section: str
    asked: int
    answered: int


def sections(planned: pd.DataFrame, answered: pd.DataFrame, order: Sequence[str]) -> list[Asked]:
    """Every section of the guide, in its order."""
    pairs = set(zip(planned["interview"], planned["section"], strict=True))
    given = set(zip(answered["interview"], answered["section"], strict=True))
    return [
        Asked(
            section,
            sum(1 for _, planned_section in pairs if planned_section == section),
            sum(1 for _, planned_section in pairs & given if planned_section == section),
        )
        for section in order
    ]


def sections_by_sector(interviews: pd.DataFrame, planned: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Interviews asked: index = sections in order, columns = sectors (blank sector under '')."""
    rows = planned.drop_duplicates(["interview", "section"]).merge(interviews[["interview", "sector"]], on="interview")
    table = pd.crosstab(rows["section"], rows["sector"].fillna(""))
    return table.reindex(index=list(order), fill_value=0).astype(int)


def without_evidence(criteria: Iterable[str], evidence: Mapping[str, Iterable[str]]) -> list[str]:
    """Criteria to which no evidence key is attached, in the order of the matrix."""
    return [criterion for criterion in criteria if not any(evidence.get(criterion, ()))]


@dataclass(frozen=True)
class Limits:
    """What limits the data, as values; `analysis.results.limits` puts it into words. None = not known."""

    interviews: int
    people: int
    responses: int
    invited: int | None = None
    completed: int | None = None
    capital: Share | None = None  # interviews with bodies in the capital
    largest_sector: tuple[str, int] | None = None
    smallest_base: int | None = None  # the fewest respondents that any survey item has
    unasked: tuple[str, ...] = ()  # titles of guide sections that were never asked
    unsupported: int = 0  # criteria without evidence
    criteria: int = 0
    corrected: tuple[str, ...] = ()  # corrections of the survey's wording: item and reason
    invalid: tuple[tuple[str, int], ...] = ()  # items of the survey, and how many did not answer them validly
