"""How far the interviews are."""

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from interviews.querysets import progress


@state_of("interviews")
def interviews(assessment: Assessment) -> StepState:
    found = progress(assessment)
    if not found.started:
        note = f"{found.planned} planned"
        return StepState("todo", note, "Start the first interview", "interviews/new/", "interviews.edit")
    if found.state == "done":
        return StepState("done", found.text)
    task = "Complete the notes that are open" if found.complete < found.started else "Start the next interview"
    return StepState("current", found.text, task, "interviews/", "interviews.edit")
