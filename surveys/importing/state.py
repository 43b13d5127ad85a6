"""A table between its upload and its import: its sheet, what was confirmed, and what is proposed for the rest."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from instruments.models import Instrument
from instruments.schema import Survey as Document
from surveys.importing.answers import KEEP_WORDS, LEAVE_OUT, Decisions, Fault, Reader, ReadRow
from surveys.importing.files import FileSheet
from surveys.importing.form_names import headings_for, names_left_out
from surveys.importing.headings import Column, Headings, Mode
from surveys.importing.programs import program_of
from surveys.importing.sheets import Sheet, make_sheet, propose_for, without_label_row
from surveys.importing.targets import OUT, Target, target_of
from surveys.models import ImportMapping, Response, TableImport
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.validation import AnswerError, AsGiven, check_as_given


def packed(sheets: Sequence[FileSheet]) -> bytes:
    return zlib.compress(json.dumps([sheet.to_json() for sheet in sheets], ensure_ascii=False).encode())


def unpacked(content: bytes | memoryview) -> list[FileSheet]:
    return [FileSheet.from_json(sheet) for sheet in json.loads(zlib.decompress(bytes(content)))]


@dataclass(frozen=True)
class ImportedRow:
    """A row, ready to be stored unless it has faults. `marks`: what it may be known by, the present key's first."""

    number: int
    checked: AsGiven
    faults: tuple[Fault, ...]
    marks: tuple[UUID, ...]
    language: str
    source: str

    @property
    def errors(self) -> tuple[AnswerError, ...]:
        return self.checked.errors


@dataclass
class ImportState:
    """All that the pages of an import show and decide. Read once per request."""

    table_import: TableImport
    remembered: Sequence[ImportMapping] = field(default_factory=list)

    @classmethod
    def of(cls, table_import: TableImport) -> "ImportState":
        found: QuerySet[ImportMapping] = ImportMapping.objects.filter(survey=table_import.survey).order_by("changed_at")
        return cls(table_import, list(found))

    @property
    def decisions(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.table_import.decisions
        return found

    @property
    def version(self) -> Instrument:
        """The version of the questionnaire that all of its forms show."""
        found: Instrument = self.table_import.version or self.table_import.survey.questionnaire
        return found

    @cached_property
    def document(self) -> Document:
        return document_of(self.version)

    @cached_property
    def headings(self) -> Headings:
        return headings_for(self.version)

    @cached_property
    def sheets(self) -> list[FileSheet]:
        return unpacked(self.table_import.content)

    @property
    def file_sheet(self) -> FileSheet:
        return self.sheets[min(int(self.decisions.get("sheet", 0)), len(self.sheets) - 1)]

    @property
    def heading(self) -> int:
        """The index of the row of headings."""
        return min(int(self.decisions.get("heading", self.file_sheet.heading)), len(self.file_sheet.lines) - 1)

    @cached_property
    def _made(self) -> tuple[Sheet, list[int]]:
        sheet, tags = make_sheet(self.file_sheet.lines, self.heading)
        sheet, labels = without_label_row(self.headings, sheet)
        return sheet, [*tags, *labels]

    @property
    def sheet(self) -> Sheet:
        return self._made[0]

    @property
    def rows_left_out(self) -> list[int]:
        """Numbers of rows that repeat the headings as labels or tags."""
        return self._made[1]

    @cached_property
    def _proposed(self) -> tuple[Mode, list[Column]]:
        known: dict[str, Target] = {}
        for mapping in self.remembered:
            for heading, key in mapping.columns.items():
                if target := target_of(self.document, key):
                    known[heading] = target
        left_out = names_left_out(self.version)
        return propose_for(self.headings, self.sheet, remembered=known, left_out=left_out)

    @property
    def mode(self) -> Mode:
        return self._proposed[0]

    @property
    def columns(self) -> list[Column]:
        """The proposals."""
        return self._proposed[1]

    @property
    def program(self) -> str:
        return program_of(self.sheet.headings)

    @cached_property
    def targets(self) -> list[Target | None]:
        """What was confirmed for each column, else what is proposed."""
        confirmed = self.decisions.get("targets")
        if confirmed is None or len(confirmed) != len(self.columns):
            return [column.target for column in self.columns]
        return [target_of(self.document, key) or OUT for key in confirmed]

    @property
    def is_mapped(self) -> bool:
        return len(self.decisions.get("targets") or ()) == len(self.columns)

    @cached_property
    def values(self) -> dict[str, dict[str, str]]:
        """What was decided for values, now or for an earlier table."""
        found: dict[str, dict[str, str]] = {}
        for values in (*(mapping.values for mapping in self.remembered), self.decisions.get("values", {})):
            for key, known in values.items():
                found.setdefault(key, {}).update(known)
        return found

    def mark(self, kind: str, at: int) -> str:
        """The decimal sign ("signs") or the order of dates ("orders") that was chosen for a column; blank for none."""
        heading = self.sheet.headings[at]
        chosen = self.decisions.get(kind, {}).get(str(at))
        known = next(
            (m.marks[kind][heading] for m in reversed(self.remembered) if heading in m.marks.get(kind, {})), ""
        )
        return str(chosen or known)

    @cached_property
    def reader(self) -> Reader:
        signs = {at: sign for at in range(len(self.columns)) if (sign := self.mark("signs", at))}
        orders = {at: order for at in range(len(self.columns)) if (order := self.mark("orders", at))}
        decided = Decisions([target or OUT for target in self.targets], self.values, signs, orders)  # type: ignore[arg-type]
        return Reader(self.document, self.sheet, decided)

    def rows(self, *, as_given: bool = False) -> Iterator[ImportedRow]:
        """The rows with their answers, checked; with `as_given` what breaks a rule is kept, and invalid."""
        for row in self.reader.rows():
            faults = tuple(fault for fault in row.faults if not (as_given and fault.code == "not_this_calendar"))
            checked = check_as_given(self.document, row.raw, None if as_given else (), self.table_import.survey.today)
            if as_given:
                _keep_faults(row, checked)
            yield ImportedRow(row.number, checked, faults, self._marks(row.number), row.language, row.source)

    def _marks(self, number: int) -> tuple[UUID, ...]:
        marks = self.file_sheet.marks
        text = marks[number - 1] if number - 1 < len(marks) else ""
        return tuple(UUID(hex=mark[:32]) for mark in text.split())

    def known(self) -> set[UUID]:
        """The marks of the responses that the survey has."""
        return set(Response.objects.filter(survey=self.table_import.survey).values_list("uuid", flat=True))

    def to_remember(self) -> tuple[dict[str, str], dict[str, dict[str, str]], dict[str, dict[str, str]]]:
        """(columns, values, marks) for the next table. Of values only those that mean an option."""
        columns = {
            heading: target.key
            for heading, target in zip(self.sheet.headings, self.targets, strict=True)
            if target and heading
        }
        values = {
            key: {value: option for value, option in known.items() if option not in (KEEP_WORDS, LEAVE_OUT)}
            for key, known in self.values.items()
        }
        marks = {
            kind: {self.sheet.headings[int(at)]: mark for at, mark in self.decisions.get(kind, {}).items()}
            for kind in ("signs", "orders")
        }
        return columns, {key: known for key, known in values.items() if known}, marks


def _keep_faults(row: ReadRow, checked: AsGiven) -> None:
    """Dates that cannot be read are invalid, too, where they passed for dates."""
    for fault in row.faults:
        for key, value in list(checked.answers.items()):
            if fault.code == "not_this_calendar" and row.raw.get(key) == fault.value:
                del checked.answers[key]
                checked.invalid[key] = {"given": value, "code": "not_date"}
