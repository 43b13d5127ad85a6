"""Whether mail can be sent."""

from django.conf import settings

WITHOUT_SERVER = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")
)


def is_mail_configured() -> bool:
    """False where mails are printed, dropped or put into files: pages must not say then that a mail was sent."""
    return settings.EMAIL_BACKEND not in WITHOUT_SERVER
