"""Marks that use a source as evidence."""

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
            f"Indicator {mark.criterion}, {mark.cell}: mark of the {mark.source}",
            f"indicators/{mark.criterion}/{mark.cell}/",
        )
        for mark in found
        if any(evidence.lower().split("#")[0] == key for evidence in mark.evidence)
    ]
