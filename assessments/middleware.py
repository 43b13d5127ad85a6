"""Expired sign-ins and required second factors, checked before a view is called.

Public views are skipped: pages of respondents never read a session.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from assessments.lockout import make_known
from assessments.second_factor import ask_for_second_factor, passed_second_factor
from assessments.sessions import follow_new_key, note_use, seconds_left

ENDED = "You were signed out, because nothing was done for {minutes} minutes or a day has passed. Sign in again."


class SignInMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        before = getattr(request, "signed_in_with", None)
        if before and request.session.session_key not in (None, before) and request.user.is_authenticated:
            follow_new_key(request.session)
        if user := getattr(request, "known_for", None):
            make_known(request, response, user)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        access = getattr(view, "access", "account")
        if access == "public" or not request.user.is_authenticated:
            return None
        if seconds_left(request.session) <= 0:
            logout(request)
            messages.info(request, ENDED.format(minutes=settings.SESSION_IDLE_MINUTES))
            return None  # the view redirects to the sign-in page, and from there back
        request.signed_in_with = request.session.session_key  # type: ignore[attr-defined]
        if not getattr(view, "asks_by_itself", False):
            note_use(request.session)
        if settings.REQUIRE_SECOND_FACTOR and access != "account" and not passed_second_factor(request):
            return ask_for_second_factor(request, "This site asks everyone for a second factor.")
        return None
