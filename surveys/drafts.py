"""Forms saved to be continued: found by their link and a short code together."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.tokens import token_hmac
from surveys.models import Draft, Survey

CODE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"  # no vowels: no words; none mistaken for another
CODE_LENGTH = 8
DAYS = 30


def new_code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def _hmac(survey: Survey, code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    return token_hmac(f"{survey.pk}:{plain}", purpose="survey-draft")


@transaction.atomic
def save_draft(
    *, survey: Survey, answers: Mapping[str, Any], language: str, uuid: UUID, code: str = ""
) -> tuple[str, Draft]:
    """Keep answers as they were typed under `code`, or a new one where it is not known. Clears expired drafts."""
    today = timezone.now().date()
    Draft.objects.filter(expires_on__lt=today).delete()
    kept = {"answers": dict(answers), "language": language, "uuid": uuid, "saved_on": today}
    kept["expires_on"] = today + timedelta(days=DAYS)
    draft = find_draft(survey=survey, code=code) if code else None
    if draft is None:
        code = new_code()
        return code, Draft.objects.create(survey=survey, code_hmac=_hmac(survey, code), **kept)
    Draft.objects.filter(pk=draft.pk).update(**kept)
    draft.refresh_from_db()
    return code, draft


def find_draft(*, survey: Survey, code: str) -> Draft | None:
    found: Draft | None = Draft.objects.filter(
        survey=survey, code_hmac=_hmac(survey, code[:40]), expires_on__gte=timezone.now().date()
    ).first()
    return found


def drop_draft(*, survey: Survey, code: str) -> None:
    """A form that was sent is not kept as a draft."""
    Draft.objects.filter(survey=survey, code_hmac=_hmac(survey, code[:40])).delete()
