"""The limit of wrong passwords, so that guessing is slow and no one can lock out another person.

A browser in which a person has signed in before, or has chosen a new password by a mailed link, is known for that
account: a signed cookie says so. Its attempts are counted by themselves. All other browsers share counters per account
and network, per account, and per network; exhausting them locks out unknown browsers only. The mailed link is
the way back: it makes the browser a known one.
"""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from assessments.models import User
from assessments.tokens import token_hmac

COOKIE = "ctnat_device"
AGE = 180 * 24 * 3600  # seconds
MOST_ACCOUNTS = 20  # of one browser
SALT = "assessments.lockout"
RATES = {
    "known_browser": "5/5m/key",
    "account_and_network": "5/5m/key",
    "account": "20/h/key",
    "network": "30/5m/ip",
    "provider": "60/5m/ip",
}


def _mark(email: str) -> str:
    return token_hmac(email.strip().lower(), purpose="known-browser")[:32]


def _marks(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return []
    return [mark for mark in found if isinstance(mark, str)] if isinstance(found, list) else []


def is_known(request: HttpRequest, email: str) -> bool:
    return _mark(email) in _marks(request)


def make_known(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    mark = _mark(user.email)
    marks = [mark, *(other for other in _marks(request) if other != mark)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps(marks, salt=SALT),
        max_age=AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/accounts/",
    )


def take_attempt(request: HttpRequest, email: str, network: str) -> Any | None:
    """Count an attempt before its password is checked. Returns what was counted, to be undone with `rollback()` where
    the password is right; None where there were too many attempts."""
    mark = _mark(email)
    if is_known(request, email):
        keys = {"known_browser": f"{mark}:{_browser(request)}"}
    else:
        keys = {"account_and_network": f"{mark}:{network}", "account": mark, "network": ""}
    counted = []
    for action, key in keys.items():
        usage = ratelimit.consume(request, app="assessments", action=action, config=RATES, key=key)
        if usage is None:
            return None
        counted.append(usage)
    return _Counted(counted)


def take_provider_attempt(request: HttpRequest) -> bool:
    """Whether a sign-in through the organisation's provider may begin. The provider itself counts wrong passwords; this
    keeps others from loading it, and this site, with requests."""
    found = ratelimit.consume(request, app="assessments", action="provider", config=RATES, limit_get=True)
    return found is not None


def _browser(request: HttpRequest) -> str:
    return token_hmac(request.COOKIES.get(COOKIE, ""), purpose="known-browser-counter")


class _Counted:
    def __init__(self, usages: list[Any]):
        self.usages = usages

    def rollback(self) -> None:
        for usage in self.usages:
            usage.rollback()
