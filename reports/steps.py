"""How far analysis and report are."""

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from reports.models import Edition, Report


@state_of("report")
def report(assessment: Assessment) -> StepState:
    found = (
        Report.objects.filter(assessment=assessment)
        .order_by("editions__number")
        .values_list("revision", "editions__number", "editions__kind")
        .last()
    )
    revision, number, kind = found or (0, None, "")
    if number is None and revision > 1:  # somebody has written in it
        task = "Read the report through, and freeze an edition"
        return StepState("current", "Report in draft", task, "report/", "report.edit")
    if number is None:
        task = "Read the results, mark the indicators, and write the findings"
        return StepState("todo", "", task, "analysis/", "report.edit")
    note = f"Edition {number}: {Edition.Kind(kind).label.lower()}"
    if kind == Edition.Kind.FINAL:
        return StepState("done", note)
    return StepState("current", note, "Go on with the report", "report/", "report.edit")
