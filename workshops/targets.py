"""What groups and responses speak about: `section:2.1`, `criterion:1.1`, `cell:1.1/F1`, `recommendation:12`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from assessments.models import Assessment
from indicators.grid import GridCategory, GridCell, RecommendationGroup, grid, recommendation_groups
from indicators.matrix import matrix_of
from indicators.models import Recommendation
from instruments.schema import CELLS
from workshops.models import Group


@dataclass(frozen=True)
class Entry:
    """One thing to agree with or not: `text` is what stands there, `note` the reason given for it."""

    target: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Agenda:
    """What a group discusses of one category: its recommendations under their openings and its assessed cells."""

    category: GridCategory
    recommendations: tuple[RecommendationGroup, ...]

    @property
    def cells(self) -> tuple[GridCell, ...]:
        return tuple(cell for cell in self.category.cells if cell.is_assessed)

    @cached_property
    def parts(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """(heading, entries): each group of recommendations, then each criterion that has an assessed cell."""
        found = [
            (group.opening, tuple(Entry(f"recommendation:{row.pk}", row.text) for row in group.recommendations))
            for group in self.recommendations
        ]
        for row in self.category.rows:
            cells = tuple(
                Entry(f"cell:{cell.key}", f"{cell.text}: {cell.word.lower()}", cell.mark.reason_shown)
                for cell in row.cells
                if cell.is_assessed and cell.mark
            )
            if cells:
                found.append((f"{row.name} {row.text}", cells))
        return tuple(found)

    @cached_property
    def targets(self) -> dict[str, Entry]:
        """target -> its entry, recommendations first."""
        return {entry.target: entry for _, entries in self.parts for entry in entries}


def agendas(assessment: Assessment, categories: Iterable[str] = ()) -> tuple[Agenda, ...]:
    """One per category, those in `categories` only where any are named."""
    wanted = set(categories)
    groups = recommendation_groups(assessment)
    return tuple(
        Agenda(category, groups[category.name])
        for category in grid(assessment)
        if not wanted or category.name in wanted
    )


def agendas_of(group: Group) -> tuple[Agenda, ...]:
    return agendas(group.workshop.assessment, group.categories)


def check_target(assessment: Assessment, target: str) -> None:
    """Raises `ValidationError` where `target` leads to nothing in this assessment. Empty is the report as a whole."""
    kind, _, name = target.partition(":")
    matrix = matrix_of(assessment)
    criterion, _, cell = name.partition("/")
    known = (
        not target
        or (kind == "section" and 0 < len(name) <= 40 and name.replace(".", "").replace("-", "").isalnum())
        or (kind == "criterion" and name in matrix.by_name)
        or (kind == "cell" and criterion in matrix.by_name and cell in CELLS)
        or (
            kind == "recommendation"
            and name.isascii()
            and name.isdigit()
            and len(name) < 15
            and Recommendation.objects.for_assessment(assessment).filter(pk=int(name)).exists()
        )
    )
    if not known:
        raise ValidationError("Choose from the list what the statement is about: this one is not in the assessment.")


def labels(assessment: Assessment, targets: Iterable[str]) -> dict[str, str]:
    """target -> words for a reader ("Cell 1.1 O2", "Recommendation: widen the part of ..."), in at most one query."""
    targets = set(targets)
    pks = [int(target.partition(":")[2]) for target in targets if target.startswith("recommendation:")]
    texts = (
        dict(Recommendation.objects.for_assessment(assessment).filter(pk__in=pks).values_list("pk", "text"))
        if pks
        else {}
    )
    sections = {category.report_section: category.title.say() for category in matrix_of(assessment).categories}
    found = {}
    for target in targets:
        kind, _, name = target.partition(":")
        if kind == "recommendation":
            found[target] = f"Recommendation: {texts.get(int(name), 'removed')}"
        elif kind == "cell":
            found[target] = f"Cell {name.replace('/', ' ')}"
        elif kind == "criterion":
            found[target] = f"Criterion {name}"
        elif kind == "section":
            found[target] = f"Section {name}" + (f": {sections[name]}" if name in sections else "")
        else:
            found[target] = "The report as a whole"
    return found


def entry_of(group: Group, target: str) -> Entry:
    """An entry of the group's agenda by its target; an empty one where the agenda has no such entry."""
    found = [agenda.targets[target] for agenda in agendas_of(group) if target in agenda.targets]
    return found[0] if found else Entry(target, "")
