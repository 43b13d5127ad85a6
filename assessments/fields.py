"""Columns that are encrypted at rest.

`EncryptedTextField` with the keys in FIELD_KEYS; `ProtectedTextField`, `ProtectedCharField` and `ProtectedJSONField`
with the data key of the assessment to which the row belongs (assessments/data_keys.py). In Python each is the plain
value. In the database only empty values can be recognised: the others cannot be searched, sorted or compared
there.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import FieldError, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from pydantic_core import from_json

from assessments.data_keys import Token, UnreadableToken, decrypt, decryptor, encrypt

UNREADABLE = "(cannot be read: its key is missing)"
DESTROYED = "(erased: the key of this assessment was destroyed)"

_stored_form: ContextVar[bool] = ContextVar("stored_form", default=False)


@contextmanager
def stored_form() -> Iterator[None]:
    """Within the context, protected columns are read and written as tokens, as the database stores them."""
    before = _stored_form.set(True)
    try:
        yield
    finally:
        _stored_form.reset(before)


def is_stored_form() -> bool:
    return _stored_form.get()


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
        """Ciphertext: serialised values, for example in a backup, are never in clear text."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")


class UnreadableText(str):
    """Shown in place of a text that cannot be decrypted. Saving it keeps the stored token."""

    token: str

    def __new__(cls, token: str, destroyed: bool) -> "UnreadableText":
        made = super().__new__(cls, DESTROYED if destroyed else UNREADABLE)
        made.token = token
        return made


class UnreadableDocument(dict[str, Any]):
    """An empty document in place of one that cannot be decrypted. Saving it keeps the stored token."""

    def __init__(self, token: str):
        super().__init__()
        self.token = token


def is_unreadable(value: Any) -> bool:
    return isinstance(value, UnreadableText | UnreadableDocument) or value in (UNREADABLE, DESTROYED)


