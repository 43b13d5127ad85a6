"""Ballots and verdicts sent from a group's own device."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.access import public, without_members
from assessments.packs import words_for
from assessments.prepared import Prepared
from assessments.tokens import token_hmac
from ctnat.ui.errors import ConflictError
from ctnat.ui.posting import posted_from
from indicators.forms import SeenRevision
from interviews.middleware import withhold_names
from workshops.agenda import with_agenda_revision
from workshops.forms import BallotForm
from workshops.models import Group
from workshops.services.ballots import cast_ballot, withdraw_ballot
from workshops.services.groups import release_device
from workshops.services.verdicts import agree_remaining, undo_agree_remaining
from workshops.views.device_pages import devices_of, find_device, join_page, language_of, page
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
from workshops.views.workshops import live_part, live_revision, revision_of, unchanged
from workshops.words import GroupError, error_messages, translate

GroupView = Callable[[HttpRequest, Group, str], HttpResponse]
GROUP_PAGE = "workshops_public:group"


def _of_a_group(view: GroupView) -> Callable[[HttpRequest], HttpResponse]:
    """The view with the device's group and language, or the page that asks for the code."""

    @wraps(view)
    def found(request: HttpRequest) -> HttpResponse:
        row = find_device(request)
        if row is None:
            return join_page(request, GroupError("no_device"))
        request.assessment = row.workshop.assessment  # type: ignore[attr-defined]  # its names are withheld
        with words_for(row.workshop.assessment):
            language = language_of(request, row.workshop)
            with override(language):  # Django's own messages about a field
                return view(request, row, language)

    return found


