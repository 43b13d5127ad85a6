"""Writes the data analysis worksheet of an assessment."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.exports import worksheet
from analysis.results import for_assessment
from assessments.audit import record
from assessments.models import Assessment


class Command(BaseCommand):
    help = "Write the data analysis worksheet (XLSX) of an assessment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", metavar="REF", help="reference of the assessment, such as AZE-2016")
        parser.add_argument("target", metavar="OUT.xlsx", type=Path, help="the file to write")

    def handle(self, *args: Any, reference: str, target: Path, **options: Any) -> None:
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}.", returncode=2)
        if target.suffix.lower() != ".xlsx":
            raise CommandError(f"{target} should end in .xlsx.", returncode=2)
        try:
            worksheet.save(for_assessment(assessment), target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}.", returncode=2) from error
        record("worksheet.exported", by=None, assessment=assessment, format="xlsx")
        self.stderr.write(f"Wrote {target}.")
