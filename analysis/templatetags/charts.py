"""Charts in templates: `{% draw chart %}`."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analysis.charts import Chart, html
from analysis.words import chart_languages
from assessments.models import Assessment
from ctnat.ui.templatetags.ui import interface_lang

register = template.Library()
DOWNLOADS = ("png", "svg", "csv")


@register.simple_tag(takes_context=True)
def draw(context: template.Context, chart: Chart, heading: str = "h3", language: str = "") -> SafeString:
    """The chart as an accessible table with its downloads below.

    Without a `language` the downloads are in English, and a link leads to its page in the assessment's other languages.
    """
    assessment = context.get("assessment")
    controls = downloads(assessment, chart, language) if assessment and not chart.is_empty else ""
    return mark_safe(html.render(chart, heading=heading, controls=controls))  # the renderer escapes every label


def downloads(assessment: Assessment, chart: Chart, language: str = "") -> SafeString:
    query = f"?language={language}" if language not in ("", "en") else ""
    files = [(kind, reverse("analysis:chart_file", args=[assessment.reference, chart.key, kind])) for kind in DOWNLOADS]
    links = format_html_join(
        " ",
        '<a href="{}{}" download>{}<span class="visually-hidden"> {}</span></a>',
        ((address, query, kind.upper(), _("of {title}").format(title=chart.title)) for kind, address in files),
    )
    others = ""
    if not language and (get_language() != "en" or len(chart_languages(assessment)) > 1):
        others = format_html(
            ' <a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            reverse("analysis:chart", args=[assessment.reference, chart.key]),
            _("Other languages"),
            _("for {title}").format(title=chart.title),
        )
    return format_html('<p class="chart-files no-print" {}>{} {}{}</p>', interface_lang(), _("Download"), links, others)
