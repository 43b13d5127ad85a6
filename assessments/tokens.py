"""Secrets in links: long, random, and stored only as HMAC.

A link that is sent more than once has a derived token: made of a stored `nonce` with the server's secret, so that it
can be made again, and no dump of the database holds links.
"""

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


def new_nonce() -> str:
    return secrets.token_hex(16)


def derived_tokens(nonce: str, *, purpose: str) -> list[str]:
    """The tokens that the keys make of a nonce, the present key's first."""
    return [made[:32] for made in token_hmacs(nonce, purpose=f"{purpose}-token")]


def derived_token(nonce: str, digest: str, *, purpose: str) -> str:
    """The token of a nonce whose `digest` is stored, whatever key it was made with."""
    tokens = derived_tokens(nonce, purpose=purpose)
    return next((token for token in tokens if digest in token_hmacs(token, purpose=purpose)), tokens[0])
