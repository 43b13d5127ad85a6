"""Interviews: creating, planning, starting, completing, moving to the trash and restoring them."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, Contact, Organisation, User
from assessments.once import key_detail, made_before
from assessments.services.contacts import add_contact
from assessments.services.organisations import add_organisation, update_organisation
from ctnat.ui.seen import Marks, check_seen
from instruments.schema import InterviewGuide
from interviews.consent import consent_of
from interviews.models import Interview
from interviews.services.codings import withdraw_outdated
from interviews.services.consents import record_consent, record_note_given
from interviews.text import clean_text, cleaned

NOT_TYPED = ["number", "code", "planned_as", "sections", "created_by"]
HEADER = ("held_at", "format", "organisation", "women", "men", "other", "planned")
PLAN = ("sections", "sections_reason", "not_reached", "unanswered")
STARTED = ("planned", "held_at", "number", "code")
_LAST_DIGITS = re.compile(r"(\d+)$")


@transaction.atomic
def create_interview(
    *,
    assessment: Assessment,
    by: User | None,
    held_at: datetime,
    format: str = "",
    organisation: Organisation | None = None,
    women: int = 0,
    men: int = 0,
    other: int = 0,
    planned: bool = False,
    sections: Iterable[str] | None = None,
    sections_reason: str = "",
    note_given: bool | None = None,
    form_key: UUID | None = None,
    **fields: Any,
) -> Interview:
    """Create an interview with the next code of its assessment (`AZEint1`). Raises `ValidationError`, by field.

    A `planned` one is not held yet: its date may be in the future, the participants may be unknown, and it is named
    `AZEplan1` until its first note, so that moving or dropping it uses no code.

    `sections` are codes of the guide; without them only those that are always asked are planned. `fields` are other
    fields of `Interview`, such as `interviewer`, `respondent_name`, `respondent_title`, `language`. `note_given` is
    recorded as consent without a version, a language or a time; None: not recorded.

    The same form (`form_key`) with the same entries makes one interview, however often it is sent.
    """
    interview = Interview(
        assessment=assessment,
        held_at=held_at,
        format=format,
        organisation=organisation,
        women=women,
        men=men,
        other=other,
        planned=planned,
        created_by=by,
        **cleaned(fields),
    )
    interview.full_clean(exclude=NOT_TYPED)
    lock_assessment(assessment)
    if same := made_before(
        "interview.created",
        form_key,
        new=interview,
        names=[*HEADER, *fields],
        rows=Interview.objects.for_assessment(assessment),
        assessment=assessment,
        by=by,
    ):
        return same
    if sections is None:
        interview.sections = list(interview.guide.routing.always)
    else:
        interview.sections_reason = clean_text(sections_reason).strip()
        interview.sections = check_plan(interview.guide, sections, interview.sections_reason)
    if planned:
        interview.code = interview.planned_as = _next_plan(assessment)
    else:
        _give_code(interview)
    interview.save()
    detail = {"sections": interview.sections, **key_detail(form_key)}
    record("interview.created", by=by, assessment=assessment, target=interview, **detail)
    if note_given is not None:
        record_consent(interview=interview, by=by, note_given=note_given)
    return interview


def _next_plan(assessment: Assessment) -> str:
    """The name of the next planned interview. The assessment is locked."""
    given = Interview.objects.for_assessment(assessment).exclude(planned_as="").values_list("planned_as", flat=True)
    numbers = [int(found[0]) for name in given if (found := _LAST_DIGITS.findall(name))]
    return f"{assessment.country}plan{max(numbers, default=0) + 1}"


def _give_code(interview: Interview) -> None:
    interview.number = _next_number(interview.assessment)
    interview.code = f"{interview.assessment.country}int{interview.number}"


def _next_number(assessment: Assessment) -> int:
    """The update locks the assessment's row until the transaction ends, so no two interviews get one number."""
    Assessment.objects.filter(pk=assessment.pk).update(last_interview=F("last_interview") + 1)
    assessment.refresh_from_db(fields=["last_interview"])
    return assessment.last_interview


def check_plan(guide: InterviewGuide, sections: Iterable[str], reason: str) -> list[str]:
    """The plan in the guide's order, with the sections that are always asked. Raises `ValidationError`."""
    chosen = set(sections)
    known = [section.name for section in guide.sections]
    if unknown := chosen - set(known):
        raise ValidationError(
            {
                "sections": _("The guide has no section {unknown}. Choose from {known}.").format(
                    unknown=sorted(unknown)[0], known=known
                )
            }
        )
    routing = guide.routing
    count = len(chosen & set(routing.choose_from))
    if not routing.min <= count <= routing.max and not reason:
        raise ValidationError(
            {
                "sections_reason": _(
                    "The guide asks for {min} to {max} of the sections {choose_from} to {choose_from_2}, but "
                    "{count} are chosen. Change the choice, or give a reason for the different number."
                ).format(
                    min=routing.min,
                    max=routing.max,
                    choose_from=routing.choose_from[0],
                    choose_from_2=routing.choose_from[-1],
                    count=count,
                )
            }
        )
    return in_order(guide, chosen | set(routing.always))


