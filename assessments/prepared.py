"""Queries whose SQL is made once per process, for the few pages that are asked for many times a second.

    running = Prepared(lambda since: WorkerBeat.objects.filter(seen_at__gte=since).values_list("pk"), since=LONG_AGO)
    rows = running(since=now - GONE_AFTER)

Making the SQL takes several times as long as reading a row of such a query. The rows are as the database gives them,
without the types of the fields; `instance` makes an object of one. Other pages use queries as they are: this is harder
to read.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators


class Prepared:
    """`stand_ins`: for each argument of `make` a value that occurs nowhere else in the query, of the right type."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], **stand_ins: Any):
        self.make, self.stand_ins = make, stand_ins
        self._sql = ""
        self._parameters: tuple[tuple[str, Any], ...] = ()  # (name of the argument, None) or ("", a fixed value)
        self._compiler: Any = None

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        if not self._sql:
            self._compile()
        given = {name: _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [given[name] if name else fixed for name, fixed in self._parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _compile(self) -> None:
        compiler = self.make(**self.stand_ins).query.get_compiler(using=connection.alias)
        sql, parameters = compiler.as_sql()
        names = {_adapted(value): name for name, value in self.stand_ins.items()}
        self._parameters = tuple((names[p], None) if p in names else ("", p) for p in parameters)
        self._compiler, self._sql = compiler, sql

    def position(self, name: str) -> int:
        """Where a row has the column `name` of the model, or an annotation."""
        if not self._sql:
            self._compile()
        if name in (self._compiler.annotation_col_map or {}):
            return int(self._compiler.annotation_col_map[name])
        fields = [
            self._compiler.select[place][0].target.attname for place in self._compiler.klass_info["select_fields"]
        ]
        return int(self._compiler.klass_info["select_fields"][fields.index(name)])

    def instance(self, row: tuple[Any, ...]) -> Any:
        """The object of a row with those that `select_related` names, as a queryset makes it."""
        compiler = self._compiler
        [typed] = compiler.results_iter(results=[[row]])
        found, select = compiler.klass_info, compiler.select
        places = found["select_fields"]
        names = [select[place][0].target.attname for place in places]
        made = found["model"].from_db(connection.alias, names, [typed[place] for place in places])
        for populator in get_related_populators(found, select, connection.alias):  # type: ignore[call-arg]  # of Django 6
            populator.populate(typed, made)
        for name, place in (compiler.annotation_col_map or {}).items():
            setattr(made, name, typed[place])
        return made


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
