"""Import interviews whose notes were typed elsewhere."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.models import Assessment
from ctnat.ui.tables import TableError, read_table
from interviews.importing.columns import HEAD
from interviews.importing.files import is_table, read_uploads
from interviews.services.imports import Imported, import_interviews, import_word_files


class Command(BaseCommand):
    help = (
        "Import interviews from a CSV (UTF-8) or XLSX file, one row per interview, or from Word files (DOCX), one for "
        f"each interview. Columns of a table: {', '.join(HEAD)}, then one for each question, named by its code (3.1). "
        "If a row or a file has an error, nothing is imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the assessment, such as AZE-2016")
        parser.add_argument("file", type=Path, nargs="+")
        parser.add_argument("--dry-run", action="store_true", help="check every row and change nothing")

    def handle(self, *args: Any, reference: str, file: list[Path], dry_run: bool, **options: Any) -> None:
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}.", returncode=2)
        try:
            done = self._import(assessment, file, dry_run)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.", returncode=2) from None
        except (TableError, ValidationError) as error:
            text = "\n".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(text, returncode=2) from None
        if done.faults:
            raise CommandError("\n".join([*done.faults, "Nothing was imported."]), returncode=2)
        codes = ", ".join(interview.code for interview in done.interviews)
        self.stdout.write(f"{'Would import' if dry_run else 'Imported'} {len(done.interviews)} interviews: {codes}")

    def _import(self, assessment: Assessment, paths: list[Path], dry_run: bool) -> Imported:
        if len(paths) == 1 and is_table(paths[0].name):
            table = read_table(paths[0].read_bytes(), paths[0].name)
            self.stderr.write(f"{len(table.rows)} rows read")
            return import_interviews(
                assessment=assessment, table=table, by=None, file_name=paths[0].name, dry_run=dry_run
            )
        with ExitStack() as stack:
            opened = [
                UploadedFile(stack.enter_context(path.open("rb")), path.name, size=path.stat().st_size)
                for path in paths
            ]
            files = read_uploads(opened)
        self.stderr.write(f"{len(files)} files read")
        return import_word_files(assessment=assessment, files=files, by=None, dry_run=dry_run)
