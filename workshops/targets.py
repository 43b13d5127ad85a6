"""The targets of statements and verdicts: `section:2.1`, `criterion:1.1`, `cell:1.1/F1`, `recommendation:12`."""

from collections.abc import Iterable

from assessments.models import Assessment
from ctnat.ui.errors import InputError
from indicators.matrix import matrix_of
from indicators.models import Recommendation
from instruments.schema import CELLS

SITUATION = "Chapter 2: the situation and its trends"  # of the report; no category of the matrix covers it


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
        or find_recommendation(assessment, target) is not None
    )
    if not known:
        raise InputError("This subject is not part of the assessment. Choose one from the list.")


def find_recommendation(assessment: Assessment, target: str) -> Recommendation | None:
    """The recommendation that `target` names, None where it names something else or none of this assessment."""
    kind, _, name = target.partition(":")
    if kind != "recommendation" or not (name.isascii() and name.isdigit() and len(name) < 15):
        return None
    return Recommendation.objects.for_assessment(assessment).filter(pk=int(name)).first()


def labels(assessment: Assessment, targets: Iterable[str]) -> dict[str, str]:
    """target -> label ("Cell 1.1 O2", "Recommendation: widen the part of ..."), in at most one query."""
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
