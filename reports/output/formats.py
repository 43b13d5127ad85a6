"""The formats of a report: one line each in `FORMATS`, its work in a module of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as N_

from ctnat.ui.stored import stored_text
from reports.document.builder import Progress, ReportData
from reports.output.html import render
from reports.output.pdf import make_pdf

LAYING_OUT = stored_text(N_("Laying out pages"))
PAGE = stored_text(N_("Laying out page {number}"))


@dataclass(frozen=True)
class Format:
    """`make(data, identifier, progress)` gives the file's content; it may raise `FormatUnavailable`.

    `writing` is the part of the whole work, in per cent, that assembling the document takes.
    """

    name: str
    label: str
    content_type: str
    make: Callable[[ReportData, str, Progress], bytes]
    writing: int


def _html(data: ReportData, identifier: str, progress: Progress) -> bytes:
    return render(data, "html").encode()


def _pdf(data: ReportData, identifier: str, progress: Progress) -> bytes:
    html = render(data, "pdf")
    progress(0, LAYING_OUT)
    # How many pages there will be is not known: a page counts for one per cent of what is left.
    return make_pdf(html, identifier, on_page=lambda page: progress(min(95, page), PAGE.format(number=page)))


FORMATS = {
    format.name: format
    for format in (
        Format("pdf", "PDF", "application/pdf", _pdf, writing=40),
        Format("html", "HTML", "text/html; charset=utf-8", _html, writing=90),
    )
}
