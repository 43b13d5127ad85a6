"""Parts of the report that cite a source."""

from assessments.models import Document
from assessments.uses import Use, uses_of
from reports.document.parser import cited_codes
from reports.models import Section


@uses_of("report")
def sections(document: Document) -> list[Use]:
    found = Section.objects.filter(report__assessment=document.assessment).order_by("position", "pk")
    return [
        Use(f"Report: {section.title}", f"report/sections/{section.key}/")
        for section in found
        if document.code in cited_codes(section.body)
    ]
