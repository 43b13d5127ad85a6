"""The overview: how many of each kind there are."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from analysis.gallery.survey import no_groups
from analysis.results import for_assessment
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest


@require_safe
@requires("analysis.view")
def overview(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    survey = results.survey
    marked = sum(state != "not_assessed" for cells in results.matrix.values() for state in cells.values())
    return page(
        request,
        "overview",
        results,
        marked=marked,
        cells=4 * len(results.matrix),
        coded=sum(theme.mentions for theme in results.themes.counts),
        top_themes=[theme for theme in results.themes.counts if theme.interviews][:5],
        labels=dict(results.priorities.options),
        groups=[results.translate(f"profile_{profile}") for profile in survey.groups],
        no_groups=no_groups(results) if survey.released and not survey.groups else "",
        shown=survey.tables_shown,
        tables=survey.tables,
    )
