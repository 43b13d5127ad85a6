"""Forms that members enter or import, and test answers. What comes by link: services/sealed_answers.py."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import AuditEvent, User
from ctnat.ui.errors import ConflictError, InputError
from instruments.models import Instrument
from surveys.models import Response, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.validation import AnswerError, check, check_as_given
from surveys.questionnaire.versions import is_accepted
from surveys.words import error_text


class AnswersError(InputError):
    """Answers that do not fit their questionnaire; `errors` has which and why."""

    def __init__(self, errors: tuple[AnswerError, ...]):
        self.errors = errors
        super().__init__([f"{error.key}: {error_text(error, 'en')}" for error in errors])


def enter_response(
    *,
    survey: Survey,
    answers: Mapping[str, Any],
    language: str,
    source: str,
    uuid: UUID,
    is_test: bool = False,
    correction: int | None = None,
    as_given: Collection[str] = (),
    today: date | None = None,
    by: User | None,
) -> Response:
    """Store one form and give it its code. The same `uuid` again returns the first row and changes nothing.

    `correction` is that of the form, None where it is not known. `answers` are raw or clean
    (surveys/questionnaire/validation.py), `today` the day on which they were checked; what breaks a rule at the keys in
    `as_given` is stored as given, and invalid. Raises `AnswersError`. A closed survey takes forms too: paper comes
    late. Three queries.
    """
    clean, invalid = answers_as_given(survey, answers, as_given, today)
    with transaction.atomic(savepoint=False):  # no statement of its own inside another transaction; nothing raises here
        number = _take_number(survey, uuid=uuid, is_test=is_test)
        if number:
            response = Response.objects.create(
                survey=survey,
                questionnaire=survey.questionnaire,
                correction=known_correction(survey.questionnaire, correction),
                number=number,
                code=f"{survey.assessment.country}{'test' if is_test else 'sur'}{number}",
                uuid=uuid,
                language=language,
                source=source,
                is_test=is_test,
                answers=clean,
                invalid=invalid,
                received_on=timezone.now().date(),
            )
            record("response.entered", by=by, assessment=survey.assessment, target=response, source=source)
            return response
    if number == 0:
        raise not_accepted()
    found: Response = survey.responses.get(uuid=uuid)
    return found


def answers_as_given(
    survey: Survey, answers: Mapping[str, Any], as_given: Collection[str], today: date | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(clean answers, what is stored as given and invalid). Raises `AnswersError` for what breaks a rule elsewhere."""
    if not as_given:
        return checked_answers(survey, answers, today), {}
    found = check_as_given(document_of(survey.questionnaire), answers, as_given, today or survey.today)
    if found.errors:
        raise AnswersError(found.errors)
    return found.answers, found.invalid


def known_correction(questionnaire: Instrument, given: int | None) -> int | None:
    """The number of a correction as far as it can be true: none was shown where none was made."""
    if questionnaire.corrections_made == 0:
        return 0
    return given if given is not None and 0 <= given <= questionnaire.corrections_made else None


def checked_answers(survey: Survey, answers: Mapping[str, Any], today: date | None = None) -> dict[str, Any]:
    """Clean answers. `today`: the day on which a page has checked them. Raises `AnswersError`."""
    checked = check(document_of(survey.questionnaire), answers, today or survey.today)
    if checked.errors:
        raise AnswersError(checked.errors)
    return checked.answers


def not_accepted() -> InputError:
    """For forms of a version that the survey has left again."""
    return InputError(
        _(
            "Another member has made the survey go back to an earlier version of the questionnaire. Nothing was "
            "stored. Check the form against that version, then save again."
        )
    )


def _take_number(survey: Survey, *, uuid: UUID, is_test: bool) -> int | None:
    """The next number; None where there is a response with `uuid`, 0 where the form's version is not accepted any more.
    The survey's row is the lock.

    First it is tried on the survey's row as read before; where another answer came in between, the row is locked and
    read again.
    """
    counter = "last_test" if is_test else "last_response"
    sent_before = Response.objects.filter(survey=survey, uuid=uuid)
    for locked in (False, True):
        if locked:
            survey.refresh_from_db(fields=Survey.COUNTERS, from_queryset=Survey.objects.select_for_update())
            if not sent_before.exists() and not is_accepted(survey):
                return 0
        changes = {counter: getattr(survey, counter) + 1, "revision": survey.revision + 1}
        unchanged = Survey.objects.filter(pk=survey.pk, revision=survey.revision)
        if unchanged.filter(~Exists(sent_before)).update(**changes):
            for name, value in changes.items():
                setattr(survey, name, value)
            return int(changes[counter])
    return None


@transaction.atomic
def set_counted(*, response: Response, counted: bool, by: User | None, seen: int | None = None) -> None:
    """Take a form out of the count, or bring it back. Its code is not given again.

    Where that is done already (a double click, a stale page), nothing changes: the time of its removal stays. Raises
    `ValidationError` for what its respondent had removed: the answers are gone.

    `seen` is `times_counted_anew` of the page: where another member has removed or restored the form since,
    `ConflictError` is raised and nothing changes; None does not ask.
    """
    row = Response.objects.select_for_update().get(pk=response.pk)
    if row.withdrawn:
        raise ValidationError(_("{code} was removed by its respondent. Its answers are erased.").format(code=row.code))
    if (row.deleted_at is None) == counted:
        return
    if seen is not None and seen != times_counted_anew(row):
        raise ConflictError(
            row,
            _("{code} was changed by another member after you opened this page. Check it, then try again.").format(
                code=row.code
            ),
        )
    row.deleted_at = None if counted else timezone.now()
    row.save(update_fields=["deleted_at"])
    action = "response.restored" if counted else "response.removed"
    record(action, by=by, assessment=response.survey.assessment, target=row)


def times_counted_anew(response: Response) -> int:
    """How often the form was taken out of the count or brought back, as the audit log has it."""
    events = AuditEvent.objects.for_assessment(response.survey.assessment)
    changes = events.filter(action__in=["response.removed", "response.restored"], object_id=str(response.pk))
    return int(changes.count())


@transaction.atomic
def import_responses(
    *,
    survey: Survey,
    rows: list[dict[str, Any]],
    by: User | None,
    correction: int | None = None,
) -> list[Response]:
    """Store many forms at once, of the version that `survey` has (`of_version` gives it another), all alike.

    Each of `rows` has answers (clean), language, source and uuid, and may have `invalid`.

    Rows whose uuid exists already are left out, so that a repeated import adds nothing.
    """
    survey.refresh_from_db(fields=Survey.COUNTERS, from_queryset=Survey.objects.select_for_update())
    if not is_accepted(survey):
        raise not_accepted()
    version = survey.questionnaire
    there = set(survey.responses.values_list("uuid", flat=True))
    fresh = [row for row in rows if row["uuid"] not in there]
    first = survey.last_response + 1
    responses = [
        Response(
            survey=survey,
            questionnaire=version,
            correction=known_correction(version, correction),
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
