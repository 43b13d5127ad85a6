"""Decisions that an imported form left open, answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from instruments.decisions import decided, favourable_ends, is_moot
from instruments.import_notes import Decision
from instruments.models import Instrument
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
    becomes = decided(locked.definition, found, answer.value, answer.reversed_items)
    if becomes != locked.definition:
        locked = change(draft=locked, by=by, edit=lambda _document: becomes, what=f"decision {key}")
    decisions = [replace(each, answer=answer.value) if each.key == key else each for each in decisions]
    known = {each.key for each in decisions}
    decisions += [each for each in favourable_ends(locked.definition) if each.key not in known]
    locked.import_decisions = [each.to_json() for each in decisions]
    locked.save(update_fields=["import_decisions"])
    record_change("import_decided", by=by, target=locked, decision=key, answer=answer.value)
