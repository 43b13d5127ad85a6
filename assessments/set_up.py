"""The link with which somebody makes the account of the administrator of a site that has none.

Only those who can run commands on the server get it, so that no stranger takes over a site that is being installed.
"""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.urls import reverse

from assessments.models import User

HOURS = 24
SALT = "assessments.set_up"


def has_administrator() -> bool:
    """Whether somebody can administer the site. The accounts of the demonstration cannot."""
    return User.objects.filter(is_staff=True, is_active=True).exists()


def set_up_link() -> str:
    """An address that works for `HOURS`, and until there is an administrator."""
    return f"{settings.SITE_URL}{set_up_path()}"


def set_up_path() -> str:
    return reverse("assessments:set_up", args=[TimestampSigner(salt=SALT).sign("1")])


def may_begin_here(request: HttpRequest) -> bool:
    """Whether the browser runs on the machine of a site that is being tried: who sits there can run commands too."""
    is_near = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded"))
    return not settings.PRODUCTION and is_near and not is_passed_on


def is_set_up_code(code: str) -> bool:
    """Whether `code` is from a link of the last `HOURS`."""
    try:
        TimestampSigner(salt=SALT).unsign(code, max_age=HOURS * 3600)
    except BadSignature:
        return False
    return True
