"""How far the interviews are."""

from django.db.models import Count

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from interviews.models import Interview


@state_of("interviews")
def interviews(assessment: Assessment) -> StepState:
    found = Interview.objects.filter(assessment=assessment, deleted_at=None).aggregate(
        held=Count("pk"), complete=Count("completed_at")
    )
    planned = max(assessment.interviews_planned, found["held"])
    if not found["held"]:
        return StepState("todo", f"{planned} planned", "Start the first interview", "interviews/", "interviews.edit")
    note = f"{found['complete']} of {planned} complete"
    if found["complete"] >= planned:
        return StepState("done", note)
    task = "Complete the notes that are open" if found["complete"] < found["held"] else "Start the next interview"
    return StepState("current", note, task, "interviews/", "interviews.edit")
