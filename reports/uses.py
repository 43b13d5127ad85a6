"""Parts of the report that cite a source."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import Document
from assessments.uses import Use, uses_of
from ctnat.ui.names import language_name
from reports.document.parser import cited_codes
from reports.models import Section


@dataclass(frozen=True)
class PlacedText:
    """The text of a section in one language, and the page on which it is written."""

    label: str
    body: str
    path: str


def texts_of(section: Section) -> Iterator[PlacedText]:
    """The section's own text, and its translations."""
    yield PlacedText(_("Report: {title}").format(title=section.title), section.body, f"report/sections/{section.key}/")
    for row in section.translations.all():
        label = _("Report: {title} ({english_name})").format(
            title=section.title, english_name=language_name(row.language)
        )
        yield PlacedText(label, row.body, f"report/languages/{row.language}/sections/{section.key}/")


@uses_of("report")
def sections(document: Document) -> list[Use]:
    found = Section.objects.filter(report__assessment=document.assessment).prefetch_related("translations")
    return [
        Use(text.label, text.path)
        for section in found.order_by("position", "pk")
        for text in texts_of(section)
        if document.code in cited_codes(text.body)
    ]
