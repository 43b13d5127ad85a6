"""Groups as the facilitator sees them: who they are, their device, and what they handed in on paper."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import requires
from assessments.models import Assessment
from workshops.forms import BallotForm, GroupForm, VerdictForm
from workshops.models import Group, Workshop
from workshops.services import (
    add_group,
    cast_ballot,
    edit_group,
    give_verdict,
    release_device,
    remove_group,
    withdraw_ballot,
)
from workshops.views import find_workshop
from workshops.voting_pages import agenda_context, said_of_ballot


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def group_new(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    return _group_form(request, row, None, {"name": f"Group {row.groups.count() + 1}"})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def group_edit(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    initial = {name: getattr(row, name) for name in ("name", "women", "men", "other", "categories")}
    return _group_form(request, row.workshop, row, initial)


@require_POST
@requires("workshop.run")
def group_remove(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    return _do(request, row, remove_group, f"{row} is removed.")


@require_POST
@requires("workshop.run")
def group_release(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    return _do(request, row, release_device, f"{row} can join on another device now. What it sent stays.")


@require_POST
@requires("workshop.run")
def group_withdraw(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    return _do(request, row, withdraw_ballot, f"The ballot of {row} is withdrawn.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def group_ballot(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    """The ballot that a group filled in on paper; it may leave places empty."""
    row = find_group(assessment, pk, group)
    form = BallotForm.of(assessment, getattr(row, "ballot", None), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ballot = cast_ballot(
                group=row,
                priorities=form.letters,
                other_text=form.cleaned_data["other_text"],
                source="paper",
                by=request.user,  # type: ignore[arg-type]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said_of_ballot(ballot))
            return redirect("workshops:workshop", assessment.reference, pk)
    context = {"assessment": assessment, "workshop": row.workshop, "form": form}
    context |= agenda_context(row, reverse("workshops:group_verdict", args=[assessment.reference, pk, group]))
    return render(request, "workshops/group_ballot.html", context, status=422 if form.errors else 200)


@require_POST
@requires("workshop.run")
def group_verdict(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row, form = find_group(assessment, pk, group), VerdictForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        verdict = give_verdict(group=row, source="paper", by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{row}: {verdict.get_choice_display().lower()}.")
    return redirect("workshops:group_ballot", assessment.reference, pk, group)


def find_group(assessment: Assessment, pk: int, group: int) -> Group:
    workshop = find_workshop(assessment, pk)
    row = Group.objects.for_workshop(workshop).with_ballots().filter(pk=group).first() if group < 2**63 else None
    if row is None:
        raise Http404("No such group in this workshop.")
    row.workshop = workshop
    return row


def _do(request: HttpRequest, row: Group, verb: Any, said: str) -> HttpResponse:
    try:
        verb(group=row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect("workshops:workshop", row.workshop.assessment.reference, row.workshop_id)


def _group_form(request: HttpRequest, workshop: Workshop, row: Group | None, initial: Any) -> HttpResponse:
    assessment = workshop.assessment
    form = GroupForm(assessment, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if row:
                edit_group(group=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            else:
                row = add_group(workshop=workshop, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{row} is saved.")
            return redirect("workshops:workshop", assessment.reference, workshop.pk)
    context = {"assessment": assessment, "workshop": workshop, "group": row, "form": form}
    return render(request, "workshops/group_form.html", context, status=422 if form.errors else 200)
