"""The targets of statements and verdicts: `section:2.1`, `criterion:1.1`, `cell:1.1/F1`, `recommendation:12`."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from assessments.models import Assessment
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import InputError
from indicators.matrix import matrix_of
from indicators.models import Recommendation
from instruments.schema import CELLS

SITUATION = gettext_lazy(
    "Chapter 2: the situation and its trends"
)  # of the report; no category of the matrix covers it


def check_target(assessment: Assessment, target: str) -> None:
    """Raises `ValidationError` where `target` leads to nothing in this assessment. Empty is the report as a whole."""
    kind, name = target.partition(":")[::2]
    matrix = matrix_of(assessment)
    criterion, cell = name.partition("/")[::2]
    known = (
        not target
        or (kind == "section" and 0 < len(name) <= 40 and name.replace(".", "").replace("-", "").isalnum())
        or (kind == "criterion" and name in matrix.by_name)
        or (kind == "cell" and criterion in matrix.by_name and cell in CELLS)
        or find_recommendation(assessment, target) is not None
    )
    if not known:
        raise InputError(_("This subject is not part of the assessment. Choose one from the list."))


def find_recommendation(assessment: Assessment, target: str) -> Recommendation | None:
    """The recommendation that `target` names, None where it names something else or none of this assessment."""
    kind, name = target.partition(":")[::2]
    pk = number_sent(name, 14)
    if kind != "recommendation" or pk is None:
        return None
    return Recommendation.objects.for_assessment(assessment).filter(pk=pk).first()


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
        kind, name = target.partition(":")[::2]
        if kind == "recommendation" and int(name) in texts:
            found[target] = _("Recommendation: {text}").format(text=texts[int(name)])
        elif kind == "recommendation":
            found[target] = _("Recommendation: removed")
        elif kind == "cell":
            found[target] = _("Cell {name}").format(name=name.replace("/", " "))
        elif kind == "criterion":
            found[target] = _("Criterion {name}").format(name=name)
        elif target == "section:2":
            found[target] = str(SITUATION)
        elif kind == "section" and name in sections:
            found[target] = _("Section {report_section}: {title}").format(report_section=name, title=sections[name])
        elif kind == "section":
            found[target] = _("Section {name}").format(name=name)
        else:
            found[target] = _("The report as a whole")
    return found


def stored_labels(assessment: Assessment, targets: Iterable[str]) -> dict[str, str]:
    """The labels as they are stored: not in the language of the member who happens to store them."""
    with override(settings.LANGUAGE_CODE):
        return labels(assessment, targets)
