"""The tasks and the tabs of the results and of the evidence."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.models import BreakdownPlan, Consent, DataRelease
from assessments.navigation import Tab, tabs_of
from assessments.next_steps import Situation, Task, tasks_of
from assessments.snapshot import Rows
from surveys.models import Survey


@tasks_of(
    "analysis",
    surveys=lambda assessment: Survey.objects.for_assessment(assessment).values("status"),
    plans=lambda assessment: BreakdownPlan.objects.filter(assessment=assessment).values("pk"),
    releases=lambda assessment: (
        DataRelease.objects.filter(survey__assessment=assessment).order_by("number").values("made_at")
    ),
    proposals=lambda assessment: Consent.objects.filter(assessment=assessment, answer="waiting").values("comparison"),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    status = next((row["status"] for row in rows["surveys"]), "")
    if status == Survey.Status.DRAFT and not rows["plans"]:
        text = _("Choose by which groups the survey is broken down, before it opens")
        yield Task("report", text, "analysis/release/", "analysis.release")
    if status == Survey.Status.CLOSED and not rows["releases"]:
        text = _("Compute the results of the survey")
        yield Task("report", text, "analysis/release/", "analysis.release", urgent=True, missing=True)
    for row in rows["proposals"]:
        text = _("Answer the proposal to compare assessments")
        yield Task("report", text, f"analysis/comparisons/{row['comparison']}/", "analysis.compare", urgent=True)


tabs_of(
    "results",
    Tab("analysis/", gettext_lazy("Overview")),
    Tab("analysis/survey/", gettext_lazy("Survey")),
    Tab("analysis/priorities/", gettext_lazy("Priorities")),
    Tab("analysis/themes/", gettext_lazy("Themes")),
    Tab("analysis/release/", gettext_lazy("Break-downs")),
    Tab("analysis/exports/", gettext_lazy("Export")),
)
tabs_of(
    "evidence",
    Tab("analysis/evidence/", gettext_lazy("Search"), also=("analysis/criteria/",)),
    Tab("analysis/disagreements/", gettext_lazy("Disagreements")),
    Tab("analysis/participants/", gettext_lazy("Participants")),
    Tab("analysis/coverage/", gettext_lazy("Coverage and limits")),
    Tab("analysis/comparisons/", gettext_lazy("Comparison")),
)
