"""Build the report of an assessment from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.audit import record
from assessments.models import Assessment
from reports.builder import build
from reports.files import write_whole
from reports.pdf import PdfUnavailable, make_pdf
from reports.render import render
from reports.services import create_report


class Command(BaseCommand):
    help = "Build the report of an assessment: manage.py build_report AZE-2016 --format pdf -o report.pdf"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="reference of the assessment, such as AZE-2016")
        parser.add_argument("--format", choices=["pdf", "html"], default="pdf")
        parser.add_argument("-o", "--output", required=True, type=Path, help="file to write")

    def handle(self, *args: Any, reference: str, format: str, output: Path, **options: Any) -> None:
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}.", returncode=2)
        if output.is_dir() or not output.parent.is_dir():
            raise CommandError(f"{output} cannot be written: name a file in a folder that exists.", returncode=2)
        report = create_report(assessment=assessment, by=None)
        data = build(report, progress=self.tell)
        for fault in data.faults:
            self.stderr.write(f"{fault.kind}, section {fault.section}: {fault.message}")
        try:
            html = render(data, format)  # type: ignore[arg-type]
            if format == "pdf":
                self.stderr.write("Laying out pages")
            content = make_pdf(html, reference) if format == "pdf" else html.encode()
        except PdfUnavailable as missing:
            raise CommandError(str(missing), returncode=2) from None
        write_whole(output, content)
        record("report.built", by=None, assessment=assessment, target=report, format=format)
        self.stderr.write(f"{output}: {len(content) / 1024:.0f} kB")

    def tell(self, done: int, step: str) -> None:
        self.stderr.write(f"{done:3d} % {step}")
