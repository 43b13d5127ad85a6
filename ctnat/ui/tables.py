"""Spreadsheets and CSV read as text, with the row numbers that the sender's own program shows.

Cells lose their outer space, rows the blank cells at their end. The writing half is `ctnat/ui/cells.py`.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import xlrd
from charset_normalizer import from_bytes
from django.utils.translation import gettext as _
from openpyxl import load_workbook

ROW_LIMIT = 100_000  # rows with something in them
COLUMN_LIMIT = 1_000  # people's tables are narrower, and each cell costs memory
PART_LIMIT = 1_000  # files inside a workbook
UNPACKED_LIMIT = 30 * 1024 * 1024  # bytes; a small XLSX can unpack to gigabytes
CELLS_LIMIT = 1_000_000  # cells of a CSV with something in them
SEPARATORS_LIMIT = 3_000_000  # of a CSV: blank cells cost memory, too
WORKBOOK_CELLS = 50_000  # the same of a workbook, whose reading costs fifty times as much; larger tables come as CSV
TAGS_PER_CELL = 15  # of the XML in a workbook: a cell, its text, its share of row and styles
TAGS_LIMIT = 100_000  # beside the cells: styles, theme, names
NO_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
OLD_WORKBOOK_LIMIT = 4 * 1024 * 1024  # bytes of an .xls: what its parser needs follows its size
TEXT_LIMIT = 30_000_000  # characters of all cells together, because many cells may share one long text
CELL_LIMIT = 1_000_000  # characters
ENOUGH, SAMPLE = 200_000, 50_000  # bytes that tell the encoding of a file, characters that tell its separator
MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# In which spreadsheets are saved as CSV, by the language of the computer: encoding -> languages.
_CODE_PAGES = {
    "cp1252": "en fr es pt de it nl sv da nb no nn fi id ms sw ca gl eu is ga af",
    "mac_roman": "en fr es pt de it nl sv da nb no nn fi id ms sw ca gl eu is ga af",
    "cp1251": "ru uk be bg sr mk kk ky tg mn",
    "mac_cyrillic": "ru uk be bg sr mk",
    "koi8_r": "ru",
    "cp1256": "ar fa ps ur ckb ug",
    "cp1254": "tr az",
    "cp1250": "pl cs sk hu sl hr bs ro sq sr",
    "cp1253": "el",
    "cp1255": "he yi",
    "cp1257": "lt lv et",
    "cp1258": "vi",
    "cp874": "th",
    "gb18030": "zh",
    "big5": "zh",
    "cp932": "ja",
    "cp949": "ko",
}
CODE_PAGES = {encoding: frozenset(languages.split()) for encoding, languages in _CODE_PAGES.items()}
SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?\r?\n", re.IGNORECASE)
LAST_ROW = 1_048_576  # of any worksheet; a damaged file may name a row far beyond


class TableError(ValueError):
    """The file cannot be read as a table; the message says what to do next."""


@dataclass(frozen=True)
class Table:
    """`rows` are (row number, column name -> text); the header is row 1; rows without any text are left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]

    @property
    def doubled(self) -> list[str]:
        """Columns that the header names more than once."""
        return sorted({name for name in self.header if name and self.header.count(name) > 1})


def read_table(content: bytes, name: str, *, workbook_cells: int = WORKBOOK_CELLS) -> Table:
    """The first sheet of `content`; `name` gives the format by its ending. Raises `TableError`."""
    lines = read_lines(content, name, workbook_cells=workbook_cells)
    header = tuple(lines[0])
    rows = [(number, dict(zip_longest(header, line, fillvalue=""))) for number, line in enumerate(lines[1:], 2) if line]
    return Table(header, tuple(rows))


def read_lines(content: bytes, name: str, *, workbook_cells: int = WORKBOOK_CELLS) -> list[list[str]]:
    """The same as rows of cells, the column names first, a blank row as an empty list."""
    if name.lower().endswith(".xlsx"):
        lines = next(iter(read_workbook(content, first_only=True, cells=workbook_cells).values()), [])
    else:
        lines = read_csv(content, name)
    if not lines or not lines[0]:
        raise TableError(_("“{name}” has no header row. Put the column names in the first row.").format(name=name))
    for number, line in enumerate(lines[1:], start=2):
        if len(line) > len(lines[0]):
            raise TableError(
                _("Row {number} has more cells than the header has columns. Check the separators.").format(
                    number=number
                )
            )
    return lines


def read_csv(content: bytes, name: str) -> list[list[str]]:
    """Rows of cells, a blank row as an empty list; separated by the one of comma, semicolon and tab of which the header
    has most. What other programs write is read by `read_delimited`."""
    text = _decoded(content, "utf-16" if content[:2] in MARKS_OF_UTF_16 else "utf-8-sig")
    return _delimited(text, max(",;\t", key=text.partition("\n")[0].count), name)


@dataclass(frozen=True)
class Delimited:
    """A CSV of any program, and how it was read. `is_sure`: the encoding was chosen, or is known from the file."""

    rows: list[list[str]]
    encoding: str
    separator: str
    is_sure: bool


