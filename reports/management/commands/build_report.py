"""Build the report of an assessment from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.audit import record
from assessments.file_encryption import write_whole
from assessments.models import Assessment
from reports.document.builder import build
from reports.output.errors import FormatUnavailable
from reports.output.formats import FORMATS, make_file
from reports.services.reports import create_report


class Command(BaseCommand):
    help = "Build the report of an assessment: manage.py build_report AZE-2016 --format pdf -o report.pdf"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="reference of the assessment, such as AZE-2016")
        parser.add_argument("--format", choices=list(FORMATS), default="pdf")
        parser.add_argument("-o", "--output", required=True, type=Path, help="file to write")

    def handle(self, *args: Any, reference: str, format: str, output: Path, **options: Any) -> None:
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}.", returncode=2)
        if output.is_dir() or not output.parent.is_dir():
            raise CommandError(
                f"{output} cannot be written: give the name of a file in an existing folder.", returncode=2
            )
        report = create_report(assessment=assessment, by=None)
        data = build(report, progress=self.report_progress)
        for problem in data.problems:
            self.stderr.write(f"{problem.kind}, section {problem.section}: {problem.message}")
        try:
            content = make_file(FORMATS[format], report, data, reference, self.report_progress)
        except FormatUnavailable as missing:
            raise CommandError(str(missing), returncode=2) from None
        write_whole(output, [content])
        record("report.built", by=None, assessment=assessment, target=report, format=format)
        self.stderr.write(f"{output}: {len(content) / 1024:.0f} kB")

    def report_progress(self, done: int, step: str) -> None:
        self.stderr.write(f"{done:3d} % {step}")
