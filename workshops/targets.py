"""What groups and responses speak about: `section:2.1`, `criterion:1.1`, `cell:1.1/F1`, `recommendation:12`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from assessments.models import Assessment
from indicators.grid import GridCategory, RecommendationGroup, grid, recommendation_groups
from indicators.matrix import matrix_of
from indicators.models import Recommendation
from instruments.schema import CELLS
from workshops.models import Group


@dataclass(frozen=True)
class Agenda:
    """What a group discusses of one category: its recommendations under their openings and its assessed cells."""

    category: GridCategory
    recommendations: tuple[RecommendationGroup, ...]

    @property
    def cells(self) -> tuple[object, ...]:
        return tuple(cell for cell in self.category.cells if cell.is_assessed)

    @cached_property
    def targets(self) -> dict[str, str]:
        """target -> its words, recommendations first."""
        found = {
            f"recommendation:{row.pk}": row.text for group in self.recommendations for row in group.recommendations
        }
        for cell in self.category.cells:
            if cell.is_assessed:
                found[f"cell:{cell.key}"] = f"{cell.text}: {cell.word.lower()}"
        return found


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


def words_of(group: Group, target: str) -> str:
    """The words of one entry of the group's agenda, empty where it has no such entry."""
    return next((found.targets[target] for found in agendas_of(group) if target in found.targets), "")
