"""Charts in templates: `{% draw chart %}`."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from analysis.charts import Chart, html

register = template.Library()
DOWNLOADS = ("png", "svg", "csv")


@register.simple_tag(takes_context=True)
def draw(context: template.Context, chart: Chart, heading: str = "h3") -> SafeString:
    """The chart as an accessible table with its downloads below."""
    assessment = context.get("assessment")
    controls = downloads(assessment.reference, chart) if assessment and not chart.is_empty else ""
    return mark_safe(html.render(chart, heading=heading, controls=controls))  # the renderer escapes every label


def downloads(reference: str, chart: Chart) -> SafeString:
    links = format_html_join(
        " ",
        '<a href="{}" download>{}<span class="visually-hidden"> of {}</span></a>',
        (
            (reverse("analysis:chart_file", args=[reference, chart.key, kind]), kind.upper(), chart.title)
            for kind in DOWNLOADS
        ),
    )
    return format_html('<p class="chart-files no-print">{} {}</p>', "Download", links)
