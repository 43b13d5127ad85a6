"""The formats of a report: one line each in `FORMATS`, its work in a module of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as N_

from ctnat.ui.stored import stored_text
from reports.document.builder import Progress, ReportData
from reports.models import Report, WordTemplate
from reports.output.errors import FormatUnavailable
from reports.output.html import render
from reports.output.pages import Pages
from reports.output.pdf import make_pdf
from reports.word.document import make_docx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LAYING_OUT = stored_text(N_("Laying out pages"))
NO_TEMPLATE = stored_text(
    N_(
        "The Word template of the report cannot be read. Remove it, or upload it again, on the page “Title and "
        "settings”."
    )
)
PAGE = stored_text(N_("Laying out page {number}"))


@dataclass(frozen=True)
class Format:
    """`make(data, identifier, progress)` gives the file's content; it may raise `FormatUnavailable`.

    `writing` is the part of the whole work, in per cent, that assembling the document takes. `templated`: the look is
    that of the report's template where it has one, which `make` gets as a fourth argument (bytes or None). `paged`:
    `make` gets as a fourth argument where to write which text is printed on which page (`Pages` or None).
    """

    name: str
    label: str
    content_type: str
    make: Callable[..., bytes]
    writing: int
    templated: bool = False
    paged: bool = False


def _html(data: ReportData, identifier: str, progress: Progress) -> bytes:
    return render(data, "html").encode()


def _pdf(data: ReportData, identifier: str, progress: Progress, pages: Pages | None) -> bytes:
    html = render(data, "pdf")
    progress(0, LAYING_OUT)
    # How many pages there will be is not known: a page counts for one per cent of what is left.
    return make_pdf(html, identifier, lambda page: progress(min(95, page), PAGE.format(number=page)), pages)


def _docx(data: ReportData, identifier: str, progress: Progress, template: bytes | None) -> bytes:
    return make_docx(data, identifier=identifier, template=template, progress=progress)[0]


def template_of(report: Report) -> bytes | None:
    """The template of the report's Word files. Raises `FormatUnavailable` where it cannot be read."""
    template = WordTemplate.objects.filter(report=report).first()
    if template is None:
        return None
    try:
        with template.file.open() as stream:
            return bytes(stream.read())
    except (OSError, ValueError):
        raise FormatUnavailable(NO_TEMPLATE) from None


def make_file(
    format: Format, report: Report, data: ReportData, identifier: str, progress: Progress, pages: Pages | None = None
) -> bytes:
    """The content of the report's file in a format. A format with pages writes into `pages` what is printed on which.

    It may raise `FormatUnavailable`.
    """
    if format.templated:
        return format.make(data, identifier, progress, template_of(report))
    if format.paged:
        return format.make(data, identifier, progress, pages)
    return format.make(data, identifier, progress)


FORMATS = {
    format.name: format
    for format in (
        Format("pdf", "PDF", "application/pdf", _pdf, writing=40, paged=True),
        Format("html", "HTML", "text/html; charset=utf-8", _html, writing=90),
        Format("docx", "DOCX", DOCX, _docx, writing=60, templated=True),
    )
}