def read_delimited(
    content: bytes,
    name: str,
    *,
    encoding: str = "",
    separator: str = "",
    languages: Iterable[str] = (),
    columns: int = COLUMN_LIMIT,
) -> Delimited:
    """A CSV in the given encoding and with the given separator, which may be a bar too; blank: the likeliest, by most
    of the rows, because a title may stand above the headings. Raises `TableError`.

    `languages`: in which its words may be; of several encodings that fit, one of theirs is the likeliest.
    """
    found, is_sure = (encoding, True) if encoding else _encoding_of(content, languages)
    text = _decoded(content, found)
    if stated := SEPARATOR_LINE.match(text):  # for Excel, not part of the table
        separator, text = separator or stated[1], "\n" + text[stated.end() :]
    separator = separator or _likeliest(text)
    return Delimited(_delimited(text, separator, name, columns), found, separator, is_sure)


def _delimited(text: str, separator: str, name: str, columns: int = COLUMN_LIMIT) -> list[list[str]]:
    if text.count(separator) > SEPARATORS_LIMIT:
        raise _too_many_cells(CELLS_LIMIT)
    csv.field_size_limit(CELL_LIMIT)
    try:
        return _rows(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _Budget(CELLS_LIMIT, columns))
    except csv.Error as error:
        raise TableError(
            _("“{name}” cannot be read as CSV ({error}). Save it again as “CSV UTF-8”, or as XLSX.").format(
                name=name, error=error
            )
        ) from None


def _encoding_of(content: bytes, languages: Iterable[str]) -> tuple[str, bool]:
    """(the encoding of a file, whether it is known from the file)."""
    if content[:2] in MARKS_OF_UTF_16:
        return "utf-16", True
    head = content[:ENOUGH]
    zeros = [head[at::2].count(0) for at in (0, 1)]
    if max(zeros) > len(head) // 8 > 8 * min(zeros):  # spaces, digits and separators have one, at every second place
        return "utf_16_be" if zeros[0] > zeros[1] else "utf_16_le", False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # of a text that a program can have written: no byte of a picture or a program is among them
        if not any(sign in head for sign in (b"\x00", b"\x01", b"\x02")):
            usual = {language.partition("-")[0] for language in languages}
            usual = usual - {"en"} or usual  # the letters of English tell nothing
            theirs = [encoding for encoding, spoken in CODE_PAGES.items() if spoken & usual]
            for encodings in (theirs, [*CODE_PAGES]):
                if encodings and (best := from_bytes(head, cp_isolation=encodings).best()):
                    return best.encoding, False
    return "utf-8-sig", True


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if not encoding.startswith("utf"):  # some bytes are no letter of it; the person sees them on the next page
            return content.decode(encoding, errors="replace")
        row = content[: error.start].count(b"\n") + 1
    raise TableError(_("Row {row} is not encoded in UTF-8. Save the table as “CSV UTF-8”, or as XLSX.").format(row=row))


def _likeliest(text: str) -> str:
    """The separator with which most of the first rows have the same number of cells, more than one."""
    head = "\n".join(text[:SAMPLE].split("\n")[:50])

    def regularity(separator: str) -> tuple[bool, float, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if row]
        except csv.Error:
            return False, 0.0, 0
        if not widths:
            return False, 0.0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return usual > 1, round(widths.count(usual) / len(widths), 1), usual

    return max(",;\t|", key=regularity)


