"""The sheets of an uploaded XLSForm: a workbook, old or new, a CSV file, or a ZIP archive with either.

In an archive, further CSV files are lists of options that the form names (`select_one_from_file`).

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
    read_delimited,
    read_old_workbook,
    read_workbook,
)
from instruments.xlsform.names import EXTERNAL

MOST_CELLS = 100_000  # forms with lists of places have as many
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")  # how every .xls begins, and every workbook with a password
SHEETS = {  # part of a file's name -> the sheet that it is; the first that fits
    "external_choice": EXTERNAL,
    "itemset": EXTERNAL,
    "choice": "choices",
    "option": "choices",
    "setting": "settings",
    "survey": "survey",
    "question": "survey",
}
WORKBOOKS = (".xlsx", ".xlsm", ".xls")
Sheets = dict[str, list[list[str]]]


def read_form(content: bytes, name: str) -> Sheets:
    """Name of a sheet -> its rows of cells. Raises `TableError`."""
    if content[:2] == b"PK" and _is_archive(content):
        return _from_archive(content)
    if content[:2] == b"PK" or content.startswith(OLD_WORKBOOK) or not name.lower().endswith((".csv", ".txt")):
        return _workbook(content)
    return _from_csv(read_delimited(content, name).rows)


def _is_archive(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" not in archive.namelist()  # which a workbook has
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _from_archive(content: bytes) -> Sheets:
    """The sheets of the form in an archive, and its other CSV files by name, in small letters.

    Without a workbook, each sheet is a CSV file, called by what its name contains: `form_choices.csv` is `choices`.
    """
    sheets: Sheets = {}
    lists: Sheets = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise TableError(
                    _("The archive is too large. Keep only the form and its CSV files, and upload it again.")
                )
            files = [(part, PurePosixPath(part.filename)) for part in parts]
            files = [(part, path) for part, path in files if not path.name.startswith((".", "~"))]
            workbooks = [part for part, path in files if path.suffix.lower() in WORKBOOKS]
            sheets = next(filter(None, (_form_in(archive.read(part)) for part in workbooks)), {})
            in_parts = not sheets
            for part, path in files:
                if path.suffix.lower() != ".csv":
                    continue
                sheet = next((sheet for word, sheet in SHEETS.items() if word in path.stem.lower()), path.stem)
                try:
                    rows = read_delimited(archive.read(part), path.name).rows
                except TableError:
                    if in_parts and sheet in SHEETS.values():
                        raise
                    continue  # no list of options; a question that names it is left out
                if in_parts or sheet == EXTERNAL:
                    sheets.setdefault(sheet, rows)
                lists.setdefault(path.name.lower(), rows)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(
            _("The archive cannot be read: it is damaged or protected by a password. Make it again, and upload it.")
        ) from None
    if "survey" not in sheets:
        raise TableError(
            _(
                "The archive has no form. It needs a workbook with the sheet “survey”, or the files survey.csv and "
                "choices.csv."
            )
        )
    return lists | sheets


def _form_in(content: bytes) -> Sheets:
    """The sheets of a workbook that is a form; nothing of another."""
    try:
        found = _workbook(content)
    except TableError:
        return {}
    lower = {name.strip().lower(): rows for name, rows in reversed(list(found.items()))}
    return {**found, "survey": lower["survey"]} if "survey" in lower else {}


def _workbook(content: bytes) -> Sheets:
    if content.startswith(OLD_WORKBOOK):
        return read_old_workbook(content, cells=MOST_CELLS)
    return read_workbook(content, cells=MOST_CELLS)


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
