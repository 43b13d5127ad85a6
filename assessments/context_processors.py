"""What templates of other apps know of an assessment without asking for it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from assessments.models import Assessment, Role
from assessments.sessions import seconds_left

INSTRUMENTS = "/instruments/"
SESSION_KEY = "assessment_frame"


def assessment_frame(request: HttpRequest) -> dict[str, Any]:
    """Pages of instruments that were opened from an assessment keep its name and its six steps around them.

    A link of the assessment says `?in=<reference>`, which is remembered for the pages that follow; `?in=` without a
    reference leaves the frame. Other pages get nothing, and pages without a sign-in are not asked for their session.
    """
    user = getattr(request, "user", None)  # an address that is refused is answered before anybody is known
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
    """How long the page's sign-in lasts. Asked for only where a template shows it: public pages touch no session."""
    return {
        "sign_in_seconds": lambda: int(seconds_left(request.session)),
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "session_hours": settings.SESSION_HOURS,
    }
