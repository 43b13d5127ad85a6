"""The browsers that keep what a member has not saved yet, and their keys."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assessments.access import asks_by_itself, requires, signed_in
from assessments.models import Assessment, Device, Membership
from assessments.requests import MemberRequest
from assessments.services.devices import add_device, allow_device, note_contact, revoke_device
from assessments.sessions import ROW, device_in_words
from ctnat.ui.access import lists_members
from ctnat.ui.errors import in_one_line
from ctnat.ui.pages import page_of


@asks_by_itself
@never_cache
@require_POST
@signed_in
def device_key(request: MemberRequest) -> JsonResponse:
    """The server's half of the key of one's own device, `{"share": base64}`.

    Takes `user`, for whom the page was made, `device`, a uuid that the browser made, and `new=1` where it keeps nothing
    yet. Replies 404 where the user or the device is another's, 409 `too_many`, 410 `revoked`, or 410 `erased` where
    there is no share any more.
    """
    if request.POST.get("user") != str(request.user.pk):
        raise Http404  # another account has signed in in another tab
    try:
        uuid = UUID(request.POST.get("device", ""))
    except ValueError:
        return JsonResponse({"status": "unreadable"}, status=400)
    device: Device | None = Device.objects.filter(uuid=uuid).first()
    if device is None and request.POST.get("new") == "1":
        try:
            device = add_device(uuid=uuid, name=device_in_words(request.headers.get("User-Agent", "")), by=request.user)
        except ValidationError as error:
            return JsonResponse({"status": "too_many", "message": in_one_line(error)}, status=409)
    if device and device.user_id != request.user.pk:
        raise Http404
    if device and device.share and device.revoked_at:
        return JsonResponse({"status": "revoked"}, status=410)
    if device is None or not device.share:
        return JsonResponse({"status": "erased"}, status=410)
    note_contact(device=device)
    return JsonResponse({"status": "open", "share": device.share})


@require_safe
@signed_in
def device_list(request: MemberRequest) -> HttpResponse:
    return render(request, "assessments/device_list.html", _shown(request, request.user.pk))


@require_POST
@signed_in
def device_revoke(request: MemberRequest, device: UUID) -> HttpResponse:
    found = get_object_or_404(Device, uuid=device, user=request.user)
    revoke_device(device=found, by=request.user, current=request.session.get(ROW))
    messages.success(request, _revoked(found))
    return redirect("assessments:device_list")


@require_POST
@signed_in
def device_allow(request: MemberRequest, device: UUID) -> HttpResponse:
    found = get_object_or_404(Device, uuid=device, user=request.user)
    try:
        allow_device(device=found, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _allowed(found))
    return redirect("assessments:device_list")


@require_safe
@requires("members.manage")
@lists_members
def member_device_list(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    membership = _membership(assessment, pk)
    context = _shown(request, membership.user_id) | {"assessment": assessment, "membership": membership}
    return render(request, "assessments/member_device_list.html", context)


@require_POST
@requires("members.manage")
def member_device_revoke(request: MemberRequest, assessment: Assessment, pk: int, device: UUID) -> HttpResponse:
    membership = _membership(assessment, pk)
    found = get_object_or_404(Device, uuid=device, user=membership.user)
    current = request.session.get(ROW) if membership.user == request.user else None
    revoke_device(device=found, by=request.user, current=current, assessment=assessment)
    messages.success(request, _revoked(found))
    return redirect("assessments:member_device_list", assessment.reference, pk)


@require_POST
@requires("members.manage")
def member_device_allow(request: MemberRequest, assessment: Assessment, pk: int, device: UUID) -> HttpResponse:
    found = get_object_or_404(Device, uuid=device, user=_membership(assessment, pk).user)
    try:
        allow_device(device=found, by=request.user, assessment=assessment)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _allowed(found))
    return redirect("assessments:member_device_list", assessment.reference, pk)


def _membership(assessment: Assessment, pk: int) -> Membership:
    rows = Membership.objects.for_assessment(assessment).select_related("user")
    found: Membership = get_object_or_404(rows, pk=pk)
    return found


def _shown(request: MemberRequest, user: int) -> dict[str, Any]:
    rows = Device.objects.filter(user=user).select_related("revoked_by")
    return {"page": page_of(request, rows)}


def _revoked(device: Device) -> str:
    return _("{device} gets no key any more. Its user is signed out everywhere else.").format(device=device.name)


def _allowed(device: Device) -> str:
    return _("{device} is allowed again.").format(device=device.name)