def read_workbook(
    content: bytes, *, first_only: bool = False, cells: int = WORKBOOK_CELLS, columns: int = COLUMN_LIMIT
) -> dict[str, list[list[str]]]:
    """Sheet name -> rows of cells, a blank row as an empty list. Raises `TableError`.

    `cells` bounds those that hold something, over all sheets. A file beyond a bound is refused before it is unpacked,
    while its parts are counted through, which takes a tenth of a second for 30 MB, or while it is read: no part of a
    package unpacks to more than its directory says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise TableError(
                    _(
                        "The workbook is too large: unpacked, it is more than {size} MB. "
                        "Keep only the sheet that you need, or save it as CSV."
                    ).format(size=UNPACKED_LIMIT // 1024**2)
                )
            _count_parts(package, cells)
        budget = _Budget(cells, columns)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features of the workbook that reading cells does not need
            try:
                book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            except ValueError:  # some programs write styles that are not allowed; cells are read without them
                book = load_workbook(io.BytesIO(_without_styles(content)), read_only=True, data_only=True)
            return {sheet.title: _sheet(sheet, budget) for sheet in book.worksheets[: 1 if first_only else None]}
    except TableError:
        raise
    except Exception:  # the reader fails in many ways on a damaged file; each means the same to the sender
        raise TableError(
            _(
                "The file cannot be read as an Excel workbook (.xlsx): it is damaged, incomplete or another type of "
                "file. Open it in your spreadsheet program, save it again as .xlsx, and choose it again."
            )
        ) from None


def _without_styles(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as copy:
        for part in package.infolist():
            copy.writestr(part.filename, NO_STYLES if part.filename == "xl/styles.xml" else package.read(part))
    return out.getvalue()


def read_old_workbook(
    content: bytes, *, cells: int = WORKBOOK_CELLS, columns: int = COLUMN_LIMIT
) -> dict[str, list[list[str]]]:
    """`read_workbook` of a workbook as Excel wrote it until 2007 (.xls). Raises `TableError`."""
    if len(content) > OLD_WORKBOOK_LIMIT:
        raise TableError(
            _("The workbook (.xls) is larger than {size} MB. Save it as .xlsx, and choose it again.").format(
                size=OLD_WORKBOOK_LIMIT // 1024**2
            )
        )
    try:
        with xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), ragged_rows=True) as book:
            budget = _Budget(cells, columns)
            return {sheet.name: _rows(_old_rows(sheet, book.datemode), budget) for sheet in book.sheets()}
    except TableError:
        raise
    except Exception:  # as above
        raise TableError(
            _(
                "The file cannot be read as an Excel workbook (.xls): it is damaged, protected by a password or "
                "another type of file. Open it in your spreadsheet program, save it as .xlsx, and choose it again."
            )
        ) from None


def _old_rows(sheet: Any, datemode: int) -> Iterator[list[Any]]:
    kinds: Mapping[int, Callable[[Any], Any]] = {
        xlrd.XL_CELL_BOOLEAN: bool,
        xlrd.XL_CELL_DATE: lambda value: xlrd.xldate_as_datetime(value, datemode),
        xlrd.XL_CELL_ERROR: lambda value: None,
    }
    for number in range(sheet.nrows):
        yield [kinds.get(cell.ctype, lambda value: value)(cell.value) for cell in sheet.row(number)]


def _count_parts(package: zipfile.ZipFile, cells: int) -> None:
    """Raises `TableError` where the XML is more than `cells` need. Parsing it would take seconds to find that out."""
    tags = filled = 0
    for part in package.infolist():
        with package.open(part) as content:
            end = b""
            while block := content.read(1024 * 1024):
                tags += block.count(b"<")
                for mark in (b"<v>", b"<is>"):  # a value or a text in a cell, as nearly all programs spell it
                    filled += block.count(mark) + (end[1 - len(mark) :] + block[: len(mark) - 1]).count(mark)
                end = block[-3:]
                if filled > cells:
                    raise _too_many_cells(cells)
                if tags > cells * TAGS_PER_CELL + TAGS_LIMIT:
                    raise TableError(
                        _(
                            "The workbook is too large: it has many thousand blank or formatted cells. Copy the table "
                            "into a new workbook, or save it as CSV."
                        )
                    )


def _too_many_cells(limit: int) -> TableError:
    return TableError(
        _(
            "The file has more than {limit} cells. Delete everything that is not part of the table, or "
            "split it; as CSV a table may be larger than as a workbook."
        ).format(limit=f"{limit:,}")
    )


class _Budget:
    """What is left of the cells and characters that one file may hold, and how many `columns` a row may have."""

    def __init__(self, cells: int, columns: int = COLUMN_LIMIT):
        self.limit, self.cells, self.characters, self.columns = cells, cells, TEXT_LIMIT, columns

    def spend(self, text: str) -> str:
        """`text`, counted. Raises `TableError`."""
        self.cells -= bool(text)
        self.characters -= len(text)
        if self.cells < 0:
            raise _too_many_cells(self.limit)
        if self.characters < 0 or len(text) > CELL_LIMIT:
            raise TableError(_("The cells contain too much text. Delete everything that is not part of the table."))
        return text


def _sheet(sheet: Any, budget: _Budget) -> list[list[str]]:
    sheet.reset_dimensions()  # the stored size may be wrong, and wrong by millions of rows
    return _rows(sheet.iter_rows(values_only=True), budget)


def _rows(lines: Iterable[Iterable[Any]], budget: _Budget) -> list[list[str]]:
    """Each line as text. Blank lines at the end, which some programs write by the hundred thousand, are left out."""
    rows: list[list[str]] = []
    filled = 0
    for number, line in enumerate(lines):
        if number == LAST_ROW:
            raise TableError(
                _("The table continues beyond row {row}. Delete the blank rows at its end.").format(row=LAST_ROW)
            )
        cells = [budget.spend(_text(value)) for value in line]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > budget.columns:
            raise TableError(
                _("Row {number} has more than {limit} cells. Delete everything that is not part of the table.").format(
                    number=number + 1, limit=budget.columns
                )
            )
        if filled > ROW_LIMIT:  # the header is not counted
            raise TableError(
                _("The table has more than {limit} rows. Split it into several files.").format(limit=ROW_LIMIT)
            )
        if number - len(rows) > ROW_LIMIT:
            raise TableError(
                _("Row {number} follows more than {limit} blank rows. Delete those rows.").format(
                    number=number + 1, limit=ROW_LIMIT
                )
            )
        filled += 1
        rows += [[] for _ in range(number - len(rows))]
        rows.append(cells)
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | datetime) else str(value).strip()
