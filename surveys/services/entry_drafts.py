"""Paper forms that are being typed: kept as typed until they are stored, discarded, or forgotten after two weeks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.models import User
from assessments.write_ahead_log import empty_log_after_commit
from ctnat.ui.errors import ConflictError, InputError
from surveys.models import EntryDraft, Response, Survey
from surveys.services.responses import answers_as_given, enter_response

DAYS = 14  # after the last change
MOST = 50  # unfinished forms of one member
LONGEST = 200_000  # characters of one form


@transaction.atomic
def keep_entry(
    *,
    survey: Survey,
    uuid: UUID,
    fields: Mapping[str, str],
    as_given: Sequence[str] = (),
    source: str = "",
    language: str = "",
    correction: int | None,
    page: UUID,
    seen: int | None,
    by: User,
) -> EntryDraft | None:
    """Keep what has been typed so far, whatever it is. `survey` has the version of the questionnaire that is shown.

    `seen` is the revision that the page `page` knows. Raises `ConflictError` where another page has changed the form
    since, and `InputError` where it was stored already or is too much. Where nothing is left of it, the draft is
    deleted; returns None.
    """
    check_not_archived(survey.assessment)
    filled = {name: text for name, text in fields.items() if text.strip()}
    typed = {"fields": filled, "as_given": list(as_given), "source": source, "language": language}
    draft = _locked(survey, uuid, by)
    _check_page(draft, page, seen, typed)
    if draft is None and (stored := survey.responses.filter(uuid=uuid).first()):
        raise StoredBefore(stored)
    if not filled:
        if draft:
            _forget(draft)
        return None
    if sum(map(len, filled.values())) > LONGEST:
        raise InputError(
            _("The form has too much text to be kept: more than {limit} characters.").format(limit=f"{LONGEST:,}")
        )
    kept: dict[str, Any] = {
        "typed": typed,
        "page": page,
        "questionnaire": survey.questionnaire,
        "correction": correction,
        "expires_at": timezone.now() + timedelta(days=DAYS),
    }
    if draft is None:
        if EntryDraft.objects.for_typist(survey, by).count() >= MOST:
            raise InputError(
                _("You have {limit} unfinished forms. Finish or discard some of them first.").format(limit=MOST)
            )
        draft, is_new = EntryDraft.objects.get_or_create(survey=survey, typed_by=by, uuid=uuid, defaults=kept)
        if is_new:
            record("entry_draft.begun", by=by, assessment=survey.assessment, target=survey)
            return draft
        _check_page(draft, page, seen, typed)  # two requests at once
    for name, value in kept.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.save(update_fields=[*kept, "revision"])
    return draft


@transaction.atomic
def store_entry(
    *,
    survey: Survey,
    answers: Mapping[str, Any],
    as_given: Collection[str],
    language: str,
    source: str,
    today: date,
    uuid: UUID,
    correction: int | None,
    page: UUID,
    seen: int | None,
    by: User,
) -> Response:
    """`enter_response` for a form that was typed; what was kept of it is erased.

    Raises `ConflictError` where another page has changed the form since this one was opened, or has stored it with
    other answers.
    """
    draft = _locked(survey, uuid, by)
    _check_page(draft, page, seen)
    response = enter_response(
        survey=survey,
        answers=answers,
        as_given=as_given,
        language=language,
        source=source,
        today=today,
        uuid=uuid,
        correction=correction,
        by=by,
    )
    if (response.answers, response.invalid) != answers_as_given(survey, answers, as_given, today):
        raise StoredBefore(response)
    if draft:
        _forget(draft)
    return response


@transaction.atomic
def discard_entry(*, draft: EntryDraft, by: User) -> None:
    """Erase a form that is not to be typed on. Where it is gone already, nothing changes."""
    found = EntryDraft.objects.select_for_update().filter(pk=draft.pk, typed_by=by).first()
    if found is not None:
        record("entry_draft.discarded", by=by, assessment=draft.survey.assessment, target=draft.survey)
        _forget(found)


class StoredBefore(ConflictError):
    """The form was stored from another page, with other answers."""

    def __init__(self, response: Response):
        text = _(
            "This form was stored as {code} already, with other answers. Nothing was changed. Compare it with the "
            "paper; if this is another form, save it again."
        )
        super().__init__(response, text.format(code=response.code))


def _locked(survey: Survey, uuid: UUID, by: User) -> EntryDraft | None:
    found: EntryDraft | None = (
        EntryDraft.objects.select_for_update().filter(survey=survey, typed_by=by, uuid=uuid).first()
    )
    return found


def _check_page(draft: EntryDraft | None, page: UUID, seen: int | None, typed: Mapping[str, Any] | None = None) -> None:
    """Raises `ConflictError` where another page than `page` has changed the draft since its revision `seen`; not where
    it holds what is to be kept: `typed`."""
    if draft is not None and draft.page != page and draft.revision != seen and draft.typed != typed:
        raise ConflictError(
            draft,
            _(
                "This form was changed on another page after you opened this one. Nothing was stored, and your entries "
                "are still here. Save again to replace the others with them."
            ),
        )


def _forget(draft: EntryDraft) -> None:
    draft.delete()
    empty_log_after_commit()
