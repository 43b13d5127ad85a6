"""How far validation is, for the navigation and the assessment's home."""

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from workshops.models import Comment, Workshop


@state_of("validation")
def validation(assessment: Assessment) -> StepState:
    workshop = Workshop.objects.for_assessment(assessment).with_turnout().order_by("-held_on", "-pk").first()
    if workshop is None:
        return StepState(task="Plan the validation workshop", path="workshop/", action="workshop.run")
    here = f"workshop/{workshop.pk}/"
    if workshop.is_open:
        note = f"{workshop.ballot_count} of {workshop.group_count} groups have voted"
        return StepState("current", note, "Run the workshop, then close it", here, "workshop.run")
    if not workshop.is_closed:
        note = f"Workshop on {workshop.held_on:%-d %B %Y}"
        return StepState("todo", note, "Prepare the groups, then open the workshop", here, "workshop.run")
    waiting = Comment.objects.for_assessment(assessment).undecided().count()
    if waiting:
        note = f"{waiting} response{'' if waiting == 1 else 's'} without a disposition"
        task = "Say what becomes of each response"
        return StepState("current", note, task, "workshop/responses/", "comments.dispose")
    return StepState("done", f"{workshop.ballot_count} of {workshop.group_count} groups voted", path="workshop/")
