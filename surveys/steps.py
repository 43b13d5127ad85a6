"""How far the survey is: in questionnaires counted, and in days left."""

from django.utils import timezone

from assessments.models import Assessment
from assessments.steps import StepState, state_of
from surveys.models import Response, Survey


@state_of("survey")
def survey(assessment: Assessment) -> StepState:
    found = Survey.objects.filter(assessment=assessment).first()
    if found is None or found.status == Survey.Status.DRAFT:
        return StepState("todo", "", "Set up the survey: languages, deadline, invitations", "survey/", "survey.manage")
    answered = Response.objects.filter(survey=found, deleted_at=None, is_test=False).count()
    note = "1 response" if answered == 1 else f"{answered} responses"
    if found.status == Survey.Status.CLOSED:
        return StepState("done", f"Closed with {note}")
    if found.deadline is None:
        return StepState("current", note, "Follow the survey and remind those invited", "survey/", "survey.manage")
    days = (found.deadline.date() - timezone.now().date()).days
    if days < 0:
        return StepState("late", f"{note}, deadline passed", "Close the survey", "survey/", "survey.manage")
    left = "deadline today" if days == 0 else "deadline tomorrow" if days == 1 else f"deadline in {days} days"
    task = "Follow the survey and remind those invited"
    return StepState("current", f"{note}, {left}", task, "survey/", "survey.manage")
