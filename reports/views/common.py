"""Shared by the report's pages: finding a row of the assessment, and rendering a template with it."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from assessments.models import Assessment
from assessments.requests import MemberRequest
from reports.models import Build, Edition, Report, Section


def find_report(assessment: Assessment) -> Report:
    """The assessment's report, or 404. It brings its assessment with it."""
    report = get_object_or_404(Report, assessment=assessment)
    report.assessment = assessment
    return report


def find_section(assessment: Assessment, key: str) -> Section:
    section = get_object_or_404(
        Section.objects.select_related("report", "parent"), report__assessment=assessment, key=key
    )
    section.report.assessment = assessment
    return section


def find_build(assessment: Assessment, pk: int) -> Build:
    return get_object_or_404(Build.objects.for_assessment(assessment), pk=pk)


def find_edition(assessment: Assessment, number: int) -> Edition:
    found = Edition.objects.for_assessment(assessment).with_files().select_related("report__assessment")
    return get_object_or_404(found, number=number)


def posted(request: MemberRequest) -> QueryDict | None:
    """The data to bind a form to: also for a post without any field."""
    return request.POST if request.method == "POST" else None


def page(request: MemberRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"reports/{name}.html", {"assessment": request.assessment, **context}, status=status)
