"""Forms saved to be continued: found by their link and a short code together."""

import secrets

from django.utils import timezone

from assessments.tokens import token_hmac
from ctnat.ui.digits import ascii_digits
from surveys.models import Draft, Survey

CODE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"  # no vowels: no words; none mistaken for another
CODE_LENGTH = 8
DAYS = 30


def new_code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def draft_hmac(survey: Survey, code: str) -> str:
    plain = "".join(letter for letter in ascii_digits(code).upper() if letter in CODE_LETTERS)
    return token_hmac(f"{survey.pk}:{plain}", purpose="survey-draft")


def find_draft(*, survey: Survey, code: str) -> Draft | None:
    found: Draft | None = Draft.objects.filter(
        survey=survey, code_hmac=draft_hmac(survey, code[:40]), expires_on__gte=timezone.now().date()
    ).first()
    return found
