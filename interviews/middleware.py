"""Withholds names of respondents on every page from those who may not see them, and in what is made for readers.

This applies to all pages under `a/<reference>/`, also those that are added later. A view that makes a file of a page
makes it of `ctnat.ui.access.as_read(request, html)`: in the file its words are not found. `interviews.names.withhold`
does the same for single texts, where a text is shortened before it reaches the page. Views that are called before this
middleware (`ctnat.middleware.without_members`) have it as their decorator.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from assessments.names import NameFinder
from interviews.names import finder_for, may_name_agencies, withhold, withhold_in_html

CLEARED = ("text/html", "image/svg+xml")
# On pages that need these rights, the names of those invited are the content itself.
SHOW_THE_INVITED = frozenset({"contacts.view", "contacts.edit", "survey.manage"})


def withhold_names(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(get_response)
    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.as_read = partial(_as_read, request)  # type: ignore[attr-defined]
        response = get_response(request)
        finder = _finder_of(request)
        if finder is None:
            return response
        if named := response.headers.get("Content-Disposition"):
            response.headers["Content-Disposition"] = withhold(named, finder)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith(CLEARED):
            charset = response.charset or "utf-8"
            html = response.content.decode(charset)
            if (clear := _without(finder, request, html)) != html:
                response.content = clear.encode(charset)
        return response

    return middleware


def _view_of(request: HttpRequest) -> Any:
    return request.resolver_match.func if request.resolver_match else None


def _finder_of(request: HttpRequest) -> NameFinder | None:
    """The names that the answer to a request may not say; None where it may say all."""
    assessment, view = getattr(request, "assessment", None), _view_of(request)
    if assessment is None or (_may_see(request, view) and not getattr(view, "for_readers", False)):
        return None
    return finder_for(assessment)


def _as_read(request: HttpRequest, html: str) -> str:
    """A page without the names that the answer to a request may not say."""
    finder = _finder_of(request)
    return html if finder is None else _without(finder, request, html)


def _without(finder: NameFinder, request: HttpRequest, html: str) -> str:
    readers = getattr(_view_of(request), "for_readers", False)
    return withhold_in_html(html, finder, readers and not may_name_agencies(request.assessment))  # type: ignore[attr-defined]


def _may_see(request: HttpRequest, view: Any) -> bool:
    may: frozenset[str] = getattr(request, "may", frozenset())
    by_itself = getattr(view, "lists_members", False) or getattr(view, "withholds_names", False)
    shows = by_itself or getattr(view, "access", "") in SHOW_THE_INVITED
    return "interviews.names" in may or shows
