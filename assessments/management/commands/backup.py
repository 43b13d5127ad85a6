"""manage.py backup DIR"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.backup import ArchiveError, backup


class Command(BaseCommand):
    help = "Write every row and file into a new folder, and verify it. Keep FIELD_KEYS somewhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = backup(folder, self.stderr.write)
        except (ArchiveError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        rows, files = sum(manifest["counts"].values()), len(manifest["sha256"]) - 1
        self.stdout.write(f"{rows} rows and {files} files are in {folder}, verified. FIELD_KEYS are not in it.")
