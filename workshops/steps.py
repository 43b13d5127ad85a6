"""How far the validation is."""

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from workshops.models import Workshop


@state_of("validation")
def validation(assessment: Assessment) -> StepState:
    workshop = Workshop.objects.filter(assessment=assessment).order_by("held_on").last()
    if workshop is None:
        return StepState("todo", "", "Plan the validation workshop", "workshop/", "workshop.run")
    day = f"{workshop.held_on.day} {workshop.held_on:%B %Y}"
    if workshop.closed_at:
        return StepState("done", f"Held on {day}")
    return StepState("current", f"Workshop on {day}", "Prepare and run the workshop", "workshop/", "workshop.run")
