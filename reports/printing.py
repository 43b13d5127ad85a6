"""Prints the minutes of workshops with what prints the report."""

from reports.output.pdf import make_pdf
from workshops.printing import prints_html


@prints_html
def print_minutes(html: str) -> bytes:
    return make_pdf(html)
