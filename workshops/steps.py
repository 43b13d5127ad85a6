"""The state of validation, for the navigation and the assessment's home."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from assessments.models import Assessment
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
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
        return StepState(task="Plan the validation workshop", path="workshop/", action="workshop.run")
    newest = rows[0]
    here, turnout = f"workshop/{newest['pk']}/", f"{newest['ballot_count']} of {newest['group_count']} groups"
    if newest["status"] == Workshop.Status.OPEN:
        return StepState("current", f"{turnout} have voted", "Run the workshop, then close it", here, "workshop.run")
    if newest["status"] == Workshop.Status.PLANNED:
        note = f"Workshop on {newest['held_on']:%-d %B %Y}"
        return StepState("todo", note, "Prepare the groups, then open the workshop", here, "workshop.run")
    if newest["counted"] is None:
        task = "Decide whether to include the workshop in the report"
        return StepState("current", f"{turnout} voted", task, here, "workshop.count")
    waiting = newest["waiting"]
    if waiting:
        note = f"{waiting} response{'' if waiting == 1 else 's'} without a decision"
        task = "Decide on each response"
        return StepState("current", note, task, "workshop/responses/", "comments.resolve")
    return StepState("done", f"{turnout} voted", path="workshop/")
