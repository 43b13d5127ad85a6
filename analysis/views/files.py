"""A chart by itself in the languages of the assessment, and its downloads as PNG, SVG or CSV."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analysis import gallery
from analysis.charts import Chart, figure, html
from analysis.results import for_assessment
from analysis.views.rendering import page, page_language
from analysis.words import chart_languages
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.translation.languages import interface_languages
from ctnat.ui.access import in_english
from ctnat.ui.cells import csv_bytes
from ctnat.ui.languages import direction, own_name

TYPES = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}


def _chart(request: MemberRequest, assessment: Assessment, key: str, otherwise: str) -> tuple[Chart, str]:
    """The chart of the address, in the language that it asks for (`?language=ru`) or else in `otherwise`, and the
    language.
    """
    language = request.GET.get("language", otherwise)
    if language not in (*chart_languages(assessment), *interface_languages()):
        raise Http404(_("This assessment has no charts in that language."))
    try:
        results = for_assessment(assessment, language)
        return results.without_names(gallery.chart(results, key)), language  # whoever asks: files are passed on
    except gallery.UnknownChart as error:
        raise Http404(str(error)) from error


@require_safe
@requires("analysis.view")
def chart(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    found, language = _chart(request, assessment, key, page_language())
    offered = dict.fromkeys([*chart_languages(assessment), page_language()])
    return page(
        request,
        "chart",
        for_assessment(assessment, page_language()),
        chart=found,
        language=language,
        direction=direction(language),
        languages=[(code, own_name(code)) for code in offered],
    )


@in_english
@require_safe
@requires("analysis.view")
def chart_file(request: MemberRequest, assessment: Assessment, key: str, format: str) -> HttpResponse:
    """The numbers are those of the page, protected by `analysis.disclosure` where necessary."""
    if format not in TYPES:
        raise Http404(_("Charts are available as PNG, SVG or CSV."))
    found, language = _chart(request, assessment, key, "en")
    if format == "csv":
        content = csv_bytes([[found.title], *html.table(found), [found.base], [found.note]])
    else:
        content = figure.export(found, format, direction(language))  # type: ignore[arg-type]
    response = HttpResponse(content, content_type=TYPES[format])
    ending = format if language == "en" else f"{language}.{format}"
    name = f"{assessment.reference}-{found.key}.{ending}".replace("~", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
