"""The workbook that translators fill in: one language of one version, out and in."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from instruments.models import Instrument
from instruments.schema import source_language
from instruments.texts import mark, texts, translation_faults
from instruments.translation_sheets import SheetPlan, read_rows, write_sheets
from instruments.translation_states import text_states

COLUMNS = {"key": 14, "where": 26, "source": 60, "target": 60, "state": 10, "source mark": 14}  # widths
HOW = "Write the translation into the column “target”. Keep words in curly braces, such as {country}."


def to_sheet(instrument: Instrument, language: str) -> bytes:
    """An XLSX with one row per text."""
    rows = (
        (
            text.key,
            text.place if text.shown else f"{text.place} (label of charts)",
            text.source,
            text.target,
            text.state,
            mark(text.source),
        )
        for text in text_states(instrument, language)
    )
    return write_sheets(language, columns=COLUMNS, rows=rows, belongs_to=_belongs_to(instrument, language), how=HOW)


def _belongs_to(instrument: Instrument, language: str) -> dict[str, str]:
    return {
        "kind": instrument.kind,
        "key": instrument.key,
        "version": str(instrument.version),
        "language": language,
    }


@dataclass(frozen=True)
class Change:
    """A text that the sheet changes. `stale`: its source text was changed after the sheet was made."""

    key: str
    source: str
    before: str
    after: str
    made_from: str
    stale: bool


def read_sheet(instrument: Instrument, language: str, content: bytes) -> SheetPlan[Change]:
    """Check a translator's workbook against the version as it is now. A blank target leaves the text as it is."""
    plan: SheetPlan[Change] = SheetPlan()
    known = dict(texts(instrument.shown_definition))
    source = source_language(instrument.definition)
    needed = ("key", "target", "source mark")
    for number, cells in read_rows(content, plan, needed=needed, belongs_to=_belongs_to(instrument, language)):
        key = cells["key"]
        if key not in known:
            plan.faults.append(_("Row {number}: {key} is not a text of this version.").format(number=number, key=key))
        else:
            _plan_row(plan, number, key, cells["target"], cells["source mark"], known[key], language, source)
    return plan


def _plan_row(
    plan: SheetPlan[Change],
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
