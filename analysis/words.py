"""Texts of the analysis in the languages of reports; read once from words.yaml."""

from pathlib import Path

from analysis.disclosure import HIDDEN, SafeTable
from ctnat.ui.words import Words

WORDS = Words(Path(__file__).parent / "words.yaml")
translate = WORDS.translate


def table_note(table: SafeTable, language: str) -> str:
    """The note under a table that `analysis.disclosure` has protected; empty where all of it is shown."""
    if table.withheld:
        return translate("withheld_note", language)
    return translate("hidden_note", language, sign=HIDDEN, k=table.k) if table.hidden else ""
