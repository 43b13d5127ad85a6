"""What of validation is found by the search over an assessment: the statements on findings."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.search import Hit, Search, searches
from assessments.snapshot import Rows
from workshops.models import Comment


@searches(
    "statements",
    _("Statements at validation"),
    action="workshop.view",
    page=lambda search: reverse("workshops:comment_list", args=[search.assessment.reference]),
)
def statements(search: Search, rows: Rows) -> Iterator[Hit]:
    found = Comment.objects.for_assessment(search.assessment).values_list("pk", "who", "statement")
    for pk, who, statement in found.iterator():
        if (text := search.found(who, statement)) is not None:
            url = reverse("workshops:comment", args=[search.assessment.reference, pk])
            yield Hit(search.read(who) or _("Statement"), url, text)
