"""The shared context of all pages of the analysis."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from analysis.results import Results
from assessments.requests import MemberRequest


def page(request: MemberRequest, name: str, results: Results, **context: Any) -> HttpResponse:
    """The page `name` with the assessment, its results and what the reader may see."""
    shared = {"assessment": results.assessment, "results": results, "page": name, "may": request.may}
    return render(request, f"analysis/{name}.html", shared | context)
