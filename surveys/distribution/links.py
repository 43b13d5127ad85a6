"""Personal and open links, and the secrets in them."""

import secrets

from django.conf import settings
from django.urls import reverse

from assessments.tokens import token_hmac, token_hmacs
from surveys.models import Invitation, Survey

PURPOSE = "survey-invitation"


def token_of(nonce: str) -> str:
    """The token in a personal link. Derived with the server's secret, so that no dump of the database holds links."""
    return token_hmac(nonce, purpose=f"{PURPOSE}-token")[:32]


def token_digest(token: str) -> str:
    """The digest of a token that the database stores."""
    return token_digests(token)[0]


def token_digests(token: str) -> list[str]:
    """What may be stored of a token, the present key's first."""
    return token_hmacs(token, purpose=PURPOSE)


def new_nonce() -> str:
    return secrets.token_hex(16)


def personal_link(invitation: Invitation) -> str:
    """The link that was sent first, also after the key with which it was made was replaced."""
    tokens = [found[:32] for found in token_hmacs(invitation.nonce, purpose=f"{PURPOSE}-token")]
    sent = next((token for token in tokens if invitation.token_hmac in token_digests(token)), tokens[0])
    return _absolute(reverse("surveys_public:personal_form", args=[sent]))


def open_link(survey: Survey) -> str:
    return _absolute(reverse("surveys_public:open_form", args=[survey.open_slug]))


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
