"""The matrix of an assessment with its marks, for pages and the report: no rating, no score, no mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from ctnat.ui.lazy import StrOrPromise
from indicators.matrix import matrix_of
from indicators.models import CellRevision, Mark, Recommendation
from instruments.schema import CELLS, Category, Criterion

CELL_LABELS: Mapping[str, StrOrPromise] = {
    "F1": gettext_lazy("Framework, level 1"),
    "F2": gettext_lazy("Framework, level 2"),
    "O1": gettext_lazy("Operational, level 1"),
    "O2": gettext_lazy("Operational, level 2"),
}
SIGNS: Mapping[str, str] = {"not_assessed": "–", "in_place": "✓", "potential_improvement": "▲"}


@dataclass(frozen=True)
class GridCell:
    """One of the 100 cells: its text, the mark that counts, and a proposal of the workshop if there is one."""

    criterion: str
    name: str
    text: str
    mark: Mark | None
    consultant: Mark | None
    proposal: Mark | None
    revision: int = 1  # rises when the state or the reason shown changes
    withdrawn: Mark | None = None  # a withdrawn proposal
    label: str = ""  # of its column, as in `CELL_LABELS`

    @property
    def state(self) -> str:
        return self.mark.state if self.mark else str(Mark.State.NOT_ASSESSED)

    @property
    def word(self) -> str:
        return str(Mark.State(self.state).label)

    @property
    def sign(self) -> str:
        return SIGNS[self.state]

    @property
    def key(self) -> str:
        return f"{self.criterion}/{self.name}"

    @property
    def is_assessed(self) -> bool:
        return self.state != Mark.State.NOT_ASSESSED


@dataclass(frozen=True)
class GridRow:
    """A criterion with its cells in the order F1, F2, O1, O2."""

    criterion: Criterion
    text: str
    cells: tuple[GridCell, ...]

    @property
    def name(self) -> str:
        return self.criterion.name


@dataclass(frozen=True)
class GridCategory:
    """A category with its criteria."""

    category: Category
    title: str
    rows: tuple[GridRow, ...]

    @property
    def name(self) -> str:
        return self.category.name

    @property
    def cells(self) -> tuple[GridCell, ...]:
        return tuple(cell for row in self.rows for cell in row.cells)

    @property
    def assessed(self) -> int:
        return sum(cell.is_assessed for cell in self.cells)

    @property
    def total(self) -> int:
        return len(self.rows) * len(CELLS)


@dataclass(frozen=True)
class Progress:
    """How many of the matrix's cells have a mark that counts."""

    assessed: int
    total: int

    def __str__(self) -> str:
        return _("{assessed} of {total} cells assessed").format(assessed=self.assessed, total=self.total)


def grid(assessment: Assessment, language: str = "en") -> tuple[GridCategory, ...]:
    """Every category, criterion and cell with its marks, in two queries; marks without a cell are left out."""
    found = Mark.objects.for_assessment(assessment).with_by()
    marks = {(mark.criterion, mark.cell, mark.source): mark for mark in found}
    revisions = CellRevision.objects.for_assessment(assessment).numbers()
    return tuple(
        GridCategory(category, category.title.translate(language), tuple(_rows(category, marks, revisions, language)))
        for category in matrix_of(assessment).categories
    )


def _rows(
    category: Category, marks: dict[tuple[str, str, str], Mark], revisions: dict[str, int], language: str
) -> Iterator[GridRow]:
    labels = {name: str(label) for name, label in CELL_LABELS.items()}  # translated once, not for each cell
    for criterion in category.criteria:
        cells = []
        for cell in criterion.cells:
            consultant = marks.get((criterion.name, cell.name, "consultant"))
            proposal = marks.get((criterion.name, cell.name, "workshop"))
            counting = next((mark for mark in (consultant, proposal) if mark and mark.counts), None)
            cells.append(
                GridCell(
                    criterion=criterion.name,
                    name=cell.name,
                    text=cell.text.translate(language),
                    mark=counting,
                    consultant=consultant,
                    proposal=None if proposal and proposal.withdrawn else proposal,
                    revision=revisions.get(f"{criterion.name}/{cell.name}", 1),
                    withdrawn=proposal if proposal and proposal.withdrawn else None,
                    label=labels[cell.name],
                )
            )
        yield GridRow(criterion, criterion.text.translate(language), tuple(cells))


def states(assessment: Assessment) -> dict[str, dict[str, str]]:
    """criterion -> cell -> state of the mark that counts; every cell of the matrix is there."""
    marks = Mark.objects.for_assessment(assessment).counting().values_list("criterion", "cell", "state")
    found = {(criterion, cell): state for criterion, cell, state in marks}
    return {
        criterion.name: {cell: found.get((criterion.name, cell), "not_assessed") for cell in CELLS}
        for criterion in matrix_of(assessment).criteria
    }


def progress(assessment: Assessment) -> Progress:
    """The progress; `str()` gives "61 of 100 cells assessed"."""
    found = [state for cells in states(assessment).values() for state in cells.values()]
    return Progress(sum(state != "not_assessed" for state in found), len(found))


@dataclass(frozen=True)
class RecommendationGroup:
    """The recommendations under one lead-in; `opening` is "In order to ..., authorities are encouraged to consider"."""

    opening: str
    recommendations: tuple[Recommendation, ...]


def recommendation_groups(assessment: Assessment) -> dict[str, tuple[RecommendationGroup, ...]]:
    """category -> its groups in order, dropped recommendations left out. Every category of the matrix is there."""
    found: dict[str, dict[str, list[Recommendation]]] = {
        category.name: {} for category in matrix_of(assessment).categories
    }
    for row in Recommendation.objects.for_assessment(assessment).standing():
        if row.category in found:
            found[row.category].setdefault(row.opening, []).append(row)
    return {
        category: tuple(RecommendationGroup(opening, tuple(rows)) for opening, rows in groups.items())
        for category, groups in found.items()
    }


def unanswered(assessment: Assessment) -> list[GridCell]:
    """Cells marked for improvement whose criterion has no recommendation but dropped ones, in the matrix's order."""
    rows = Recommendation.objects.for_assessment(assessment).standing().values_list("criteria", flat=True)
    answered = {code for criteria in rows for code in criteria}
    return [
        cell
        for category in grid(assessment)
        for cell in category.cells
        if cell.state == Mark.State.POTENTIAL_IMPROVEMENT and cell.criterion not in answered
    ]
