"""manage.py backup DIR"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.audit import record
from assessments.backup import ArchiveError, backup
from assessments.backup_expiry import expire_backups

IN_CLEAR = (
    "warning: this backup is NOT encrypted. Anyone who obtains it can read the register of documents and the "
    "audit log; what FIELD_KEYS protect is safe without them. Set CTNAT_BACKUP_RECIPIENTS; "
    "`manage.py make_backup_identity FILE` makes a recipient."
)


class Command(BaseCommand):
    help = "Write every row and file to a new folder and verify it. Store FIELD_KEYS somewhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            help="a folder that does not exist yet; without it, one named after the time in CTNAT_BACKUP_FOLDER",
        )

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        if folder is None:
            if not settings.BACKUP_FOLDER:
                raise CommandError("Give the name of a new folder, or set CTNAT_BACKUP_FOLDER.", returncode=2)
            folder = Path(settings.BACKUP_FOLDER) / f"{timezone.now():%Y-%m-%dT%H%M%SZ}"
        folder = folder.absolute()
        try:
            manifest = backup(folder, self.stderr.write)
        except (ArchiveError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        rows, files = sum(manifest["counts"].values()), len(manifest["sha256"]) - 1
        encrypted = manifest["encrypted"]
        record("backup.made", by=None, label=folder.name, encrypted=encrypted, rows=rows, files=files)
        how = f"encrypted for {len(settings.BACKUP_RECIPIENTS)} recipients, verified" if encrypted else "verified"
        self.stdout.write(f"{rows} rows and {files} files are in {folder}, {how}. FIELD_KEYS are not in it.")
        if not encrypted:
            self.stderr.write(IN_CLEAR)
        try:
            for line in expire_backups(folder.parent, keep=folder):
                self.stdout.write(line)
        except OSError as error:
            raise CommandError(
                f"The backup is made, but an old one cannot be removed: {error}", returncode=2
            ) from error
