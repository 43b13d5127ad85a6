"""manage.py erase_due: what a worker does once a day, now: empty the trash, and keep to the dates of retention."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.daily import begin_day, erase_what_is_due, finish_day


class Command(BaseCommand):
    help = "Erase what has been in the trash too long and what is kept no longer, and warn of what is due soon."

    def handle(self, *args: Any, **options: Any) -> None:
        begin_day()
        lines = 0
        for line in erase_what_is_due():
            self.stdout.write(line)
            lines += 1
        finish_day()
        if not lines:
            self.stdout.write("Nothing is due.")
