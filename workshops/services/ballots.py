"""A group's ballot: one per group, the last one counts."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.models import User
from indicators.services.checks import check_text
from workshops.models import Ballot, Group, Workshop
from workshops.priorities import priority_item
from workshops.services.workshops import lock_open_workshop, touch_workshop
from workshops.words import Refusal


@transaction.atomic
def cast_ballot(
    *, group: Group, priorities: Sequence[str], source: str = "device", by: User | None = None, other_text: str = ""
) -> Ballot:
    """The group's top priorities, the highest first. A second ballot replaces the first and its `revision` rises.

    A device must fill every place; paper may leave places empty, as rooms do. Raises `ValidationError`.
    """
    workshop = lock_open_workshop(group)
    if source not in Ballot.Source.values:
        raise ValidationError(f"A ballot comes from {' or '.join(Ballot.Source.values)}.")
    letters = [letter.strip() for letter in priorities]
    while letters and not letters[-1]:
        letters.pop()
    other_text = check_text(other_text, "words for “Other”")
    _check_letters(workshop, letters, source, other_text)
    ballot = Ballot.objects.select_for_update().filter(group=group).first() or Ballot(group=group, revision=0)
    before = ballot.priorities
    if ballot.pk and (before, ballot.other_text, ballot.source) == (letters, other_text, source):
        return ballot
    ballot.priorities, ballot.other_text, ballot.source, ballot.by = letters, other_text, source, by
    ballot.revision += 1
    ballot.full_clean(exclude=["group", "priorities", "by"])
    ballot.save()
    touch_workshop(workshop)
    detail = {"priorities": letters, "replaces": before} if before else {"priorities": letters}
    record("ballot.cast", by=by, assessment=workshop.assessment, target=group, source=source, **detail)
    return ballot


@transaction.atomic
def withdraw_ballot(*, group: Group, by: User | None) -> None:
    """Take back a ballot that was typed for the wrong group."""
    workshop = lock_open_workshop(group)
    before = list(Ballot.objects.filter(group=group).values_list("priorities", flat=True))
    if not before:
        raise ValidationError(f"{group} has no ballot to withdraw.")
    Ballot.objects.filter(group=group).delete()
    touch_workshop(workshop)
    record("ballot.withdrawn", by=by, assessment=workshop.assessment, target=group, priorities=before[0])


def _check_letters(workshop: Workshop, letters: list[str], source: str, other_text: str) -> None:
    item = priority_item(workshop.assessment)
    ranks = item.places
    known = {option.name for option in item.options}
    places: dict[str, int] = {}
    for place, letter in enumerate(letters, start=1):
        if not letter:
            continue
        if letter not in known:
            raise Refusal("unknown_letter", letter=letter[:10])
        if letter in places:
            raise Refusal("twice", letter=letter, first=places[letter], second=place)
        places[letter] = place
    if not places:
        raise Refusal("empty_ballot")
    if len(letters) > ranks:
        raise Refusal("too_many_places", ranks=ranks, given=len(letters))
    if gap := next((place for place, letter in enumerate(letters, start=1) if not letter), 0):
        raise Refusal("gap", place=gap)
    if source == Ballot.Source.DEVICE and len(places) < ranks:
        raise Refusal("incomplete", place=len(places) + 1, ranks=ranks)
    if source == Ballot.Source.DEVICE and not other_text and set(letters) & item.open_options:
        raise Refusal("other_missing")
