"""Notes typed elsewhere between their upload and their import: what the files say, what was decided, and the rows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Assessment
from ctnat.ui.days import DayMarks, Order, day_order
from interviews.guides import guide_of
from interviews.importing.columns import HEAD, MORE, OUT, Column, propose
from interviews.importing.files import SentFile, unpacked
from interviews.importing.rows import Entry, ReadRow, read_rows
from interviews.models import NotesImport
from interviews.word_notes import notes_in

ORDERS: tuple[Order, ...] = ("dmy", "mdy")
SAMPLES = 3


def word_entry(assessment: Assessment, file: SentFile) -> Entry:
    """The one interview of a Word file."""
    found = notes_in(assessment, file.paragraphs)
    return Entry(file.name, found.row, file.name, found.unplaced)


@dataclass
class ImportState:
    """All that the pages of an import show and decide. Read once per request."""

    notes_import: NotesImport

    @property
    def decisions(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.notes_import.decisions
        return found

    @cached_property
    def files(self) -> list[SentFile]:
        return unpacked(self.notes_import.content)

    @property
    def is_table(self) -> bool:
        return self.files[0].is_table

    @property
    def file_name(self) -> str:
        """Of the only file; of several the first."""
        return self.files[0].name

    @property
    def more_files(self) -> int:
        return len(self.files) - 1

    # -- a table -------------------------------------------------------------------------------------------------
    @cached_property
    def headings(self) -> list[str]:
        return [" ".join(cell.split()) for cell in self.files[0].lines[0]] if self.is_table else []

    @cached_property
    def lines(self) -> Sequence[tuple[int, Sequence[str]]]:
        """(row number, cells) of those that are not blank."""
        return [(number, line) for number, line in enumerate(self.files[0].lines[1:], start=2) if any(line)]

    @cached_property
    def columns(self) -> list[Column]:
        """The proposals."""
        if not self.is_table:
            return []
        filled = {at for _number, line in self.lines for at, cell in enumerate(line) if cell}
        return propose(self.notes_import.assessment, self.headings, filled)

    @property
    def is_mapped(self) -> bool:
        """Whether what each column is was confirmed, for the guide in use, or is beyond doubt."""
        return self._confirmed is not None or (
            all(column.is_sure for column in self.columns)
            and (not self.is_table or any(column.target == "date" for column in self.columns))
        )

    @property
    def _confirmed(self) -> list[str] | None:
        confirmed: list[str] | None = self.decisions.get("targets")
        known = {*self.possible, OUT}
        is_valid = confirmed is not None and len(confirmed) == len(self.columns) and known.issuperset(confirmed)
        return confirmed if is_valid else None

    @property
    def possible(self) -> list[str]:
        """What a column can be, beside being left out."""
        return [*HEAD, *MORE, *guide_of(self.notes_import.assessment).by_name]

    @property
    def targets(self) -> list[str | None]:
        """What was confirmed for each column, else what is proposed."""
        return [*(self._confirmed or (column.target for column in self.columns))]

    def samples(self, at: int) -> list[str]:
        """The first different values of a column."""
        cells = (line[at] for _number, line in self.lines if at < len(line) and line[at])
        return list(dict.fromkeys(cells))[:SAMPLES]

    def heading_of(self, target: str) -> str:
        """The heading under which the file has it; `target` itself for a Word file."""
        found = (at for at, one in enumerate(self.targets) if one == target)
        return next((self.headings[at] for at in found), target)

    # -- what the files say --------------------------------------------------------------------------------------
    @cached_property
    def entries(self) -> list[Entry]:
        if not self.is_table:
            return [word_entry(self.notes_import.assessment, file) for file in self.files]
        targets = self.targets
        return [
            Entry(
                _("Row {number}").format(number=number),
                {target: cell for target, cell in zip_longest(targets, line, fillvalue="") if target},
                self.file_name,
            )
            for number, line in self.lines
        ]

    @cached_property
    def days(self) -> DayMarks:
        return day_order(entry.date for entry in self.entries)

    @property
    def order(self) -> Order | None:
        """Of day and month, as it was said, else as all dates together show it."""
        said = self.decisions.get("order")
        if said in ORDERS:
            return said  # type: ignore[no-any-return]
        return self.days.order

    @property
    def is_ready(self) -> bool:
        """Whether the rows can be read: every column and the order of dates is known."""
        return self.is_mapped and self.order is not None

    @cached_property
    def rows(self) -> list[ReadRow]:
        rows = read_rows(self.notes_import.assessment, self.entries, self.order)
        if not self.is_table:
            return rows
        return [self._with_headings(row) for row in rows]

    def _with_headings(self, row: ReadRow) -> ReadRow:
        """Its faults under the headings of the file, where their author finds them."""
        return replace(row, faults=[replace(fault, column=self.heading_of(fault.column)) for fault in row.faults])

    @property
    def to_store(self) -> list[ReadRow]:
        return [row for row in self.rows if not row.known]

    @property
    def has_faults(self) -> bool:
        return any(row.faults for row in self.rows)

    @property
    def mark(self) -> str:
        """SHA-256 of all that the preview says and of the guide: where it differs, something has changed since."""
        assessment = self.notes_import.assessment
        told = [
            [row.entry.place, row.entry.file, repr(row.fields), row.organisation, row.sections, row.notes, row.known]
            + [[fault.column, fault.text] for fault in row.faults]
            for row in self.rows
        ]
        guide = guide_of(assessment).model_dump_json()
        text = json.dumps([assessment.guide_id, guide, self.notes_import.revision, told], ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()
