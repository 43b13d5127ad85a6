"""Withholds names of respondents on every page from those who may not see them, and in what is made for readers.

This applies to all pages under `a/<reference>/`, also those that are added later. `interviews.names.withhold` does the
same for single texts, where a text is shortened before it reaches the page. Views that are called before this
middleware (`ctnat.middleware.without_members`) have it as their decorator.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from interviews.names import finder_for, may_name_agencies, withhold, withhold_in_html

CLEARED = ("text/html", "image/svg+xml")
# On pages that need these rights, the names of those invited are the content itself.
SHOW_THE_INVITED = frozenset({"contacts.view", "contacts.edit", "survey.manage"})


def withhold_names(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(get_response)
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assessment = getattr(request, "assessment", None)
        view: Any = request.resolver_match.func if request.resolver_match else None
        readers = getattr(view, "for_readers", False)
        if assessment is None or (_may_see(request, view) and not readers):
            return response
        finder = finder_for(assessment)
        if named := response.headers.get("Content-Disposition"):
            response.headers["Content-Disposition"] = withhold(named, finder)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith(CLEARED):
            agencies = readers and not may_name_agencies(assessment)
            charset = response.charset or "utf-8"
            html = response.content.decode(charset)
            if (clear := withhold_in_html(html, finder, agencies)) != html:
                response.content = clear.encode(charset)
        return response

    return middleware


def _may_see(request: HttpRequest, view: Any) -> bool:
    may: frozenset[str] = getattr(request, "may", frozenset())
    by_itself = getattr(view, "lists_members", False) or getattr(view, "withholds_names", False)
    shows = by_itself or getattr(view, "access", "") in SHOW_THE_INVITED
    return "interviews.names" in may or shows
