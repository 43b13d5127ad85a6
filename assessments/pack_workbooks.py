"""The workbook of a language: all texts that its readers see, out and in.

The sheets are those of the language packs; the survey's also holds the texts of the questionnaire, whose keys begin
with `QUESTIONNAIRE`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.packs import PackState, pack_states
from assessments.public_texts import SHEETS, with_blanks_of
from ctnat.translation.plurals import forms, numbers_of
from ctnat.ui.languages import direction
from instruments.models import Instrument
from instruments.schema import source_language
from instruments.texts import mark, translation_faults
from instruments.translation_sheets import SheetPlan, write_book
from instruments.translation_sheets import read_book as read_sheets
from instruments.translation_states import TextState, text_states

QUESTIONNAIRE = "questionnaire/"
WHOLE_SITE = "all of this site"
COLUMNS = {  # widths
    "key": 30, "part": 20, "form": 8, "English": 60, "text": 60, "state": 10, "note": 22, "English mark": 14
}  # fmt: skip
NEEDED = ("key", "form", "text", "English mark")
HOW = (
    "Write the text into the column “text”. A blank cell leaves what is stored.",
    "Keep what stands in curly braces, such as {country} or {{ country }}, and in [[square brackets]] unchanged.",
    "A text with a number has one row for each form of the language; the column “note” gives the numbers of each. "
    "{n} is the number; a form for several numbers must contain it. “=0” is for none at all.",
)
NAMES = {sheet: sheet.capitalize() for sheet in SHEETS}  # the same in all languages of members


def to_book(assessment: Assessment | None, language: str, questionnaire: Instrument | None = None) -> bytes:
    """An XLSX with one row per text and form; of the whole site without an assessment and a questionnaire."""
    sheets: dict[str, list[tuple[Any, ...]]] = {name: [] for name in NAMES.values()}
    for state in pack_states(assessment, language):
        sheets[NAMES[state.text.sheet]].append(_row(state))
    if questionnaire and language != source_language(questionnaire.definition):
        for text in text_states(questionnaire, language):
            key = f"{QUESTIONNAIRE}{text.key}"
            note = "" if text.shown else "label of charts"
            source = (text.source, text.target, text.state, note, mark(text.source))
            sheets[NAMES["survey"]].append((key, f"Questionnaire: {text.place}", "", *source))
    how = [f"The language is written {'from right to left' if direction(language) == 'rtl' else 'from left to right'}."]
    how += [f"Form “{form}”: {_numbers(language, form)}" for form in forms(language)]
    return write_book(
        language, columns=COLUMNS, sheets=sheets, belongs_to=_belongs_to(assessment, language), how=(*HOW, *how)
    )


def _row(state: PackState) -> tuple[Any, ...]:
    note = _numbers(state.language, state.form) if state.form and not state.form.startswith("=") else ""
    text = (state.source, state.target, state.state, note, state.source_mark)
    return (state.text.key, str(state.place), state.form, *text)


def _numbers(language: str, form: str) -> str:
    return ", ".join(map(str, numbers_of(language, form)))


def _belongs_to(assessment: Assessment | None, language: str) -> dict[str, str]:
    return {"assessment": assessment.reference if assessment else WHOLE_SITE, "language": language}


@dataclass(frozen=True)
class Change:
    """A text that the workbook changes. `before` is the one stored, `shipped` the one supplied with the program."""

    key: str
    source: str
    before: str
    after: str
    made_from: str
    stale: bool
    shipped: str = ""
    source_language: str = "en"


def read_book(
    assessment: Assessment | None,
    language: str,
    questionnaire: Instrument | None,
    content: bytes,
    *,
    may_translate: bool = False,
) -> SheetPlan[Change]:
    """Check a workbook against the texts as they are now. A blank cell leaves a text as it is.

    `may_translate`: whether the person may change the texts of the questionnaire.
    """
    plan: SheetPlan[Change] = SheetPlan()
    known = {(state.text.key, state.form): state for state in pack_states(assessment, language)}
    states = text_states(questionnaire, language) if questionnaire else ()
    asked = {f"{QUESTIONNAIRE}{state.key}": state for state in states}
    given: dict[str, dict[str, str]] = {}  # key -> form -> where it is
    rows = read_sheets(
        content,
        plan,
        needed=NEEDED,
        belongs_to=_belongs_to(assessment, language),
        sheets=tuple(NAMES.values()),
        key_columns=("key", "form"),
    )
    for sheet, number, cells in rows:
        key, form, text, made_from = (cells[name] for name in NEEDED)
        where = _("{sheet}, row {number}, {key}").format(sheet=sheet, number=number, key=key)
        if questionnaire and key in asked:
            _plan_question(plan, where, asked[key], text, made_from, questionnaire)
        elif state := known.get((key, form)):
            if _plan_text(plan, where, state, text, made_from):
                given.setdefault(key, {})[form] = where
        elif any(name == key for name, _form in known):
            if text:
                own = ", ".join(f"“{other}”" for name, other in known if name == key)
                plan.faults.append(
                    _("{where}: this text has no form “{form}” in this language, but {forms}. Delete the row.").format(
                        where=where, form=form or "–", forms=own
                    )
                )
        else:
            plan.faults.append(_("{where}: this text is no longer used. Delete the row.").format(where=where))
    plan.faults += _missing_forms(known, given)
    if not may_translate and any(change.key.startswith(QUESTIONNAIRE) for change in plan.changes):
        plan.faults.append(
            _(
                "The workbook changes texts of the questionnaire {questionnaire}, which your assessment does not own. "
                "Ask a lead to adapt it in step 2 and to use the new version, or leave these cells as they were."
            ).format(questionnaire=questionnaire)
        )
    return plan


def _plan_text(plan: SheetPlan[Change], where: str, state: PackState, text: str, made_from: str) -> bool:
    text = with_blanks_of(state.source, text)
    if not text or text == state.target:
        plan.unchanged += 1
        return False
    faults = state.text.faults(state.language, state.form, text)
    plan.faults += [_("{where}: {fault}").format(where=where, fault=fault) for fault in faults]
    current = state.source_mark
    stale = bool(made_from) and made_from != current
    plan.changes.append(
        Change(state.key, state.source, state.own, text, made_from[:16] or current, stale, state.shipped)
    )
    return True


def _plan_question(
    plan: SheetPlan[Change], where: str, state: TextState, text: str, made_from: str, questionnaire: Instrument
) -> None:
    if not text or text == state.target:
        plan.unchanged += 1
        return
    faults = translation_faults(state.source, text)
    plan.faults += [_("{where}: {fault}").format(where=where, fault=fault) for fault in faults]
    current = mark(state.source)
    stale = bool(made_from) and made_from != current
    key, language = f"{QUESTIONNAIRE}{state.key}", source_language(questionnaire.definition)
    plan.changes.append(
        Change(key, state.source, state.target, text, made_from[:16] or current, stale, source_language=language)
    )


def _missing_forms(known: dict[tuple[str, str], PackState], given: dict[str, dict[str, str]]) -> Iterator[str]:
    """Texts of which the workbook fills in some plural forms and leaves another blank: they could not be used."""
    for key, rows in given.items():
        lacking = [
            form
            for (name, form), state in known.items()
            if name == key and form and not form.startswith("=") and form not in rows and not state.target
        ]
        if lacking:
            yield _("{where}: the form {forms} is missing. Fill it in too, or readers would see English.").format(
                where=next(iter(rows.values())), forms=", ".join(f"“{form}”" for form in lacking)
            )
