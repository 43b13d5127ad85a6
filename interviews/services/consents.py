"""Consent to an interview: recording what was told, asked and answered. Records are only added."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, ErasureRequest, User
from assessments.once import key_detail, made_before
from assessments.services.erasure import cancel_erasure
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.formats import page_moment
from interviews.consent import NO, Consent, consent_of, without_note
from interviews.information_notes import find_wording
from interviews.models import EARLIEST_YEAR, ConsentRecord, InformationNote, Interview
from interviews.services.codings import withdraw_releases

FIELDS = (
    "participant", "note_given", "note", "language", "means", "to_interview", "to_quotes", "happened_at", "given_by"
)  # fmt: skip
GRACE = timedelta(minutes=5)  # between the clocks of a device and of the server


@transaction.atomic
def record_consent(
    *,
    interview: Interview,
    by: User | None,
    note_given: bool | None = None,
    note: str = "",
    participant: int | None = None,
    language: str = "",
    means: str = "",
    to_interview: str = "",
    to_quotes: str = "",
    happened_at: datetime | None = None,
    given_by: User | None = None,
    latest: int | None = None,
    form_key: UUID | None = None,
) -> ConsentRecord:
    """Add a record; what is left out is not recorded. Released quotes that it no longer covers are withdrawn.

    `note`: the checksum of the wording that was given (`interviews/information_notes.py`). `latest`: the key of the
    newest record that the person saw, 0 for none; where another one was added since, `ConflictError` is raised. Raises
    `InputError`, by field. After a withdrawal, only consent that was given later is accepted.
    """
    assessment = interview.assessment
    lock_assessment(assessment)  # a wording is stored once
    interview = lock_interview(interview)
    given: dict[str, Any] = {"participant": participant, "note_given": note_given, "language": language, "means": means}
    given |= {"to_interview": to_interview, "to_quotes": to_quotes, "happened_at": happened_at, "given_by": given_by}
    new = ConsentRecord(interview=interview, recorded_by=by, **given)
    new.full_clean(exclude=["interview", "recorded_by", "recorded_at"])
    _check_note(new, note)
    if note:
        new.note = _keep_note(assessment, note)
        new.language = language or new.note.language
    if same := made_before(
        "consent.recorded",
        form_key,
        new=new,
        names=FIELDS,
        rows=interview.consents.all(),
        assessment=assessment,
        by=by,
    ):
        return same
    check_latest(interview, latest)
    before = consent_of(interview)
    _check(new, before)
    new.save()
    detail = {name: getattr(new, name) for name in ("participant", "note_given", "to_interview", "to_quotes")}
    version = new.note.version if new.note else ""
    record(
        "consent.recorded",
        by=by,
        assessment=assessment,
        target=new,
        label=interview.code,
        note=version,
        **detail,
        **key_detail(form_key),
    )
    after = consent_of(interview)
    if after.refusal:
        withdraw_releases(interview=interview, by=by)
    elif after.is_unattributed:
        withdraw_releases(interview=interview, by=by, attributed_only=True)
    if before.withdrew_interview and not after.withdrew_interview:
        _cancel_erasures(interview, by)
    return new


@transaction.atomic
def record_note_given(*, interview: Interview, by: User | None, given: bool, corrects: bool = False) -> None:
    """Record whether the information note was given to those of whom it is not recorded; with `corrects`, to those of
    whom the opposite is recorded too. The newest record counts, so what is known of their consent is said again."""
    for participant, known in without_note(interview, (None, not given) if corrects else (None,)).items():
        same = ("to_interview", "to_quotes", "happened_at", "given_by")
        said = {name: getattr(known, name) for name in same} if known else {}
        record_consent(interview=interview, by=by, participant=participant, note_given=given, **said)


def lock_interview(interview: Interview) -> Interview:
    """The interview as it is now, locked until the transaction ends."""
    rows = Interview.objects.select_for_update(of=("self",)).select_related("assessment", "organisation")
    found: Interview | None = rows.filter(pk=interview.pk).first()
    if found is None:
        raise InputError(_("This interview was erased in the meantime. Nothing was saved."))
    return found


def check_latest(interview: Interview, latest: int | None) -> None:
    """Raises `ConflictError` where a record was added since the page was opened."""
    newest = interview.consents.order_by("-pk").values_list("pk", flat=True).first() or 0
    if latest is not None and latest != newest:
        raise ConflictError(
            newest,
            _(
                "Another record of consent was added since you opened the page. Nothing was saved, and your entries "
                "are still here. Read the history of consent, then save again if your entries are right."
            ),
        )


def check_moment(moment: datetime | None, name: str) -> None:
    """Raises `InputError` for a time in the future, or long before there was an interview."""
    if moment is None:
        return
    if moment > timezone.now() + GRACE:
        raise InputError({name: _("This is in the future. Enter when it happened.")})
    if moment.year < EARLIEST_YEAR:
        raise InputError({name: _("Check the year: it is before {year}.").format(year=EARLIEST_YEAR)})


def check_participant(interview: Interview, participant: int | None) -> None:
    if participant is not None and not 1 <= participant <= interview.people:
        raise InputError({"participant": _("Choose one of the people who took part, or everybody.")})


def _check_note(new: ConsentRecord, note: str) -> None:
    if new.note_given is not True and (note or new.language or new.means):
        raise InputError(
            {"note_given": _("A version, a language or a way was chosen. Choose “Yes”, or clear these entries.")}
        )


def _check(new: ConsentRecord, before: Consent) -> None:
    check_participant(new.interview, new.participant)
    check_moment(new.happened_at, "happened_at")
    if new.note_given is None and not new.to_interview and not new.to_quotes:
        raise InputError(_("Nothing is recorded yet. Answer at least one of the questions."))
    if new.to_interview == NO and new.to_quotes in (ConsentRecord.Quoted.YES, ConsentRecord.Quoted.UNATTRIBUTED):
        raise InputError({"to_quotes": _("A person who refuses the interview cannot be quoted. Choose “No”.")})
    assessment = new.interview.assessment
    if new.given_by and not new.given_by.memberships.filter(assessment=assessment).exists():
        raise InputError({"given_by": _("Choose a member of this assessment.")})
    withdrawn = before.withdrawal.happened_at if before.withdrawal else None
    if withdrawn and (new.happened_at is None or new.happened_at < withdrawn):
        raise InputError(
            {
                "happened_at": _(
                    "Consent was withdrawn on {date}. Enter when it was given again: only consent given after the "
                    "withdrawal counts."
                ).format(date=page_moment(withdrawn))
            }
        )


def _keep_note(assessment: Assessment, checksum: str) -> InformationNote:
    """The stored wording with this checksum, stored now where it is given for the first time."""
    found = find_wording(assessment, checksum)
    if found is None:
        raise InputError(
            {
                "note": _(
                    "This version of the information note does not exist. If the guide has changed since you opened "
                    "the page, open it again and choose the version that was given."
                )
            }
        )
    if isinstance(found, InformationNote):
        return found
    made: InformationNote = InformationNote.objects.create(
        assessment=assessment, language=found.language, paragraphs=found.paragraphs, checksum=found.checksum
    )
    return made


def _cancel_erasures(interview: Interview, by: User | None) -> None:
    """Cancel what withdrawals asked to be erased: the consent that was given since replaces them."""
    requests = ErasureRequest.objects.filter(pk__in=interview.consents.values("erasure")).for_confirming()
    for request in requests:
        cancel_erasure(request=request, by=by)
