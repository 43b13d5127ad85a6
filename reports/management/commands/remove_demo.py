"""Remove the demonstration: its assessments with all in them, and its accounts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ctnat.ui.errors import in_one_line
from reports.services.demonstration import remove_demonstration


class Command(BaseCommand):
    help = "Remove the demonstration, with its accounts. The instruments of 2016 stay."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            remove_demonstration(by=None)
        except ValidationError as error:
            raise CommandError(in_one_line(error)) from error
        self.stdout.write("The demonstration is removed.")
