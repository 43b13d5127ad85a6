"""The state of the survey: how many of the invited have answered, and days left."""

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from surveys.models import Survey
from surveys.responses.progress import progress

COLUMNS = ("status", "deadline", "answered", "sent", "responses_counted", "sealed")


@state_of("survey", lambda assessment: Survey.objects.for_assessment(assessment).with_counts().values(*COLUMNS))
def survey(assessment: Assessment, rows: Rows) -> StepState:
    found = Survey(assessment=assessment)
    for row in rows:
        vars(found).update(row)
    if found.status == Survey.Status.DRAFT:
        return StepState(
            "todo", "", _("Set up the survey: languages, deadline, invitations"), "survey/", "survey.manage"
        )
    how = progress(found)
    if how.status == "closed":
        return StepState("done", how.text)
    if how.days_left is not None and how.days_left < 0:
        return StepState("late", how.text, _("Close the survey"), "survey/", "survey.manage")
    return StepState("current", how.text, _("Follow the survey and remind those invited"), "survey/", "survey.manage")
