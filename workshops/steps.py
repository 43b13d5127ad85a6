"""The state of validation, for the navigation and the assessment's home."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from ctnat.ui.formats import page_day
from workshops.models import Workshop


def workshops(assessment: Assessment) -> QuerySet[Workshop, dict[str, Any]]:
    """One row per validation workshop, the newest first, with its turnout; `waiting`: responses without a decision."""
    undecided = Q(assessment__comments__disposition="", assessment__comments__withdrawn_at=None)
    found = Workshop.objects.for_assessment(assessment).for_validation().with_turnout().order_by("-held_on", "-pk")
    waiting = Count("assessment__comments", filter=undecided, distinct=True)
    fields = ("pk", "held_on", "status", "counted", "group_count", "ballot_count", "waiting")
    rows: QuerySet[Workshop, dict[str, Any]] = found.annotate(waiting=waiting).values(*fields)
    return rows


@state_of("validation", workshops)
def validation(assessment: Assessment, rows: Rows) -> StepState:
    if not rows:
        return StepState(task=_("Plan the validation workshop"), path="workshop/", action="workshop.run")
    newest = rows[0]
    here = f"workshop/{newest['pk']}/"
    turnout = {"ballots": newest["ballot_count"], "groups": newest["group_count"]}
    voted = _("{ballots} of {groups} groups voted").format(**turnout)
    if newest["status"] == Workshop.Status.OPEN:
        return StepState(
            "current",
            _("{ballots} of {groups} groups have voted").format(**turnout),
            _("Run the workshop, then close it"),
            here,
            "workshop.run",
        )
    if newest["status"] == Workshop.Status.PLANNED:
        note = _("Workshop on {day}").format(day=page_day(newest["held_on"]))
        return StepState("todo", note, _("Prepare the groups, then open the workshop"), here, "workshop.run")
    if newest["counted"] is None:
        task = _("Decide whether to include the workshop in the report")
        return StepState("current", voted, task, here, "workshop.count")
    waiting = newest["waiting"]
    if waiting:
        note = ngettext(
            "{waiting} response without a decision", "{waiting} responses without a decision", waiting
        ).format(waiting=waiting)
        task = _("Decide on each response")
        return StepState("current", note, task, "workshop/responses/", "comments.resolve")
    return StepState("done", voted, path="workshop/")


tabs_of(
    "validation",
    Tab("workshop/", gettext_lazy("Workshops")),
    Tab("workshop/responses/", pgettext_lazy("workshop", "Responses"), also=("workshop/verdicts/",)),
    Tab("workshop/changes/", gettext_lazy("What changed")),
)
