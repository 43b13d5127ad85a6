"""What templates of other apps show of an assessment."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from assessments.sessions import seconds_left


def assessment_frame(request: HttpRequest) -> dict[str, Any]:
    """The assessment of a page below one's address, also for pages of instruments, which know none."""
    assessment, may = getattr(request, "assessment", None), getattr(request, "may", None)
    if assessment is None or may is None:  # also a page of respondents or a room, which has no frame
        return {}
    framed = request.resolver_match is not None and request.resolver_match.namespace == "tool"
    return {"assessment": assessment, "framed": framed, "leads": "assessment.edit" in may}


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """How long the sign-in lasts. Lazy, because public pages must not touch the session."""
    return {
        "sign_in_seconds": lambda: int(seconds_left(request.session)),
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "session_hours": settings.SESSION_HOURS,
        "organisation_sign_in": settings.OIDC_LABEL if settings.OIDC_URL else "",
    }
