"""One search over pages, notes, documents and people of an assessment."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.sealed_words import sought_words, to_results, typed_words
from assessments.search import MOST_WORDS, Search, run_search, search_groups
from ctnat.ui.access import withholds_names


@require_http_methods(["GET", "HEAD", "POST"])
@withholds_names
@requires("assessment.view")
def search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Words are posted, and the address of their results holds them encrypted (`assessments.sealed_words`)."""
    if request.method == "POST":
        typed = typed_words(request, "words", MOST_WORDS) or ""
        return to_results(request, typed, group=request.POST.get("group", "")[:20] if typed else "")
    words, group = sought_words(request), request.GET.get("group", "")
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
