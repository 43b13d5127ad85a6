"""Groups for the facilitator: names, devices, and what they handed in on paper."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.models import Assessment
from ctnat.ui.errors import ConflictError, add_errors, in_one_line
from ctnat.ui.posting import posted_from
from indicators.forms import SeenRevision
from workshops.forms import BallotForm, GroupForm
from workshops.models import Group, Workshop
from workshops.services.ballots import cast_ballot, withdraw_ballot
from workshops.services.groups import add_group, edit_group, release_device, remove_group
from workshops.services.verdicts import agree_remaining, undo_agree_remaining
from workshops.views.device import accept_ballot_revision
from workshops.views.voting import (
    PostedVerdict,
    agenda_context,
    asked_by_script,
    ballot_message,
    post_verdict,
    post_withdrawal,
    posted_cells,
    posted_together,
    posted_wordings,
    verdict_part,
)
from workshops.views.workshops import find_workshop
from workshops.words import translate


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def group_new(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    return _group_form(request, row, None, {"name": _("Group {number}").format(number=row.groups.count() + 1)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def group_edit(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    initial = {name: getattr(row, name) for name in ("name", "sector", "women", "men", "other", "categories")}
    return _group_form(request, row.workshop, row, initial)


@requires("workshop.run")
@posted_from("workshops:group_edit")
def group_remove(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    return _do(request, row, remove_group, _("{row} was removed.").format(row=row))


@requires("workshop.run")
@posted_from("workshops:group_edit")
def group_release(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    verb = partial(release_device, device=request.POST.get("device"))
    return _do(
        request, row, verb, _("{row} can now join on another device. Everything it sent is kept.").format(row=row)
    )


@requires("workshop.run")
@posted_from("workshops:group_edit")
def group_withdraw(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    verb = partial(withdraw_ballot, revision=SeenRevision().clean(request.POST.get("revision")))
    return _do(request, row, verb, _("The ballot of {row} was withdrawn.").format(row=row))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def group_ballot(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    """The ballot that a group filled in on paper; it may leave places empty."""
    row = find_group(assessment, pk, group)
    form, status = BallotForm.of(row, request.POST or None), 422
    if request.method == "POST" and form.is_valid():
        try:
            ballot = cast_ballot(
                group=row,
                priorities=form.letters,
                other_text=form.cleaned_data["other_text"],
                revision=form.cleaned_data["revision"],
                source="paper",
                by=request.user,  # type: ignore[arg-type]
            )
        except ConflictError as error:
            form, status = accept_ballot_revision(form, row, error.messages), 409
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, ballot_message(ballot))
            return redirect("workshops:workshop", assessment.reference, pk)
    return _paper_page(request, row, form=form, status=status if form.errors else 200)


@requires("workshop.run")
@posted_from("workshops:group_ballot")
def group_verdict(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    """Store one verdict from paper. The response to a script is the one entry, otherwise the whole page."""
    row = find_group(assessment, pk, group)
    read = post_verdict(request, row, row.workshop.room_language, words_in="en", source="paper", by=request.user)
    return _verdict_answer(request, row, read, _("{row}: verdict saved.").format(row=row))


@requires("workshop.run")
@posted_from("workshops:group_ballot")
def group_verdict_withdraw(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    row = find_group(assessment, pk, group)
    return _verdict_answer(
        request, row, post_withdrawal(request, row, by=request.user), _("{row}: verdict withdrawn.").format(row=row)
    )


@requires("workshop.run")
@posted_from("workshops:group_ballot")
def group_agree(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    """Agree with every cell of an area that the group's paper leaves blank."""
    row, cells = find_group(assessment, pk, group), posted_cells(request)
    wordings, language = posted_wordings(request), row.workshop.room_language
    verb = partial(agree_remaining, targets=cells, wordings=wordings, language=language, source="paper")
    return _post_remaining(request, row, verb, "rest_agreed")


