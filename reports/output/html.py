"""`ReportData` as one HTML file: for reading on a screen (`html`) or for WeasyPrint to lay out (`pdf`).

The file needs nothing else: styles are inside, charts are inline SVG, there is no script.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Literal
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string

from reports.document.builder import ReportData
from reports.document.traces import traced_lines, untraced
from reports.output.pdf import PICTURE
from reports.words import as_shown

Medium = Literal["html", "pdf"]
STYLES = settings.BASE_DIR / "static" / "css"
PRINT_STYLES = settings.BASE_DIR / "reports" / "output" / "styles"  # no static files: only the PDF knows their fonts
NOTE_CALL = re.compile(r'<sup class="note-call" data-note="([0-9]+)" data-call="([0-9]+)"([^>]*)></sup>')
COMMENT = re.compile(r"/\*.*?\*/", re.S)
VARIABLE = re.compile(r"(--[a-z-]+):\s*([^;]+);")
FACT = re.compile(r'<span class="fact">([^<]*)</span>')
SOURCE_ENTRY = re.compile(r'<li id="(source-[A-Za-z]+-[0-9]+)"')
CITATION = re.compile(r'<a class="cite" href="#(source-[A-Za-z]+-[0-9]+)">([^<]*)</a>')
DRAWING = re.compile(
    r'<svg class="(bar|shade)" (viewBox="[^"]*"(?: preserveAspectRatio="none")?)'
    r' aria-hidden="true" focusable="false">(.*?)</svg>'
)
KEY = re.compile(r'<p class="chart-key" aria-hidden="true">([^<:]*)(.*?)</p>(.*?</thead>)', re.S)
COLOUR = re.compile(r'fill="#([0-9a-f]{6})"')
TONE = re.compile(r'<th scope="col" class="num tone-([0-9a-f]{6})">')
SCREEN_ONLY = re.compile(r'<(caption|span) class="visually-hidden">[^<]*</\1>')
SCROLLED = re.compile(r'<div class="chart-scroll"[^>]*>(.*?</table>)</div>', re.S)


def render(
    data: ReportData,
    medium: Medium = "html",
    *,
    bar: str = "",
    sheets: Sequence[str] = (),
    scripts: Sequence[str] = (),
) -> str:
    """The whole document. On a page of the site `sheets` and `scripts` are the addresses of its styles and scripts, and
    `bar` is shown on top. For the PDF it says from which lines of a section its paragraphs come, and of which
    blocks its figures and tables are."""
    html = render_to_string(
        "reports/document/document.html",
        {
            "data": data,
            "t": as_shown(data.words, data.language),
            "medium": medium,
            "css": "" if sheets else styles(medium),
            "sheets": sheets,
            "scripts": scripts,
            "bar": bar,
            "emblem": emblem(data.cells),
            "description": describe(data),
        },
    )
    placed = _keep_whole_links(untraced(place_notes(html, data, medium), with_places=medium == "pdf"))
    return for_print(placed) if medium == "pdf" else placed


@cache
def styles(medium: Medium) -> str:
    paths = [(PRINT_STYLES if name == "report_pdf.css" else STYLES) / name for name in sheet_names(medium)]
    css = COMMENT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in paths))
    if medium == "html":
        return css
    # WeasyPrint would copy every variable to every element: for print they are replaced by their values.
    values = dict(VARIABLE.findall(css))
    return re.sub(r"var\((--[a-z-]+)\)", lambda found: values[found[1]], VARIABLE.sub("", css))


def sheet_names(medium: Medium) -> list[str]:
    return ["report_document.css", f"report_{medium}.css"]


@dataclass(frozen=True)
class Square:
    """One cell of the matrix on the cover."""

    x: int
    y: int
    state: str
    fill: str
    opacity: str


FILLS = {"in_place": ("#ffffff", "0.5"), "potential_improvement": ("#9fd8a0", "1"), "not_assessed": ("#ffffff", "0.14")}


def emblem(cells: Sequence[Sequence[str]]) -> dict[str, object]:
    """The cover's drawing: one block per category, one row per criterion, one square per cell."""
    squares = [
        Square(block * 30 + place % 4 * 5, place // 4 * 5, state, *FILLS[state])
        for block, states in enumerate(cells)
        for place, state in enumerate(states)
    ]
    return {"squares": squares, "width": max(1, len(cells) * 30 - 11)}


def describe(data: ReportData) -> str:
    return f"{data.title}. {data.country}, {data.reference}. {data.period}."


def place_notes(html: str, data: ReportData, medium: Medium) -> str:
    """Footnotes are at the foot of the page in print; on a screen a number leads to the notes' list and back.

    A note that is called again is not printed again: the later call repeats its number and leads to it.
    """

    def call(found: re.Match[str]) -> str:
        number, times = int(found[1]), int(found[2])
        if medium == "pdf" and times == 1:
            lines = traced_lines(found[3])
            return f'<span class="footnote" id="note-{number}"{lines}>{data.notes[number - 1]}</span>'
        if medium == "pdf":
            return f'<a class="note-again" href="#note-{number}">{number}</a>'
        label = escape(f"{data.words['notes']} {number}")
        anchor = f"call-{number}" if times == 1 else f"call-{number}-{times}"
        link = f'<a id="{anchor}" href="#note-{number}" aria-label="{label}">{number}</a>'
        return f'<sup class="note-call">{link}</sup>'

    return NOTE_CALL.sub(call, html)


def _keep_whole_links(html: str) -> str:
    """Citations are links only where the bibliography is in the document: it may be hidden."""
    there = set(SOURCE_ENTRY.findall(html))
    return CITATION.sub(lambda found: found[0] if found[1] in there else found[2], html)


def for_print(html: str) -> str:
    """Bars repeat the numbers in their row: in the PDF they are backgrounds, which are tagged as artifacts.

    Every element costs 10 kB while pages are laid out. Those without meaning on paper are removed; a drawing becomes an
    image, whose parts need no style, and equal drawings are kept once.
    """

    def picture(found: re.Match[str]) -> str:
        drawing = quote(f'<svg xmlns="http://www.w3.org/2000/svg" {found[2]}>{found[3]}</svg>')
        return f'<i class="{found[1]}" style="background-image: url({PICTURE}{drawing})"></i>'

    html = SCROLLED.sub(r"\1", SCREEN_ONLY.sub("", FACT.sub(r"\1", html)))
    html = DRAWING.sub(picture, KEY.sub(_key_in_heads, html))
    tones = sorted(set(TONE.findall(html)))
    rules = "".join(f".tone-{tone} {{ border-top: 2.4pt solid #{tone}; }}\n" for tone in tones)
    return html.replace("</style>", f"{rules}</style>", 1)


def _key_in_heads(found: re.Match[str]) -> str:
    """A chart's key repeats the heads of its columns: on paper the colours are in the heads, and the key is removed."""
    unit, key, head = found.groups()
    colours = iter(COLOUR.findall(key))

    def paint(cell: re.Match[str]) -> str:
        colour = next(colours, None)  # the column of bases has none
        return f'<th scope="col" class="num tone-{colour}">' if colour else cell[0]

    head = head.replace('class="chart-unit">', f'class="chart-unit">{unit}', 1)
    return re.sub(r'<th scope="col" class="num">', paint, head)


def place_section_notes(html: str, notes: Sequence[str]) -> str:
    """One section alone, for its preview: the notes are below it."""
    html = NOTE_CALL.sub(lambda found: f"<sup>{found[1]}</sup>", html)
    listed = "".join(f"<li>{note}</li>" for note in notes)
    return f'{html}<ol class="preview-notes">{listed}</ol>' if notes else html
