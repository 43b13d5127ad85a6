"""What templates of other apps show of an assessment."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from assessments.models import Assessment, Role
from assessments.sessions import seconds_left

INSTRUMENTS = "/instruments/"
SESSION_KEY = "assessment_frame"


def assessment_frame(request: HttpRequest) -> dict[str, Any]:
    """The name and the six steps of the assessment from which a page of instruments was opened.

    A link of the assessment says `?in=<reference>`, which is remembered for the pages that follow; `?in=` without a
    reference leaves the frame. Other pages get nothing, and pages without a sign-in do not touch their session.
    """
    user = getattr(request, "user", None)  # a refused address is answered before the user is known
    if not request.path.startswith(INSTRUMENTS) or user is None or not user.is_authenticated:
        return {}
    reference = request.GET.get("in", request.session.get(SESSION_KEY, ""))[:40]
    if "in" in request.GET and request.session.get(SESSION_KEY, "") != reference:
        request.session[SESSION_KEY] = reference
    if not reference:
        return {}
    found = list(Assessment.objects.with_instruments().with_roles_of(user).filter(reference=reference))
    if not found:
        return {}
    return {"assessment": found[0], "framed": True, "leads": any(row.role == Role.LEAD for row in found)}


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """How long the sign-in lasts. Lazy, because public pages must not touch the session."""
    return {
        "sign_in_seconds": lambda: int(seconds_left(request.session)),
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "session_hours": settings.SESSION_HOURS,
        "organisation_sign_in": settings.OIDC_LABEL if settings.OIDC_URL else "",
    }
