"""Requests to erase: asked by a lead, read and confirmed by a second person; for who administers the site, too."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires, staff_only
from assessments.erasers import Eraser, eraser_of, erasers
from assessments.forms import ErasureForm, SiteErasureForm
from assessments.models import Assessment, ErasureRequest
from assessments.requests import MemberRequest, run_service
from assessments.services.erasure import ask_erasure, cancel_erasure, confirm_erasure, preview
from ctnat.ui.errors import InputError, in_one_line
from ctnat.ui.pages import page_of


@require_safe
@requires("erasures.manage")
def erasure_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    found = ErasureRequest.objects.for_assessment(assessment).with_people()
    context = {
        "assessment": assessment,
        "kinds": [eraser for eraser in erasers() if eraser.offered],
        "waiting": page_of(request, found.for_confirming(), name="waiting"),
        "page": page_of(request, found.settled()),
    }
    return render(request, "assessments/erasure_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("erasures.manage")
def erasure_new(request: MemberRequest, assessment: Assessment, kind: str) -> HttpResponse:
    eraser = _eraser(kind)
    which = request.GET.get("which", "")[:80]
    form = ErasureForm(request.POST or None, eraser=eraser, assessment=assessment, initial={"which": which})
    if made := run_service(request, form, ask_erasure, assessment=assessment, kind=kind):
        messages.success(request, _("The request was made. Nothing is erased until a second person has confirmed it."))
        return redirect("assessments:erasure_detail", assessment.reference, made.pk)
    context = {"assessment": assessment, "eraser": eraser, "form": form}
    return render(request, "assessments/erasure_new.html", context, status=422 if form.errors else 200)


def _eraser(kind: str) -> Eraser:
    try:
        eraser = eraser_of(kind)
    except InputError:
        raise Http404(_("This cannot be erased here.")) from None
    if not eraser.offered:
        raise Http404(_("This cannot be requested."))
    return eraser


@require_safe
@requires("erasures.manage")
def erasure_detail(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """What the request would erase now, where it is used, and the button of the second person."""
    return _detail(request, _find(assessment, pk), assessment)


def _find(assessment: Assessment, pk: int) -> ErasureRequest:
    found: ErasureRequest = get_object_or_404(ErasureRequest.objects.for_assessment(assessment).with_people(), pk=pk)
    return found


def _detail(
    request: MemberRequest, asked: ErasureRequest, assessment: Assessment | None, fault: str = ""
) -> HttpResponse:
    """`assessment` is None on the page of who administers the site, which shows no address inside an assessment."""
    shown, missing = None, ""
    if asked.is_waiting:
        try:
            shown = preview(asked)
        except ValidationError as error:
            missing = in_one_line(error)
    context: dict[str, Any] = {
        "assessment": assessment,
        "asked": asked,
        "eraser": eraser_of(asked.kind),
        "shown": shown,
        "missing": missing,
        "fault": fault,
        "is_own": asked.asked_by_id == request.user.pk,
    }
    page = "erasure_detail" if assessment else "site_erasure_detail"
    return render(request, f"assessments/{page}.html", context, status=422 if fault else 200)


@require_POST
@requires("erasures.manage")
def erasure_confirm(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _confirm(request, _find(assessment, pk), assessment)


def _confirm(request: MemberRequest, asked: ErasureRequest, assessment: Assessment | None) -> HttpResponse:
    try:
        done = confirm_erasure(
            request=asked,
            by=request.user,
            seen=request.POST.get("seen", "")[:64],
            copies=request.POST.getlist("copies")[:1000],
        )
    except ValidationError as error:
        asked.refresh_from_db()
        return _detail(request, asked, assessment, in_one_line(error))
    messages.success(request, _("Erased: {label}.").format(label=done.label))
    if not assessment:
        return redirect("assessments:site_erasure_list")
    if not Assessment.objects.filter(pk=assessment.pk).exists():
        return redirect("assessments:assessment_list")
    return redirect("assessments:erasure_list", assessment.reference)


@require_POST
@requires("erasures.manage")
def erasure_cancel(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    asked = _find(assessment, pk)
    try:
        cancel_erasure(request=asked, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("The request was cancelled. Nothing was erased."))
    return redirect("assessments:erasure_list", assessment.reference)


@require_safe
@staff_only
def site_erasure_list(request: MemberRequest) -> HttpResponse:
    found = ErasureRequest.objects.with_people()
    waiting = page_of(request, found.for_confirming(), name="waiting")
    context = {"waiting": waiting, "page": page_of(request, found.settled())}
    return render(request, "assessments/site_erasure_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def site_erasure_new(request: MemberRequest) -> HttpResponse:
    """Who administers the site asks for an account to be erased; a lead or another administrator confirms it."""
    form = SiteErasureForm(request.POST or None)
    if run_service(request, form, ask_erasure, kind="account"):
        messages.success(request, _("The request was made. Nothing is erased until a second person has confirmed it."))
        return redirect("assessments:site_erasure_list")
    return render(request, "assessments/site_erasure_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@staff_only
def site_erasure_detail(request: MemberRequest, pk: int) -> HttpResponse:
    return _detail(request, _find_any(pk), None)


def _find_any(pk: int) -> ErasureRequest:
    found: ErasureRequest = get_object_or_404(ErasureRequest.objects.with_people(), pk=pk)
    return found


@require_POST
@staff_only
def site_erasure_confirm(request: MemberRequest, pk: int) -> HttpResponse:
    return _confirm(request, _find_any(pk), None)
