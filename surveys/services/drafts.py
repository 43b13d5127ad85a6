"""Forms saved to be continued later."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.write_ahead_log import empty_log_after_commit
from surveys.models import Draft, Survey
from surveys.responses.drafts import DAYS, draft_hmac, find_draft, new_code
from surveys.sealed.boxes import seal


@transaction.atomic
def save_draft(
    *, survey: Survey, answers: Mapping[str, Any], language: str, uuid: UUID, code: str = ""
) -> tuple[str, Draft]:
    """Store raw answers under `code`, or under a new code where it is unknown. Deletes expired drafts.

    `survey` has the version of the questionnaire that the page showed.

    They are sealed: a draft that disappears when an invitation is marked would otherwise disclose the person's answers.
    """
    today = timezone.now().date()
    Draft.objects.filter(expires_on__lt=today).delete()
    form = {"answers": dict(answers), "language": language, "uuid": str(uuid)}
    box = seal(survey.pk, {**form, "questionnaire": survey.questionnaire_id})
    kept = {"box": box, "saved_on": today, "expires_on": today + timedelta(days=DAYS)}
    empty_log_after_commit()
    draft = find_draft(survey=survey, code=code) if code else None
    if draft is None:
        code = new_code()
        return code, Draft.objects.create(survey=survey, code_hmac=draft_hmac(survey, code), **kept)
    Draft.objects.filter(pk=draft.pk).update(**kept)
    draft.refresh_from_db()
    return code, draft


@transaction.atomic
def delete_draft(*, survey: Survey, code: str) -> None:
    """Delete the draft of a form that was sent."""
    Draft.objects.filter(survey=survey, code_hmac=draft_hmac(survey, code)).delete()
    empty_log_after_commit()
