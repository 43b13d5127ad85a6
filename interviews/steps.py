"""The state of the interviews."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from interviews.models import Interview
from interviews.querysets import Progress


@state_of("interviews", lambda assessment: Interview.objects.for_assessment(assessment).status_counts())
def interviews(assessment: Assessment, rows: Rows) -> StepState:
    found = Progress.of(assessment, rows)
    if not found.started:
        planned = found.ahead or found.planned
        note = _("Number not set yet") if planned is None else _("{n} planned").format(n=planned)
        path = "interviews/" if found.ahead else "interviews/new/"
        return StepState("todo", note, _("Start the first interview"), path, "interviews.edit")
    if found.state == "done":
        return StepState("done", found.text)
    task = _("Complete the open interviews") if found.complete < found.started else _("Start the next interview")
    return StepState("current", found.text, task, "interviews/", "interviews.edit")


tabs_of(
    "interviews",
    Tab("interviews/", gettext_lazy("All interviews")),
    Tab("interviews/coverage/", gettext_lazy("Coverage")),
    Tab("interviews/themes/", gettext_lazy("Themes")),
    Tab("interviews/search/", gettext_lazy("Search")),
    Tab("interviews/import/", gettext_lazy("Import")),
    Tab("interviews/trash/", gettext_lazy("Trash")),
)
