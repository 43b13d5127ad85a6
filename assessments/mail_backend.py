"""SMTP that records failures for the site's administrators, without any address."""

from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage

from assessments.models import MailFailure


class RememberingEmailBackend(EmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            return super().send_messages(email_messages) or 0
        except Exception as error:
            MailFailure.objects.create(reason=reason_of(error))
            raise


def reason_of(error: Any) -> str:
    """The type of the error and the server's code; its text could contain an address."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
