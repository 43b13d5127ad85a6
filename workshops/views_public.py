"""A group's own device: joins with the code on the wall, votes, and says what it thinks. No account, no name."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import public
from assessments.tokens import token_hmac
from surveys.throttle import address_class
from workshops.forms import BallotForm, VerdictForm
from workshops.models import Group, Workshop
from workshops.services import cast_ballot, give_verdict, join_group
from workshops.services.voting import device_hmac
from workshops.targets import entry_of
from workshops.views import live_part
from workshops.voting_pages import agenda_context, said_of_ballot

COOKIE = "ctnat_group"
COOKIE_AGE = 24 * 3600  # seconds: a workshop's day
WRONG_CODES = 30  # from one address in a minute; a whole room may share one address
WRONG_CODES_SPAN = 60  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _enter(request, request.POST.get("code", ""))
    return render(request, "workshops/join.html", {"group": find_device(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
def join_code(request: HttpRequest, code: str) -> HttpResponse:
    """The groups of the workshop with this code; a POST takes one of them for this device."""
    workshop = _workshop_of(request, code)
    if isinstance(workshop, HttpResponse):
        return workshop
    mine = find_device(request)
    if mine and mine.workshop_id == workshop.pk:
        return redirect("workshops_public:group")
    fault = ""
    if request.method == "POST":
        chosen = request.POST.get("group", "")
        group = (
            workshop.groups.filter(pk=int(chosen)).first()
            if chosen.isascii() and chosen.isdigit() and len(chosen) < 18
            else None
        )
        try:
            if group is None:
                raise ValidationError("Choose your group from the list.")
            token = join_group(group=group)
        except ValidationError as error:
            fault = " ".join(error.messages)
        else:
            response = redirect("workshops_public:group")
            response.set_cookie(
                COOKIE,
                token,
                max_age=COOKIE_AGE,
                path="/w/",
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
            return response
    context = {"workshop": workshop, "groups": workshop.groups.all(), "fault": fault}
    return render(request, "workshops/join_code.html", context, status=409 if fault else 200)


@require_safe
@public
@never_cache
def group(request: HttpRequest) -> HttpResponse:
    row = find_device(request)
    return _group_page(request, row) if row else _not_joined(request)


@require_POST
@public
def group_ballot(request: HttpRequest) -> HttpResponse:
    row = find_device(request)
    if row is None:
        return _not_joined(request)
    form = BallotForm.of(row.workshop.assessment, getattr(row, "ballot", None), request.POST)
    if form.is_valid():
        try:
            ballot = cast_ballot(group=row, priorities=form.letters, other_text=form.cleaned_data["other_text"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said_of_ballot(ballot))
            return redirect("workshops_public:group")
    return _group_page(request, row, form=form, status=422)


@require_POST
@public
def group_verdict(request: HttpRequest) -> HttpResponse:
    """One verdict. Scripts ask for the one entry back; without them the whole page comes."""
    row = find_device(request)
    if row is None:
        return _not_joined(request)
    form, faults, verdict = VerdictForm(request.POST), [], None
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        verdict = give_verdict(group=row, **form.cleaned_data)
    except ValidationError as error:
        faults = error.messages
    typed = {name: request.POST.get(name, "") for name in ("target", "choice", "words")}
    status = 422 if faults else 200
    if request.headers.get("X-Requested-With") != "fetch":
        if not faults:
            messages.success(request, "Saved.")
            return redirect(reverse("workshops_public:group") + f"#{typed['target']}")
        return _group_page(request, row, typed=typed, faults=faults, status=422)
    context = {
        "entry": entry_of(row, typed["target"]),
        "verdict": verdict,
        "typed": typed,
        "faults": faults,
        "verdict_url": reverse("workshops_public:group_verdict"),
        "workshop": row.workshop,
        "group": row,
    }
    return render(request, "workshops/_verdict.html", context, status=status)


@require_safe
@public
def group_state(request: HttpRequest) -> HttpResponse:
    """Whether the workshop is open and what is counted for the group, as a part of the page."""
    row = find_device(request)
    if row is None:
        return HttpResponse(status=410)
    return live_part(request, row.workshop, "workshops/_group_state.html", lambda: {"group": row})


def find_device(request: HttpRequest) -> Group | None:
    """The group for which this device speaks, by the token in its cookie."""
    token = request.COOKIES.get(COOKIE, "")
    if not token or not token.isascii():
        return None
    groups = Group.objects.with_ballots().filter(device_hmac=device_hmac(token))
    return groups.select_related(
        "ballot", "workshop__assessment__questionnaire", "workshop__assessment__matrix", "workshop__assessment__study"
    ).first()


def _group_page(request: HttpRequest, row: Group, *, status: int = 200, **extra: Any) -> HttpResponse:
    form = extra.pop("form", None) or BallotForm.of(row.workshop.assessment, getattr(row, "ballot", None))
    context = agenda_context(row, reverse("workshops_public:group_verdict")) | extra
    return render(request, "workshops/group.html", context | {"workshop": row.workshop, "form": form}, status=status)


def _not_joined(request: HttpRequest) -> HttpResponse:
    fault = "This device does not speak for a group, or its place was given to another. Enter the code again."
    return render(request, "workshops/join.html", {"fault": fault}, status=403)


def _enter(request: HttpRequest, typed: str) -> HttpResponse:
    workshop = _workshop_of(request, typed)
    if isinstance(workshop, HttpResponse):
        return workshop
    return redirect("workshops_public:join_code", workshop.join_code)


def _workshop_of(request: HttpRequest, typed: str) -> Workshop | HttpResponse:
    """The open workshop with this code, or the page that says why not. Wrong codes are counted, so none is guessed."""
    code = "".join(letter for letter in typed[:40].upper() if letter.isalnum() and letter.isascii())
    key = token_hmac(address_class(request), purpose="workshop-codes")  # the address itself is not kept
    if cache.get(key, 0) >= WRONG_CODES:
        fault, status = "Too many wrong codes came from this network. Wait a minute, then try again.", 429
    else:
        workshop = Workshop.objects.filter(join_code=code).select_related("assessment__study").first() if code else None
        if workshop and workshop.is_open:
            return workshop
        if workshop:
            fault, status = "This workshop is closed. If you still want to vote, ask the facilitator to reopen it.", 403
        else:
            cache.set(key, cache.get(key, 0) + 1, WRONG_CODES_SPAN)
            fault, status = "No workshop has this code. Look at the projector and type the six letters again.", 404
    return render(request, "workshops/join.html", {"fault": fault, "typed": typed[:40]}, status=status)
