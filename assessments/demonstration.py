"""The accounts of the demonstration, wherever they came from: loaded here, or brought back by a backup.

Everyone who knows the program knows their addresses. In production they may therefore not sign in, unless the site was
told with CTNAT_DEMONSTRATION=1 that it shows the demonstration.
"""

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, User
from ctnat.ui.words import Words

NOT_ADMITTED = gettext_lazy("The accounts of the demonstration cannot sign in on this site.")
DOMAIN = "demo.example"  # reserved: no person has an address in it

WORDS = Words("instruments")
PREFIX = "demonstration-"  # of the names of its files


def band(assessment: Assessment, language: str) -> str:
    """What pages for people outside the team, and reports, say of an assessment of the demonstration; else nothing."""
    return WORDS.translate("demonstration", language) if assessment.is_demonstration else ""


def marked_subject(assessment: Assessment | None, subject: str, language: str = "") -> str:
    """The subject of a mail; in the language of the mail of a survey, else in the active one."""
    if assessment is None or not assessment.is_demonstration:
        return subject
    mark = WORDS.translate("demonstration_short", language) if language else _("Demonstration")
    return f"[{mark}] {subject}"


def mark_downloads(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: every file of the demonstration has a name that says so, wherever it comes from."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assessment: Assessment | None = getattr(request, "assessment", None)
        named = response.headers.get("Content-Disposition")
        if named and assessment is not None and assessment.is_demonstration and PREFIX not in named:
            for start in ('filename="', "filename*=utf-8''"):
                named = named.replace(start, start + PREFIX)
            response.headers["Content-Disposition"] = named
        return response

    return middleware


def is_demonstration_account(user: User) -> bool:
    return user.email.lower().endswith(f"@{DOMAIN}")


def demonstration_refused() -> bool:
    """Whether this site admits no account of the demonstration."""
    return bool(settings.PRODUCTION and not settings.DEMONSTRATION)


def accounts_of_demonstration() -> QuerySet[User]:
    """Those that are open."""
    return User.objects.filter(email__iendswith=f"@{DOMAIN}", is_active=True).order_by("email")
