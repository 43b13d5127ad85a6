"""Limits per network, without storing an address.

Each process counts in its memory, under a hash with a salt that is made at start and never written: no one can turn
that back into addresses, and it ends with the process. The class of an address is its /24 (IPv4) or /48 (IPv6).

All processes of a site count together what is more than an ordinary use: whenever a process has counted `STEP` more of
the same, it adds them to a row of the database and learns the sum. So with n processes at most n * (STEP - 1) more than
a limit get through. The few forms of a person, and their personal link, never reach a row. What does, such as a
classroom with the open link, is there as a number under a hash with the server's secret and the period, until a row of
a later period is added or the daily work runs: who has a dump of that time and the secret too could find by trying that
a network sent many, not who did.
The secrets do not depend on the limits: a personal link has 128 random bits, a code and its open link 88.
"""

import hashlib
import secrets
import time
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpRequest

from surveys.models import LimitCount

PERIOD: Final = 600  # seconds
POSTS: Final = 600  # forms per link and network: a classroom behind one address is no attack
MISSES: Final = 40  # wrong links and codes per network; a right one is always let in
KEPT: Final = 20_000
STEP: Final = 5

_salt = secrets.token_bytes(16)
_counts: dict[bytes, int] = {}  # with what other processes had counted when this one asked last
_own: dict[bytes, int] = {}  # counted here and not yet added to the sum of all
_period = 0


def address_class(request: HttpRequest) -> str:
    """The network a request comes from. Behind trusted proxies it is the address that the outermost of them saw."""
    address = request.META.get("REMOTE_ADDR", "")
    proxies = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(passed) >= proxies:
        address = passed[-proxies]
    try:
        version = ip_address(address).version
        return str(ip_network(f"{address}/{24 if version == 4 else 48}", strict=False))
    except ValueError:
        return "unknown"


def _key(request: HttpRequest, what: str) -> bytes:
    return hashlib.blake2b(f"{what}|{address_class(request)}".encode(), key=_salt, digest_size=16).digest()


def count(request: HttpRequest, what: str) -> int:
    """Count one more of `what` from this network in the current period. Returns how many there were."""
    global _period
    now = int(time.time() // PERIOD)
    if now != _period or len(_counts) > KEPT:
        forget()
        _period = now
    key = _key(request, what)
    _counts[key] = _counts.get(key, 0) + 1
    _own[key] = _own.get(key, 0) + 1
    if _own[key] >= STEP:
        _counts[key] = max(_counts[key], _add_to_all(request, what, _own.pop(key)))
    return _counts[key]


def _add_to_all(request: HttpRequest, what: str, number: int) -> int:
    """Add to what all processes have counted in this period. Returns the sum; 0 where the database is busy."""
    secret = hashlib.sha256(f"limits|{settings.SECRET_KEY}|{_period}".encode()).digest()
    key = hashlib.blake2b(f"{what}|{address_class(request)}".encode(), key=secret, digest_size=16).hexdigest()
    rows = LimitCount.objects.filter(period=_period, key=key)
    with suppress(DatabaseError), transaction.atomic():
        if not rows.update(number=F("number") + number):
            LimitCount.objects.exclude(period=_period).delete()
            LimitCount.objects.bulk_create([LimitCount(period=_period, key=key)], ignore_conflicts=True)
            rows.update(number=F("number") + number)
        return int(rows.values_list("number", flat=True)[0])
    return 0


def delete_old_counts() -> int:
    """Delete what all processes counted together in earlier periods. Returns the number of rows."""
    return LimitCount.objects.filter(period__lt=int(time.time() // PERIOD)).delete()[0]


def counted(request: HttpRequest, what: str) -> int:
    """How many of `what` came from this network in the current period."""
    return _counts.get(_key(request, what), 0) if int(time.time() // PERIOD) == _period else 0


def too_many_posts(request: HttpRequest, link: str) -> bool:
    return count(request, f"post|{link}") > POSTS


def miss(request: HttpRequest) -> None:
    count(request, "miss")


def too_many_misses(request: HttpRequest) -> bool:
    return counted(request, "miss") > MISSES


def forget() -> None:
    """Start counting anew in this process."""
    _counts.clear()
    _own.clear()
