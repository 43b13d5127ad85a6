"""What is refused before any view sees it."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

MOST_QUERY_CHARACTERS = 8000


def refuse_unreadable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """400 for an address with a NUL character, which no database text can hold, and for an endless query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or len(query) > MOST_QUERY_CHARACTERS or "\0" in unquote_plus(query):
            raise BadRequest("The address cannot be read.")
        return get_response(request)

    return middleware
