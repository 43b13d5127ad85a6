"""The workbook that translators fill in: the texts of one assessment in one language, out and in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import Assessment
from indicators.services.checks import LONGEST_TEXT
from indicators.translation_states import TextState
from instruments.translation_sheets import SheetPlan, read_rows, write_sheets

COLUMNS = {  # widths
    "key": 22, "where": 26, "language": 10, "original": 60, "translation": 60, "state": 10, "original mark": 14
}  # fmt: skip
HOW = "Write the translation into the column “translation”. Leave it blank to keep what is stored."


def to_sheet(assessment: Assessment, language: str, states: Iterable[TextState]) -> bytes:
    """An XLSX with one row per text."""
    rows = (
        (
            state.text.key,
            state.text.place,
            state.text.language,
            state.text.words,
            state.target,
            state.state,
            state.source_mark,
        )
        for state in states
    )
    return write_sheets(language, columns=COLUMNS, rows=rows, belongs_to=_belongs_to(assessment, language), how=HOW)


def _belongs_to(assessment: Assessment, language: str) -> dict[str, str]:
    return {"assessment": assessment.reference, "language": language}


@dataclass(frozen=True)
class Change:
    """A translation that the workbook changes. `stale`: its original was changed after the workbook was made."""

    state: TextState
    after: str
    made_from: str
    stale: bool

    @property
    def key(self) -> str:
        return self.state.key

    @property
    def source(self) -> str:
        return self.state.source

    @property
    def source_language(self) -> str:
        return self.state.source_language

    @property
    def before(self) -> str:
        return self.state.target


def read_sheet(assessment: Assessment, language: str, states: Iterable[TextState], content: bytes) -> SheetPlan[Change]:
    """Check a translator's workbook against the texts as they are now. A blank cell leaves a translation as it is."""
    plan: SheetPlan[Change] = SheetPlan()
    known = {state.text.key: state for state in states}
    needed = ("key", "translation", "original mark")
    for number, cells in read_rows(content, plan, needed=needed, belongs_to=_belongs_to(assessment, language)):
        key, text, made_from = (cells[name] for name in needed)
        if not text or (key in known and text == known[key].target):
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
    return plan
