"""Forms that come by link: sealed as they arrive, opened together, removed by their respondents.

A respondent's own answer writes no audit event: an event would store the second of arrival, and with it the
person. Opening is logged with the number of forms.
"""

from collections.abc import Mapping, Sequence
from secrets import SystemRandom
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from assessments.audit import record
from assessments.erasure_register import note_erasure
from assessments.models import User
from assessments.write_ahead_log import empty_log_after_commit
from surveys.models import Invitation, Response, SealedAnswer, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.validation import Checked, check
from surveys.questionnaire.versions import is_accepted
from surveys.responses.sharing import shared_attributes
from surveys.sealed.boxes import UnreadableBox, seal, unseal
from surveys.sealed.receipts import (
    mark_once_opened,
    mark_while_sealed,
    marks_once_opened,
    marks_while_sealed,
    receipt_of,
    receipts_of,
)
from surveys.sealed.received import forms_marked, marks_of, receipt_given
from surveys.sealed.storing import change_if_unchanged, insert_sealed
from surveys.services.erasure import line_of
from surveys.services.responses import AnswersError, known_correction


class NotAccepted(ValidationError):
    """The form cannot be stored; `refusal` identifies the text on the respondent's page."""

    REFUSALS: ClassVar = {
        "closed": "The survey is closed.",
        "used": "This personal link has been used.",
        "changed": "The survey has gone back to another version of the questionnaire.",
    }

    def __init__(self, refusal: str):
        self.refusal = refusal
        super().__init__(self.REFUSALS[refusal])


def seal_response(
    *,
    survey: Survey,
    answers: Mapping[str, Any] | Checked,
    language: str,
    uuid: UUID,
    invitation: Invitation | None = None,
    correction: int | None = None,
) -> str:
    """Store a form that came by link, sealed, mark its invitation, and return its receipt.

    The same `uuid` again gives the same receipt and changes nothing. `answers` are raw or clean, or what `check` found
    for a page of this survey; `correction` is that of the page, None where it is not known. Raises `AnswersError`, or
    `NotAccepted` where the invitation was used, the survey closed, or its version was taken back in the meantime. Two
    queries.
    """
    if not isinstance(answers, Checked):
        answers = check(document_of(survey.questionnaire), answers, survey.today)
    if answers.errors:
        raise AnswersError(answers.errors)
    receipt = receipt_of(uuid)
    content = {
        "answers": answers.answers,
        "language": language,
        "questionnaire": survey.questionnaire_id,
        "correction": known_correction(survey.questionnaire, correction),
        "receipt_hmac": mark_once_opened(receipt),
    }
    box = seal(survey.pk, content)
    with transaction.atomic(savepoint=False):  # no statement of its own inside another transaction; nothing raises here
        refusal = _mark_received(survey, uuid, invitation)
        if not refusal:
            insert_sealed(survey, box, mark_while_sealed(receipt))
            empty_log_after_commit()
            return receipt
    if refusal == "repeated":
        return receipt_given(survey, uuid)
    raise NotAccepted(refusal)


def _mark_received(survey: Survey, uuid: UUID, invitation: Invitation | None) -> str:
    """Mark the invitation as answered in the survey's row, which is the lock. Returns the refusal, if there is one.

    First it is tried on the row as read before; where another answer came in between, the row is locked and read again.
    """
    marks = marks_of(receipts_of(uuid))
    for locked in (False, True):
        if locked:
            rows = Survey.objects.select_for_update()
            survey.refresh_from_db(fields=[*Survey.COUNTERS, "status"], from_queryset=rows)
            if any(found.exists() for found in forms_marked(survey, *marks)):
                return "repeated"
            if survey.status != Survey.Status.OPEN:
                return "closed"
            if not is_accepted(survey):
                return "changed"
        if invitation and invitation.pk in survey.answered:
            if locked:
                return "used"
            continue
        changes: dict[str, Any] = {"revision": survey.revision + 1}
        if invitation:
            changes["answered"] = sorted({*survey.answered, invitation.pk})
        if change_if_unchanged(survey, changes, marks):
            for name, value in changes.items():
                setattr(survey, name, value)
            return ""
    raise AssertionError("the survey's row is locked")


def count_unreadable(survey: Survey) -> int:
    """The number of sealed forms that none of the keys opens."""
    boxes = SealedAnswer.objects.filter(survey=survey).values_list("box", flat=True)
    return sum(_content(survey, box) is None for box in boxes.iterator())


def _content(survey: Survey, box: bytes | memoryview) -> dict[str, Any] | None:
    try:
        return unseal(survey.pk, box)
    except UnreadableBox:
        return None


def lost_key_text(count: int) -> str:
    return ngettext(
        "{n} form stays sealed: none of the keys in FIELD_KEYS opens it. Ask the administrator to add the earlier key "
        "behind the first, then open again. Nothing is lost.",
        "{n} forms stay sealed: none of the keys in FIELD_KEYS opens them. Ask the administrator to add the earlier "
        "key behind the first, then open again. Nothing is lost.",
        count,
    ).format(n=count)