def in_order(guide: InterviewGuide, sections: Iterable[str]) -> list[str]:
    """The sections in the guide's order; those of an earlier version, which it does not have, come last."""
    order = [section.name for section in guide.sections]
    return sorted(set(sections), key=lambda name: (order.index(name) if name in order else len(order), name))


@transaction.atomic
def find_organisation(
    *, assessment: Assessment, name: str, sector: str, by: User | None, in_capital: bool | None = None
) -> Organisation:
    """The organisation of that name, added to the list where it is new. Raises `ValidationError`.

    For an organisation on the list without a value, `in_capital` is stored now.
    """
    lock_assessment(assessment)
    name = clean_text(name).strip()
    found: Organisation | None = Organisation.objects.for_assessment(assessment).filter(name__iexact=name).first()
    if found is None:
        return add_organisation(assessment=assessment, by=by, name=name, sector=sector, in_capital=in_capital)
    if in_capital is None:
        return found
    found.in_capital = Organisation.objects.select_for_update().get(pk=found.pk).in_capital
    if found.in_capital is None:
        return update_organisation(organisation=found, by=by, in_capital=in_capital)
    if found.in_capital != in_capital:
        raise differing_capital(found)
    return found


def differing_capital(organisation: Organisation) -> ValidationError:
    """What is said where an organisation on the list is recorded as in the capital and now said not to be, or the other
    way round."""
    recorded = _("in the capital") if organisation.in_capital else _("not in the capital")
    return ValidationError(
        {
            "in_capital": _(
                "{name} is on the list already, recorded as {recorded}. Choose it from the list, or "
                "correct it in the list of organisations first."
            ).format(name=organisation.name, recorded=recorded)
        }
    )


@transaction.atomic
def plan_sections(
    *,
    interview: Interview,
    sections: Iterable[str],
    by: User | None,
    reason: str = "",
    seen: Marks | None = None,
) -> Interview:
    """Set which sections are asked. Raises `ValidationError`; a section with notes cannot be removed, and where
    the plan has changed since it was shown (`seen`), `SeenConflict` is raised.

    Sections of an earlier version of the guide stay unchanged: they can no longer be chosen.
    """
    reason = clean_text(reason).strip()
    now = Interview.objects.select_for_update().get(pk=interview.pk)
    for name in PLAN:
        setattr(interview, name, getattr(now, name))
    plan = check_plan(interview.guide, sections, reason)
    earlier = set(interview.sections) - {section.name for section in interview.guide.sections}
    plan = in_order(interview.guide, [*plan, *earlier])
    check_seen(now, seen, {"sections": plan, "sections_reason": reason})
    if missing := sorted(_sections_with_notes(interview) - set(plan)):
        raise ValidationError(
            {
                "sections": _("Section {missing} has notes. Keep it in the plan, or clear its answers first.").format(
                    missing=missing[0]
                )
            }
        )
    if (now.sections, now.sections_reason) == (plan, reason):  # saved without a change, or sent twice on a slow line
        return interview
    interview.not_reached = [section for section in interview.not_reached if section not in plan]
    interview.unanswered = [section for section in interview.unanswered if section in plan]
    interview.sections, interview.sections_reason = plan, reason
    interview.save(update_fields=[*PLAN, "updated_at"])
    record("interview.planned", by=by, assessment=interview.assessment, target=interview, sections=plan)
    return interview


@transaction.atomic
def update_interview(*, interview: Interview, by: User | None, seen: Marks | None = None, **fields: Any) -> Interview:
    """Change the head of the form. Raises `ValidationError`, by field: `SeenConflict` where it has changed since it
    was shown (`seen`)."""
    fields = cleaned(fields)
    now = Interview.objects.select_for_update().get(pk=interview.pk)
    check_seen(now, seen, fields)
    changed = sorted(name for name, value in fields.items() if getattr(now, name) != value)
    for name, value in fields.items():
        setattr(interview, name, value)
    if not changed:  # saved without a change, or sent twice on a slow line
        return interview
    interview.full_clean(exclude=NOT_TYPED)
    interview.save(update_fields=[*changed, "updated_at"])
    record("interview.changed", by=by, assessment=interview.assessment, target=interview, fields=changed)
    withdraw_outdated(interviews=[interview], by=by)
    return interview


@transaction.atomic
def start_interview(*, interview: Interview, by: User | None) -> Interview:
    """Start a planned interview: it gets its code, and counts from now on. One planned for a later time is held now
    instead."""
    if not interview.planned:
        return interview
    lock_assessment(interview.assessment)  # before the interview, as wherever both are locked
    now = Interview.objects.select_for_update().get(pk=interview.pk)
    if now.planned:  # not started by a colleague in the meantime
        interview.planned, interview.held_at = False, min(now.held_at, timezone.now())
        if now.number is None:
            _give_code(interview)
        interview.save(update_fields=["planned", "held_at", "number", "code", "updated_at"])
        named = {"planned_as": interview.planned_as} if interview.planned_as else {}
        record("interview.started", by=by, assessment=interview.assessment, target=interview, **named)
    else:
        for name in STARTED:
            setattr(interview, name, getattr(now, name))
    return interview


