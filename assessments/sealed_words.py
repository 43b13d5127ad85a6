"""Words of a search that stay out of addresses.

People search for names. In an address these would stay in the history of the browser and in the logs of servers, so
words are posted, and the address of their results holds them encrypted. Showing the results of the POST itself would
make the browser ask to send the form again for each step back.
"""

import json

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from assessments.fields import cipher
from assessments.models import User
from assessments.requests import MemberRequest

SECONDS = 12 * 60 * 60  # for which an address of results leads to them


def seal(words: str, user: User) -> str:
    """The words as they are in an address: only this member can read them there."""
    return cipher().encrypt(json.dumps([user.pk, words]).encode()).decode()


def unseal(token: str, user: User) -> str:
    """ "" for an address that is too old, was changed, or belongs to another member."""
    try:
        owner, words = json.loads(cipher().decrypt(token.encode(), ttl=SECONDS))
    except (InvalidToken, UnicodeEncodeError):
        return ""
    return str(words) if owner == user.pk else ""


def typed_words(request: HttpRequest, name: str, most: int) -> str | None:
    """The words that were posted as `name`, or came in the address as those of an earlier version did; else None."""
    sent = request.POST if request.method == "POST" else request.GET
    return " ".join(sent[name].replace("\x00", "").split())[:most] if name in sent else None


def to_results(request: MemberRequest, words: str, **kept: str) -> HttpResponse:
    """A redirect to the page of the request with the sealed words, and what is `kept` of its choices."""
    query = {"s": seal(words, request.user), **kept} if words else kept
    return redirect(f"{request.path}?{urlencode({name: value for name, value in query.items() if value})}".rstrip("?"))


def sought_words(request: MemberRequest) -> str:
    """The words in the address. Where they cannot be read any more, a message says so."""
    token = request.GET.get("s", "")
    words = unseal(token, request.user)
    if token and not words:
        messages.info(request, _("This search has ended. Type the words again."))
    return words
