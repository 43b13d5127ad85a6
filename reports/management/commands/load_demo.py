"""Build the demonstration: the 2016 reconstruction of Azerbaijan, and Armenia and Georgia beside it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ctnat.ui.errors import in_one_line
from reports.demo import PASSWORD
from reports.demo.files import read
from reports.demo.load import demonstration_accounts, load
from reports.services.demonstration import refuse_in_production


class Command(BaseCommand):
    help = "Build the 2016 reconstruction with one user per role. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", help="Password of the demo users; required with production settings.")

    def handle(self, *args: Any, password: str | None, **options: Any) -> None:
        try:
            refuse_in_production()
        except ValidationError as error:
            raise CommandError(in_one_line(error)) from error
        if settings.PRODUCTION and not password:
            raise CommandError("The demo's password is public. Choose another one: load_demo --password ...")
        password = password or PASSWORD
        load(password=password, report_progress=lambda line: self.stderr.write(line))
        for user in read("study.yaml")["users"]:
            self.stdout.write(f"{user['email']:<28} {user['role']} of {user['assessment']}")
        # Accounts that were there before keep their own.
        is_theirs = demonstration_accounts().earliest("pk").check_password(password)
        self.stdout.write(f"Password: {password if is_theirs else 'the one chosen when these accounts were made'}")
