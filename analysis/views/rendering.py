"""The shared context of all pages of the analysis."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from analysis.results import Results
from analysis.words import WORDS
from assessments.requests import MemberRequest


def page_language() -> str:
    """The language of the member's pages, in which charts and sentences are shown; English where texts are missing.

    Files have the language that is asked for, and the report has its own.
    """
    language = get_language() or "en"
    return language if language in WORDS.languages else "en"


def page(request: MemberRequest, name: str, results: Results, **context: Any) -> HttpResponse:
    """The page `name` with the assessment, its results and what the reader may see."""
    shared = {"assessment": results.assessment, "results": results, "page": name, "may": request.may}
    return render(request, f"analysis/{name}.html", shared | context)
