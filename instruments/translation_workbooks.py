"""The workbook that translators fill in: one language of one version, out and in."""

from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils.translation import gettext as _
from openpyxl import Workbook

from ctnat.ui.languages import direction, english_name
from ctnat.ui.tables import TableError, read_workbook
from instruments.models import Instrument
from instruments.schema import source_language
from instruments.texts import mark, texts, translation_faults
from instruments.translation_states import text_states
from instruments.workbooks import to_bytes, widths, write_row

COLUMNS = ("key", "where", "source", "target", "state", "source mark")
MOST_CELLS = 50_000  # 6 columns of 8,000 texts; the survey of 2016 has 265
ABOUT, TEXTS = "About", "Texts"


def to_sheet(instrument: Instrument, language: str) -> bytes:
    """An XLSX with one row per text; the sheet runs from right to left where the language does."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(TEXTS)
    sheet.sheet_view.rightToLeft = direction(language) == "rtl"
    write_row(sheet, COLUMNS, bold=True)
    for text in text_states(instrument, language):
        where = text.place if text.shown else f"{text.place} (label of charts)"
        write_row(sheet, (text.key, where, text.source, text.target, text.state, mark(text.source)), wrap=True)
    widths(sheet, (14, 26, 60, 60, 10, 14))
    sheet.freeze_panes = "A2"
    about = book.create_sheet(ABOUT)
    for row in (
        ("kind", instrument.kind),
        ("key", instrument.key),
        ("version", str(instrument.version)),
        ("language", language),
        ("name", english_name(language)),
        ("how", "Write the translation into the column “target”. Keep words in curly braces, such as {country}."),
    ):
        write_row(about, row)
    widths(about, (12, 80))
    return to_bytes(book)


@dataclass(frozen=True)
class Change:
    """A text that the sheet changes. `stale`: its source text was changed after the sheet was made."""

    key: str
    source: str
    before: str
    after: str
    made_from: str
    stale: bool


@dataclass
class SheetPlan:
    """What importing a sheet would do. With a fault, nothing may be imported."""

    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unchanged: int = 0


def read_sheet(instrument: Instrument, language: str, content: bytes) -> SheetPlan:
    """Check a translator's workbook against the version as it is now. A blank target leaves the text as it is."""
    plan = SheetPlan()
    try:
        book = read_workbook(content, cells=MOST_CELLS)
    except TableError as error:
        plan.faults.append(str(error))
        return plan
    plan.faults += _about_faults(instrument, language, book.get(ABOUT))
    rows = book.get(TEXTS) or []
    missing = [name for name in ("key", "target", "source mark") if not rows or name not in rows[0]]
    if missing:
        plan.faults.append(
            _("The sheet {sheet} needs the columns {missing}. Use the workbook downloaded from this page.").format(
                sheet=TEXTS, missing=", ".join(missing)
            )
        )
    if plan.faults:
        return plan
    known = dict(texts(instrument.definition))
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip_longest(rows[0], row, fillvalue=""))
        key, target, made_from = cells["key"], cells["target"], cells["source mark"]
        if not key:
            if any(row):
                plan.faults.append(
                    _("Row {number}: the key is missing. Do not change the first column.").format(number=number)
                )
            continue
        if key in seen:
            plan.faults.append(
                _("Row {number}: {key} appears twice. Delete one of the rows.").format(number=number, key=key)
            )
        elif key not in known:
            plan.faults.append(_("Row {number}: {key} is not a text of this version.").format(number=number, key=key))
        else:
            _plan_row(
                plan, number, key, target, made_from, known[key], language, source_language(instrument.definition)
            )
        seen.add(key)
    return plan


def _about_faults(instrument: Instrument, language: str, about: list[list[str]] | None) -> list[str]:
    given = {row[0]: row[1] for row in about or () if len(row) > 1}
    wanted = {
        "kind": instrument.kind,
        "key": instrument.key,
        "version": str(instrument.version),
        "language": language,
    }
    if not given:
        return [_("The sheet {sheet} is missing. Use the workbook downloaded from this page.").format(sheet=ABOUT)]
    return [
        _("The file is for {name} {given!r}; this page is for {expected!r}. Upload it there.").format(
            name=name, given=given.get(name, ""), expected=value
        )
        for name, value in wanted.items()
        if given.get(name) != value
    ]


def _plan_row(
    plan: SheetPlan,
    number: int,
    key: str,
    target: str,
    made_from: str,
    text: dict[str, str],
    language: str,
    source_code: str,
) -> None:
    source, before = text[source_code], text.get(language, "").strip()
    if not target or target == before:
        plan.unchanged += 1
        return
    plan.faults += [
        _("Row {number}, {key}: {fault}").format(number=number, key=key, fault=fault)
        for fault in translation_faults(source, target)
    ]
    stale = made_from != mark(source)
    plan.changes.append(Change(key, source, before, target, made_from if stale else mark(source), stale))
