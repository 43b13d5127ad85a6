"""The state of the survey: how many of the invited have answered, and days left."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from surveys.models import Survey
from surveys.responses.progress import progress

COLUMNS = ("status", "open_slug", "deadline", "answered", "sent", "responses_counted", "sealed")

OPEN_LINK = "survey/link/"
MESSAGES = "survey/messages/"
NOT_WITHOUT_A_SURVEY = (
    OPEN_LINK,
    MESSAGES,
    *(f"survey/{page}/" for page in ("invitations", "responses", "enter", "import", "disclosure", "settings")),
)


@state_of("survey", lambda assessment: Survey.objects.for_assessment(assessment).with_counts().values(*COLUMNS))
def survey(assessment: Assessment, rows: Rows) -> StepState:
    found = Survey(assessment=assessment)
    if not rows:
        return StepState(
            task=_("Set up the survey: languages, deadline, invitations"),
            path="survey/",
            action="survey.manage",
            hidden=NOT_WITHOUT_A_SURVEY,
        )
    for row in rows:
        vars(found).update(row)
    hidden = () if found.open_slug else (OPEN_LINK,)
    if found.status == Survey.Status.DRAFT:
        task = _("Set up the survey: languages, deadline, invitations")
        return StepState("todo", "", task, "survey/", "survey.manage", hidden)
    how = progress(found)
    if how.status == "closed":
        return StepState("done", how.text, hidden=hidden)
    if how.days_left is not None and how.days_left < 0:
        return StepState("late", how.text, _("Close the survey"), "survey/", "survey.manage", hidden)
    task = _("Follow the survey and remind those invited")
    return StepState("current", how.text, task, "survey/", "survey.manage", hidden)


tabs_of("survey", Tab("survey/", gettext_lazy("Overview")))
tabs_of(
    "inviting",
    Tab("survey/invitations/", gettext_lazy("Invitations"), also=("survey/mailings/",)),
    Tab(OPEN_LINK, gettext_lazy("Open link")),
    Tab(MESSAGES, gettext_lazy("Messages")),
)
tabs_of(
    "responses",
    Tab("survey/responses/", gettext_lazy("Responses")),
    Tab("survey/enter/", gettext_lazy("Enter a paper form")),
    Tab("survey/import/", gettext_lazy("Import")),
    Tab("survey/disclosure/", gettext_lazy("Disclosure risk"), also=("survey/sealed/",)),
)
tabs_of("survey_settings", Tab("survey/settings/", gettext_lazy("Settings")))
