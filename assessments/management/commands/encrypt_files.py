from typing import Any

from django.core.management.base import BaseCommand

from assessments.file_encryption import encrypt_files


class Command(BaseCommand):
    help = (
        "Encrypt uploads, builds and editions that an earlier version stored in clear, with the key of their "
        "assessment. It can be stopped and run again at any time; a worker runs it once a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for line in encrypt_files():
            self.stdout.write(line)
