"""Downloads: a chart as PNG, SVG or CSV."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from analysis import gallery
from analysis.charts import figure, html
from analysis.results import for_assessment
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.cells import csv_bytes

TYPES = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}


@require_safe
@requires("analysis.view")
def chart_file(request: MemberRequest, assessment: Assessment, key: str, format: str) -> HttpResponse:
    """The numbers are those of the page, protected by `analysis.disclosure` where necessary."""
    if format not in TYPES:
        raise Http404("Charts are available as PNG, SVG or CSV.")
    try:
        results = for_assessment(assessment)
        chart = results.without_names(gallery.chart(results, key))  # whoever asks: files are passed on
    except gallery.UnknownChart as error:
        raise Http404(str(error)) from error
    if format == "csv":
        content = csv_bytes([[chart.title], *html.table(chart), [chart.base], [chart.note]])
    else:
        content = figure.export(chart, format)  # type: ignore[arg-type]
    response = HttpResponse(content, content_type=TYPES[format])
    name = f"{assessment.reference}-{chart.key}.{format}".replace("~", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
