"""manage.py make_backup_identity FILE"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pyrage import x25519

from assessments.age import write_private


class Command(BaseCommand):
    help = "Make the pair of keys that encrypts and opens backups. Keep the file away from this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, readable only by its owner")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        identity = x25519.Identity.generate()
        recipient = identity.to_public()
        try:
            write_private(file, f"# public key: {recipient}\n{identity}\n")
        except FileExistsError:
            raise CommandError(f"{file} already exists. Give the name of a new file.", returncode=2) from None
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"CTNAT_BACKUP_RECIPIENTS={recipient}")
        self.stderr.write(
            f"{file} opens the backups. Move it to a safe place off this machine: without it they are lost."
        )
