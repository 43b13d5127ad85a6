"""Secrets in links: long, random, and stored only as HMAC."""

import hashlib
import hmac
import secrets

from django.conf import settings


def new_token() -> str:
    return secrets.token_urlsafe(24)


def token_hmac(token: str, *, purpose: str) -> str:
    """64 hex digits, as they are stored. `purpose` prevents a token made for one use from working for another."""
    return token_hmacs(token, purpose=purpose)[0]


def token_hmacs(token: str, *, purpose: str) -> list[str]:
    """What may be stored of a token: its HMAC with the present key, then with those that were in use before it."""
    text = f"{purpose}:{token}".encode()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [hmac.new(key.encode(), text, hashlib.sha256).hexdigest() for key in keys]