def too_few_text(survey: Survey, count: int) -> str:
    if survey.status == Survey.Status.OPEN:
        text = ngettext(
            "{n} form stays sealed: opening fewer than {threshold} at once could show whose they are. Wait for more "
            "forms, or close the survey.",
            "{n} forms stay sealed: opening fewer than {threshold} at once could show whose they are. Wait for more "
            "forms, or close the survey.",
            count,
        )
    else:
        text = ngettext(
            "{n} form stays sealed: opening fewer than {threshold} at once could show whose they are. Reopen the "
            "survey to receive more, or let the lead decide under “Sealed forms”.",
            "{n} forms stay sealed: opening fewer than {threshold} at once could show whose they are. Reopen the "
            "survey to receive more, or let the lead decide under “Sealed forms”.",
            count,
        )
    return text.format(n=count, threshold=survey.threshold)


@transaction.atomic
def open_responses(*, survey: Survey, by: User | None, few: bool = False) -> int:
    """Turn all sealed forms into responses, in random order, and return their number. Forms that no key opens stay
    sealed.

    All in this transaction, in which nothing of the invitations changes. Raises `ValidationError` where fewer than the
    survey's threshold can be opened; `few` opens them nevertheless, once the survey is closed.
    """
    survey.refresh_from_db(
        fields=[*Survey.COUNTERS, "status", "smallest_group"], from_queryset=Survey.objects.select_for_update()
    )
    boxes = list(SealedAnswer.objects.select_for_update().filter(survey=survey))  # none is withdrawn meanwhile
    found = [(box.pk, content) for box in boxes if (content := _content(survey, box.box)) is not None]
    if boxes and not found:
        raise ValidationError(lost_key_text(len(boxes)))
    if not found:
        raise ValidationError(gettext("There are no sealed forms."))
    if len(found) < survey.threshold and not (few and survey.status == Survey.Status.CLOSED):
        raise ValidationError(too_few_text(survey, len(found)))
    SystemRandom().shuffle(found)
    corrections = _corrections_kept([content for _, content in found], survey.threshold)
    first = survey.last_response + 1
    before = Response.objects.filter(survey=survey).aggregate(last=Max("opening"))["last"] or 0
    Response.objects.bulk_create(
        [
            Response(
                survey=survey,
                number=number,
                code=f"{survey.assessment.country}sur{number}",
                source=Response.Source.WEB,
                questionnaire_id=content["questionnaire"],
                correction=correction,
                language=content["language"],
                answers=content["answers"],
                receipt_hmac=content["receipt_hmac"],
                opening=before + 1,
            )
            for number, ((_, content), correction) in enumerate(zip(found, corrections, strict=True), start=first)
        ],
        batch_size=500,
    )
    opened = [pk for pk, _ in found]
    for start in range(0, len(opened), 500):
        SealedAnswer.objects.filter(pk__in=opened[start : start + 500]).delete()
    survey.last_response += len(found)
    survey.revision += 1
    survey.save(update_fields=["last_response", "revision"])
    detail: dict[str, Any] = {"count": len(found)}
    if len(found) < survey.threshold:
        detail["fewer_than"] = survey.threshold
    if left := len(boxes) - len(found):
        detail["unreadable"] = left
    record("responses.opened", by=by, assessment=survey.assessment, target=survey, **detail)
    empty_log_after_commit()
    return len(found)


def _corrections_kept(forms: Sequence[Mapping[str, Any]], k: int) -> list[int | None]:
    """The number of the correction that each form showed, as far as `k` of those opened together share it.

    It says roughly when a form came, and who had answered by then is known to those who saw the list.
    """
    shown = [(form["questionnaire"], form.get("correction", 0)) for form in forms]  # boxes of before had no corrections
    return [correction for _, correction in shared_attributes(shown, k)]


@transaction.atomic
def withdraw_response(*, receipt: str) -> bool:
    """Remove the form with this receipt for good. Returns whether there was one. Its invitation stays marked as
    answered.

    A sealed form is deleted. Of a response that was opened, the row stays without its answers, so that codes and what
    refers to it remain; it cannot be restored.
    """
    boxes = SealedAnswer.objects.select_for_update(of=("self",)).filter(receipt_hmac__in=marks_while_sealed(receipt))
    sealed = list(boxes.select_related("survey__assessment"))
    gone = [{"sealed": str(answer.pk)} for answer in sealed]
    for answer in sealed:
        answer.delete()
        record("sealed_answer.withdrawn", by=None, assessment=answer.survey.assessment, target=answer.survey)
    rows = Response.objects.filter(receipt_hmac__in=marks_once_opened(receipt))
    opened = list(rows.select_related("survey__assessment"))
    gone += [line_of(response) for response in opened]
    for response in opened:
        response.answers, response.invalid, response.receipt_hmac, response.withdrawn = {}, {}, "", True
        response.deleted_at = response.deleted_at or timezone.now()
        response.save(update_fields=["answers", "invalid", "receipt_hmac", "withdrawn", "deleted_at"])
        record("response.withdrawn", by=None, assessment=response.survey.assessment, target=response)
    if gone:
        note_erasure("response", gone)
    empty_log_after_commit()
    return bool(gone)
