"""Changes to a survey and the way an answer comes in. Members' changes write their audit event.

A respondent's own answer writes none: an event would keep the second in which it came, and with it the person.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment, User
from instruments import schema
from instruments.models import Instrument
from surveys.models import Invitation, Response, Survey
from surveys.translations import codes, unreviewed
from surveys.validation import Fault, check
from surveys.words import fault_text, spoken

SLUG_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are mistaken for another when typed from paper
YEARS = range(2000, 2101)  # the calendar's own ends cannot be stored in every time zone
COUNTERS = ["opened", "answered", "last_response", "last_test", "revision"]


class AnswerFaults(ValidationError):
    """Answers that their questionnaire refuses; `faults` says which and why."""

    def __init__(self, faults: tuple[Fault, ...]):
        self.faults = faults
        super().__init__([f"{fault.key}: {fault_text(fault, 'en')}" for fault in faults])


_documents: dict[tuple[Any, ...], schema.Survey] = {}


def version_key(questionnaire: Instrument) -> tuple[Any, ...]:
    """What tells a state of a questionnaire from every other: a published version never changes, a draft counts."""
    return (questionnaire.pk, questionnaire.created_at, questionnaire.revision, questionnaire.published_at)


def document_of(questionnaire: Instrument) -> schema.Survey:
    """The parsed questionnaire, parsed once a process."""
    key = version_key(questionnaire)
    if key not in _documents:
        document = questionnaire.document
        assert isinstance(document, schema.Survey)  # noqa: S101 -- only surveys are offered as questionnaires
        if len(_documents) > 20:
            _documents.clear()
        _documents[key] = document
    return _documents[key]


def new_slug() -> str:
    return "".join(secrets.choice(SLUG_LETTERS) for _ in range(10))


@transaction.atomic
def create_survey(
    *,
    assessment: Assessment,
    by: User | None,
    questionnaire: Instrument | None = None,
    languages: list[str] | None = None,
    opens_at: datetime | None = None,
    deadline: datetime | None = None,
) -> Survey:
    """The survey of an assessment, in preparation, with an open link. Raises `ValidationError`."""
    if Survey.objects.for_assessment(assessment).exists():
        raise ValidationError(f"{assessment} has a survey already.")
    survey = Survey(
        assessment=assessment,
        questionnaire=questionnaire or assessment.questionnaire,
        languages=_known_languages(languages or assessment.languages) or ["en"],
        opens_at=opens_at,
        deadline=deadline,
        open_slug=new_slug(),
    )
    _check_times(survey)
    survey.save()
    record("survey.created", by=by, assessment=assessment, target=survey)
    return survey


@transaction.atomic
def update_survey(*, survey: Survey, by: User | None, **fields: Any) -> Survey:
    """Change languages, opens_at, deadline, open_slug, texts or questionnaire. Raises `ValidationError`."""
    changed = sorted(name for name, value in fields.items() if getattr(survey, name) != value)
    if "questionnaire" in changed and survey.responses.exists():
        raise ValidationError(
            "There are answers to this version already. Make a survey of its own for another version."
        )
    for name in changed:
        setattr(survey, name, fields[name])
    survey.languages = _known_languages(survey.languages)
    if not survey.languages:
        raise ValidationError({"languages": "Choose at least one language."})
    _check_times(survey)
    if changed:
        survey.save(update_fields=changed)
        record("survey.changed", by=by, assessment=survey.assessment, target=survey, fields=changed)
    return survey


def use_current_version(*, survey: Survey, by: User | None) -> Survey:
    """Ask the version that the assessment uses by now. Raises `ValidationError` once somebody has answered."""
    return update_survey(survey=survey, by=by, questionnaire=survey.assessment.questionnaire)


def _known_languages(languages: list[str]) -> list[str]:
    return [language for language in languages if language in spoken()]


def _check_times(survey: Survey) -> None:
    for name in ("opens_at", "deadline"):
        moment = getattr(survey, name)
        if moment and moment.year not in YEARS:
            raise ValidationError({name: f"Check the year: it is {moment.year}."})
    if survey.opens_at and survey.deadline and survey.deadline <= survey.opens_at:
        raise ValidationError({"deadline": "The deadline lies before the opening. Give a later deadline."})


@transaction.atomic
def open_survey(*, survey: Survey, by: User | None) -> Survey:
    """Accept answers from now, or from `opens_at`. Opening a closed survey again is logged as reopening.

    The log also keeps which of its languages nobody had reviewed.
    """
    if survey.status == Survey.Status.OPEN:
        raise ValidationError("The survey is open already.")
    if not survey.questionnaire.is_published:
        raise ValidationError("Publish this version of the questionnaire first: a draft may still change.")
    if survey.is_expired:
        raise ValidationError("The deadline has passed. Set a later deadline, then open the survey.")
    action = "survey.reopened" if survey.status == Survey.Status.CLOSED else "survey.opened"
    return _set_status(survey, Survey.Status.OPEN, action, by, unreviewed=codes(unreviewed(survey)))


@transaction.atomic
def close_survey(*, survey: Survey, by: User | None) -> Survey:
    """Accept no more answers by link, and forget who had to be reminded: it would tell who answered late."""
    if survey.status != Survey.Status.OPEN:
        raise ValidationError("The survey is not open.")
    Invitation.objects.filter(survey=survey).update(reminders=0, send_key="")
    survey.mailings.filter(finished_at=None).update(finished_at=timezone.now(), error="The survey was closed.")
    return _set_status(survey, Survey.Status.CLOSED, "survey.closed", by)


def _set_status(survey: Survey, status: str, action: str, by: User | None, **detail: Any) -> Survey:
    survey.status = status
    survey.save(update_fields=["status"])
    record(action, by=by, assessment=survey.assessment, target=survey, **detail)
    return survey


def submit_response(
    *,
    survey: Survey,
    answers: Mapping[str, Any],
    language: str,
    source: str,
    uuid: UUID,
    is_test: bool = False,
    invitation: Invitation | None = None,
    by: User | None = None,
) -> Response:
    """Store one form and give it its code. The same `uuid` again returns the first row and changes nothing.

    `answers` are raw or clean (surveys/validation.py). Raises `AnswerFaults`, or `ValidationError` where the
    invitation was used. Whether the survey accepts answers is asked by the page: paper comes late. Two queries.
    """
    clean = checked_answers(survey, answers)
    with transaction.atomic(savepoint=False):  # no statement of its own inside another transaction; nothing raises here
        number = _take_number(survey, uuid=uuid, is_test=is_test, invitation=invitation)
        if number is not None:
            response = Response.objects.create(
                survey=survey,
                questionnaire=survey.questionnaire,
                number=number,
                code=f"{survey.assessment.country}{'test' if is_test else 'sur'}{number}",
                uuid=uuid,
                language=language,
                source=source,
                is_test=is_test,
                answers=clean,
                received_on=timezone.now().date(),
            )
            if by:
                record("response.entered", by=by, assessment=survey.assessment, target=response, source=source)
            return response
    found: Response | None = survey.responses.filter(uuid=uuid).first()
    if found is None:
        raise ValidationError("Answers were sent with this personal link already.")
    return found


def checked_answers(survey: Survey, answers: Mapping[str, Any]) -> dict[str, Any]:
    checked = check(document_of(survey.questionnaire), answers)
    if checked.faults:
        raise AnswerFaults(checked.faults)
    return checked.answers


def _take_number(survey: Survey, *, uuid: UUID, is_test: bool, invitation: Invitation | None) -> int | None:
    """The next number; None where a response with `uuid` is there, or the invitation was used. The row is the lock.

    First it is tried on the survey's row as it was read; where another answer came between, the row is locked and
    read anew.
    """
    counter = "last_test" if is_test else "last_response"
    sent_before = Response.objects.filter(survey=survey, uuid=uuid)
    for locked in (False, True):
        if locked:
            survey.refresh_from_db(fields=COUNTERS, from_queryset=Survey.objects.select_for_update())
        if invitation and invitation.pk in survey.answered:
            return None
        changes = {counter: getattr(survey, counter) + 1, "revision": survey.revision + 1}
        if invitation:
            changes["answered"] = sorted({*survey.answered, invitation.pk})
        unchanged = Survey.objects.filter(pk=survey.pk, revision=survey.revision)
        if unchanged.filter(~Exists(sent_before)).update(**changes):
            for name, value in changes.items():
                setattr(survey, name, value)
            return int(changes[counter])
    return None


@transaction.atomic
def set_counted(*, response: Response, counted: bool, by: User | None) -> None:
    """Take a form out of the count, or bring it back. Its code is not given again."""
    response.deleted_at = None if counted else timezone.now()
    response.save(update_fields=["deleted_at"])
    action = "response.restored" if counted else "response.removed"
    record(action, by=by, assessment=response.survey.assessment, target=response)


@transaction.atomic
def note_opened(*, survey: Survey, invitation: Invitation) -> None:
    """Remember that a personal link was opened; not when."""
    if invitation.pk in survey.opened:
        return
    survey.refresh_from_db(fields=COUNTERS, from_queryset=Survey.objects.select_for_update())
    survey.opened = sorted({*survey.opened, invitation.pk})
    survey.revision += 1
    survey.save(update_fields=["opened", "revision"])


@transaction.atomic
def import_responses(*, survey: Survey, rows: list[dict[str, Any]], by: User | None) -> list[Response]:
    """Store many forms at once: each of `rows` has answers (clean), language, source and uuid.

    Rows whose uuid is there already are left out, so that an import repeated adds nothing.
    """
    survey.refresh_from_db(fields=COUNTERS, from_queryset=Survey.objects.select_for_update())
    there = set(survey.responses.values_list("uuid", flat=True))
    fresh = [row for row in rows if row["uuid"] not in there]
    first = survey.last_response + 1
    responses = [
        Response(
            survey=survey,
            questionnaire=survey.questionnaire,
            number=number,
            code=f"{survey.assessment.country}sur{number}",
            received_on=timezone.now().date(),
            **row,
        )
        for number, row in enumerate(fresh, start=first)
    ]
    Response.objects.bulk_create(responses, batch_size=500)
    survey.last_response += len(responses)
    survey.revision += 1
    survey.save(update_fields=["last_response", "revision"])
    record("responses.imported", by=by, assessment=survey.assessment, target=survey, count=len(responses))
    return responses
