"""Before a view is called: expired sign-ins, required second factors, and the language of a member.

Public views are skipped: pages of respondents never read a session, and choose their language themselves.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from assessments.archiving import ArchivedError
from assessments.demonstration import NOT_ADMITTED, demonstration_refused, is_demonstration_account
from assessments.lockout import make_known
from assessments.models import Membership
from assessments.second_factor import ask_for_second_factor, passed_second_factor
from assessments.sessions import follow_new_key, note_use, seconds_left
from assessments.this_site import this_site
from ctnat.translation.languages import interface_languages, preferred_language
from ctnat.ui.errors import in_one_line

LIBRARY = "/instruments/"
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
        if demonstration_refused() and is_demonstration_account(request.user):
            logout(request)
            messages.error(request, NOT_ADMITTED)
            return None
        if seconds_left(request.session) <= 0:
            logout(request)
            messages.info(request, ENDED.format(minutes=settings.SESSION_IDLE_MINUTES))
            return None  # the view redirects to the sign-in page, and from there back
        request.signed_in_with = request.session.session_key  # type: ignore[attr-defined]
        request.asks_by_itself = getattr(view, "asks_by_itself", False)  # type: ignore[attr-defined]
        if not request.asks_by_itself:  # type: ignore[attr-defined]
            note_use(request.session)
        if settings.REQUIRE_SECOND_FACTOR and access != "account" and not passed_second_factor(request):
            return ask_for_second_factor(request, "This site asks everyone for a second factor.")
        return None


def lead_into_assessment(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Redirect old addresses of instruments with `?in=<reference>`, from mails and bookmarks, to the page inside the
    assessment. Who is no member of it gets the page of the library."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        reference = request.GET.get("in", "") if request.path.startswith(LIBRARY) else ""
        user = request.user
        if not reference or request.method not in {"GET", "HEAD"} or not user.is_authenticated:
            return get_response(request)
        if not Membership.objects.for_user(user).filter(assessment__reference=reference[:40]).exists():
            return get_response(request)
        rest = request.GET.copy()
        del rest["in"]
        page = reverse("tool:instrument_list", args=[reference]) + request.path.removeprefix(LIBRARY)
        return HttpResponseRedirect(f"{page}?{rest.urlencode()}" if rest else page)

    return middleware


class ArchiveMiddleware:
    """The answer to a change of an assessment in the archive, where no form of the page shows why it was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, ArchivedError):
            return None
        text = in_one_line(exception)
        if request.headers.get("HX-Request") or "json" in request.headers.get("Content-Type", ""):
            return HttpResponse(text, status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, text)
        return redirect(getattr(request, "assessment", "/"))


class MemberLanguageMiddleware:
    """Show a member's pages in the language chosen in the account, otherwise in the browser's; files in English.

    Languages are those with a catalogue that is nearly complete, so that no page runs from right to left in English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # What a view activates ends with its request.
        with translation.override(settings.LANGUAGE_CODE), timezone.override(this_site().zone):
            response = self.get_response(request)
        if language := getattr(request, "member_language", None):
            response.headers.setdefault("Content-Language", language)
            if request.language_is_of_browser:  # type: ignore[attr-defined]
                patch_vary_headers(response, ["Accept-Language"])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        if getattr(view, "in_english", False):
            return
        if getattr(view, "access", "account") == "public" and not getattr(view, "for_members", False):
            return
        own = request.user.language if request.user.is_authenticated else ""
        chosen = own if own in interface_languages() else ""
        header = request.headers.get("Accept-Language", "")
        language = chosen or preferred_language(header, interface_languages()) or this_site().page_language
        request.member_language, request.language_is_of_browser = language, not chosen  # type: ignore[attr-defined]
        translation.activate(language)
