"""`ReportData` as one HTML file: for reading on a screen (`html`) or for WeasyPrint to lay out (`pdf`).

The file needs nothing else: styles are inside, charts are inline SVG, there is no script.
"""

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.template.loader import render_to_string

from reports.builder import ReportData

Medium = Literal["html", "pdf"]
STYLES = settings.BASE_DIR / "static" / "css"
NOTE_CALL = re.compile(r'<sup class="note-call" data-note="([0-9]+)"></sup>')
DRAWING = re.compile(r'(<svg class="(?:bar|swatch|shade)"[^>]*?) aria-hidden="true" focusable="false">')


def render(data: ReportData, medium: Medium = "html") -> str:
    """The whole document."""
    html = render_to_string(
        "reports/document/document.html",
        {"data": data, "t": data.words, "medium": medium, "css": styles(medium), "description": describe(data)},
    )
    html = place_notes(html, data, medium)
    return _name_drawings(html) if medium == "pdf" else html


@cache
def styles(medium: Medium) -> str:
    names = ["report_document.css", "charts.css", f"report_{medium}.css"]
    return "\n".join(_read(STYLES / name) for name in names)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def describe(data: ReportData) -> str:
    return f"{data.title}. {data.country}, {data.reference}. {data.period}."


def place_notes(html: str, data: ReportData, medium: Medium) -> str:
    """Footnotes stand at the foot of the page in print; on a screen a number leads to the notes' list and back."""

    def call(found: re.Match[str]) -> str:
        number = int(found[1])
        if medium == "pdf":
            return f'<span class="footnote">{data.notes[number - 1]}</span>'
        label = escape(f"{data.words['notes']} {number}")
        link = f'<a id="call-{number}" href="#note-{number}" aria-label="{label}">{number}</a>'
        return f'<sup class="note-call">{link}</sup>'

    return NOTE_CALL.sub(call, html)


def _name_drawings(html: str) -> str:
    """A tagged PDF wants an alternative text for every drawing; the numbers stand as text in the same row."""
    return DRAWING.sub(r"\1><title>Bar of the numbers in this row</title>", html)
