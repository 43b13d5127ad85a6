"""The workbook that translators fill in: the texts of one assessment in one language, out and in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils.translation import gettext as _
from openpyxl import Workbook

from assessments.models import Assessment
from ctnat.ui.languages import direction, english_name
from ctnat.ui.tables import TableError, read_workbook
from indicators.services.checks import LONGEST_TEXT
from indicators.translation_states import TextState
from instruments.workbooks import to_bytes, widths, write_row

COLUMNS = ("key", "where", "language", "original", "translation", "state", "original mark")
MOST_CELLS = 50_000  # 7 columns of 7,000 texts
ABOUT, TEXTS = "About", "Texts"
HOW = "Write the translation into the column “translation”. Leave it blank to keep what is stored."


def to_sheet(assessment: Assessment, language: str, states: Iterable[TextState]) -> bytes:
    """An XLSX with one row per text; the sheet runs from right to left where the language does."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(TEXTS)
    sheet.sheet_view.rightToLeft = direction(language) == "rtl"
    write_row(sheet, COLUMNS, bold=True)
    for state in states:
        text = state.text
        row = (text.key, text.place, text.language, text.words, state.target, state.state, state.source_mark)
        write_row(sheet, row, wrap=True)
    widths(sheet, (22, 26, 10, 60, 60, 10, 14))
    sheet.freeze_panes = "A2"
    about = book.create_sheet(ABOUT)
    for line in (
        ("assessment", assessment.reference),
        ("language", language),
        ("name", english_name(language)),
        ("how", HOW),
    ):
        write_row(about, line)
    widths(about, (12, 80))
    return to_bytes(book)


@dataclass(frozen=True)
class Change:
    """A translation that the workbook changes. `stale`: its original was changed after the workbook was made."""

    state: TextState
    after: str
    made_from: str
    stale: bool


@dataclass
class SheetPlan:
    """What importing a workbook would do. With a fault, nothing may be imported."""

    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unchanged: int = 0


def read_sheet(assessment: Assessment, language: str, states: Iterable[TextState], content: bytes) -> SheetPlan:
    """Check a translator's workbook against the texts as they are now. A blank cell leaves a translation as it is."""
    plan = SheetPlan()
    try:
        book = read_workbook(content, cells=MOST_CELLS)
    except TableError as error:
        plan.faults.append(str(error))
        return plan
    plan.faults += _about_faults(assessment, language, book.get(ABOUT))
    rows = book.get(TEXTS) or []
    missing = [name for name in ("key", "translation", "original mark") if not rows or name not in rows[0]]
    if missing:
        plan.faults.append(
            _("The sheet {texts} needs the columns {missing}. Use the workbook downloaded from this page.").format(
                texts=TEXTS, missing=", ".join(missing)
            )
        )
    if plan.faults:
        return plan
    known = {state.text.key: state for state in states}
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip_longest(rows[0], row, fillvalue=""))
        key, text, made_from = (cells[name].strip() for name in ("key", "translation", "original mark"))
        if not key:
            if any(row):
                plan.faults.append(
                    _("Row {number}: the key is missing. Do not change the first column.").format(number=number)
                )
        elif key in seen:
            plan.faults.append(
                _("Row {number}: {key} appears twice. Delete one of the rows.").format(number=number, key=key)
            )
        elif not text or (key in known and text == known[key].target):
            plan.unchanged += 1
        elif key not in known:
            plan.faults.append(
                _("Row {number}: {key} is no longer a text of this assessment. Delete the row.").format(
                    number=number, key=key
                )
            )
        elif len(text) > LONGEST_TEXT:
            plan.faults.append(
                _(
                    "Row {number}: the translation has {n:,} characters; the limit is {longest_text:,}. Shorten it."
                ).format(number=number, n=len(text), longest_text=LONGEST_TEXT)
            )
        else:
            mark = known[key].source_mark
            plan.changes.append(Change(known[key], text, made_from[:16] or mark, bool(made_from) and made_from != mark))
        seen.add(key)
    return plan


def _about_faults(assessment: Assessment, language: str, about: list[list[str]] | None) -> list[str]:
    given = {row[0]: row[1] for row in about or () if len(row) > 1}
    if not given:
        return [_("The sheet {about} is missing. Use the workbook downloaded from this page.").format(about=ABOUT)]
    return [
        _("The file is for {name} {get!r}; this page is for {value!r}. Upload it there.").format(
            name=name, get=given.get(name, ""), value=value
        )
        for name, value in {"assessment": assessment.reference, "language": language}.items()
        if given.get(name) != value
    ]
