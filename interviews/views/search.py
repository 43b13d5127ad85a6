"""Full-text search across the notes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.sealed_words import sought_words, to_results, typed_words
from ctnat.ui.pages import page_of
from interviews.names import reading
from interviews.search import hits_of, search_notes
from interviews.views.interviews import guide_sections

MOST_WORDS = 200  # characters


@require_http_methods(["GET", "HEAD", "POST"])
@requires("interviews.view")
def search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Full-text search across the notes; its words stay out of the address."""
    if (typed := typed_words(request, "q", MOST_WORDS)) is not None:
        sent = request.POST if request.method == "POST" else request.GET
        return to_results(request, typed, section=sent.get("section", "")[:20])
    query, section = sought_words(request), request.GET.get("section", "")
    sections = guide_sections(assessment)
    read = reading(assessment, request.may)
    found = search_notes(assessment, query, section=section if section in dict(sections) else "", read=read)
    shown = page_of(request, found)
    shown.object_list = hits_of(assessment, query, shown)
    context = {
        "assessment": assessment,
        "query": query,
        "chosen": section,
        "sections": sections,
        "page": shown,
        "interviews": len({note.interview for note in found}),
        "here": "search",
    }
    return render(request, "interviews/search.html", context)
