"""Marks that use a source as evidence."""

from django.utils.translation import gettext as _

from assessments.models import Document
from assessments.uses import Use, uses_of
from indicators.models import Mark


@uses_of("indicators")
def marks(document: Document) -> list[Use]:
    """The cells whose mark names the source as evidence, at whatever page."""
    key = f"document:{document.code}".lower()
    found = Mark.objects.for_assessment(document.assessment).order_by("criterion", "cell", "source")
    return [
        Use(
            (
                _("Indicator {criterion}, {cell}: mark of the workshop")
                if mark.source == Mark.Source.WORKSHOP
                else _("Indicator {criterion}, {cell}: mark of the consultant")
            ).format(criterion=mark.criterion, cell=mark.cell),
            f"indicators/{mark.criterion}/{mark.cell}/",
        )
        for mark in found
        if any(evidence.lower().split("#")[0] == key for evidence in mark.evidence)
    ]
