"""Marks that use a source as evidence."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from assessments.models import Assessment, Document
from assessments.uses import Use, uses_of
from indicators.models import Mark


@uses_of("indicators")
def marks(assessment: Assessment, documents: Sequence[Document]) -> Iterator[tuple[Document, Use]]:
    """The cells whose mark names the source as evidence, at whatever page."""
    keys = {f"document:{document.code}".lower(): document for document in documents}
    found = Mark.objects.for_assessment(assessment).order_by("criterion", "cell", "source")
    for mark in found.only("assessment", "criterion", "cell", "source", "evidence"):
        for key in dict.fromkeys(evidence.lower().split("#")[0] for evidence in mark.evidence):
            if key in keys:
                yield keys[key], _use(mark)


def _use(mark: Mark) -> Use:
    label = (
        _("Indicator {criterion}, {cell}: mark of the workshop")
        if mark.source == Mark.Source.WORKSHOP
        else _("Indicator {criterion}, {cell}: mark of the consultant")
    )
    return Use(label.format(criterion=mark.criterion, cell=mark.cell), f"indicators/{mark.criterion}/{mark.cell}/")
