"""The sheets of an uploaded XLSForm: a workbook, old or new, a CSV file, or CSV files in a ZIP archive.

The content decides what a file is, not the end of its name.
"""

import io
import zipfile
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from ctnat.ui.tables import (
    PART_LIMIT,
    UNPACKED_LIMIT,
    TableError,
    read_csv,
    read_old_workbook,
    read_workbook,
)

MOST_CELLS = 100_000  # forms with lists of places have as many
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")  # how every .xls begins, and every workbook with a password
SHEETS = {"choice": "choices", "option": "choices", "setting": "settings", "survey": "survey", "question": "survey"}
Sheets = dict[str, list[list[str]]]


def read_form(content: bytes, name: str) -> Sheets:
    """Name of a sheet -> its rows of cells. Raises `TableError`."""
    if content.startswith(OLD_WORKBOOK):
        return read_old_workbook(content, cells=MOST_CELLS)
    if content[:2] == b"PK" and _holds_csv(content):
        return _from_archive(content)
    if content[:2] == b"PK" or not name.lower().endswith((".csv", ".txt")):
        return read_workbook(content, cells=MOST_CELLS)
    return _from_csv(read_csv(content, name, any_program=True))


def _holds_csv(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _from_archive(content: bytes) -> Sheets:
    """A sheet for each CSV file, called by what its name contains: `form_choices.csv` is the sheet `choices`."""
    sheets: Sheets = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise TableError(
                    _("The archive is too large. Keep only the CSV files of the form, and upload it again.")
                )
            for part in parts:
                path = PurePosixPath(part.filename)
                if path.suffix.lower() != ".csv" or path.name.startswith("."):
                    continue
                sheet = next((sheet for word, sheet in SHEETS.items() if word in path.stem.lower()), path.stem)
                sheets.setdefault(sheet, read_csv(archive.read(part), path.name, any_program=True))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(
            _("The archive cannot be read: it is damaged or protected by a password. Make it again, and upload it.")
        ) from None
    if "survey" not in sheets:
        raise TableError(
            _("The archive has no file survey.csv. An XLSForm in CSV files has survey.csv and choices.csv.")
        )
    return sheets


def _from_csv(rows: list[list[str]]) -> Sheets:
    """One file with every sheet, each begun by a row with its name alone in the first column; or the sheet `survey`."""
    if "type" in {cell.lower() for row in rows[:5] for cell in row[:1]}:
        return {"survey": rows}
    sheets: Sheets = {}
    here: list[list[str]] = []
    for row in rows:
        if len(row) == 1 and row[0]:
            here = sheets.setdefault(row[0], [])
        else:
            here.append(row[1:])
    return sheets or {"survey": rows}
