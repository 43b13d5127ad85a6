from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from assessments.services.data_keys import rewrap_keys
from ctnat.ui.errors import in_one_line


class Command(BaseCommand):
    help = (
        "Encrypt data keys and names with the first of FIELD_KEYS, so that the keys behind it can be removed. What was "
        "said is not touched: it is encrypted with the data keys. Sealed forms of surveys still need the earlier key "
        "until they are opened."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = rewrap_keys()
        except ValidationError as fault:
            error = CommandError(in_one_line(fault))
            error.returncode = 2
            raise error from None
        for label, count in done.items():
            self.stdout.write(f"{label}: {count}")
