"""Full-text search across the notes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.pages import page_of
from interviews.names import reading
from interviews.search import search_notes
from interviews.views.interviews import guide_sections


@require_safe
@requires("interviews.view")
def search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Full-text search across the notes."""
    query, section = request.GET.get("q", "")[:200], request.GET.get("section", "")
    sections = guide_sections(assessment)
    read = reading(assessment, request.may)
    hits = search_notes(assessment, query, section=section if section in dict(sections) else "", read=read)
    context = {
        "assessment": assessment,
        "query": query,
        "chosen": section,
        "sections": sections,
        "page": page_of(request, hits),
        "interviews": len({hit.answer.interview_id for hit in hits}),
        "here": "search",
    }
    return render(request, "interviews/search.html", context)
