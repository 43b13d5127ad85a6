"""Interviews that were begun on a device without a connection: each becomes one interview, however often it is sent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from interviews.models import Begun, Interview
from interviews.services.consents import record_note_given
from interviews.services.interviews import create_interview, find_organisation, start_interview, update_interview

GRACE = timedelta(days=1)  # "today" differs between the clocks of a device and of the server
PEOPLE = ("women", "men", "other")


@transaction.atomic
def begin_interview(
    *,
    assessment: Assessment,
    uuid: UUID,
    by: User,
    held_at: datetime,
    new_organisation: str = "",
    sector: str = "",
    note_given: bool | None = None,
    **header: Any,
) -> Begun:
    """The interview that a device began under `uuid`; it is created with the next code where that did not arrive
    before. Raises `ValidationError`, by field.

    `header` are other fields of `create_interview`. Who took part may be unknown: completing the interview asks. Where
    `uuid` is known, nothing changes; `interview` of the row is None where it was erased since.
    """
    check_not_archived(assessment)
    lock_assessment(assessment)
    known: Begun | None = Begun.objects.filter(assessment=assessment, uuid=uuid).select_related("interview").first()
    if known is not None:
        if known.interview is not None:
            known.interview.assessment = assessment  # its guide is parsed already
        return known
    if held_at > timezone.now() + GRACE:
        raise ValidationError(
            {"held_at": _("This date is in the future. Enter the day on which the interview was held.")}
        )
    if new_organisation:
        header["organisation"] = find_organisation(assessment=assessment, name=new_organisation, sector=sector, by=by)
    is_known = any(header.get(name) for name in PEOPLE)
    interview = create_interview(
        assessment=assessment, by=by, held_at=held_at, planned=not is_known, note_given=note_given, **header
    )
    start_interview(interview=interview, by=by)
    begun = Begun.objects.create(assessment=assessment, uuid=uuid, interview=interview)
    record("interview.begun_on_device", by=by, assessment=assessment, target=interview, begun_as=str(uuid))
    return begun


@transaction.atomic
def change_head(
    *,
    interview: Interview,
    by: User,
    header: dict[str, Any],
    new_organisation: str = "",
    sector: str = "",
    note_given: bool | None = None,
) -> Interview:
    """Change the head as it was changed on a device, and record whether the note was given (None: nothing is recorded).
    Raises `ValidationError`, by field."""
    if new_organisation:
        header |= {
            "organisation": find_organisation(
                assessment=interview.assessment, name=new_organisation, sector=sector, by=by
            )
        }
    update_interview(interview=interview, by=by, **header)
    if note_given is not None:
        record_note_given(interview=interview, by=by, given=note_given, corrects=True)
    return interview
