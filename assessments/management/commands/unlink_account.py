from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.models import User
from assessments.services.single_sign_on import unlink_account


class Command(BaseCommand):
    help = (
        "Take the link to the organisation's provider from an account, after its address has passed to another person "
        "or the provider has changed. The next sign-in there with the account's verified address links it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"There is no account for {options['email']}.")
        done = unlink_account(user=user, by=None)
        self.stdout.write("Unlinked." if done else "The account is linked to no provider.")
