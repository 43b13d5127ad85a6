"""Coverage: what was asked and of whom, and the limits of the data."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from analysis import gallery
from analysis.results import for_assessment
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest


@require_safe
@requires("analysis.view")
def coverage(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    titles = {criterion.name: str(criterion.text) for criterion in results.indicators.criteria}
    return page(
        request,
        "coverage",
        results,
        chart=gallery.chart(results, "sections"),
        sections=[(results.interviews.section_title(part.section), part) for part in results.interviews.sections],
        missing=[(code, titles[code]) for code in results.coverage.without_evidence],
    )
