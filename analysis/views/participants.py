"""Who was interviewed and who answered the survey."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from analysis import gallery
from analysis.results import Results, for_assessment
from analysis.statistics.profiles import PROFILES
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of


@require_safe
@requires("analysis.view")
def participants(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    found = results.interviews
    sectors = [(found.sector_label(sector), who, found.sexes_in(sector)) for sector, who in found.by_sector.items()]
    rows = results.interviews.frames.interviews.to_dict("records") if "interviews.view" in request.may else []
    for row in rows:
        row["sector_label"] = results.interviews.sector_label(row["sector"])
    keys = ["participants-sex", "participants-sector", *(["entities"] if any(results.interviews.by_entity) else [])]
    profiles = [f"profile-{name}" for name in (*PROFILES, "experience") if results.survey.profile(name)]
    return page(
        request,
        "participants",
        results,
        sectors=sectors,
        rows=page_of(request, rows),
        interview_charts=[gallery.chart(results, key) for key in keys],
        survey_charts=[gallery.chart(results, key) for key in profiles] if results.survey.released else [],
        languages=_languages(results),
    )


def _languages(results: Results) -> list[tuple[str, int]]:
    """(language, responses), those of few respondents joined."""
    found = results.survey.languages
    return [(language_name(code) if code else "others", count) for code, count in found.items()]
