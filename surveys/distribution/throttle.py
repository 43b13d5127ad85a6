"""Limits per network, without storing an address.

Counts are kept in this process's memory under a hash with a salt that is made at start and never written: no one can
turn them back into addresses, and they end with the process. The class of an address is its /24 (IPv4) or /48 (IPv6).

Each worker process counts for itself, so that with three of them a network gets up to three times these numbers. A
count in the shared cache would hold everywhere, but it would be a row for each link and network: a dump of the database
would disclose in which ten minutes a personal link was used from one network, and the server's secret suffices to find
the network by trying the 2^24 there are. It would also add a read and a write to each form. The limits slow floods and
guessing down; the secrets do not depend on them: a personal link has 128 random bits, a code and its open link 88.
"""

import hashlib
import secrets
import time
from ipaddress import ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

PERIOD: Final = 600  # seconds
POSTS: Final = 600  # forms per link and network: a classroom behind one address is no attack
MISSES: Final = 40  # wrong links and codes per network; a right one is always let in
KEPT: Final = 20_000

_salt = secrets.token_bytes(16)
_counts: dict[bytes, int] = {}
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
        _counts.clear()
        _period = now
    key = _key(request, what)
    _counts[key] = _counts.get(key, 0) + 1
    return _counts[key]


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
    """Start counting anew (tests)."""
    _counts.clear()
