"""A workshop from its plan to its frozen results."""

import secrets
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment, User
from indicators.services.checks import check_text
from workshops.models import Group, Workshop
from workshops.priorities import priority_item
from workshops.results import freeze_results
from workshops.services.comments import take_from_verdicts
from workshops.words import Refusal

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is mistaken for another on a wall
CODE_LENGTH = 6


@transaction.atomic
def create_workshop(*, assessment: Assessment, held_on: date, place: str = "", by: User | None) -> Workshop:
    workshop = Workshop(assessment=assessment, held_on=held_on, place=check_text(place, "place"))
    workshop.full_clean(exclude=["results"])
    workshop.save()
    record("workshop.created", by=by, assessment=assessment, target=workshop)
    return workshop


@transaction.atomic
def edit_workshop(*, workshop: Workshop, held_on: date, place: str, by: User | None) -> Workshop:
    workshop.held_on, workshop.place = held_on, check_text(place, "place")
    workshop.full_clean(exclude=["results"])
    workshop.save(update_fields=["held_on", "place"])
    record("workshop.changed", by=by, assessment=workshop.assessment, target=workshop)
    return workshop


@transaction.atomic
def remove_workshop(*, workshop: Workshop, by: User | None) -> None:
    """Only one that was never opened can go, with its groups; responses noted down for it stay."""
    row = lock_workshop(workshop)
    if row.opened_at:
        raise ValidationError("This workshop has been opened, so it stays. Close it if it is over.")
    record("workshop.removed", by=by, assessment=row.assessment, target=row)
    row.delete()


@transaction.atomic
def open_workshop(*, workshop: Workshop, by: User | None) -> Workshop:
    """Groups can join and vote. Gives the short code. Opening an open workshop changes nothing."""
    row = lock_workshop(workshop)
    priority_item(row.assessment)  # a room must not find out at its first ballot that there is nothing to vote on
    if row.is_closed:
        raise ValidationError("This workshop was closed. Reopen it, with a reason.")
    if row.is_open:
        return row
    row.status = Workshop.Status.OPEN
    row.join_code, row.opened_at = _new_code(), timezone.now()
    _save(row, "status", "join_code", "opened_at")
    record("workshop.opened", by=by, assessment=row.assessment, target=row)
    return row


@transaction.atomic
def close_workshop(*, workshop: Workshop, by: User | None) -> Workshop:
    """Freeze the results and take what groups said in words into the register of responses. Closing twice is once."""
    row = lock_workshop(workshop)
    if row.is_closed:
        return row
    if not row.is_open:
        raise ValidationError("This workshop has not been opened yet, so there is nothing to close.")
    row.results = freeze_results(row)
    row.status, row.closed_at = Workshop.Status.CLOSED, timezone.now()
    _save(row, "results", "status", "closed_at")
    taken = take_from_verdicts(workshop=row, by=by)
    record("workshop.closed", by=by, assessment=row.assessment, target=row, responses_taken=taken)
    return row


@transaction.atomic
def reopen_workshop(*, workshop: Workshop, by: User | None, reason: str) -> Workshop:
    """Groups can vote again under the same code. The frozen results are made anew at the next closing."""
    reason = check_text(reason, "reason")
    if not reason:
        raise ValidationError("Say why the workshop is reopened: its results were frozen.")
    row = lock_workshop(workshop)
    if row.is_open:
        return row
    if not row.is_closed:
        raise ValidationError("This workshop has not been opened yet. Open it instead.")
    row.status, row.closed_at = Workshop.Status.OPEN, None
    _save(row, "status", "closed_at")
    record("workshop.reopened", by=by, assessment=row.assessment, target=row, reason=reason)
    return row


def lock_workshop(workshop: Workshop) -> Workshop:
    """The row as it stands now, held until the transaction ends."""
    return (
        Workshop.objects.select_for_update(of=("self",))
        .select_related("assessment__questionnaire", "assessment__matrix")
        .get(pk=workshop.pk)
    )


def touch_workshop(workshop: Workshop) -> None:
    """Tell the projector and the phones that something changed."""
    Workshop.objects.filter(pk=workshop.pk).update(revision=F("revision") + 1)


def lock_open_workshop(group: Group) -> Workshop:
    """The group's workshop, locked. Raises `ValidationError` unless it is open."""
    workshop = lock_workshop(group.workshop)
    if workshop.is_closed:
        raise Refusal("closed")
    if not workshop.is_open:
        raise Refusal("not_open")
    return workshop


def _save(row: Workshop, *fields: str) -> None:
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if not Workshop.objects.filter(join_code=code).exists():
            return code