@require_safe
@public
@never_cache
@_of_a_group
def group(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    return _group_page(request, row, language)


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_ballot(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    form, status = BallotForm.of(row, request.POST, language=language), 422
    if form.is_valid():
        try:
            data = form.cleaned_data
            ballot = cast_ballot(
                group=row,
                priorities=form.letters,
                other_text=data["other_text"],
                language=language,
                revision=data["revision"],
            )
        except ConflictError as error:
            form, status = accept_ballot_revision(form, row, error_messages(error, language), language), 409
        except ValidationError as error:
            form.add_error(None, error_messages(error, language))
        else:
            messages.success(request, ballot_message(ballot, language))
            return redirect(GROUP_PAGE)
    return _group_page(request, row, language, form=form, status=status)


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_withdraw(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """Withdraw the group's ballot."""
    try:
        withdraw_ballot(group=row, by=None, revision=SeenRevision().clean(request.POST.get("revision")))
    except ValidationError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _group_page(request, row, language, refused=error_messages(error, language), status=status)
    messages.success(request, translate("ballot_withdrawn", language))
    return redirect(GROUP_PAGE)


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_verdict(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """Store one verdict. The response to a script is the one entry, otherwise the whole page."""
    return _verdict_answer(request, row, language, post_verdict(request, row, language), "saved")


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_verdict_withdraw(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """Withdraw one verdict of the group."""
    return _verdict_answer(request, row, language, post_withdrawal(request, row, language), "verdict_withdrawn")


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_agree(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """Agree with every cell of an area that has no verdict of the group yet."""
    cells, wordings = posted_cells(request), posted_wordings(request)
    verb = partial(agree_remaining, targets=cells, wordings=wordings, language=language)
    return _post_remaining(request, row, language, verb, "rest_agreed")


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_undo_agree(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    verb = partial(undo_agree_remaining, given=posted_together(request))
    return _post_remaining(request, row, language, verb, "rest_undone")


@public
@posted_from(GROUP_PAGE)
@_of_a_group
def group_leave(request: HttpRequest, row: Group, language: str) -> HttpResponse:
    """Leave a group that was chosen by mistake: its place is free again. What was sent stays."""
    try:
        release_device(group=row, by=None, device=row.device_mark)
    except ValidationError as error:
        return _group_page(request, row, language, refused=error_messages(error, language), status=422)
    return redirect("workshops_public:join_code", row.workshop.join_code)


@require_safe
@public
@without_members
@withhold_names
def group_state(request: HttpRequest) -> HttpResponse:
    """Whether the workshop is open, what counts for the group and what it is asked again, as a part of the page."""
    asked = request.GET.get("revision", "")
    if asked and asked == _revision_now(request):
        return unchanged(asked)
    row = find_device(request)
    if row is None:
        return HttpResponse(status=410)
    request.assessment = row.workshop.assessment  # type: ignore[attr-defined]  # its names are withheld
    with words_for(row.workshop.assessment):
        language = language_of(request, row.workshop)
        context = lambda: agenda_context(row, language)  # noqa: E731 - asked only where something changed
        return live_part(request, row.workshop, "workshops/_group_state.html", context, revision=device_revision(row))


# Fifty phones ask many times a second, and mostly nothing has changed.
_revision_of_device = Prepared(
    lambda device: with_agenda_revision(
        Group.objects.filter(device_hmac=device).order_by(), "workshop__assessment"
    ).values_list("workshop__revision", "workshop__assessment__words_version", "agenda_revision"),
    device="~device",
)


def _revision_now(request: HttpRequest) -> str | None:
    """`device_revision` of the device, in one query; None where it belongs to no group."""
    for device in devices_of(request):
        for workshop, words, agenda in _revision_of_device(device=device):
            return revision_of(workshop, agenda, words)
    return None


def device_revision(row: Group) -> str:
    """Changes with everything that a group's page shows."""
    return live_revision(row.workshop)


def accept_ballot_revision(form: BallotForm, row: Group, lines: list[str], language: str = "en") -> BallotForm:
    """The same typed ballot with the current revision, so that sending it again replaces deliberately."""
    row.refresh_from_db(fields=["ballot_revision"])
    data = {**form.data.dict(), "revision": str(row.ballot_revision)}  # type: ignore[attr-defined]
    again = BallotForm.of(row, data, language=language)
    again.is_valid()
    again.add_error(None, lines)
    return again


def _group_page(request: HttpRequest, row: Group, language: str, *, status: int = 200, **extra: Any) -> HttpResponse:
    if status != 200:
        row = find_device(request) or row  # what is stored now, beside what was typed
    typed, category = extra.pop("typed", None), request.GET.get("area", "")
    context = agenda_context(row, language, typed=typed, category=category) | {
        "workshop": row.workshop,
        "live_revision": device_revision(row),
        "device_key": token_hmac(row.device_hmac, purpose="workshop-device-store")[:20],
        "area_url": reverse(GROUP_PAGE),  # where the forms of an area end, which survive a lost line
        "agree_url": reverse("workshops_public:group_agree"),
        "undo_agree_url": reverse("workshops_public:group_undo_agree"),
        "form": BallotForm.of(row, language=language),
        **_verdict_urls(),
    }
    return page(request, "workshops/group.html", context | extra, status)


def _verdict_urls() -> Mapping[str, str]:
    return {
        "verdict_url": reverse("workshops_public:group_verdict"),
        "withdraw_url": reverse("workshops_public:group_verdict_withdraw"),
    }


def _verdict_answer(request: HttpRequest, row: Group, language: str, read: PostedVerdict, done: str) -> HttpResponse:
    if asked_by_script(request):
        return verdict_part(request, row, read, _verdict_urls(), language)
    if read.errors:
        return _group_page(request, row, language, typed=read.typed, errors=read.errors, status=read.status)
    messages.success(request, translate(done, language))
    return redirect(reverse(GROUP_PAGE) + f"#{read.typed['target']}")


def _post_remaining(
    request: HttpRequest, row: Group, language: str, verb: Callable[..., int], done: str
) -> HttpResponse:
    category = request.POST.get("category", "")
    try:
        count = verb(group=row, category=category)
    except ValidationError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _group_page(request, row, language, refused=error_messages(error, language), status=status)
    messages.success(request, translate(done, language, n=count))
    return redirect(reverse(GROUP_PAGE) + f"?area={category}#category-{category}")
