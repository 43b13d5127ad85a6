"""What a group says from its own device: its ballot and its verdicts."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assessments.access import public
from workshops.forms import BallotForm
from workshops.models import Group
from workshops.services.ballots import cast_ballot
from workshops.services.groups import release_device
from workshops.services.verdicts import agree_remaining, undo_agree_remaining
from workshops.views.device_pages import find_device, join_page, language_of, page
from workshops.views.voting import (
    agenda_context,
    asked_by_script,
    ballot_message,
    post_verdict,
    remaining_message,
    verdict_part,
)
from workshops.views.workshops import live_part
from workshops.words import Refusal, error_messages, translate

GroupView = Callable[[HttpRequest, Group, str], HttpResponse]


def _of_a_group(view: GroupView) -> Callable[[HttpRequest], HttpResponse]:
    """The view with the device's group and language, or the page that says that it speaks for none."""

    @wraps(view)
    def found(request: HttpRequest) -> HttpResponse:
        row = find_device(request)
        if row is None:
            return join_page(request, Refusal("no_device"))
        language = language_of(request, row.workshop.assessment)
        with override(language):  # Django's own messages about a field
            return view(request, row, language)

    return found


@require_safe
@public
@never_cache
@_of_a_group
def group(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    return _group_page(request, row, language)


@require_POST
@public
@_of_a_group
def group_ballot(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    form = BallotForm.of(row.workshop.assessment, getattr(row, "ballot", None), request.POST, language=language)
    if form.is_valid():
        try:
            ballot = cast_ballot(group=row, priorities=form.letters, other_text=form.cleaned_data["other_text"])
        except ValidationError as error:
            form.add_error(None, error_messages(error, language))
        else:
            messages.success(request, ballot_message(ballot, language))
            return redirect("workshops_public:group")
    return _group_page(request, row, language, form=form, status=422)


@require_POST
@public
@_of_a_group
def group_verdict(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """One verdict. Scripts ask for the one entry back; without them the whole page comes."""
    read = post_verdict(request, row, language)
    if asked_by_script(request):
        return verdict_part(request, row, read, reverse("workshops_public:group_verdict"), language)
    if read.faults:
        return _group_page(request, row, language, typed=read.typed, faults=read.faults, status=422)
    messages.success(request, translate("saved", language))
    return redirect(reverse("workshops_public:group") + f"#{read.typed['target']}")


@require_POST
@public
@_of_a_group
def group_agree(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """Agreement with every cell of an area on which the group has said nothing yet."""
    return _post_remaining(request, row, language, agree_remaining, targets=request.POST.getlist("cell"))


@require_POST
@public
@_of_a_group
def group_undo_agree(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    return _post_remaining(request, row, language, undo_agree_remaining)


@require_POST
@public
@_of_a_group
def group_leave(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """A wrong group was chosen: its place is free again. What was sent stays."""
    release_device(group=row, by=None)
    return redirect("workshops_public:join_code", row.workshop.join_code)


@require_safe
@public
def group_state(request: HttpRequest) -> HttpResponse:
    """Whether the workshop is open and what is counted for the group, as a part of the page."""
    row = find_device(request)
    if row is None:
        return HttpResponse(status=410)
    language = language_of(request, row.workshop.assessment)
    return live_part(request, row.workshop, "workshops/_group_state.html", lambda: agenda_context(row, language))


def _group_page(request: HttpRequest, row: Group, language: str, *, status: int = 200, **extra: Any) -> HttpResponse:
    assessment = row.workshop.assessment
    context = agenda_context(row, language, typed=extra.pop("typed", None), category=request.GET.get("area", "")) | {
        "workshop": row.workshop,
        "verdict_url": reverse("workshops_public:group_verdict"),
        "agree_url": reverse("workshops_public:group_agree"),
        "undo_agree_url": reverse("workshops_public:group_undo_agree"),
        "form": BallotForm.of(assessment, getattr(row, "ballot", None), language=language),
    }
    return page(request, "workshops/group.html", context | extra, status)


def _post_remaining(
    request: HttpRequest, row: Group, language: str, verb: Callable[..., int], **kwargs: Iterable[str]
) -> HttpResponse:
    category = request.POST.get("category", "")
    try:
        count = verb(group=row, category=category, **kwargs)
    except ValidationError as error:
        return _group_page(request, row, language, refused=error_messages(error, language), status=422)
    messages.success(request, remaining_message(verb, count, language))
    return redirect(reverse("workshops_public:group") + f"?area={category}#category-{category}")
