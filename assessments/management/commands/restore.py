"""manage.py restore DIR [--identity FILE] [--try]"""

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.age import KeyFault, read_identities
from assessments.audit import record
from assessments.backup import ArchiveError, is_encrypted, restore, try_restore

VARIABLE = "CTNAT_BACKUP_IDENTITY"


class Command(BaseCommand):
    help = (
        "Load a complete backup into an empty, migrated database. If anything fails, nothing is loaded. An "
        "encrypted one needs the identity of "
        f"a recipient: in a file (--identity), in the variable {VARIABLE}, or typed when asked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that `backup` wrote")
        parser.add_argument("--identity", type=Path, help="a file with a line AGE-SECRET-KEY-1...")
        parser.add_argument(
            "--try",
            action="store_true",
            dest="only_try",
            help="check the backup without storing anything, and record the check",
        )

        parser.add_argument(
            "--without-register",
            action="store_true",
            dest="without_register",
            help="restore although the register of erasures is missing: what was erased since the backup comes back",
        )

    def handle(
        self,
        *args: Any,
        folder: Path,
        identity: Path | None,
        only_try: bool,
        without_register: bool,
        **options: Any,
    ) -> None:
        try:
            identities = self.identities(identity) if is_encrypted(folder) else []
            if only_try:
                manifest = try_restore(folder, self.stderr.write, identities)
            else:
                manifest = restore(folder, self.stderr.write, identities, erase=not without_register)
        except (ArchiveError, KeyFault, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        rows, files = sum(manifest["counts"].values()), len(manifest["sha256"]) - 1
        label = folder.absolute().name
        if only_try:
            record("backup.restore_tried", by=None, label=label, rows=rows, files=files)
            self.stdout.write(f"{rows} rows and {files} files can be restored. Nothing was stored.")
        else:
            erased = "not checked" if without_register else "erased again"
            record("backup.restored", by=None, label=label, rows=rows, files=files, register=erased)
            self.stdout.write(f"{rows} rows and {files} files were restored and verified.")
        for name in manifest["missing_files"]:
            self.stderr.write(f"warning: the file {name} was missing already when the backup was made")

    def identities(self, file: Path | None) -> list[Any]:
        if file:
            return read_identities(file.read_text())
        if text := os.environ.get(VARIABLE):
            return read_identities(text)
        if sys.stdin.isatty():
            return read_identities(getpass("Identity (AGE-SECRET-KEY-1...): "))
        raise ArchiveError(
            f"This backup is encrypted. Give the identity of one of its recipients: --identity FILE, or {VARIABLE}."
        )
