"""How far analysis and report are."""

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from reports.models import Edition


@state_of("report")
def report(assessment: Assessment) -> StepState:
    edition = Edition.objects.filter(report__assessment=assessment).order_by("number").last()
    if edition is None:
        task = "Read the results, mark the indicators, and write the findings"
        return StepState("todo", "", task, "analysis/", "report.edit")
    note = f"Edition {edition.number}: {edition.get_kind_display().lower()}"
    if edition.kind == Edition.Kind.FINAL:
        return StepState("done", note)
    return StepState("current", note, "Go on with the report", "report/", "report.edit")
