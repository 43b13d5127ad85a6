"""The rows of several queries read in one: a single round trip, and all from the same state of the database.

Numbers beside each other on a page must not come from two moments: a response that arrives between two
queries would be in one number and not in the other.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Field, Func, IntegerField, JSONField, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from assessments.fields import ProtectedTextField
from assessments.models import Assessment

Rows = list[dict[str, Any]]
AS_IN_JSON = (CharField, IntegerField, JSONField)  # what JSON returns is what these fields would


class _Packed(Func):
    """Columns as one JSON array. Django's own class first asks SQLite, in a transaction, whether it knows JSON."""

    function = "JSON_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_BUILD_ARRAY", **context)


class _Embedded(Func):
    """A JSON column inside a JSON array. SQLite keeps JSON as text and would embed it as a string."""

    function = "JSON"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return compiler.compile(self.source_expressions[0])


def snapshot(queries: Mapping[str, QuerySet[Any, Any]]) -> dict[str, Rows]:
    """Name -> rows of its `.values(...)` query, in the query's order, with the types of the fields. One query.

    A query names its columns and is not sliced.
    """
    compiled = _compiled(queries)
    return compiled.rows(compiled.parameters)


class PreparedSnapshot:
    """`snapshot` of queries that depend on the key of an assessment alone, not on its other columns or on the time.

    The SQL is compiled once per process: compiling takes several times as long as reading the rows.
    """

    STAND_IN = 1 - 2**53  # the key while compiling, which no row and no other part of a query has

    def __init__(self, queries: Callable[[Assessment], Mapping[str, QuerySet[Any, Any]]]):
        self.queries = queries
        self._compiled: _Compiled | None = None

    def __call__(self, assessment: Assessment) -> dict[str, Rows]:
        if self._compiled is None:
            self._compiled = _compiled(self.queries(Assessment(pk=self.STAND_IN)))
        return self._compiled.rows([assessment.pk if p == self.STAND_IN else p for p in self._compiled.parameters])


@dataclass(frozen=True)
class _Compiled:
    """One query for the rows of several, and the types of the columns of each."""

    sql: str  # empty where no query can have rows
    parameters: Sequence[Any]
    fields: Mapping[str, Mapping[str, Field[Any, Any]]]

    def rows(self, parameters: Sequence[Any]) -> dict[str, Rows]:
        found: dict[str, Rows] = {name: [] for name in self.fields}
        if not self.sql:
            return found
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            packed = cursor.fetchall()
        for name, _, row in packed:
            columns = zip(self.columns[name], json.loads(row), strict=True)
            found[name].append({column: value if read is None else read(value) for (column, read), value in columns})
        return found

    @cached_property
    def columns(self) -> dict[str, list[tuple[str, Callable[[Any], Any] | None]]]:
        """Name -> its columns, each with what converts a value from JSON to what its field would return."""
        return {
            name: [(column, _reader(field)) for column, field in fields.items()] for name, fields in self.fields.items()
        }


def _compiled(queries: Mapping[str, QuerySet[Any, Any]]) -> _Compiled:
    parts, fields = [], {}
    for name, query in queries.items():
        columns = fields[name] = _columns(query)
        row = (_Embedded(column) if isinstance(field, JSONField) else column for column, field in columns.items())
        order: Any = query.query.order_by or (query.model._meta.ordering if query.query.default_ordering else ())
        packed = query.annotate(snapshot_name=Value(name), snapshot_row=_Packed(*row))
        packed = packed.annotate(snapshot_position=Window(RowNumber(), order_by=order) if order else Value(0))
        parts.append(packed.order_by().values_list("snapshot_name", "snapshot_position", "snapshot_row"))
    union = parts[0].union(*parts[1:], all=True).order_by("snapshot_name", "snapshot_position")
    try:
        sql, parameters = union.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return _Compiled("", (), fields)
    return _Compiled(sql, tuple(parameters), fields)


def _columns(query: QuerySet[Any, Any]) -> dict[str, Field[Any, Any]]:
    named = query.query.clone()  # resolving a name may join a table
    names = (*query.query.values_select, *query.query.annotation_select)
    return {column: named.resolve_ref(column).output_field for column in names}


def _reader(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """None where a value from JSON is that of the field already."""
    if isinstance(field, AS_IN_JSON):
        return None
    if isinstance(field, ProtectedTextField):
        return lambda value: field.from_db_value(value, None, None)
    return lambda value: None if value is None else _aware(field.to_python(value))


def _aware(value: Any) -> Any:
    """SQLite stores times in UTC, without a zone."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
