"""Withdrawing consent: what it would change, and carrying it out."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.archiving import due_in_the_archive
from assessments.audit import record
from assessments.erasers import Copy, Part, copies_with, eraser_of, uses_in_all
from assessments.locks import lock_assessment
from assessments.models import ErasureRequest, User
from assessments.once import key_detail, made_before
from assessments.services.erasure import ask_erasure
from assessments.uses import Use
from ctnat.ui.errors import InputError
from ctnat.ui.formats import page_moment
from interviews.consent import consent_of
from interviews.models import Coding, ConsentRecord, Interview
from interviews.services.codings import withdraw_releases
from interviews.services.consents import check_latest, check_moment, check_participant, lock_interview
from interviews.services.interviews import trash_interview
from interviews.text import clean_text

KIND = "interview"  # of the eraser
FIELDS = ("participant", "withdrawn", "reason", "happened_at")


@dataclass(frozen=True)
class Consequences:
    """What a withdrawal would change now. The confirming form sends `seen` to identify it."""

    released: int  # passages that are released for quotation, and would no longer be
    marked: int  # other passages, which could not be released any more
    copies: list[Copy]  # frozen copies that repeat words which are or were released
    uses: list[Use]  # where the interview is cited
    parts: list[Part]  # what would be erased with the whole interview
    waiting: bool  # whether its erasure has been requested already

    @property
    def seen(self) -> str:
        told = [self.released, self.marked, *(c.key for c in self.copies), *(u.label for u in self.uses)]
        told += [(part.name, part.count) for part in self.parts]
        return hashlib.sha256(repr([*told, self.waiting]).encode()).hexdigest()


def consequences_of(interview: Interview) -> Consequences:
    eraser = eraser_of(KIND)
    codings = list(Coding.objects.filter(answer__interview=interview))
    released = sum(coding.released for coding in codings)
    words = [coding.approved_quote for coding in codings if coding.approved_quote]
    return Consequences(
        released=released,
        marked=len(codings) - released,
        copies=copies_with(interview.assessment, words),
        uses=uses_in_all(interview.assessment, eraser, interview),
        parts=eraser.parts(interview),
        waiting=_waiting(interview) is not None,
    )


def _waiting(interview: Interview) -> ErasureRequest | None:
    rows = ErasureRequest.objects.for_assessment(interview.assessment).for_confirming()
    found: ErasureRequest | None = rows.filter(kind=KIND, key=str(interview.pk)).first()
    return found


@due_in_the_archive()
@transaction.atomic
def withdraw_consent(
    *,
    interview: Interview,
    by: User,
    withdrawn: str,
    happened_at: datetime,
    seen: str,
    reason: str = "",
    participant: int | None = None,
    latest: int | None = None,
    form_key: UUID | None = None,
) -> ConsentRecord:
    """Record that consent was withdrawn, and carry out what follows from it.

    `withdrawn`: "quotes" withdraws all releases of its passages; "interview" also moves the interview to the trash and
    requests its erasure, which a second person confirms. `seen`: of the consequences that were shown. Raises
    `InputError`: where they have changed since, where this was withdrawn before, and for a time before consent.
    """
    assessment = interview.assessment
    lock_assessment(assessment)
    interview = lock_interview(interview)
    new = ConsentRecord(
        interview=interview,
        participant=participant,
        withdrawn=withdrawn,
        reason=clean_text(reason).strip(),
        happened_at=happened_at,
        recorded_by=by,
    )
    if same := made_before(
        "consent.withdrawn",
        form_key,
        new=new,
        names=FIELDS,
        rows=interview.consents.all(),
        assessment=assessment,
        by=by,
    ):
        return same
    check_latest(interview, latest)
    _check(new)
    consequences = consequences_of(interview)
    if consequences.seen != seen:
        raise InputError(
            _(
                "Something has changed since this page was opened, so nothing was withdrawn. The page now shows the "
                "present state: read it, then confirm again."
            )
        )
    released = withdraw_releases(interview=interview, by=by)
    if withdrawn == ConsentRecord.Scope.INTERVIEW:
        trash_interview(interview=interview, by=by)
        new.erasure = _waiting(interview) or ask_erasure(
            assessment=assessment,
            kind=KIND,
            by=by,
            ground=ErasureRequest.Ground.CONSENT,
            note=new.reason,
            which=str(interview.pk),
        )
    new.save()
    record(
        "consent.withdrawn",
        by=by,
        assessment=assessment,
        target=new,
        label=interview.code,
        participant=participant,
        scope=withdrawn,
        quotes=released,
        **key_detail(form_key),
    )
    return new


def _check(new: ConsentRecord) -> None:
    if new.withdrawn not in ConsentRecord.Scope.values:
        raise InputError({"withdrawn": _("Choose what was withdrawn.")})
    check_participant(new.interview, new.participant)
    check_moment(new.happened_at, "happened_at")
    consent = consent_of(new.interview)
    if consent.withdrew_interview:
        raise InputError(_("The consent to this interview was withdrawn already. Nothing was changed."))
    if consent.withdrawal and new.withdrawn == ConsentRecord.Scope.QUOTES:
        raise InputError(
            _("The consent to be quoted was withdrawn already. To withdraw the whole interview, choose that.")
        )
    if consent.given_at and new.happened_at and new.happened_at < consent.given_at:
        raise InputError(
            {
                "happened_at": _("Check the date: consent was recorded as given on {date}, after this.").format(
                    date=page_moment(consent.given_at)
                )
            }
        )