@requires("workshop.run")
@posted_from("workshops:group_ballot")
def group_undo_agree(request: HttpRequest, assessment: Assessment, pk: int, group: int) -> HttpResponse:
    verb = partial(undo_agree_remaining, given=posted_together(request))
    return _post_remaining(request, find_group(assessment, pk, group), verb, "rest_undone")


def find_group(assessment: Assessment, pk: int, group: int) -> Group:
    workshop = find_workshop(assessment, pk)
    found = Group.objects.for_workshop(workshop).with_ballots().filter(pk=group)
    row: Group | None = found.first() if group < 2**63 else None
    if row is None:
        raise Http404(_("This group does not exist in this workshop."))
    row.workshop = workshop
    return row


def _do(request: HttpRequest, row: Group, verb: Any, message: str) -> HttpResponse:
    try:
        verb(group=row, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, message)
    return redirect("workshops:workshop", row.workshop.assessment.reference, row.workshop_id)


def _verdict_urls(row: Group) -> dict[str, str]:
    here = [row.workshop.assessment.reference, row.workshop_id, row.pk]
    return {
        "verdict_url": reverse("workshops:group_verdict", args=here),
        "withdraw_url": reverse("workshops:group_verdict_withdraw", args=here),
    }


def _verdict_answer(request: HttpRequest, row: Group, read: PostedVerdict, message: str) -> HttpResponse:
    if asked_by_script(request):
        return verdict_part(request, row, read, _verdict_urls(row), row.workshop.room_language, "en")
    if read.errors:
        return _paper_page(request, row, typed=read.typed, errors=read.errors, status=read.status)
    messages.success(request, message)
    here = [row.workshop.assessment.reference, row.workshop_id, row.pk]
    return redirect(reverse("workshops:group_ballot", args=here) + f"#{read.typed['target']}")


def _paper_page(request: HttpRequest, row: Group, *, status: int = 200, **extra: Any) -> HttpResponse:
    assessment, workshop = row.workshop.assessment, row.workshop
    here = [assessment.reference, workshop.pk, row.pk]
    if status != 200:  # what is stored now, beside what was typed
        row = find_group(assessment, workshop.pk, row.pk)
    typed, category = extra.pop("typed", None), request.GET.get("area", "")
    context = agenda_context(row, workshop.room_language, words_in="en", typed=typed, category=category) | {
        "assessment": assessment,
        "workshop": workshop,
        "form": BallotForm.of(row),
        **_verdict_urls(row),
        "agree_url": reverse("workshops:group_agree", args=here),
        "undo_agree_url": reverse("workshops:group_undo_agree", args=here),
    }
    return render(request, "workshops/group_ballot.html", context | extra, status=status)


def _post_remaining(request: HttpRequest, row: Group, verb: Any, done: str) -> HttpResponse:
    here = reverse("workshops:group_ballot", args=[row.workshop.assessment.reference, row.workshop_id, row.pk])
    category = request.POST.get("category", "")
    try:
        count = verb(group=row, category=category, by=request.user)
    except ValidationError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _paper_page(request, row, refused=error.messages, status=status)
    messages.success(request, translate(done, "en", n=count))
    return redirect(f"{here}?area={category}#category-{category}")  # a category that the matrix has


def _group_form(request: HttpRequest, workshop: Workshop, row: Group | None, initial: Any) -> HttpResponse:
    assessment = workshop.assessment
    form = GroupForm(assessment, request.POST or None, initial=initial, shows_row=bool(row))
    if request.method == "POST" and form.is_valid():
        try:
            if row:
                edit_group(group=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            else:
                row = add_group(workshop=workshop, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("{row} was saved.").format(row=row))
            return redirect("workshops:workshop", assessment.reference, workshop.pk)
    context = {"assessment": assessment, "workshop": workshop, "group": row, "form": form}
    template = "workshops/group_edit.html" if row else "workshops/group_new.html"
    status = 409 if form.has_conflict else 422 if form.errors else 200
    return render(request, template, context, status=status)
