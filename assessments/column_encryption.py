"""For migrations: encrypt columns that are stored in clear text, and back, in batches on each database."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

from django.db import migrations

from assessments.data_keys import UnreadableToken, decrypt, encrypt
from assessments.fields import ProtectedTextField, protected_fields, stored_form

BATCH: Final = 500  # rows


def encrypts(app: str, *models: str) -> migrations.RunPython:
    """The operation that encrypts the protected columns of these models. Reversing it decrypts them.

    Put it in a separate migration, after the one that makes the columns protected.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        for name in models:
            _change(apps.get_model(app, name), schema_editor.connection, _encrypted)

    def backwards(apps: Any, schema_editor: Any) -> None:
        for name in models:
            _change(apps.get_model(app, name), schema_editor.connection, _decrypted)

    return migrations.RunPython(forwards, backwards)


def _encrypted(field: ProtectedTextField, key: UUID, stored: str) -> str:
    return encrypt(key, field.place, stored)


def _decrypted(field: ProtectedTextField, key: UUID, stored: str) -> str:
    """What cannot be decrypted stays a token, so that the migration loses nothing."""
    try:
        return decrypt(stored, field.place)
    except UnreadableToken:
        return stored


def _change(model: Any, connection: Any, change: Callable[[ProtectedTextField, UUID, str], str]) -> None:
    fields = protected_fields(model)
    quoted = connection.ops.quote_name
    columns = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    statement = f"UPDATE {quoted(model._meta.db_table)} SET {columns} WHERE {quoted(model._meta.pk.column)} = %s"  # noqa: S608 -- our own names
    with stored_form(), connection.cursor() as cursor:
        for rows in _batches(model, fields):
            changed = []
            for pk, key, *values in rows:
                pairs = zip(fields, values, strict=True)
                new = [value if field.is_empty(value) else change(field, key, value) for field, value in pairs]
                if new != values:
                    changed.append([*new, model._meta.pk.get_db_prep_value(pk, connection)])
            cursor.executemany(statement, changed)


def _batches(model: Any, fields: list[ProtectedTextField]) -> Iterator[list[Any]]:
    """Rows of (primary key, id of the data key, the protected columns as they are stored)."""
    key = f"{fields[0].of.replace('.', '__')}__data_key_id"
    found = model._base_manager.order_by("pk").values_list("pk", key, *(field.attname for field in fields))
    rows = list(found[:BATCH])
    while rows:
        yield rows
        rows = list(found.filter(pk__gt=rows[-1][0])[:BATCH])
