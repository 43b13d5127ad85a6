"""What can be erased permanently, and where its frozen copies are. Each app has a module `erasers`, imported at start:

    @erases
    class InterviewEraser(Eraser): ...

    @keeps_copies("reports")
    class Editions(Copies): ...

Nothing in a label, a name of a part or a line of the register may be content: they outlive what is erased.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from assessments.models import Assessment, User
from assessments.personal_data import Person, Place, Table
from assessments.uses import Use
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import InputError
from ctnat.ui.lazy import StrOrPromise

Line = dict[str, Any]  # one line of the register of erasures, without its time (assessments/erasure_register.py)
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Part:
    """How many related objects are erased as well: `name` is a lower-case plural.

    It is stored in English, and is a marked text: pages show `gettext(name)`.
    """

    name: str
    count: int


@dataclass(frozen=True)
class Copy:
    """A frozen copy that contains words of what is erased. `key` finds it again; `path` is below the assessment's."""

    key: str
    label: str
    path: str = ""
    note: str = ""  # what withdrawing it means


class Eraser(ABC):
    """How one kind of object is erased. What `find` returns is passed to the other methods."""

    kind: ClassVar[str]
    label: ClassVar[StrOrPromise]  # of the kind, in sentence case
    help: ClassVar[StrOrPromise]  # what is lost, in one sentence
    order: ClassVar[int] = 50  # in the list of kinds
    offered: ClassVar[bool] = True  # in the list of what can be requested
    by_site: ClassVar[bool] = False  # whether site administrators may request it too

    def choices(self, assessment: Assessment) -> list[tuple[str, str]] | None:
        """(key, label) of everything that can be chosen; None if the key is typed or comes with a link."""
        return None

    def read(self, assessment: Assessment, typed: Mapping[str, Any], by: User) -> tuple[str, dict[str, Any]]:
        """(key, place) of what was typed into the form: `which`, `words`, `successor`. Raises `InputError`."""
        return str(typed.get("which", "")).strip(), {}

    @abstractmethod
    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Any:
        """Raises `InputError` if it does not exist (any more)."""

    @abstractmethod
    def name(self, target: Any) -> str:
        """What it is, by a code and never by its content."""

    @abstractmethod
    def parts(self, target: Any) -> list[Part]:
        """What would be erased, in numbers."""

    def seen(self, target: Any) -> str:
        """A text for what the confirming person saw: it changes when more or other objects would be erased."""
        return repr([(part.name, part.count) for part in self.parts(target)])

    def words(self, target: Any) -> list[str]:
        """Texts by which copies of it are found."""
        return []

    def cited_as(self, target: Any) -> str:
        """The evidence key by which others cite it, without a page or a question; blank where nothing does."""
        return ""

    def uses(self, target: Any) -> list[Use]:
        """Where it is used and will be missing."""
        return []

    @abstractmethod
    def lines(self, target: Any) -> list[Line]:
        """What `again` needs to erase it in a restored backup: identifiers."""

    @abstractmethod
    def erase(self, target: Any, *, by: User | None) -> None:
        """Erase it, inside the caller's transaction. Files are deleted on commit."""

    @abstractmethod
    def again(self, line: Line) -> bool:
        """Erase it again if a backup brought it back; return whether it was there."""

    def in_trash(self, assessment: Assessment, before: datetime) -> list[Any]:
        """What was moved to the trash before the given time."""
        return []


