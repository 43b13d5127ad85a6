"""Joining: a device gives the code that the projector shows and is registered for a group. No account, no name."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments.access import public
from assessments.packs import words_for
from ctnat.ui.digits import ascii_digits, number_sent
from surveys.distribution import throttle
from workshops.models import Group, Workshop
from workshops.services.groups import join_group
from workshops.views.device_pages import COOKIE, find_device, join_page, keep_on_device, language_of, page
from workshops.words import GroupError

WRONG_CODES = 30  # from one address in a minute; all devices of a workshop may share one address
WRONG_CODES_SPAN = 60  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        typed = request.POST.get("code", "")
        try:
            workshop = _workshop_of(request, typed)
        except GroupError as refusal:
            return join_page(request, refusal, typed)
        return redirect("workshops_public:join_code", workshop.join_code)
    return join_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
def join_code(request: HttpRequest, code: str) -> HttpResponse:
    """The groups of the workshop with this code; a POST takes one of them for this device."""
    try:
        workshop = _workshop_of(request, code)
    except GroupError as refusal:
        return join_page(request, refusal, code)
    request.assessment = workshop.assessment  # type: ignore[attr-defined]  # its names are withheld
    with words_for(workshop.assessment):
        return _join(request, workshop)


def _join(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    mine = find_device(request)
    if mine and mine.workshop_id == workshop.pk:
        return redirect("workshops_public:group")
    fault = ""
    if request.method == "POST":
        try:
            token = join_group(group=_chosen_group(workshop, request.POST.get("group", "")))
        except GroupError as refusal:
            fault = refusal.in_language(language_of(request, workshop))
        else:
            return keep_on_device(redirect("workshops_public:group"), COOKIE, token)
    context = {"workshop": workshop, "groups": workshop.groups.all(), "fault": fault}
    return page(request, "workshops/join_code.html", context, 409 if fault else 200)


def _chosen_group(workshop: Workshop, chosen: str) -> Group:
    """Raises `GroupError` where the workshop has no such group."""
    found: Group | None = workshop.groups.filter(pk=number_sent(chosen, 17) or 0).first()
    if found is None:
        raise GroupError("choose_group")
    return found


def _workshop_of(request: HttpRequest, typed: str) -> Workshop:
    """The open workshop with this code. Raises `GroupError`; after many wrong codes with the advice to wait.

    The right code is always let in: all devices of a workshop share one address, and one of them that types wrong codes
    must not keep the others out. What protects the workshop is the code: with 32^6 of them and a hundred guesses a
    second, a day of guessing finds an open workshop with a probability below one in a hundred, and then it finds what
    every participant has on the screen.
    """
    code = "".join(letter for letter in ascii_digits(typed[:40]).upper() if letter.isalnum() and letter.isascii())
    guesses = f"workshop codes, minute {int(time.time() // WRONG_CODES_SPAN)}"  # in memory: no network is stored
    workshops = Workshop.objects.filter(join_code=code).select_related("assessment__study")
    found: Workshop | None = workshops.first() if code else None
    if found and found.is_open:
        return found
    if found:
        raise GroupError("closed_join")
    if throttle.counted(request, guesses) >= WRONG_CODES:
        raise GroupError("too_many")
    throttle.count(request, guesses)
    raise GroupError("wrong_code")
