"""Import interviews whose notes were typed elsewhere."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.models import Assessment
from ctnat.ui.tables import TableError, read_table
from interviews.services.imports import HEAD, import_interviews


class Command(BaseCommand):
    help = (
        "Import interviews from a CSV (UTF-8) or XLSX file, one row per interview. Columns: "
        f"{', '.join(HEAD)}, then one for each question, named by its code (3.1). If a row has an error, nothing is "
        "imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the assessment, such as AZE-2016")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check every row and change nothing")

    def handle(self, *args: Any, reference: str, file: Path, dry_run: bool, **options: Any) -> None:
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}.", returncode=2)
        try:
            table = read_table(file.read_bytes(), file.name)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=2) from None
        except TableError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stderr.write(f"{len(table.rows)} rows read")
        done = import_interviews(assessment=assessment, table=table, by=None, dry_run=dry_run)
        if done.faults:
            raise CommandError("\n".join([*done.faults, "Nothing was imported."]), returncode=2)
        codes = ", ".join(interview.code for interview in done.interviews)
        self.stdout.write(f"{'Would import' if dry_run else 'Imported'} {len(done.interviews)} interviews: {codes}")
