"""The workbook that translators fill in, whatever its texts belong to: its sheets, and the check of its rows.

A sheet of texts has one row per text, with its key in the column "key". The sheet "About" says what the texts belong
to, so that a file is not uploaded to the wrong page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import zip_longest
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from ctnat.ui.languages import direction, english_name
from ctnat.ui.tables import TableError, read_workbook
from ctnat.ui.workbook import Workbook

LARGEST_FILE = 5 * 1024 * 1024  # bytes, as uploaded
MOST_CELLS = 50_000  # 7 columns of 7,000 texts; the survey of 2016 has 265
ABOUT, TEXTS = "About", "Texts"
C = TypeVar("C")


@dataclass
class SheetPlan(Generic[C]):
    """What importing a workbook would do. With a fault, nothing may be imported."""

    changes: list[C] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unchanged: int = 0


def write_sheets(
    language: str,
    *,
    columns: Mapping[str, int],
    rows: Iterable[Sequence[Any]],
    belongs_to: Mapping[str, str],
    how: str,
) -> bytes:
    """An XLSX with one sheet of texts. `columns`: name -> width."""
    return write_book(language, columns=columns, sheets={TEXTS: rows}, belongs_to=belongs_to, how=[how])


def write_book(
    language: str,
    *,
    columns: Mapping[str, int],
    sheets: Mapping[str, Iterable[Sequence[Any]]],
    belongs_to: Mapping[str, str],
    how: Iterable[str],
) -> bytes:
    """An XLSX with several sheets of texts. They run from right to left where the language does."""
    target = BytesIO()
    with Workbook(target, title=" ".join(belongs_to.values()), creator="CT-NAT") as book:
        for name, rows in sheets.items():
            wide = tuple(columns.values())
            book.sheet(name, tuple(columns), rows, widths=wide, right_to_left=direction(language) == "rtl")
        about = [*belongs_to.items(), ("name", english_name(language)), *(("how", line) for line in how)]
        book.sheet(ABOUT, about[0], about[1:], widths=(12, 80))
    return target.getvalue()


def read_rows(
    content: bytes, plan: SheetPlan[Any], *, needed: Sequence[str], belongs_to: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(number, column -> cell) of each row with a key of its own, of a workbook with one sheet of texts.

    What is wrong is added to the plan's faults. No row is read from a file that belongs to something else or lacks one
    of the `needed` columns.
    """
    for _sheet, number, cells in read_book(content, plan, needed=needed, belongs_to=belongs_to, sheets=(TEXTS,)):
        yield number, cells


def read_book(
    content: bytes,
    plan: SheetPlan[Any],
    *,
    needed: Sequence[str],
    belongs_to: Mapping[str, str],
    sheets: Sequence[str],
    key_columns: Sequence[str] = ("key",),
) -> Iterator[tuple[str, int, dict[str, str]]]:
    """(sheet, number, column -> cell) of each row, of a workbook with several sheets of texts, of which some may have
    been left out. `key_columns` together are the key of a row; the first of them is never blank.
    """
    try:
        book = read_workbook(content, cells=MOST_CELLS)
    except TableError as error:
        plan.faults.append(str(error))
        return
    plan.faults += _about_faults(belongs_to, book.get(ABOUT))
    for name in [name for name in sheets if name in book] or sheets[:1]:
        rows = book.get(name) or []
        missing = [column for column in needed if not rows or column not in rows[0]]
        if missing:
            plan.faults.append(
                _("The sheet {sheet} needs the columns {missing}. Use the workbook downloaded from this page.").format(
                    sheet=name, missing=", ".join(missing)
                )
            )
    if plan.faults:
        return
    for name in sheets:
        before = f"{name}: " if len(sheets) > 1 else ""
        seen: set[tuple[str, ...]] = set()
        for number, row in enumerate((book.get(name) or [])[1:], 2):
            cells = dict(zip_longest(book[name][0], row, fillvalue=""))
            key = tuple(cells[column] for column in key_columns)
            if not key[0]:
                if any(row):
                    plan.faults.append(
                        before
                        + _("Row {number}: the key is missing. Do not change the first column.").format(number=number)
                    )
            elif key in seen:
                plan.faults.append(
                    before
                    + _("Row {number}: {key} appears twice. Delete one of the rows.").format(
                        number=number, key=" ".join(part for part in key if part)
                    )
                )
            else:
                yield name, number, cells
            seen.add(key)


def _about_faults(belongs_to: Mapping[str, str], about: list[list[str]] | None) -> list[str]:
    given = {row[0]: row[1] for row in about or () if len(row) > 1}
    if not given:
        return [_("The sheet {sheet} is missing. Use the workbook downloaded from this page.").format(sheet=ABOUT)]
    return [
        _("The file is for {name} {given!r}; this page is for {expected!r}. Upload it there.").format(
            name=name, given=given.get(name, ""), expected=value
        )
        for name, value in belongs_to.items()
        if given.get(name) != value
    ]
