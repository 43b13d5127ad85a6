"""The two statements that store a form, written out: Django takes longer to make them than the database to run them.

Everything else about sealed forms uses the models. Both run on SQLite and on PostgreSQL.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from surveys.models import SealedAnswer, Survey

UNCHANGED = (
    "UPDATE surveys_survey SET {changes} WHERE id = %s AND revision = %s AND status = 'open' "
    "AND NOT EXISTS (SELECT 1 FROM surveys_sealedanswer WHERE survey_id = %s AND receipt_hmac IN ({sealed})) "
    "AND NOT EXISTS (SELECT 1 FROM surveys_response WHERE survey_id = %s AND receipt_hmac IN ({opened}))"
)
INSERT = "INSERT INTO surveys_sealedanswer (id, survey_id, box, receipt_hmac) VALUES (%s, %s, %s, %s)"


def change_if_unchanged(survey: Survey, changes: Mapping[str, Any], marks: tuple[Sequence[str], Sequence[str]]) -> bool:
    """Change columns of an open survey, unless it was changed since it was read or has a form with one of the marks."""
    columns: dict[str, Any] = {name: Survey._meta.get_field(name) for name in changes}
    sealed, opened = marks
    sql = UNCHANGED.format(
        changes=", ".join(f"{name} = %s" for name in columns),
        sealed=", ".join(["%s"] * len(sealed)),
        opened=", ".join(["%s"] * len(opened)),
    )
    values = [field.get_db_prep_save(changes[name], connection) for name, field in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, survey.pk, survey.revision, survey.pk, *sealed, survey.pk, *opened])
        return bool(cursor.rowcount == 1)


def insert_sealed(survey: Survey, box: bytes, mark: str) -> None:
    key: UUID = uuid4()
    pk: Any = SealedAnswer._meta.pk
    field: Any = SealedAnswer._meta.get_field("box")
    values = [pk.get_db_prep_save(key, connection), survey.pk, field.get_db_prep_save(box, connection), mark]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
