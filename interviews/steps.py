"""The state, the tasks and the tabs of the interviews."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.access import ACTIONS
from assessments.models import Assessment, Membership
from assessments.navigation import Tab, tabs_of
from assessments.next_steps import Situation, Task, tasks_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from interviews.follow_ups import SOON
from interviews.models import Coding, ConsentRecord, FollowUp, Interview, NotesImport
from interviews.querysets import Progress


@state_of("interviews", lambda assessment: Interview.objects.for_assessment(assessment).status_counts())
def interviews(assessment: Assessment, rows: Rows) -> StepState:
    found = Progress.of(assessment, rows)
    if found.started:
        return StepState(found.state, found.text)
    planned = found.ahead or found.planned
    return StepState("todo", _("Number not set yet") if planned is None else _("{n} planned").format(n=planned))


ABLE = Membership.objects.filter(role__in=ACTIONS["interviews.edit"]).order_by()


@tasks_of(
    "interviews",
    interviews=lambda assessment: (
        Interview.objects.for_assessment(assessment)
        .for_work()
        .with_waiting()
        .annotate(asked=Exists(ConsentRecord.objects.filter(interview=OuterRef("pk"))))
        .in_order()
        .values("code", "held_at", "planned", "completed_at", "waiting", "asked")
    ),
    codings=lambda assessment: (
        Coding.objects.for_assessment(assessment)
        .order_by()
        .values("answer__interview__assessment")
        .annotate(made=Count("pk"), waiting=Count("pk", filter=Q(released=False) & ~Q(withdrawn_at=None)))
        .values("made", "waiting")
    ),
    promised=lambda assessment: (
        FollowUp.objects.for_assessment(assessment)
        .for_doing()
        .exclude(due=None)
        .annotate(taken=Exists(ABLE.filter(assessment=OuterRef("interview__assessment"), user=OuterRef("assigned_to"))))
        .order_by("due")
        .values("assigned_to", "due", "taken")
    ),
    imports=lambda assessment: (
        NotesImport.objects.for_assessment(assessment).order_by().values("created_by", "expires_at")
    ),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    interviews, step, edit = rows["interviews"], "interviews", "interviews.edit"
    zone, expected = seen.assessment.zone, seen.assessment.interviews_planned
    ahead = [row for row in interviews if row["planned"]]
    held = [row for row in interviews if not row["planned"]]
    for row in interviews:
        if row["waiting"]:
            text = _("Choose between two texts in {code}").format(code=row["code"])
            yield Task(step, text, f"interviews/{row['code']}/", edit, urgent=True, missing=True)
    days: dict[date, list[str]] = {}
    for row in ahead:
        days.setdefault(row["held_at"].astimezone(zone).date(), []).append(row["code"])
    for due, codes in sorted(days.items()):
        if len(codes) == 1:
            text = _("Hold interview {code}, or change its day").format(code=codes[0])
            yield Task(step, text, f"interviews/{codes[0]}/", edit, due=due)
        else:  # a mission has many: one line for each of its days
            text = _("Interviews to hold on one day, or to move: {n}").format(n=len(codes))
            yield Task(step, text, "interviews/mission/", edit, due=due)
    promised = [row for row in rows["promised"] if row["due"] <= seen.today + SOON]
    if pressing := [row["due"] for row in promised if row["taken"] and row["assigned_to"] == seen.user]:
        text = ngettext("Do {n} follow-up of the interviews", "Do {n} follow-ups of the interviews", len(pressing))
        text = text.format(n=len(pressing))
        yield Task(step, text, f"interviews/follow-ups/?person={seen.user}", edit, due=min(pressing), remains=True)
    if untaken := [row["due"] for row in promised if not row["taken"]]:
        text = ngettext("Choose who does {n} follow-up", "Choose who does {n} follow-ups", len(untaken))
        path, lead = "interviews/follow-ups/", "assessment.edit"
        yield Task(step, text.format(n=len(untaken)), path, lead, due=min(untaken), remains=True)
    if still_open := sum(row["completed_at"] is None for row in held):
        text = ngettext("Complete {n} open interview", "Complete {n} open interviews", still_open)
        yield Task(step, text.format(n=still_open), "interviews/?state=open", edit, missing=True)
    if unasked := sum(not row["asked"] for row in held):
        text = ngettext("Record the consent to {n} interview", "Record the consent to {n} interviews", unasked)
        yield Task(step, text.format(n=unasked), "interviews/", edit)
    if any(row["created_by"] == seen.user and row["expires_at"] > seen.now for row in rows["imports"]):
        yield Task(step, _("Finish the notes that you began to import"), "interviews/import/", edit)
    if expected is None:
        yield Task(step, _("Set how many interviews are planned"), "edit/", "assessment.edit")
    if not held and not ahead:
        yield Task(step, _("Start the first interview"), "interviews/new/", edit, missing=True)
    elif len(interviews) < (expected or 0):
        yield Task(step, _("Start the next interview"), "interviews/new/", edit, missing=True)
    codings = next(iter(rows["codings"]), {"made": 0, "waiting": 0})
    if codings["waiting"]:
        text = ngettext(
            "Approve {n} quotation again: its words have changed",
            "Approve {n} quotations again: their words have changed",
            codings["waiting"],
        ).format(n=codings["waiting"])
        yield Task(step, text, "interviews/themes/", "codebook.edit", urgent=True, missing=True)
    if not codings["made"] and any(row["completed_at"] for row in held):
        yield Task(step, _("Code the notes with themes"), "interviews/", "codebook.edit", missing=True)


tabs_of(
    "interviews",
    Tab("interviews/", gettext_lazy("All interviews")),
    Tab("interviews/coverage/", gettext_lazy("Coverage")),
    Tab("interviews/themes/", gettext_lazy("Themes")),
    Tab("interviews/search/", gettext_lazy("Search")),
    Tab("interviews/import/", gettext_lazy("Import")),
    Tab("interviews/trash/", gettext_lazy("Trash")),
)
