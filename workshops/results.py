"""Counts of a workshop: one dot is one group. They are never added to the survey's, whose dot is one respondent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.models import Assessment
from workshops.models import Group, Verdict, Workshop
from workshops.priorities import find_priority_item
from workshops.targets import agendas


@dataclass(frozen=True)
class PriorityCount:
    """A priority: how many groups chose it, and how many at each place. `place` is shared by equals, 0 with no dot."""

    letter: str
    text: str
    label: str
    groups: int
    places: tuple[int, ...]
    place: int
    tied: bool


@dataclass(frozen=True)
class PriorityCounts:
    """The rows, most groups first and then in the order of the survey; `ballots` of `groups` groups have voted."""

    rows: tuple[PriorityCount, ...]
    ballots: int
    groups: int

    @property
    def chosen(self) -> tuple[PriorityCount, ...]:
        return tuple(row for row in self.rows if row.groups)


def count_places(ballots: Iterable[Sequence[str]], letters: Sequence[str], places: int) -> dict[str, tuple[int, ...]]:
    """letter -> how many ballots have it first, second, third; unknown letters are left out."""
    found = {letter: [0] * places for letter in letters}
    for ballot in ballots:
        for place, letter in enumerate(ballot[:places]):
            if letter in found:
                found[letter][place] += 1
    return {letter: tuple(counts) for letter, counts in found.items()}


def priority_counts(workshop: Workshop) -> PriorityCounts:
    """Live while the workshop is open; as frozen once it is closed."""
    groups = ballots_of(workshop)
    words = workshop.results.get("priorities", {}) if workshop.is_closed else {}
    return _priority_counts(workshop.assessment, [ballot for ballot in groups if ballot], len(groups), words)


def ballots_of(workshop: Workshop) -> list[list[str]]:
    """One list of letters per group, empty where it has not voted."""
    if workshop.is_closed:
        return [group["ballot"] for group in workshop.results.get("groups", [])]
    groups = Group.objects.for_workshop(workshop).select_related("ballot")
    return [group.ballot.priorities if hasattr(group, "ballot") else [] for group in groups]


def _priority_counts(
    assessment: Assessment, ballots: list[list[str]], groups: int, words: dict[str, str]
) -> PriorityCounts:
    """`words` are those under which the groups voted, where they are frozen."""
    item = find_priority_item(assessment)
    if item is None:
        return PriorityCounts((), len(ballots), groups)
    language = assessment.report_language
    places = count_places(ballots, [option.name for option in item.options], item.places)
    totals = {letter: sum(counts) for letter, counts in places.items()}
    rows = [
        PriorityCount(
            letter=option.name,
            text=words.get(option.name) or option.text.translate(language),
            label=option.label.translate(language),
            groups=totals[option.name],
            places=places[option.name],
            place=1 + sum(other > totals[option.name] for other in totals.values()) if totals[option.name] else 0,
            tied=totals[option.name] > 0 and list(totals.values()).count(totals[option.name]) > 1,
        )
        for option in item.options
    ]
    return PriorityCounts(tuple(sorted(rows, key=lambda row: -row.groups)), len(ballots), groups)


@dataclass(frozen=True)
class VerdictCount:
    """What the groups say to one recommendation or cell."""

    target: str
    text: str
    agree: int
    amend: int
    disagree: int
    words: tuple[dict[str, str], ...]  # {"group", "choice", "words"}


def verdict_counts(workshop: Workshop) -> tuple[VerdictCount, ...]:
    """Live while open, as frozen once closed; only what some group spoke about, in the order of the agenda."""
    if workshop.is_closed:
        frozen = workshop.results.get("verdicts", [])
        return tuple(VerdictCount(**{**row, "words": tuple(row["words"])}) for row in frozen)
    found: dict[str, list[Verdict]] = {}
    for verdict in Verdict.objects.filter(group__workshop=workshop).select_related("group"):
        found.setdefault(verdict.target, []).append(verdict)
    if not found:
        return ()
    entries = {name: entry for agenda in agendas(workshop.assessment) for name, entry in agenda.targets.items()}
    texts = {target: entry.line for target, entry in entries.items()}
    order = [target for target in texts if target in found] + [target for target in found if target not in texts]
    return tuple(_verdict_row(target, texts.get(target, "Removed since"), found[target]) for target in order)


def _verdict_row(target: str, text: str, said: list[Verdict]) -> VerdictCount:
    counts = {choice: sum(verdict.choice == choice for verdict in said) for choice in Verdict.Choice.values}
    words = tuple(
        {"group": verdict.group.name, "choice": verdict.choice, "words": verdict.words}
        for verdict in said
        if verdict.words
    )
    return VerdictCount(target=target, text=text, words=words, **counts)


def freeze_results(workshop: Workshop) -> dict[str, Any]:
    """All that is kept at closing, as plain JSON."""
    groups = Group.objects.for_workshop(workshop).select_related("ballot")
    item, language = find_priority_item(workshop.assessment), workshop.assessment.report_language
    return {
        "groups": [
            {
                "name": group.name,
                "categories": group.categories,
                "women": group.women,
                "men": group.men,
                "other": group.other,
                "ballot": group.ballot.priorities if hasattr(group, "ballot") else [],
                "other_text": group.ballot.other_text if hasattr(group, "ballot") else "",
                "source": group.ballot.source if hasattr(group, "ballot") else "",
            }
            for group in groups
        ],
        "verdicts": [
            {
                "target": row.target,
                "text": row.text,
                "agree": row.agree,
                "amend": row.amend,
                "disagree": row.disagree,
                "words": list(row.words),
            }
            for row in verdict_counts(workshop)
        ],
        "priorities": {option.name: option.text.translate(language) for option in (item.options if item else ())},
    }
