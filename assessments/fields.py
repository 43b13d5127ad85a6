"""A text column that is encrypted at rest with the keys in FIELD_KEYS."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

UNREADABLE = "(cannot be read: its key is missing)"


def cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


class EncryptedTextField(models.TextField):  # type: ignore[type-arg] # not subscriptable at run time
    """Text in Python, ciphertext in the database. Empty stays empty; no search or sorting."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return cipher().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if not value:
            return value
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken:
            return UNREADABLE

    def value_to_string(self, obj: Any) -> str:
        """Ciphertext: what is serialised, into a backup for one, is never in clear."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")
