"""What of the report is found by the search over an assessment: its sections."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.search import Hit, Search, searches
from assessments.snapshot import Rows
from reports.models import Section


@searches(
    "sections",
    _("Sections of the report"),
    action="report.view",
    page=lambda search: reverse("reports:report", args=[search.assessment.reference]),
)
def sections(search: Search, rows: Rows) -> Iterator[Hit]:
    may_edit = "report.edit" in search.may
    found = Section.objects.for_assessment(search.assessment).values_list("key", "title", "body")
    for key, title, body in found.iterator():
        if (text := search.found(title, body)) is not None:
            own = reverse("reports:section_edit", args=[search.assessment.reference, key])
            yield Hit(
                search.read(title),
                own if may_edit else reverse("reports:report_read", args=[search.assessment.reference]),
                text,
            )
