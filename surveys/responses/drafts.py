"""Forms saved to be continued: found by their link and a short code together, and sealed like those that were sent."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from assessments.tokens import token_hmacs
from surveys.models import Draft, Survey
from surveys.sealed.boxes import unseal
from surveys.sealed.receipts import LETTERS, letters_of

CODE_LENGTH = 8
DAYS = 30


@dataclass(frozen=True)
class SavedForm:
    """A saved form with its raw answers. `version`: the primary key of the questionnaire that it showed; None: it was
    saved before that was noted."""

    answers: dict[str, Any]
    language: str
    uuid: UUID
    version: int | None = None


def new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def draft_hmac(survey: Survey, code: str) -> str:
    return draft_hmacs(survey, code)[0]


def draft_hmacs(survey: Survey, code: str) -> list[str]:
    """What may be stored of a code, the present key's first."""
    return token_hmacs(f"{survey.pk}:{letters_of(code)}", purpose="survey-draft")


def find_draft(*, survey: Survey, code: str) -> Draft | None:
    found: Draft | None = Draft.objects.filter(
        survey=survey, code_hmac__in=draft_hmacs(survey, code), expires_on__gte=timezone.now().date()
    ).first()
    return found


def saved_form(draft: Draft) -> SavedForm:
    """The form of a draft. Raises `UnreadableBox`."""
    content = unseal(draft.survey_id, draft.box)
    return SavedForm(content["answers"], content["language"], UUID(content["uuid"]), content.get("questionnaire"))
