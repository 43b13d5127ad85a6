"""What groups and responses speak about: `section:2.1`, `criterion:1.1`, `cell:1.1/F1`, `recommendation:12`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from assessments.models import Assessment
from indicators.grid import GridCategory, GridCell, GridRow, RecommendationGroup, grid, recommendation_groups
from indicators.matrix import matrix_of
from indicators.models import Recommendation
from instruments.schema import CELLS
from workshops.models import Group
from workshops.words import translate

SITUATION = "Chapter 2: the situation and its trends"  # of the report; no category of the matrix covers it


@dataclass(frozen=True)
class Entry:
    """One thing to agree with or not: `text` in `language`, a cell's state as sign and word, and the reason for it."""

    target: str
    text: str
    language: str = "en"
    sign: str = ""
    state: str = ""
    note: str = ""
    note_language: str = "en"

    @property
    def line(self) -> str:
        return f"{self.text}: {self.state}" if self.state else self.text

    @property
    def code(self) -> str:
        """`1.1 F1` of a cell; a recommendation has none."""
        return self.target.partition(":")[2].replace("/", " ") if self.is_cell else ""

    @property
    def is_cell(self) -> bool:
        return self.target.startswith("cell:")


@dataclass(frozen=True)
class Part:
    """Entries under one heading, which is in `language`."""

    heading: str
    language: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Agenda:
    """What a group discusses of one category: its recommendations under their openings and its assessed cells.

    The instrument's words are in `language` where it has them; what was written for the assessment is in `written`.
    """

    category: GridCategory
    recommendations: tuple[RecommendationGroup, ...]
    language: str = "en"
    written: str = "en"

    @property
    def cells(self) -> tuple[GridCell, ...]:
        return tuple(cell for cell in self.category.cells if cell.is_assessed)

    @property
    def all_cells(self) -> tuple[str, ...]:
        """The targets of all its cells, assessed or not: a mark may have been taken away since it was judged."""
        return tuple(f"cell:{cell.key}" for cell in self.category.cells)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Each group of recommendations, then each criterion that has an assessed cell."""
        found = [
            Part(
                group.opening,
                self.written,
                tuple(Entry(f"recommendation:{row.pk}", row.text, self.written) for row in group.recommendations),
            )
            for group in self.recommendations
        ]
        for row in self.category.rows:
            cells = tuple(self._cell(row, cell) for cell in row.cells if cell.is_assessed)
            if cells:
                spoken = row.criterion.text.language_for(self.language)
                found.append(Part(f"{row.name} {row.text}", spoken, cells))
        return tuple(found)

    def _cell(self, row: GridRow, cell: GridCell) -> Entry:
        text = next(known.text for known in row.criterion.cells if known.name == cell.name)
        reason = cell.mark.rationale if cell.mark else ""
        return Entry(
            target=f"cell:{cell.key}",
            text=cell.text,
            language=text.language_for(self.language),
            sign=cell.sign,
            state=translate(cell.state, self.language),
            note=reason or translate("no_evidence", self.language),
            note_language=self.written if reason else self.language,
        )

    @cached_property
    def targets(self) -> dict[str, Entry]:
        """target -> its entry, recommendations first."""
        return {entry.target: entry for part in self.parts for entry in part.entries}


def agendas(assessment: Assessment, categories: Iterable[str] = (), language: str = "en") -> tuple[Agenda, ...]:
    """One per category, those in `categories` only where any are named."""
    wanted = set(categories)
    groups = recommendation_groups(assessment)
    return tuple(
        Agenda(category, groups[category.name], language, assessment.report_language)
        for category in grid(assessment, language)
        if not wanted or category.name in wanted
    )


def agendas_of(group: Group, language: str = "en") -> tuple[Agenda, ...]:
    return agendas(group.workshop.assessment, group.categories, language)


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
    sections = {category.report_section: category.label.translate() for category in matrix_of(assessment).categories}
    found = {}
    for target in targets:
        kind, _, name = target.partition(":")
        if kind == "recommendation":
            found[target] = f"Recommendation: {texts.get(int(name), 'removed')}"
        elif kind == "cell":
            found[target] = f"Cell {name.replace('/', ' ')}"
        elif kind == "criterion":
            found[target] = f"Criterion {name}"
        elif target == "section:2":
            found[target] = SITUATION
        elif kind == "section":
            found[target] = f"Section {name}" + (f": {sections[name]}" if name in sections else "")
        else:
            found[target] = "The report as a whole"
    return found


def entry_of(group: Group, target: str, language: str = "en") -> Entry:
    """An entry of the group's agenda by its target; an empty one where the agenda has no such entry."""
    found = [agenda.targets[target] for agenda in agendas_of(group, language) if target in agenda.targets]
    return found[0] if found else Entry(target, "")
