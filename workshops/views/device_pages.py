"""A group's own device: its group, its language, and its pages.

It offers the languages of the workshop, and before it has joined all languages that the project has texts for.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from assessments.demonstration import band
from ctnat.translation.languages import preferred_language
from ctnat.ui.foreign import in_page
from ctnat.ui.formats import format_date
from ctnat.ui.languages import LANGUAGES, direction, own_name
from ctnat.ui.words import isolate
from workshops.models import Group, Workshop
from workshops.services.groups import device_hmacs
from workshops.words import WORDS, GroupError, translate, translate_all

COOKIE = "ctnat_group"
LANGUAGE_COOKIE = "ctnat_group_language"
COOKIE_AGE = 24 * 3600  # seconds: a workshop's day
STATUS = {"no_device": 403, "too_many": 429, "closed_join": 403, "wrong_code": 404}


def devices_of(request: HttpRequest) -> list[str]:
    """What may be stored of the token in the device's cookie."""
    token = request.COOKIES.get(COOKIE, "")
    return device_hmacs(token) if token and token.isascii() else []


def find_device(request: HttpRequest) -> Group | None:
    """The group of this device, by the token in its cookie."""
    devices = devices_of(request)
    if not devices:
        return None
    groups = Group.objects.with_ballots().filter(device_hmac__in=devices)
    return groups.select_related(
        "ballot", "workshop__assessment__questionnaire", "workshop__assessment__matrix", "workshop__assessment__study"
    ).first()


def language_of(request: HttpRequest, workshop: Workshop | None) -> str:
    """The language asked for, else the one chosen before on this device, else the browser's, else the room's: one of
    those offered."""
    languages = _languages(workshop)
    of_browser = preferred_language(request.headers.get("Accept-Language", ""), languages)
    asked = (request.GET.get("lang"), request.COOKIES.get(LANGUAGE_COOKIE), of_browser)
    of_room = workshop.room_language if workshop else languages[0]
    return next((str(language) for language in asked if language in languages), of_room)


def _languages(workshop: Workshop | None) -> list[str]:
    """Before a device has joined, those in which every word is there."""
    return workshop.languages if workshop else [code for code in LANGUAGES if code in WORDS.languages]


def page(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A page in the device's language that offers the others; the one asked for is kept on the device."""
    workshop = context.get("workshop")
    language = language_of(request, workshop)
    extra: dict[str, Any] = {
        "page_language": language,
        "languages": [(code, own_name(code)) for code in _languages(workshop)],
        "words": translate_all(language),
        "occasion": occasion(workshop, language) if workshop else "",
        "demonstration": band(workshop.assessment, language) if workshop else "",
    }
    with override(language):
        response = render(request, template, {**context, **extra}, status=status)
    response["Content-Language"] = language
    if request.GET.get("lang") == language:
        keep_on_device(response, LANGUAGE_COOKIE, language)
    return response


def occasion(workshop: Workshop, language: str) -> str:
    written = WORDS.language_of("workshop_of", language)
    when = translate("workshop_of", language, date=format_date(workshop.held_on, written))
    comma = "،" if direction(written) == "rtl" else ","
    text = f"{when}{comma} {isolate(workshop.place, when)}" if workshop.place else when
    return in_page(text, written, language)


def keep_on_device(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_AGE,
        path="/w/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def join_page(request: HttpRequest, refusal: GroupError | None = None, typed: str = "") -> HttpResponse:
    language = language_of(request, None)
    group = find_device(request) if refusal is None else None
    context = {
        "joined_as": translate("joined_as", language, group=group),
        "group": group,
        "fault": refusal.in_language(language) if refusal else "",
        "typed": typed[:40],
    }
    return page(request, "workshops/join.html", context, STATUS[refusal.key] if refusal else 200)
