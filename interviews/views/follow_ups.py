"""Follow-ups: those of all interviews, and adding, changing and doing one of an interview."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment, User
from assessments.requests import MemberRequest, run_service, status_of
from ctnat.ui.errors import in_one_line
from ctnat.ui.pages import page_of
from interviews.follow_ups import People, shown
from interviews.forms import FollowUpForm, OutcomeForm
from interviews.models import FollowUp, Interview
from interviews.services.follow_ups import (
    add_follow_up,
    change_follow_up,
    complete_follow_up,
    remove_follow_up,
    reopen_follow_up,
)
from interviews.views.interviews import find_interview

NOBODY = "nobody"
FOLLOW_UPS_SHOWN = 30  # on a page: each can be a thousand characters long


@require_safe
@requires("interviews.view")
def follow_up_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Those of all interviews, or of one: the open ones by the day on which they are due, then those done."""
    every = FollowUp.objects.for_assessment(assessment)
    chosen = {name: request.GET.get(name, "")[:20] for name in ("person", "interview")}
    rows = every
    assigned = {str(one.pk): one for one in User.objects.filter(pk__in=every.values("assigned_to")).order_by("name")}
    if chosen["interview"]:
        rows = rows.filter(interview__code=chosen["interview"])
    if chosen["person"] == NOBODY:
        rows = rows.filter(assigned_to=None)
    elif chosen["person"]:
        member = assigned.get(chosen["person"])
        rows = rows.filter(assigned_to=member) if member else rows.none()
    page = page_of(request, rows.in_order().with_people(), size=FOLLOW_UPS_SHOWN)
    people = People(assessment)
    page.object_list = shown(page.object_list, people)
    context = {
        "assessment": assessment,
        "page": page,
        "chosen": chosen,
        "people": [(key, people.named(one)) for key, one in assigned.items()],
        "nobody": NOBODY,
        "filtered": any(chosen.values()),
    }
    return render(request, "interviews/follow_up_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def follow_up_new(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    interview = find_interview(assessment, code)
    form = FollowUpForm(
        request.POST or None,
        assessment=assessment,
        instance=FollowUp(interview=interview),
        initial={"assigned_to": request.user.pk},
    )
    if run_service(request, form, add_follow_up, interview=interview):
        messages.success(request, _("The follow-up was added."))
        return _back(interview)
    context = {"assessment": assessment, "interview": interview, "form": form}
    return render(request, "interviews/follow_up_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def follow_up_edit(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    interview, row = _find(assessment, code, pk)
    form = FollowUpForm(request.POST or None, assessment=assessment, instance=copy(row))
    if run_service(request, form, change_follow_up, follow_up=row):
        messages.success(request, _("The follow-up was saved."))
        return _back(interview)
    context = {"assessment": assessment, "interview": interview, "row": row, "form": form}
    return render(request, "interviews/follow_up_edit.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def follow_up_done(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    """Asks what came of it, and marks it as done."""
    interview, row = _find(assessment, code, pk)
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial={"outcome": row.outcome})
    if run_service(request, form, complete_follow_up, follow_up=row):
        messages.success(request, _("The follow-up was marked as done."))
        return _back(interview)
    context = {"assessment": assessment, "interview": interview, "row": row, "form": form}
    return render(request, "interviews/follow_up_done.html", context, status=422 if form.errors else 200)


@require_POST
@requires("interviews.edit")
def follow_up_reopen(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    interview, row = _find(assessment, code, pk)
    try:
        reopen_follow_up(follow_up=row, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("The follow-up is open again."))
    return _back(interview)


@require_POST
@requires("interviews.edit")
def follow_up_remove(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    interview, row = _find(assessment, code, pk)
    try:
        remove_follow_up(follow_up=row, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("The follow-up was removed."))
    return _back(interview)


def _find(assessment: Assessment, code: str, pk: int) -> tuple[Interview, FollowUp]:
    """Raises `Http404`."""
    interview = find_interview(assessment, code)
    row: FollowUp = get_object_or_404(FollowUp.objects.select_related("assigned_to"), interview=interview, pk=pk)
    row.interview = interview
    return interview, row


def _back(interview: Interview) -> HttpResponse:
    return redirect(f"{interview.get_absolute_url()}#follow-ups")
