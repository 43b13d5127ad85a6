"""What is stored about one person, for a request of access: the types that each app's rows use.

A person is found by the words of a name or an address. Two people may have one name, so a lead chooses which of the
places found are this person; what the chosen rows lead to is then collected into tables.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, Membership, User
from assessments.names import NameFinder, people_in, romanise
from assessments.names import Person as Named

DEEPEST = 4  # relations between a row and its assessment


@dataclass(frozen=True)
class Place:
    """A row in which a person was found. `key` is "contact:12", `name` and `address` are as they are stored."""

    kind: str
    pk: int
    label: str
    name: str
    address: str = ""
    model: str = ""  # of the row, as the audit log names it
    known_as: str = ""  # how the finder of names labels the row (`assessments/known_names.py`)
    path: str = ""  # below the assessment's address
    note: str = ""  # what the lead has to consider

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True)
class Table:
    """One table of the export: the name of its file, its heading, and rows of plain values."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[list[Any]]

    @property
    def labelled(self) -> list[list[tuple[str, Any]]]:
        """The rows as pairs of a label and a value, for the page."""
        labels = [column.replace("_", " ").capitalize() for column in self.columns]
        return [list(zip(labels, row, strict=True)) for row in self.rows]

    @classmethod
    def of(cls, name: str, title: str, columns: str, rows: Iterable[Iterable[Any]]) -> "Table":
        """`columns` are separated by spaces."""
        return cls(name, title, tuple(columns.split()), [[_plain(value) for value in row] for row in rows])


@dataclass(frozen=True)
class Person:
    """The rows that were chosen as one person. `clear` takes the names of other people out of a text."""

    places: tuple[Place, ...]
    words: str  # by which it was found
    clear: Callable[[str], str] = field(default=str)

    def keys(self, kind: str) -> list[int]:
        return [place.pk for place in self.places if place.kind == kind]

    @property
    def labels(self) -> set[str]:
        """Under which a name in a text is this person's own. A row with several names is not one person's."""
        return {place.known_as for place in self.places if len(list(people_in(place.name))) < 2}


def matches(words: str, name: str, address: str = "") -> bool:
    """Whether a name has all the words, or sounds like them, in any script and order; or the address is the same."""
    if "@" in words:
        return words.strip().casefold() == address.strip().casefold()
    wanted = words_of(words)
    return bool(wanted and name) and (wanted <= words_of(name) or bool(NameFinder([Named("", words)]).find(name)))


def words_of(text: str) -> set[str]:
    """The words of a name in Latin letters, those of one letter left out."""
    found = (romanise(word.strip(".,;")) for word in text.split())
    return {word for word in found if len(word) > 1}


def own_part(names: str, words: str) -> str:
    """Of several names in one field, those that have one of the words; all of a field with one name."""
    several = list(people_in(names))
    if len(several) < 2:
        return names
    return "; ".join(name for name in several if words_of(name) & words_of(words))


def _plain(value: Any) -> Any:
    """A value for JSON, CSV and the page: times are those of the assessment's clocks."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


# A member's work ----------------------------------------------------------------------------------------------------


def work_under_name(assessment: Assessment, users: Sequence[User]) -> Iterator[tuple[str, str, int]]:
    """(kind of row, as what, how many) for every column that names a member, of each app: a new one is included."""
    for model in apps.get_models() if users else ():
        path = _path_to_assessment(model)
        if path is None or model in (AuditEvent, Membership):  # which are tables of their own
            continue
        for column in model._meta.concrete_fields:
            if column.related_model is not User:
                continue
            rows = model._base_manager.filter(**{path: assessment, f"{column.name}__in": users})
            if count := rows.count():
                yield str(model._meta.verbose_name), str(column.verbose_name), count


def _path_to_assessment(model: type[models.Model]) -> str | None:
    """The shortest way from a row to its assessment, as a query spells it; None for rows of no assessment."""
    waiting: list[tuple[type[models.Model], str]] = [(model, "")]
    for at, path in waiting:  # grows while it is read
        for column in at._meta.concrete_fields:
            related = column.related_model
            if not isinstance(related, type) or not issubclass(related, models.Model) or related is User:
                continue
            if related is Assessment:
                return f"{path}{column.name}"
            if not column.null and path.count("__") < DEEPEST:
                waiting.append((related, f"{path}{column.name}__"))
    return None
