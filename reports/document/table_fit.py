"""Fitting a table on a printed page without breaking words: its size, and whether its page is turned.

Widths are those of the widest word of each column, because nothing has been laid out yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ctnat.ui.fonts import width
from reports.breaking import words_of

PORTRAIT, LANDSCAPE = 464.0, 711.0  # pt: width of the text on an A4 page of report_pdf.css
PADDING = 7.0  # pt: on both sides of a cell
SIZES = (("", 7.4, PORTRAIT), ("fit-small", 6.2, PORTRAIT), ("fit-turned", 7.4, LANDSCAPE))
SMALLEST = ("fit-turned fit-small", 6.2, LANDSCAPE)
TOO_WIDE = "fit-turned fit-broken"


@dataclass(frozen=True)
class Fit:
    """`css`: classes of the table's box. `fits` is False where words must be broken even on a turned page."""

    css: str
    fits: bool = True


def fit_table(rows: Sequence[Sequence[object]]) -> Fit:
    """`rows` with the head first; all cells as text."""
    columns = max((len(row) for row in rows), default=0)
    widest = [
        max((width(word) for row in rows if column < len(row) for word in words_of(str(row[column]))), default=1)
        for column in range(columns)
    ]
    for css, size, room in (*SIZES, SMALLEST):
        if sum(word * size + PADDING for word in widest) <= room:
            return Fit(css)
    return Fit(TOO_WIDE, fits=False)
