"""Fill in the workbook of a language, as its translator does."""

from collections.abc import Callable
from io import BytesIO

import openpyxl


def fill_in(content: bytes, translate: Callable[[str], str]) -> bytes:
    """The workbook with `translate(English)` wherever a text is missing."""
    book = openpyxl.load_workbook(BytesIO(content))
    for sheet in book.worksheets[:-1]:  # the last one says how it is filled in
        names = [cell.value for cell in sheet[1]]
        key, form, english, text = (names.index(name) for name in ("key", "form", "English", "text"))
        rows = list(sheet.iter_rows(min_row=2))
        of_many = {row[key].value: row[english].value for row in rows if row[form].value == "other"}
        for row in rows:
            if not row[text].value:  # a form for one may stand for more numbers than one
                source = row[english].value if row[form].value == "=0" else of_many.get(row[key].value)
                row[text].value = translate(source or row[english].value)
    filled = BytesIO()
    book.save(filled)
    return filled.getvalue()
