"""Spreadsheets in and out: text stays text, and a broken or oversized file is refused in plain words."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ctnat.ui.cells import write_text

LARGEST_FILE = 5 * 1024 * 1024  # bytes, as uploaded
LARGEST_CONTENT = 60 * 1024 * 1024  # bytes, unpacked: a small archive can unpack to gigabytes
MOST_ROWS = 20_000
MOST_COLUMNS = 200


class WorkbookError(ValueError):
    """A file that cannot be read as a workbook; the text says what to do."""


def write_row(sheet: Worksheet, values: Iterable[Any], *, bold: bool = False, wrap: bool = False) -> None:
    """Append a row. Text is stored as text whatever it begins with, so that no cell becomes a formula."""
    row = sheet.max_row + 1 if sheet.cell(1, 1).value is not None or sheet.max_row > 1 else 1
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            write_text(cell, value)
        else:
            cell.value = value
        if bold:
            cell.font = Font(bold=True)
        if wrap:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def widths(sheet: Worksheet, sizes: Sequence[int]) -> None:
    for column, size in enumerate(sizes, 1):
        sheet.column_dimensions[get_column_letter(column)].width = size


def to_bytes(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_workbook(content: bytes) -> dict[str, list[list[str]]]:
    """Sheet name -> rows of cells as text, outer space removed, blank rows kept. Raises `WorkbookError`."""
    if len(content) > LARGEST_FILE:
        raise WorkbookError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. Save it without pictures.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_CONTENT:
                raise WorkbookError("The file unpacks to far more than a workbook of this kind holds.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except WorkbookError:
        raise
    except Exception as error:  # a damaged archive fails in many ways inside the reader
        raise WorkbookError(
            "The file cannot be read as an Excel workbook (.xlsx): it is damaged, incomplete or of another kind. "
            "Save it again as .xlsx and upload that."
        ) from error


def _rows(sheet: Any) -> list[list[str]]:
    found: list[list[str]] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            raise WorkbookError(f"The sheet {sheet.title} has more than {MOST_ROWS} rows.")
        found.append([_text(value) for value in row])
    while found and not any(found[-1]):
        found.pop()
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value).strip()
