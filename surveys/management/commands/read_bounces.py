"""manage.py read_bounces: mark the invitations whose mails came back to BOUNCE_MAILBOX."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from surveys.distribution.bounces import MailboxFault, read_mailbox


class Command(BaseCommand):
    help = "Mark the invitations whose mails came back to the mailbox BOUNCE_MAILBOX."

    def handle(self, **options: Any) -> None:
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("Set BOUNCE_MAILBOX to imaps://user:password@host/folder first.")
        try:
            counts = read_mailbox()
        except MailboxFault as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(
            f"{counts['returned']} invitations were marked as returned. {counts['delayed']} reports of a delay; "
            f"{counts['other']} other mails, which stay in the mailbox."
        )
