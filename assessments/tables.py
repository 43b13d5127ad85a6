"""Rows of an uploaded table (CSV or XLSX) as text, with the row numbers that the sender's own program shows."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

ROW_LIMIT = 100_000
UNPACKED_LIMIT = 300 * 1024 * 1024  # bytes; a small XLSX can unpack to gigabytes
CELL_LIMIT = 1_000_000  # characters


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


def read_table(content: bytes, name: str) -> Table:
    """The first sheet of `content`; `name` gives the format by its ending. Raises `TableError`."""
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content, name)
    numbered = iter(enumerate(lines, start=1))
    header = next((tuple(cell.strip() for cell in line) for _, line in numbered), ())
    if not any(header):
        raise TableError(f"“{name}” has no header row. Name the columns in its first row.")
    rows: list[tuple[int, dict[str, str]]] = []
    for number, line in numbered:
        if any(cell.strip() for cell in line[len(header) :]):
            raise TableError(f"Row {number} has more cells than the header has columns. Check its separators.")
        if any(cell.strip() for cell in line):
            rows.append((number, dict(zip(header, line, strict=False))))
        if len(rows) > ROW_LIMIT:
            raise TableError(f"The table has more than {ROW_LIMIT} rows. Split it into several files.")
    return Table(header, tuple(rows))


def _csv(content: bytes, name: str) -> Iterator[list[str]]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise TableError(f"Row {row} is not in UTF-8. Save the table as “CSV UTF-8”, or as XLSX.") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    csv.field_size_limit(CELL_LIMIT)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise TableError(
            f"“{name}” cannot be read as CSV ({error}). Save it anew as “CSV UTF-8”, or as XLSX."
        ) from None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    broken = TableError("The file cannot be read as XLSX. Open it in your spreadsheet program and save it anew.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > UNPACKED_LIMIT:
                raise TableError("The workbook is too large. Keep only the sheet with the answers, or save it as CSV.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features of the workbook that reading cells does not need
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            lines = [_texts(row) for row in _cells(book)]
    except TableError:
        raise
    except Exception:  # the reader fails in many ways on a damaged file; each means the same to the sender
        raise broken from None
    yield from lines


def _cells(book: Any) -> Iterable[Any]:
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # the stored size may be wrong, and wrong by millions of rows
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number > ROW_LIMIT + 1000:
            return
        yield row


def _texts(row: Iterable[Any]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
