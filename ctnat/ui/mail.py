"""Whether mail can be sent, and in which language it is written to a member."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation

from ctnat.translation.languages import interface_languages

WITHOUT_SERVER = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")
)


def is_mail_configured() -> bool:
    """False where mails are printed, dropped or put into files: pages must not say then that a mail was sent."""
    return settings.EMAIL_BACKEND not in WITHOUT_SERVER


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Write a mail in the language that its reader has chosen, in English where there is no such catalogue."""
    with translation.override(language if language in interface_languages() else settings.LANGUAGE_CODE):
        yield
