"""Requests refused before any view is called, and responses that no browser or proxy may store."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

MOST_QUERY_CHARACTERS = 8000


def reject_unreadable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """400 for an address with a NUL character, which no database text can hold, and for an endless query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or len(query) > MOST_QUERY_CHARACTERS or "\0" in unquote_plus(query):
            raise BadRequest("The address cannot be read.")
        return get_response(request)

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
