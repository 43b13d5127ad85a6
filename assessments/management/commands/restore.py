"""manage.py restore DIR"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.backup import ArchiveError, restore


class Command(BaseCommand):
    help = "Load a backup into an empty, migrated database. All of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that `backup` wrote")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = restore(folder, self.stderr.write)
        except (ArchiveError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        rows, files = sum(manifest["counts"].values()), len(manifest["sha256"]) - 1
        self.stdout.write(f"{rows} rows and {files} files are restored and verified.")
        for name in manifest["missing_files"]:
            self.stderr.write(f"warning: the file {name} was missing already when the backup was made")
