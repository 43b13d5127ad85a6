"""Requests refused before any view is called, pages for which no member is looked up, and the headers of responses."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

MOST_QUERY_CHARACTERS = 8000
# Where the addresses of views begin that are marked `without_members`: only these are looked up before the sessions.
WITHOUT_MEMBERS = ("/s/", "/v/", "/healthz", "/w/group/state/")


def reject_unreadable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """400 for an address with a NUL character, which no database text can hold, and for an endless query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or len(query) > MOST_QUERY_CHARACTERS or "\0" in unquote_plus(query):
            raise BadRequest("The address cannot be read.")
        return get_response(request)

    return middleware


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The site's policy, written once: to build it took as long as Django takes for a whole small request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_own = (
            settings.DEBUG or hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        )
        if has_own:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        return response


def without_members(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Call the views that are marked `without_members` before sessions, accounts and messages are looked at.

    They ask for no account and set no cookie. Of a page that is ready in memory, the rest would be most of the work.
    No language is activated before, so they begin in that of the settings.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(WITHOUT_MEMBERS):
            return get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        view: Any = match.func
        if not getattr(view, "without_members", False):
            return get_response(request)
        request.resolver_match = match
        response: HttpResponseBase = view(request, *match.args, **match.kwargs)
        return response

    return middleware


def keep_out_of_caches(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Store no page of a signed-in person, so that the next person at the same machine cannot go back to it.

    Only where the session was used, which pages of respondents never do. A view cannot allow storing by its own header.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session: Any = getattr(request, "session", None)
        if session is not None and session.accessed and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware
