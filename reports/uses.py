"""Parts of the report that cite a source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import Assessment, Document
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
def sections(assessment: Assessment, documents: Sequence[Document]) -> Iterator[tuple[Document, Use]]:
    found = Section.objects.filter(report__assessment=assessment).prefetch_related("translations")
    for section in found.order_by("position", "pk") if documents else ():
        for text in texts_of(section):
            cited = cited_codes(text.body)
            yield from ((document, Use(text.label, text.path)) for document in documents if document.code in cited)
