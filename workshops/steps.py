"""The state of validation, for the navigation and the assessment's home."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from assessments.archiving import closed_before_archiving
from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.next_steps import Situation, Task, tasks_of
from assessments.querysets import number_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from assessments.uses import Use
from ctnat.ui.formats import page_day
from workshops.models import Comment, Workshop


@closed_before_archiving
def workshop_is_open(assessment: Assessment) -> list[Use]:
    waiting = Workshop.objects.for_assessment(assessment).filter(status=Workshop.Status.OPEN)
    label = _("the workshop of {day}")
    return [Use(label.format(day=page_day(row.held_on)), f"workshop/{row.pk}/") for row in waiting]


def newest_workshop(assessment: Assessment) -> QuerySet[Workshop, dict[str, Any]]:
    """The newest validation workshop with its turnout; `waiting`: responses of the assessment without a decision."""
    every = Workshop.objects.for_assessment(assessment).for_validation()
    found = Workshop.objects.filter(pk=Subquery(every.order_by("-held_on", "-pk").values("pk")[:1])).with_turnout()
    waiting = number_of(Comment, "assessment__workshops", disposition="", withdrawn_at=None)
    fields = ("pk", "held_on", "status", "counted", "group_count", "ballot_count", "waiting")
    rows: QuerySet[Workshop, dict[str, Any]] = found.order_by("pk").annotate(waiting=waiting).values(*fields)
    return rows


@state_of("validation", newest_workshop)
def validation(assessment: Assessment, rows: Rows) -> StepState:
    if not rows:
        return StepState()
    newest = rows[0]
    turnout = {"ballots": newest["ballot_count"], "groups": newest["group_count"]}
    if newest["status"] == Workshop.Status.OPEN:
        return StepState("current", _("{ballots} of {groups} groups have voted").format(**turnout))
    if newest["status"] == Workshop.Status.PLANNED:
        return StepState("todo", _("Workshop on {day}").format(day=page_day(newest["held_on"])))
    voted = _("{ballots} of {groups} groups voted").format(**turnout)
    if newest["counted"] is None:
        return StepState("current", voted)
    if waiting := newest["waiting"]:
        note = ngettext("{waiting} response without a decision", "{waiting} responses without a decision", waiting)
        return StepState("current", note.format(waiting=waiting))
    return StepState("done", voted)


@tasks_of(
    "workshops",
    workshops=lambda assessment: (
        Workshop.objects.for_assessment(assessment)
        .for_validation()
        .order_by("held_on", "pk")
        .values("pk", "held_on", "status", "counted")
    ),
    responses=lambda assessment: (
        Comment.objects.for_assessment(assessment).for_validation().undecided().order_by().values("pk")
    ),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    step, run = "validation", "workshop.run"
    for row in rows["workshops"]:
        here = f"workshop/{row['pk']}/"
        if row["status"] == Workshop.Status.OPEN:
            yield Task(step, _("Run the workshop, then close it"), here, run, urgent=True, remains=True)
        elif row["status"] == Workshop.Status.PLANNED:
            text = _("Prepare the groups, then open the workshop")
            yield Task(step, text, here, run, due=row["held_on"], missing=True)
        elif row["counted"] is None:
            text = _("Decide whether to include the workshop in the report")
            yield Task(step, text, here, "workshop.count", urgent=True, missing=True)
    if not rows["workshops"]:
        yield Task(step, _("Plan the validation workshop"), "workshop/", run, missing=True)
    if waiting := len(rows["responses"]):
        text = ngettext("Decide on {n} response", "Decide on {n} responses", waiting).format(n=waiting)
        yield Task(step, text, "workshop/responses/", "comments.resolve", missing=True)


tabs_of(
    "validation",
    Tab("workshop/", gettext_lazy("Workshops")),
    Tab("workshop/responses/", pgettext_lazy("workshop", "Responses"), also=("workshop/verdicts/",)),
    Tab("workshop/changes/", gettext_lazy("What changed")),
)
