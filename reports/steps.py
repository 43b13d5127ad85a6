"""The states of analysis and report."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from reports.models import Edition, Report

NOT_WITHOUT_A_REPORT = tuple(f"report/{page}/" for page in ("check", "languages", "settings", "builds", "editions"))


def editions(assessment: Assessment) -> QuerySet[Report, Any]:
    """One row per edition, the newest last; one row without a number where there is none."""
    found = Report.objects.for_assessment(assessment).order_by("editions__number")
    return found.values("revision", "editions__number", "editions__kind")


@state_of("report", editions)
def report(assessment: Assessment, rows: Rows) -> StepState:
    if not rows:
        task = _("Review the results, mark the indicators, and write the findings")
        return StepState("todo", "", task, "analysis/", "report.edit", NOT_WITHOUT_A_REPORT)
    revision, number, kind = rows[-1].values()
    if number is None and revision > 1:  # written in since it was created
        task = _("Check the report and create an edition")
        return StepState("current", _("Report in draft"), task, "report/", "report.edit")
    if number is None:
        task = _("Review the results, mark the indicators, and write the findings")
        return StepState("todo", "", task, "analysis/", "report.edit")
    note = _("Edition {number}: {label}").format(number=number, label=Edition.Kind(kind).label.lower())
    if kind == Edition.Kind.FINAL:
        return StepState("done", note)
    return StepState("current", note, _("Continue with the report"), "report/", "report.edit")


tabs_of(
    "report",
    Tab("report/", gettext_lazy("Outline")),
    Tab("report/check/", gettext_lazy("Check")),
    Tab("report/languages/", gettext_lazy("Languages")),
    Tab("report/settings/", gettext_lazy("Settings")),
    Tab("report/builds/", gettext_lazy("Download")),
    Tab("report/editions/", gettext_lazy("Editions"), also=("report/shares/",)),
)
