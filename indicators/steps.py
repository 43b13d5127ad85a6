"""The tasks and the tabs of the indicators and recommendations."""

from collections.abc import Iterator, Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.navigation import Tab, tabs_of
from assessments.next_steps import Situation, Task, tasks_of
from assessments.snapshot import Rows
from indicators.matrix import matrix_of
from indicators.models import Mark, Recommendation
from instruments.schema import CELLS


@tasks_of(
    "indicators",
    marks=lambda assessment: (
        Mark.objects.for_assessment(assessment)
        .order_by()
        .values("assessment")
        .annotate(marked=Count("pk", filter=Q(counts=True)))
        .values("marked")
    ),
    proposals=lambda assessment: Mark.objects.for_assessment(assessment).awaiting_decision().values("pk"),
    recommendations=lambda assessment: (
        Recommendation.objects.for_assessment(assessment)
        .standing()
        .order_by()
        .values("assessment")
        .annotate(written=Count("pk"))
        .values("written")
    ),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    marked = next((row["marked"] for row in rows["marks"]), 0)
    if not marked:
        yield Task("report", _("Mark the indicators"), "indicators/", "indicators.mark", missing=True)
    elif (left := len(matrix_of(seen.assessment).criteria) * len(CELLS) - marked) > 0:
        text = ngettext(
            "Mark {n} more cell of the indicator matrix", "Mark {n} more cells of the indicator matrix", left
        )
        yield Task("report", text.format(n=left), "indicators/", "indicators.mark", missing=True)
    if proposed := len(rows["proposals"]):
        text = ngettext(
            "Decide on {n} proposal for the indicator matrix",
            "Decide on {n} proposals for the indicator matrix",
            proposed,
        ).format(n=proposed)
        yield Task("report", text, "indicators/", "indicators.decide", urgent=True, missing=True)
    if not next((row["written"] for row in rows["recommendations"]), 0):
        text = _("Write the recommendations")
        yield Task("report", text, "indicators/recommendations/", "recommendations.edit", missing=True)


tabs_of(
    "indicators",
    Tab("indicators/", gettext_lazy("Matrix")),
)
tabs_of(
    "recommendations",
    Tab("indicators/recommendations/", gettext_lazy("Recommendations")),
    Tab("indicators/translations/", gettext_lazy("Translations")),
)
