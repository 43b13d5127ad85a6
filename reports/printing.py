"""Prints the documents of other apps with what prints the report."""

from assessments.printing import prints_html
from reports.output.pdf import make_pdf


@prints_html
def print_document(html: str) -> bytes:
    return make_pdf(html)
