"""Texts of the analysis in the languages of reports; from locale/*/public.po."""

from django.utils.translation import gettext_lazy

from analysis.disclosure import HIDDEN, SafeTable
from assessments.models import Assessment
from assessments.public_texts import catalogue_texts, put_on_sheet
from ctnat.ui.words import Words

WORDS = Words("analysis")
translate = WORDS.translate

put_on_sheet(
    "report",
    20,
    lambda: catalogue_texts("report", "analysis", lambda key: gettext_lazy("Charts and tables of the analysis")),
)


def chart_languages(assessment: Assessment) -> list[str]:
    """English, and those of the assessment."""
    return list(dict.fromkeys(["en", *assessment.languages]))


def table_note(table: SafeTable, language: str) -> str:
    """The note under a table that `analysis.disclosure` has protected; empty where all of it is shown."""
    if table.withheld:
        return translate("withheld_note", language)
    return translate("hidden_note", language, sign=HIDDEN, k=table.k) if table.hidden else ""
