"""Decisions that an imported form left open, answered."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from instruments import removing
from instruments.decisions import decided, favourable_ends, is_moot
from instruments.import_notes import CHANGED, CONDITION, TAKEN, Decision, Note
from instruments.models import Instrument
from instruments.removing import Loosened
from instruments.schema import DefinitionError
from instruments.services.drafts import change, lock_draft, record_change


@dataclass(frozen=True)
class Answer:
    """`reversed_items`: those of a scale for which its other end is the favourable one."""

    value: str
    reversed_items: Collection[str] = ()


def decide(*, draft: Instrument, answers: Mapping[str, Answer], by: Any) -> tuple[Instrument, Mapping[str, str]]:
    """Store the answers, by key of the decision, and change the draft as they want it.

    A decision that is answered already keeps its answer. Returns the draft, and why an answer was not stored, by key;
    the others are. Raises `PublishedVersionError`, `DiscardedDraftError`.
    """
    faults: dict[str, str] = {}
    for key, answer in answers.items():
        try:
            _decide_one(draft, key, answer, by)
        except DefinitionError as error:
            faults[key] = " ".join(error.faults[:3])
    return Instrument.objects.get(pk=draft.pk), faults


@transaction.atomic
def _decide_one(draft: Instrument, key: str, answer: Answer, by: Any) -> None:
    locked = lock_draft(draft)
    decisions = [Decision.from_json(each) for each in locked.import_decisions]
    found = next((each for each in decisions if each.key == key), None)
    if found is None or not found.is_open or is_moot(locked.definition, found):
        return
    becomes, loosened = decided(locked.definition, found, answer.value, answer.reversed_items)
    if becomes != locked.definition:
        locked = change(draft=locked, by=by, edit=lambda _document: becomes, what=f"decision {key}")
    decisions = [replace(each, answer=answer.value) if each.key == key else each for each in decisions]
    known = {each.key for each in decisions}
    decisions += [each for each in favourable_ends(locked.definition) if each.key not in known]
    notes = [Note.from_json(each) for each in locked.import_notes]
    decisions += _conditions_lost(key, loosened, notes)
    locked.import_decisions = [each.to_json() for each in decisions]
    locked.import_notes = [note.to_json() for note in [*notes, *_remarks(loosened, notes)]]
    locked.save(update_fields=["import_decisions", "import_notes"])
    record_change("import_decided", by=by, target=locked, decision=key, answer=answer.value)


def _row_of(code: str, notes: Iterable[Note]) -> tuple[str, int, str]:
    """(sheet, row, name) in the form from which an item came."""
    found = [note for note in notes if note.kind == TAKEN and note.reason == code]
    found.sort(key=lambda note: note.name != code)  # notes and free texts belong to the item, too
    return (found[0].sheet, found[0].row, found[0].name) if found else ("survey", 0, code)


def _conditions_lost(key: str, loosened: Iterable[Loosened], notes: list[Note]) -> Iterator[Decision]:
    """A decision for each condition that named removed questions: its own questions are asked of more people now."""
    lost = (each for each in loosened if each.kind == removing.CONDITION)
    for number, each in enumerate(lost, 1):
        sheet, row, name = _row_of(each.items[0], notes)
        yield Decision(
            f"{CONDITION}-{key}-{number}",
            CONDITION,
            subject=each.text[:500],
            items=each.items,
            sheet=sheet,
            row=row,
            name=name,
            reason=gettext_noop("It depends on questions that were left out."),
        )


def _remarks(loosened: Iterable[Loosened], notes: list[Note]) -> Iterator[Note]:
    """What else went with removed questions, once for each item."""
    reasons = {
        removing.RULE: gettext_noop("A part of the constraint is left out: {part}"),
        removing.FILTER: gettext_noop(
            "An option is always offered: its filter depends on questions that were left out."
        ),
        removing.QUOTED: gettext_noop("It quotes the answer to a question that was left out; “…” is used instead."),
    }
    for each in dict.fromkeys(each for each in loosened if each.kind in reasons):
        values = {"part": each.text} if each.kind == removing.RULE else {}
        yield Note(*_row_of(each.items[0], notes), CHANGED, reasons[each.kind], values)
