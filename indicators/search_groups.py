"""What of recommendations is found by the search over an assessment."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.search import Hit, Search, searches
from assessments.snapshot import Rows
from indicators.models import Recommendation


def _list_page(search: Search) -> str:
    return reverse("indicators:recommendation_list", args=[search.assessment.reference])


@searches(
    "recommendations",
    _("Recommendations"),
    action="indicators.view",
    page=_list_page,
    rows=lambda assessment: Recommendation.objects.filter(assessment=assessment).values(
        "pk", "lead_in", "addressee", "text"
    ),
)
def recommendations(search: Search, rows: Rows) -> Iterator[Hit]:
    may_edit = "recommendations.edit" in search.may
    for row in rows:
        if (text := search.found(row["lead_in"], row["addressee"], row["text"])) is not None:
            own = reverse("indicators:recommendation_edit", args=[search.assessment.reference, row["pk"]])
            label = search.read(row["addressee"] or row["lead_in"]) or _("Recommendation")
            yield Hit(label, own if may_edit else _list_page(search), text)
