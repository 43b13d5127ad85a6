"""Interviews that were begun on a device without a connection: each becomes one interview, however often it is sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, AuditEvent, User
from interviews.models import GRACE, Begun, Interview
from interviews.services.consents import record_note_given
from interviews.services.interviews import (
    create_interview,
    find_organisation,
    plan_sections,
    start_interview,
    suggest_contact,
    update_interview,
)

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
    duration: int | None = None,
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
    if duration is not None:  # a planned one has none
        interview.duration = Interview._meta.get_field("duration").clean(duration, interview)
        interview.save(update_fields=["duration"])
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
    A planned interview that took some time was held: it is started. Raises `ValidationError`, by field."""
    if new_organisation:
        header |= {
            "organisation": find_organisation(
                assessment=interview.assessment, name=new_organisation, sector=sector, by=by
            )
        }
    if interview.planned and header.get("duration") is not None:
        duration = header.pop("duration")
        update_interview(interview=interview, by=by, **header)
        start_interview(interview=interview, by=by)
        header = {"duration": duration}
    update_interview(interview=interview, by=by, **header)
    if note_given is not None:
        record_note_given(interview=interview, by=by, given=note_given, corrects=True)
    return interview


@transaction.atomic
def change_plan(
    *, interview: Interview, by: User, base: tuple[frozenset[str], str], plan: tuple[frozenset[str], str]
) -> Interview:
    """Change which sections are asked, as it was changed on a device from `base` to `plan`, each (sections, reason).

    What colleagues have added or removed since `base` stays; of two reasons both do. Raises `ValidationError` as
    `plan_sections` does.
    """
    check_not_archived(interview.assessment)
    now = Interview.objects.select_for_update().get(pk=interview.pk)
    (sections_before, reason_before), (sections, reason) = base, plan
    chosen = (set(now.sections) | (sections - sections_before)) - (sections_before - sections)
    known = {section.name for section in interview.guide.sections}
    kept = {name for name in chosen if name in known or name not in now.sections}  # others cannot be chosen any more
    present = now.sections_reason
    if reason == reason_before or reason in present.split("\n"):
        reason = present
    elif present not in (reason_before, ""):
        reason = f"{present}\n{reason}"
    return plan_sections(interview=interview, sections=kept, by=by, reason=reason)


@transaction.atomic
def suggest_once(*, interview: Interview, by: User, form_key: UUID, **fields: Any) -> None:
    """Add a colleague whom a device suggests under `form_key`: once, whatever became of the contact since.

    Raises `ValidationError` as `suggest_contact` does.
    """
    check_not_archived(interview.assessment)
    lock_assessment(interview.assessment)
    events = AuditEvent.objects.for_assessment(interview.assessment).filter(actor=by, action="contact.added")
    if not events.filter(detail__form=str(form_key)).exists():
        suggest_contact(interview=interview, by=by, form_key=form_key, **fields)
