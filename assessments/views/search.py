"""One search over pages, notes, documents and people of an assessment."""

import json

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.fields import cipher
from assessments.models import Assessment, User
from assessments.requests import MemberRequest
from assessments.search import MOST_WORDS, Search, run_search, search_groups
from ctnat.ui.access import withholds_names

SECONDS = 12 * 60 * 60  # for which an address of results leads to them


@require_http_methods(["GET", "HEAD", "POST"])
@withholds_names
@requires("assessment.view")
def search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Words are posted, and the address of their results holds them encrypted.

    People search for names. In an address these would stay in the history of the browser and in the logs of servers.
    Showing the results of the POST itself would make the browser ask to send the form again for each step back.
    """
    if request.method == "POST":
        words = " ".join(request.POST.get("words", "").replace("\x00", "").split())[:MOST_WORDS]
        kept = {"s": seal(words, request.user), "group": request.POST.get("group", "")[:20]} if words else {}
        query = urlencode({name: value for name, value in kept.items() if value})
        return redirect(f"{reverse('assessments:search', args=[assessment.reference])}?{query}".rstrip("?"))
    token, group = request.GET.get("s", ""), request.GET.get("group", "")
    words = unseal(token, request.user)
    if token and not words:
        messages.info(request, _("This search has ended. Type the words again."))
    if group not in {found.key for found in search_groups()}:
        group = ""
    sought = Search(assessment, words, user=request.user, may=request.may)
    found = run_search(sought, group=group)
    context = {
        "assessment": assessment,
        "words": words,
        "group": group,
        "groups": found,
        "count": sum(one.count for one in found),
        "is_cut": sought.is_cut,
    }
    return render(request, "assessments/search.html", context)


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
