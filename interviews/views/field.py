"""Interviews without a connection: the page that works without one, what a device takes along for it, and what it sends
when the line returns."""

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment
from assessments.requests import MemberRequest
from interviews.forms import FieldContactForm, FieldForm
from interviews.kits import kit_of, taken_by
from interviews.operations import OBSERVATIONS, apply

MOST_OPERATIONS = 200  # in a request
MOST_BYTES = 4 * 1024 * 1024  # of a request: one answer may have 500,000 characters of up to six bytes


@require_safe
@requires("interviews.edit")
def field(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The page for working without a connection. It has nothing of any interview, so that the browser may keep it in
    clear: what it shows comes from the kit, which is kept sealed."""
    context = {
        "assessment": assessment,
        "form": FieldForm(assessment=assessment),
        "colleague": FieldContactForm(assessment=assessment),
        "observations": OBSERVATIONS,
    }
    return render(request, "interviews/field.html", context)


@never_cache
@require_safe
@requires("interviews.edit")
def field_kit(request: MemberRequest, assessment: Assessment) -> JsonResponse:
    """What the device takes along (`interviews/kits.py`)."""
    taken = taken_by(assessment, request.user)
    for interview in taken:
        record_reading("interview", by=request.user, assessment=assessment, target=interview)
    return JsonResponse(kit_of(assessment, request.user, taken))


@never_cache
@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def field_sync(request: MemberRequest, assessment: Assessment) -> JsonResponse:
    """Applies `{"operations": [...]}` in their order (`interviews/operations.py`), each by itself. Replies `results`.

    Every reply has who is signed in, a fresh form token, and the server's time, with which the device compares its own.
    """
    state: dict[str, Any] = {
        "user": request.user.pk,
        "token": get_token(request),
        "now": timezone.now().isoformat(),
    }
    if request.method != "POST":
        return JsonResponse(state)
    operations = _operations(request)
    if operations is None:
        text = _("The page sent data that could not be read. Reload it; your text is saved on this device.")
        return JsonResponse(state | {"status": "refused", "message": text}, status=400)
    results = [apply(assessment=assessment, by=request.user, operation=one) for one in operations]
    return JsonResponse(state | {"results": results})


def _operations(request: MemberRequest) -> list[Any] | None:
    """None for what no page sends."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return None
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = given.get("operations") if isinstance(given, dict) else None
    return found if isinstance(found, list) and len(found) <= MOST_OPERATIONS else None
