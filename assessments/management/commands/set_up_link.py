"""Print the link with which the site's administrator makes an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.set_up import HOURS, has_administrator, set_up_link


class Command(BaseCommand):
    help = "Print the link with which the site's administrator makes an account, while there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        if has_administrator():
            raise CommandError("This site has an administrator. Further people are invited by a member.")
        self.stdout.write(set_up_link())
        self.stderr.write(f"Open it within {HOURS} hours, and pass it to nobody.")