class OfAssessment:
    """A column encrypted with the data key of the row's assessment. `of` leads from the row to it:
    "answer.interview.assessment"."""

    model: type[models.Model]
    attname: str

    def __init__(self, *args: Any, of: str = "assessment", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.of = of

    @property
    def place(self) -> str:
        """What is authenticated with each value."""
        return f"{self.model._meta.label_lower}.{self.attname}"

    def data_key_of(self, row: models.Model) -> UUID:
        owner: Any = row
        for step in self.of.split("."):
            owner = getattr(owner, step)
        key: UUID = owner.data_key_id
        return key


class ProtectedTextField(OfAssessment, models.TextField):  # type: ignore[type-arg] # not subscriptable at run time
    """Text in Python, a token in the database, made with the data key of the row's assessment.

    Mere white space is stored as it is, so that a query
    can ask which rows have a text.
    """

    LOOKUPS: ClassVar[set[str]] = {"exact", "isnull"}  # `exact` for empty values

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def get_internal_type(self) -> str:
        return "TextField"

    def sealed(self, key: UUID, value: Any) -> Any:
        """`value` as it is stored, for `QuerySet.update`. `key`: `Assessment.data_key_id`. Raises `ValidationError`."""
        if isinstance(value, UnreadableText | UnreadableDocument):
            return Token(value.token)
        text = self.to_text(value)
        if self.is_empty(text):
            return text if text is None else Token(text)
        try:
            return encrypt(key, self.place, str(text))
        except UnreadableToken as fault:
            raise ValidationError(
                "This assessment was closed for good: its key is destroyed, and nothing can be stored in it."
                if fault.destroyed
                else "The key of this assessment cannot be read. Nothing was stored. Ask the administrator to add the "
                "missing key to FIELD_KEYS."
            ) from None

    def opened(self, stored: str) -> Any:
        """The value of a stored token. Raises `UnreadableToken`, also for a value stored in clear text."""
        return self.from_text(stored if self.is_empty(stored) else decrypt(stored, self.place))

    def opener(self) -> Callable[[str | None], Any]:
        """A function that opens stored values as a query does; for many of them it is quicker."""
        read = decryptor(self.place)

        def opened(stored: str | None) -> Any:
            if stored is None:
                return None
            try:
                return self.from_text(stored if self.is_empty(stored) else read(stored))
            except UnreadableToken as fault:
                return self.unreadable(stored, fault.destroyed)

        return opened

    def to_text(self, value: Any) -> str | None:
        return value if value is None else str(value)

    def from_text(self, text: str) -> Any:
        return text

    def is_empty(self, text: str | None) -> bool:
        return text is None or not text.strip()

    def unreadable(self, stored: str, destroyed: bool) -> Any:
        return UnreadableText(stored, destroyed)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if _stored_form.get() or hasattr(value, "resolve_expression"):
            return value
        if not isinstance(value, UnreadableText | UnreadableDocument) and self.is_empty(text := self.to_text(value)):
            return text if text is None else Token(text)
        return self.sealed(self.data_key_of(model_instance), value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Token):
            return str(value)
        if _stored_form.get() and isinstance(value, str):
            return value
        text = self.to_text(value)
        if not self.is_empty(text):
            raise TypeError(f"{self.place} is encrypted: filter in Python, and pass `sealed` values to `update`.")
        return text

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in self.LOOKUPS:
            raise FieldError(f"{self.place} is encrypted: the database cannot search it by {lookup_name}.")
        return super().get_lookup(lookup_name)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or _stored_form.get():
            return value
        try:
            return self.opened(value)
        except UnreadableToken as fault:
            return self.unreadable(value, fault.destroyed)

    def value_to_string(self, obj: Any) -> str:
        """A token: serialised values, for example in a backup, are never in clear text."""
        value = self.value_from_object(obj)
        stored = value if _stored_form.get() else self.sealed(self.data_key_of(obj), value)
        return str(stored or "")


class ProtectedCharField(ProtectedTextField):
    """One line of text. `max_length` counts its characters, not those of the token."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.validators.append(MaxLengthValidator(self.max_length))

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"max_length": self.max_length, "form_class": forms.CharField} | kwargs)


class ProtectedJSONField(ProtectedTextField):
    """A JSON document as a token. An empty document is stored as it is."""

    _pyi_private_set_type: Any  # what may be set and is read, for the type checker
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any
    empty_strings_allowed = False
    EMPTY: ClassVar[set[str]] = {"", "{}", "[]", "null"}

    def to_python(self, value: Any) -> Any:
        return value

    def to_text(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def from_text(self, text: str) -> Any:
        return parsed(text) if text else None

    def is_empty(self, text: str | None) -> bool:
        return text is None or text.strip() in self.EMPTY

    def unreadable(self, stored: str, destroyed: bool) -> Any:
        return UnreadableDocument(stored)

    def value_to_string(self, obj: Any) -> Any:
        value = self.value_from_object(obj)
        stored = value if _stored_form.get() else self.sealed(self.data_key_of(obj), value)
        return None if stored is None else str(stored)


def parsed(text: str) -> Any:
    """What `json.loads` gives, in half of its time: the answers of ten thousand respondents are many."""
    try:
        return from_json(text)
    except (ValueError, TypeError):  # half of a surrogate pair, or lists in lists in lists
        return json.loads(text)


def sealed(model: type[models.Model], name: str, key: UUID, value: Any) -> Any:
    """`value` of the protected column `name`, as `QuerySet.update` takes it. `key`: `Assessment.data_key_id`."""
    field = model._meta.get_field(name)
    if not isinstance(field, ProtectedTextField):
        raise TypeError(f"{model._meta.label}.{name} is not protected.")
    return field.sealed(key, value)


def opener_of(model: type[models.Model], name: str) -> Callable[[str | None], Any]:
    """A function that opens many stored values of the protected column `name`, read as text."""
    field = model._meta.get_field(name)
    if not isinstance(field, ProtectedTextField):
        raise TypeError(f"{model._meta.label}.{name} is not protected.")
    return field.opener()


def protected_fields(model: type[models.Model]) -> list[ProtectedTextField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ProtectedTextField)]
