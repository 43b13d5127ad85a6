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
    """The facts for `sentences`. None = not known, which is stated as well."""

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


def _counted(count: int, word: str) -> str:
    """`1 person`, `36 people`."""
    plural = {"person": "people", "criterion": "criteria"}.get(word, f"{word}s")
    return f"{count} {word if count == 1 else plural}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def sentences(limits: Limits) -> list[str]:
    """The limits of the data in plain words, each true of this assessment only."""
    found = [_who(limits), _survey(limits)]
    if limits.corrected:
        count = len(limits.corrected)
        found.append(
            f"The wording of {_counted(count, 'text')} of the survey was corrected while it was answered, "
            f"without changing what {'it means' if count == 1 else 'they mean'}: {'; '.join(limits.corrected)}."
        )
    if limits.invalid:
        items = ", ".join(f"{code} ({count})" for code, count in limits.invalid)
        found.append(
            "Some answers break a rule of the questionnaire, as paper allows; they are kept as given, and counted "
            f"neither as answers nor as skipped: {items}."
        )
    if limits.largest_sector and limits.interviews:
        name, count = limits.largest_sector
        found.append(f"{count} of {_counted(limits.interviews, 'interview')} {_was(count)} with one sector: {name}.")
    if limits.capital is not None and limits.capital.base:
        count, base = limits.capital.count, _counted(limits.capital.base, "interview")
        found.append(f"{count} of {base} {_was(count)} with bodies in the capital.")
    if limits.unasked:
        found.append(f"No interview was asked about: {'; '.join(limits.unasked)}.")
    if limits.unsupported:
        criteria, have = _counted(limits.criteria, "criterion"), "has" if limits.unsupported == 1 else "have"
        found.append(f"{limits.unsupported} of {criteria} {have} no evidence attached yet.")
    return found


def _who(limits: Limits) -> str:
    if not limits.interviews:
        return "No interview has been entered."
    interviews, people = _counted(limits.interviews, "interview"), _counted(limits.people, "person")
    return (
        f"{interviews} with {people} {_was(limits.interviews)} "
        "held, with people whom the assessment chose; what they said shows views, and does not measure the country."
    )


def _survey(limits: Limits) -> str:
    if not limits.responses:
        return "No survey response has been received."
    words = f"{_counted(limits.responses, 'survey response')} came in"
    if limits.invited:
        completed = limits.completed or 0
        words += f"; {completed} of {_counted(limits.invited, 'invitation')} {_was(completed)} completed"
    if limits.smallest_base is not None and limits.smallest_base < limits.responses:
        words += f", and the item that fewest people rated has {limits.smallest_base}"
    sample = "It comes" if limits.responses == 1 else "They come"
    return f"{words}. {sample} from a convenience sample and must not be generalised."
