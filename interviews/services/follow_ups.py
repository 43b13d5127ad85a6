"""Follow-ups of interviews: adding and changing them, marking them as done, opening them again and removing them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from assessments.once import key_detail, made_before
from ctnat.ui.errors import InputError
from ctnat.ui.formats import page_moment
from ctnat.ui.seen import Marks, check_seen
from interviews.follow_ups import may_be_assigned
from interviews.models import FollowUp, Interview
from interviews.services.consents import lock_interview
from interviews.text import clean_text, cleaned

FIELDS = ("what", "due", "assigned_to")
SET_BY_SERVICE = ("interview", "created_by", "done_by")


@transaction.atomic
def add_follow_up(
    *,
    interview: Interview,
    by: User | None,
    what: str,
    due: date | None = None,
    assigned_to: User | None = None,
    form_key: UUID | None = None,
) -> FollowUp:
    """Add what was promised in the interview. Raises `ValidationError`, by field.

    `due`: by when, None where no day was given; `assigned_to`: a member who may change interviews, None for nobody yet.
    The same form (`form_key`) with the same entries makes one follow-up, however often it is sent.
    """
    interview = _lock(interview)
    new = FollowUp(interview=interview, what=clean_text(what).strip(), due=due, assigned_to=assigned_to, created_by=by)
    _check(new, assigned=True)
    if same := made_before(
        "follow_up.added",
        form_key,
        new=new,
        names=FIELDS,
        rows=interview.follow_ups.all(),
        assessment=interview.assessment,
        by=by,
    ):
        return same
    new.save()
    _record("follow_up.added", new, by, **key_detail(form_key))
    return new


@transaction.atomic
def change_follow_up(*, follow_up: FollowUp, by: User | None, seen: Marks | None = None, **fields: Any) -> FollowUp:
    """Change some of `what`, `due`, `assigned_to` and `outcome`. Raises `ValidationError`, by field, and `SeenConflict`
    where another member has changed what the form showed."""
    follow_up = _lock_row(follow_up)
    fields = cleaned(fields)
    check_seen(follow_up, seen, fields)
    changed = [name for name, value in fields.items() if getattr(follow_up, name) != value]
    if not changed:
        return follow_up
    for name in changed:
        setattr(follow_up, name, fields[name])
    _check(follow_up, assigned="assigned_to" in changed)
    follow_up.save(update_fields=[*changed, "updated_at"])
    _record("follow_up.changed", follow_up, by, fields=sorted(changed))
    return follow_up


@transaction.atomic
def complete_follow_up(*, follow_up: FollowUp, by: User | None, outcome: str = "") -> FollowUp:
    """Mark it as done, with what came of it. Raises `InputError` where somebody else has done so with other words."""
    follow_up = _lock_row(follow_up)
    outcome = clean_text(outcome).strip()
    if follow_up.done_at:
        if follow_up.outcome == outcome:  # the form was sent twice
            return follow_up
        raise InputError(
            _("It was marked as done on {date} already. To change what came of it, edit the follow-up.").format(
                date=page_moment(follow_up.done_at)
            )
        )
    follow_up.outcome, follow_up.done_at, follow_up.done_by = outcome, timezone.now(), by
    _check(follow_up)
    follow_up.save(update_fields=["outcome", "done_at", "done_by", "updated_at"])
    _record("follow_up.completed", follow_up, by)
    return follow_up


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, by: User | None) -> FollowUp:
    """It is to be done after all. What was typed about its outcome stays."""
    follow_up = _lock_row(follow_up)
    if follow_up.done_at:
        follow_up.done_at = follow_up.done_by = None
        follow_up.save(update_fields=["done_at", "done_by", "updated_at"])
        _record("follow_up.reopened", follow_up, by)
    return follow_up


@transaction.atomic
def remove_follow_up(*, follow_up: FollowUp, by: User | None) -> None:
    """Remove it for good."""
    follow_up = _lock_row(follow_up)
    _record("follow_up.removed", follow_up, by)
    follow_up.delete()


def _lock(interview: Interview) -> Interview:
    """The interview as it is now, locked. Raises `InputError` for one that was erased, or is in the trash."""
    found = lock_interview(interview)
    if found.deleted_at:
        raise InputError(
            _("{code} is in the trash. Restore the interview, then change its follow-ups.").format(code=found.code)
        )
    return found


def _lock_row(follow_up: FollowUp) -> FollowUp:
    interview = _lock(follow_up.interview)
    found: FollowUp | None = interview.follow_ups.filter(pk=follow_up.pk).first()
    if found is None:
        raise InputError(_("This follow-up was removed in the meantime. Nothing was saved."))
    found.interview = interview
    return found


def _check(follow_up: FollowUp, *, assigned: bool = False) -> None:
    """With `assigned`, also that the member may do it. One who could when it was assigned keeps it after that."""
    follow_up.full_clean(exclude=SET_BY_SERVICE)
    member = follow_up.assigned_to
    if assigned and member and not may_be_assigned(follow_up.interview.assessment).filter(pk=member.pk).exists():
        raise InputError(
            {
                "assigned_to": _(
                    "{name} may not change interviews in this assessment. Choose a lead or a consultant, or nobody yet."
                ).format(name=member)
            }
        )


def _record(action: str, follow_up: FollowUp, by: User | None, **detail: Any) -> None:
    """The event names the interview, never the words."""
    interview = follow_up.interview
    record(action, by=by, assessment=interview.assessment, target=follow_up, label=interview.code, **detail)