@transaction.atomic
def complete_interview(
    *,
    interview: Interview,
    by: User | None,
    not_reached: Iterable[str] = (),
    unanswered: Iterable[str] = (),
    note_given: bool | None = None,
    **details: Any,
) -> Interview:
    """Complete it. Raises `ValidationError` where it was not held yet, or has no sections or participants.

    `not_reached` are planned sections that were not asked: they are removed from the plan and from all counts.
    `unanswered` were asked, without an answer. `details` are fields such as `women`, `place`;
    `note_given` is recorded for those of whom it is not recorded yet.
    """
    if interview.planned:
        raise ValidationError(_("{code} has not been started yet. Start it first.").format(code=interview.code))
    if not interview.has_chosen_sections:
        raise ValidationError(_("Choose the sections of this interview first. They record what was asked."))
    if details:
        update_interview(interview=interview, by=by, **details)
    if not interview.people:
        raise ValidationError(
            {"women": _("Enter the number of women, men or others who took part in the interview details.")}
        )
    if interview.completed_at is None:
        _record_outcomes(interview, set(not_reached), set(unanswered))
        interview.completed_at = timezone.now()
        interview.save(update_fields=["completed_at", "sections", "not_reached", "unanswered", "updated_at"])
        outcomes = {"not_reached": interview.not_reached, "unanswered": interview.unanswered}
        record("interview.completed", by=by, assessment=interview.assessment, target=interview, **outcomes)
        if note_given is not None:
            record_note_given(interview=interview, by=by, given=note_given)
    return interview


def _record_outcomes(interview: Interview, not_reached: set[str], unanswered: set[str]) -> None:
    if with_notes := (not_reached | unanswered) & _sections_with_notes(interview):
        raise ValidationError(
            _("Section {min} now has notes, so it was asked and answered. Reload the page.").format(min=min(with_notes))
        )
    guide = interview.guide
    interview.not_reached = in_order(guide, {*interview.not_reached, *(not_reached & set(interview.sections))})
    interview.sections = in_order(guide, set(interview.sections) - not_reached)
    interview.unanswered = in_order(guide, {*interview.unanswered, *unanswered} & set(interview.sections))


def _sections_with_notes(interview: Interview) -> set[str]:
    section_of = interview.guide.section_of
    noted = interview.answers.exclude(text="").values_list("question", flat=True)
    return {section_of[question] for question in noted if question in section_of}


@transaction.atomic
def reopen_interview(*, interview: Interview, by: User) -> Interview:
    interview.completed_at = Interview.objects.select_for_update().get(pk=interview.pk).completed_at
    if interview.completed_at is None:  # pressed twice
        return interview
    interview.completed_at = None
    interview.save(update_fields=["completed_at", "updated_at"])
    record("interview.reopened", by=by, assessment=interview.assessment, target=interview)
    return interview


@transaction.atomic
def trash_interview(*, interview: Interview, by: User) -> Interview:
    """Take it out of lists and counts. Its number is never given again."""
    if interview.deleted_at is None:
        interview.deleted_at = timezone.now()
        interview.save(update_fields=["deleted_at", "updated_at"])
        record("interview.trashed", by=by, assessment=interview.assessment, target=interview)
    return interview


@transaction.atomic
def restore_interview(*, interview: Interview, by: User) -> Interview:
    """Raises `ValidationError` where the consent to the interview was withdrawn."""
    if consent_of(interview).withdrew_interview:
        raise ValidationError(
            _(
                "The consent to {code} was withdrawn, so it cannot be restored. If consent was given "
                "again, record it first."
            ).format(code=interview.code)
        )
    interview.deleted_at = Interview.objects.select_for_update().get(pk=interview.pk).deleted_at
    if interview.deleted_at is None:  # pressed twice
        return interview
    interview.deleted_at = None
    interview.save(update_fields=["deleted_at", "updated_at"])
    record("interview.restored", by=by, assessment=interview.assessment, target=interview)
    return interview


@transaction.atomic
def suggest_contact(*, interview: Interview, by: User, name: str = "", email: str = "", **fields: Any) -> Contact:
    """Add a colleague named in the interview, who may be invited to the survey. Raises `ValidationError`. It is an
    answer: a planned interview is started."""
    name, email = clean_text(name).strip(), clean_text(email).strip()
    if not name and not email:
        raise ValidationError({"name": _("Enter a name or an e-mail address.")})
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise ValidationError(
                {"email": _("This is not an e-mail address. Enter one such as name@example.org.")}
            ) from None
    start_interview(interview=interview, by=by)
    return add_contact(
        assessment=interview.assessment, by=by, name=name, email=email, suggested_in=interview.code, **cleaned(fields)
    )
