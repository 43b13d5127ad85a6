"""The column of a definition. A definition has up to 400 kB of JSON, and most requests that load an instrument do not
read it: decoding the three of an assessment takes longer than the rest of a short page."""

import json
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTransform
from django.db.models.query_utils import DeferredAttribute


class StoredJSON(str):
    """JSON as the database returned it."""


class DecodedWhenRead(DeferredAttribute):
    """The attribute of a `DefinitionField`. Reading it decodes the stored text once per object."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, StoredJSON) and instance is not None:
            value = vars(instance)[self.field.attname] = json.loads(value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        vars(instance)[self.field.attname] = value


class DefinitionField(models.JSONField):
    """A `JSONField` whose value is decoded when the attribute is first read. `.values()` returns the stored text."""

    descriptor_class = DecodedWhenRead

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(value, str) and not isinstance(expression, KeyTransform):
            return StoredJSON(value)
        return super().from_db_value(value, expression, connection)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs  # the same column: nothing to migrate


def stored_text(instance: models.Model, name: str) -> StoredJSON | None:
    """The stored text of a `DefinitionField`, or None if it was decoded, set or deferred."""
    value = vars(instance).get(name)
    return value if isinstance(value, StoredJSON) else None
