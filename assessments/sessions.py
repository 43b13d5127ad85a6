"""How long a sign-in lasts: until a period of inactivity, and a day at most.

The times are in the session itself, so that a page needs no query for them; the row of `SignIn` by which a person sees
where they are signed in is written at most once a minute.
"""

import re
import time
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from assessments.models import SignIn, User

BEGUN, USED, ROW = "signed_in_at", "last_used_at", "sign_in"
EVERY = 60  # seconds between two notes of the last use

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Version/[\d.]+.*Safari/", "Safari"),
)


def device_in_words(agent: str) -> str:
    """A User-Agent as people would describe it: "Firefox on Windows". Versions are left out."""
    browser = next((name for pattern, name in BROWSERS if re.search(pattern, agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"


def begin(request: HttpRequest, user: User) -> None:
    """Record a sign-in: called once, when its session exists."""
    session = request.session
    now = time.time()
    SignIn.objects.filter(user=user, begun_at__lt=timezone.now() - timedelta(hours=settings.SESSION_HOURS)).delete()
    row = SignIn.objects.create(
        user=user,
        session_key=session.session_key or "",
        device=device_in_words(request.META.get("HTTP_USER_AGENT", "")),
    )
    session[BEGUN], session[USED], session[ROW] = now, now, row.pk
    request.known_for = user  # type: ignore[attr-defined] # the middleware makes the browser a known one


def seconds_left(session: SessionBase | dict[str, Any]) -> float:
    """Until the session ends if nothing more is done; 0 or less where it has ended.

    A session from before this rule has no times: it starts now.
    """
    now = time.time()
    idle: float = session.get(USED, now) + settings.SESSION_IDLE_MINUTES * 60 - now
    whole: float = session.get(BEGUN, now) + settings.SESSION_HOURS * 3600 - now
    return min(idle, whole)


def note_use(session: SessionBase) -> None:
    now = time.time()
    session.setdefault(BEGUN, now)
    if now - float(session.get(USED, 0)) < EVERY:
        return
    session[USED] = now
    SignIn.objects.filter(pk=session.get(ROW, 0)).update(last_used_at=timezone.now(), session_key=session.session_key)


def follow_new_key(session: SessionBase) -> None:
    """A changed password gives the session a new key; the row gets it too, so that the sign-in can still be ended."""
    SignIn.objects.filter(pk=session.get(ROW, 0)).update(session_key=session.session_key)


def end(row: SignIn) -> None:
    _store(row.session_key).delete()
    row.delete()


def sign_ins_of(user: User) -> list[SignIn]:
    """Where the user is signed in, the last used first. Rows whose session has ended are removed."""
    found = list(SignIn.objects.for_user(user))
    stored = Session.objects.filter(session_key__in=[row.session_key for row in found if row.session_key])
    sessions = {row.session_key: row for row in stored.filter(expire_date__gt=timezone.now())}
    rows: list[SignIn] = []
    ended: list[SignIn] = []
    for row in found:
        kept = sessions.get(row.session_key)
        (rows if kept and _is_of(row, kept.get_decoded()) else ended).append(row)
    if ended:
        SignIn.objects.filter(pk__in=[row.pk for row in ended]).delete()
    return rows


def _is_of(row: SignIn, session: dict[str, Any]) -> bool:
    """The session has not ended by time, and belongs to the user: a changed password ends all others."""
    if str(session.get("_auth_user_id")) != str(row.user_id):
        return False
    return session.get("_auth_user_hash") == row.user.get_session_auth_hash() and seconds_left(session) > 0


def _store(key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store
