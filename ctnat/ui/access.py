"""Decorators of views that no assessment owns. Apps above it import them from `assessments.access`.

`assessments.access` holds the table of roles and the decorator for everything under `a/<reference>/`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]  # a download is none of Django's HttpResponse


def asks_by_itself(view: View) -> View:
    """For requests that an open page sends by itself: they do not keep a person signed in. The outermost decorator."""
    view.asks_by_itself = True  # type: ignore[attr-defined]
    return view


def for_readers(view: View) -> View:
    """For what is shown or handed to people outside the team: no names, whoever opens it, and agencies as is set."""
    view.for_readers = True  # type: ignore[attr-defined]
    return view


def as_read(request: HttpRequest, html: str) -> str:
    """A page as its reader may see it, for a file that is made of it: without what is withheld on pages. What that is,
    `interviews.middleware` knows; nothing outside of an assessment."""
    read: Callable[[str], str] = getattr(request, "as_read", str)
    return read(html)


def in_english(view: View) -> View:
    """For files and replies to programs: their words are English, whatever language the member's pages have."""
    view.in_english = True  # type: ignore[attr-defined]
    return view


def for_members(view: View) -> View:
    """For a public page that is part of the members' site: in the language of the account or the browser."""
    view.for_members = True  # type: ignore[attr-defined]
    return view


def lists_members(view: View) -> View:
    """For pages on which members are named, who may have been interviewed too."""
    view.lists_members = True  # type: ignore[attr-defined]
    return view


def withholds_names(view: View) -> View:
    """For a page that withholds names itself, because some of those on it are of people whom the member may see."""
    view.withholds_names = True  # type: ignore[attr-defined]
    return view


def without_members(view: View) -> View:
    """For public pages at which no session, account or message is looked at (`ctnat.middleware.without_members`).

    They check by themselves what is posted: the token against forged posts belongs to a session.
    """
    view.without_members = True  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """For pages outside an assessment that any signed-in user may see."""
    guarded: Any = login_required(view)
    guarded.access = "signed_in"
    return cast(View, guarded)


def editors_only(view: View) -> View:
    """For pages outside an assessment that change what several assessments share."""

    @wraps(view)
    @login_required
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_editor:
            raise PermissionDenied("Only leads and staff can do this.")
        return view(request, *args, **kwargs)

    guarded.access = "editors"  # type: ignore[attr-defined]
    return guarded


def staff_only(view: View) -> View:
    """For pages of site administrators."""

    @wraps(view)
    @login_required
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise PermissionDenied("Only those who administer this site may see this.")
        return view(request, *args, **kwargs)

    guarded.access = "staff"  # type: ignore[attr-defined]
    return guarded


def public(view: View) -> View:
    """For pages without sign-in: the secret in the link, if there is one, is the right."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.access = "public"  # type: ignore[attr-defined]
    return guarded
