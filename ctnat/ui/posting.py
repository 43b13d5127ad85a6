"""Addresses that take a posted form and show the page again where it cannot be accepted."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]


def posted_from(page: str, *, without: str = "") -> Callable[[View], View]:
    """Only POST is answered. A GET (restored tab, back button, link to another language) leads to `page`.

    `page` is the name of an address with the same arguments, or with all but the one named `without`. Of the query only
    the language is kept. The decorator goes below the one of access.
    """

    def decorate(view: View) -> View:
        only_post = require_http_methods(["POST"])(view)

        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in ("GET", "HEAD"):
                return only_post(request, *args, **kwargs)
            language = request.GET.get("lang", "")[:20]
            query = f"?{urlencode({'lang': language})}" if language else ""
            here = request.resolver_match.kwargs if request.resolver_match else kwargs
            there = {name: value for name, value in here.items() if name != without}
            return redirect(reverse(page, kwargs=there) + query)

        return answered

    return decorate