class Copies(ABC):
    """Where an app keeps frozen copies of texts: editions, minutes."""

    @abstractmethod
    def find(self, assessment: Assessment, words: Sequence[str]) -> list[Copy]: ...

    @abstractmethod
    def withdraw(self, assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
        """Erase the copies with these keys; return how many there were."""

    @abstractmethod
    def forget_drafts(self, assessment: Assessment) -> None:
        """Erase files that can be made again at any time, whatever they contain."""


class AssessmentRows(ABC):
    """What an app stores of an assessment: counted before the whole assessment is erased, and erased with it.

    It also says what the app stores about one person (`assessments/personal_data.py`): each of its models is in
    `exported`, with its tables in the file for a request of access, or in `impersonal`, with the reason why not.
    """

    exported: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    impersonal: ClassVar[Mapping[str, str]] = {}

    def find_person(self, assessment: Assessment, words: str) -> list[Place]:
        """Rows about a person whose name or address has these words."""
        return []

    def tables_of(self, assessment: Assessment, person: Person) -> list[Table]:
        return []

    @abstractmethod
    def parts(self, assessment: Assessment) -> list[Part]: ...

    @abstractmethod
    def erase(self, assessment: Assessment) -> None:
        """Erase all of it, inside the caller's transaction; files are deleted on commit."""


Cites = Callable[[Assessment, str, Sequence[str]], list[Use]]
_erasers: dict[str, Eraser] = {}
_copies: dict[str, Copies] = {}
_cites: dict[str, Cites] = {}
_rows: dict[int, list[AssessmentRows]] = {}
_retained: dict[str, list[AssessmentRows]] = {}
_expiring: list[Callable[[], int]] = []


def erases(eraser: type[Eraser]) -> type[Eraser]:
    _erasers[eraser.kind] = eraser()
    return eraser


def keeps_copies(app: str) -> Any:
    def register(copies: type[Copies]) -> type[Copies]:
        _copies[app] = copies()
        return copies

    return register


def holds_rows(layer: int) -> Callable[[type[AssessmentRows]], type[AssessmentRows]]:
    """Register what an app stores of an assessment. Rows of a higher layer refer to lower ones and are erased first."""

    def register(rows: type[AssessmentRows]) -> type[AssessmentRows]:
        _rows.setdefault(layer, []).append(rows())
        return rows

    return register


def retains(kind: str) -> Callable[[type[AssessmentRows]], type[AssessmentRows]]:
    """Register what an app stores under a kind of `RetentionDate`: it is erased when that date is reached."""

    def register(rows: type[AssessmentRows]) -> type[AssessmentRows]:
        _retained.setdefault(kind, []).append(rows())
        return rows

    return register


def expires(erase: Callable[[], int]) -> Callable[[], int]:
    """Register a function that erases what an app keeps only for a while, and returns how many rows were erased. It is
    called once a day."""
    _expiring.append(erase)
    return erase


def erase_expired() -> int:
    """Erase everything that has expired. Returns the number of rows."""
    return sum(erase() for erase in _expiring)


def retained_rows(kind: str) -> list[AssessmentRows]:
    return _retained.get(kind, [])


def assessment_rows() -> list[AssessmentRows]:
    """In the order in which they can be erased."""
    return [rows for layer in sorted(_rows, reverse=True) for rows in _rows[layer]]


def rows_of_assessment(assessment: Assessment) -> list[Part]:
    return [part for rows in reversed(assessment_rows()) for part in rows.parts(assessment)]


def cites(app: str) -> Callable[[Cites], Cites]:
    """Register the function that finds where an app cites an evidence key, or has one of the words in current text."""

    def register(function: Cites) -> Cites:
        _cites[app] = function
        return function

    return register


def uses_in_all(assessment: Assessment, eraser: Eraser, target: Any) -> list[Use]:
    """Where the target is used and will be missing, including texts that contain its words and are kept."""
    key, words = eraser.cited_as(target), _long(eraser.words(target))
    return eraser.uses(target) + [use for app in sorted(_cites) for use in _cites[app](assessment, key, words)]


def _long(words: Iterable[str]) -> list[str]:
    """The words of at least 3 characters; shorter ones would be found everywhere."""
    return [word for word in dict.fromkeys(words) if len(word.strip()) > 2]


def eraser_of(kind: str) -> Eraser:
    """Raises `InputError` for an unknown kind."""
    if kind not in _erasers:
        raise InputError(_("Choose what is to be erased from the list."))
    return _erasers[kind]


def erasers() -> list[Eraser]:
    return sorted(_erasers.values(), key=lambda eraser: (eraser.order, eraser.kind))


def copies_with(assessment: Assessment, words: Sequence[str]) -> list[Copy]:
    """Every frozen copy with one of the words."""
    long = _long(words)
    return [copy for app in sorted(_copies) for copy in _copies[app].find(assessment, long)] if long else []


def withdraw_copies(assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
    chosen = list(keys)
    return sum(copies.withdraw(assessment, chosen, by=by) for copies in _copies.values())


def forget_drafts(assessment: Assessment) -> None:
    for copies in _copies.values():
        copies.forget_drafts(assessment)


# Identifiers --------------------------------------------------------------------------------------------------------


def identity(row: models.Model, *, born: str = "created_at") -> Line:
    """Identifies the row in a backup. `mark` distinguishes it from another row that got the same number later."""
    return {"model": row._meta.label_lower, "id": str(row.pk), "mark": _mark(row, getattr(row, born))}


def find_known(rows: models.QuerySet[Row], line: Line, *, born: str = "created_at") -> Row | None:
    """The row that a line of the register means; None if it is gone, or if a later row got the same number."""
    row = rows.filter(pk=to_number(line["id"])).first()
    return row if row and _mark(row, getattr(row, born)) == line.get("mark") else None


def to_number(key: str) -> int:
    """The number of a row as it is typed or written in the register; 0, which no row has, for anything else."""
    return number_sent(key, 17) or 0


def _mark(row: models.Model, born: Any) -> str:
    if isinstance(born, datetime):
        born = f"{born.timestamp():.6f}"
    return hashlib.sha256(f"{row._meta.label_lower}:{row.pk}:{born}".encode()).hexdigest()[:32]
