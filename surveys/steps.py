"""The state of the survey: how many of the invited have answered, and days left."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.archiving import closed_before_archiving
from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.next_steps import Situation, Task, tasks_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from assessments.uses import Use
from surveys.models import EntryDraft, Invitation, Mailing, Survey, TableImport
from surveys.responses.progress import progress

COLUMNS = ("status", "open_slug", "deadline", "answered", "sent", "responses_counted", "sealed")

OPEN_LINK = "survey/link/"
MESSAGES = "survey/messages/"
NOT_WITHOUT_A_SURVEY = (
    OPEN_LINK,
    MESSAGES,
    *(f"survey/{page}/" for page in ("invitations", "responses", "enter", "import", "disclosure", "settings")),
)


@closed_before_archiving
def survey_is_open(assessment: Assessment) -> list[Use]:
    waiting = Survey.objects.for_assessment(assessment).filter(status=Survey.Status.OPEN)
    return [Use(_("the survey"), "survey/")] if waiting.exists() else []


@state_of("survey", lambda assessment: Survey.objects.for_assessment(assessment).with_counts().values(*COLUMNS))
def survey(assessment: Assessment, rows: Rows) -> StepState:
    found = Survey(assessment=assessment)
    if not rows:
        return StepState(hidden=NOT_WITHOUT_A_SURVEY)
    vars(found).update(rows[-1])
    hidden = () if found.open_slug else (OPEN_LINK,)
    if found.status == Survey.Status.DRAFT:
        return StepState(hidden=hidden)
    how = progress(found)
    if how.status == "closed":
        return StepState("done", how.text, hidden=hidden)
    is_late = how.days_left is not None and how.days_left < 0
    return StepState("late" if is_late else "current", how.text, hidden=hidden)


def _refused(delivery: list[str]) -> Q:
    return Q(revoked_at=None, stopped=False, delivery__in=delivery)


@tasks_of(
    "surveys",
    survey=lambda assessment: Survey.objects.for_assessment(assessment).with_counts().values(*COLUMNS, "invited"),
    invitations=lambda assessment: (
        Invitation.objects.filter(survey__assessment=assessment)
        .order_by()
        .values("survey")
        .annotate(
            unsent=Count("pk", filter=_refused(["new"]) & ~Q(email="") & Q(handed_over=False)),
            failed=Count("pk", filter=_refused(["failed", "returned"])),
        )
        .values("unsent", "failed")
    ),
    stopped=lambda assessment: (
        Mailing.objects.filter(survey__assessment=assessment, finished_at=None, cancelled_at=None)
        .exclude(error="")
        .values("pk")
    ),
    papers=lambda assessment: EntryDraft.objects.filter(survey__assessment=assessment).values("typed_by", "expires_at"),
    tables=lambda assessment: (
        TableImport.objects.filter(survey__assessment=assessment).order_by().values("created_by", "expires_at")
    ),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    found = next(iter(rows["survey"]), None)
    if found is None:
        text = _("Set up the survey: languages, deadline, invitations")
        yield Task("survey", text, "survey/", "survey.manage", missing=True)
        return
    yield from _of_mails(found, rows)
    yield from _of_its_state(seen, found)
    own_papers = [row for row in rows["papers"] if row["typed_by"] == seen.user and row["expires_at"] > seen.now]
    if own_papers:
        yield Task("survey", _("Finish the paper form that you began"), "survey/enter/", "responses.enter")
    if any(row["created_by"] == seen.user and row["expires_at"] > seen.now for row in rows["tables"]):
        yield Task("survey", _("Finish the table that you began to import"), "survey/import/", "responses.enter")


def _of_mails(found: dict[str, Any], rows: Mapping[str, Rows]) -> Iterator[Task]:
    if found["status"] == Survey.Status.CLOSED:
        return
    for row in rows["stopped"]:
        text = _("Continue the e-mails that were not all sent")
        yield Task("survey", text, f"survey/mailings/{row['pk']}/", "survey.manage", urgent=True)
    counts = next(iter(rows["invitations"]), {"unsent": 0, "failed": 0})
    if failed := counts["failed"]:
        text = ngettext(
            "Correct {n} address to which no e-mail could be sent",
            "Correct {n} addresses to which no e-mail could be sent",
            failed,
        ).format(n=failed)
        yield Task("survey", text, "survey/invitations/", "survey.manage", urgent=True)
    if (unsent := counts["unsent"]) and found["status"] == Survey.Status.OPEN:
        text = ngettext("Send {n} invitation", "Send {n} invitations", unsent).format(n=unsent)
        yield Task("survey", text, "survey/invitations/", "survey.manage")
    if not found["invited"] and not found["open_slug"]:
        yield Task("survey", _("Invite people to the survey"), "survey/invitations/add/", "survey.manage")


def _of_its_state(seen: Situation, found: dict[str, Any]) -> Iterator[Task]:
    deadline = found["deadline"]
    if found["status"] == Survey.Status.DRAFT:
        yield Task("survey", _("Open the survey"), "survey/", "survey.manage", missing=True)
    elif found["status"] == Survey.Status.CLOSED:
        if sealed := found["sealed"]:
            text = ngettext("Open {n} sealed form", "Open {n} sealed forms", sealed).format(n=sealed)
            yield Task("survey", text, "survey/sealed/", "responses.open", missing=True, remains=True)
    elif deadline is None:
        yield Task("survey", _("Set a deadline for the survey"), "survey/settings/", "survey.manage")
        yield Task("survey", _("Close the survey"), "survey/", "survey.manage", missing=True, remains=True)
    else:
        day = deadline.astimezone(seen.assessment.zone).date()
        quiet = found["sent"] - len(found["answered"])
        if quiet > 0 and deadline > seen.now:
            text = ngettext(
                "Remind {n} person who has not answered", "Remind {n} people who have not answered", quiet
            ).format(n=quiet)
            yield Task("survey", text, "survey/invitations/", "survey.manage", due=day)
        text, passed = _("Close the survey"), deadline <= seen.now
        yield Task("survey", text, "survey/", "survey.manage", day, urgent=passed, missing=True, remains=True)


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
