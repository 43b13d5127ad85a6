"""A large report of the demonstration, 97 pages or more with 60 charts, as PDF: ours, and WeasyPrint alone."""

from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402 -- settings first

from assessments.models import Assessment  # noqa: E402
from instruments.schema import Survey  # noqa: E402
from reports.document.builder import build  # noqa: E402
from reports.models import Report  # noqa: E402
from reports.output.html import render  # noqa: E402
from reports.output.pdf import make_pdf  # noqa: E402
from reports.services.reports import create_report  # noqa: E402
from reports.services.sections import edit_section  # noqa: E402

PROSE = "Those who answered described how the response works in practice, and where it does not. " * 6 + "\n\n"
CHARTS = 60


def prepare(task: str, path: str = "") -> Any:
    """The report, in a transaction that ends without a commit; for WeasyPrint the HTML, in a file of this path."""
    if task == "weasyprint_alone":
        return Path(path).read_text()
    transaction.set_autocommit(False)
    report = create_report(assessment=Assessment.objects.with_instruments().get(reference="AZE-2016"), by=None)
    document = report.assessment.questionnaire.document
    assert isinstance(document, Survey)
    rows = [row.name for row in document.items if getattr(row, "scale", None)]
    there = len(build(report).figures)
    more = "\n\n".join(f"{PROSE * 4}[[chart survey {code}]]" for code in rows[: max(0, CHARTS - there)])
    section = report.sections.get(key="prevention")
    edit_section(section=section, body=f"{section.body}\n\n{more}", by=None)
    if path:
        Path(path).write_text(render(build(report), "pdf"))
    return report


def html(report: Report) -> int:
    """`prepare` has written the HTML."""
    return report.pk


def pdf(report: Report) -> int:
    """From the database to the file."""
    return len(make_pdf(render(build(report), "pdf"), "benchmark"))


def weasyprint_alone(source: str) -> int:
    """The same HTML with WeasyPrint's own call."""
    from weasyprint import HTML  # only here: it needs libraries of the system

    from ctnat.ui.fonts import use_own_fonts

    use_own_fonts()  # both print with the same fonts
    return len(HTML(string=source).write_pdf(pdf_variant="pdf/ua-1"))
