"""Secrets in links: long, random, and stored only as HMAC."""

import hashlib
import hmac
import secrets

from django.conf import settings


def new_token() -> str:
    return secrets.token_urlsafe(24)


def token_hmac(token: str, *, purpose: str) -> str:
    """64 hex digits. `purpose` prevents a token made for one use from working for another."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{token}".encode(), hashlib.sha256).hexdigest()
