"""A group's ballot: one per group, the last one counts."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from ctnat.ui.errors import InputError
from indicators.services.checks import check_text
from workshops.models import Ballot, Group, Workshop
from workshops.priorities import priority_item
from workshops.services.workshops import lock_open_workshop, touch_workshop
from workshops.words import BallotConflict, GroupError


@transaction.atomic
def cast_ballot(
    *,
    group: Group,
    priorities: Sequence[str],
    source: str = "device",
    by: User | None = None,
    other_text: str = "",
    language: str = "",
    revision: int | None = None,
) -> Ballot:
    """The group's top priorities, the highest first. A second ballot replaces the first and its `revision` rises.

    A device must fill every place; paper may leave places empty. `language` is that of the page on which `other_text`
    was typed. `revision` is the group's `ballot_revision` that the writer saw; where the group has voted since,
    `ConflictError` is raised and nothing changes; None does not ask. The same ballot sent twice is one. Raises
    `InputError`.
    """
    workshop = lock_open_workshop(group)
    if source not in Ballot.Source.values:
        raise InputError(f"A ballot comes from {' or '.join(Ballot.Source.values)}.")
    letters = [letter.strip() for letter in priorities]
    while letters and not letters[-1]:
        letters.pop()
    other_text = check_text(other_text, _("words for “Other”"))
    _check_letters(workshop, letters, source, other_text)
    row = Group.objects.select_for_update().get(pk=group.pk)
    ballot = Ballot.objects.select_for_update().filter(group=group).first() or Ballot(group=group)
    before = ballot.priorities
    if ballot.pk and (before, ballot.other_text, ballot.source) == (letters, other_text, source):
        return ballot
    _check_revision(row, ballot, revision)
    ballot.priorities, ballot.other_text, ballot.source, ballot.by = letters, other_text, source, by
    ballot.other_language = language if other_text else ""
    ballot.revision = _raise_revision(row)
    ballot.full_clean(exclude=["group", "priorities", "by"])
    ballot.save()
    touch_workshop(workshop)
    detail = {"priorities": letters, "replaces": before} if before else {"priorities": letters}
    record("ballot.cast", by=by, assessment=workshop.assessment, target=group, source=source, **detail)
    return ballot


@transaction.atomic
def withdraw_ballot(*, group: Group, by: User | None, revision: int | None = None) -> None:
    """Withdraw a group's ballot: by the group itself, or by the facilitator where it was typed for the wrong group.

    `revision` is the group's `ballot_revision` that the page showed, as for `cast_ballot`. Sent twice, it is done once.
    """
    workshop = lock_open_workshop(group)
    row = Group.objects.select_for_update().get(pk=group.pk)
    ballot = Ballot.objects.filter(group=group).first()
    if ballot is None and revision is not None and row.ballot_revision == revision + 1:
        return
    if ballot is None:
        raise GroupError("has_none", group=group)
    if revision is not None and row.ballot_revision != revision:
        raise BallotConflict(ballot, "ballot_not_withdrawn")
    ballot.delete()
    _raise_revision(row)
    touch_workshop(workshop)
    record("ballot.withdrawn", by=by, assessment=workshop.assessment, target=group, priorities=ballot.priorities)


def _check_revision(group: Group, ballot: Ballot, seen: int | None) -> None:
    if seen is not None and group.ballot_revision != seen:
        raise BallotConflict(ballot)


def _raise_revision(group: Group) -> int:
    group.ballot_revision += 1
    group.save(update_fields=["ballot_revision"])
    return group.ballot_revision


def _check_letters(workshop: Workshop, letters: list[str], source: str, other_text: str) -> None:
    item = priority_item(workshop.assessment)
    ranks = item.places
    known = {option.name for option in item.options}
    places: dict[str, int] = {}
    for place, letter in enumerate(letters, start=1):
        if not letter:
            continue
        if letter not in known:
            raise GroupError("unknown_letter", letter=letter[:10])
        if letter in places:
            raise GroupError("twice", letter=letter, first=places[letter], second=place)
        places[letter] = place
    if not places:
        raise GroupError("empty_ballot")
    if len(letters) > ranks:
        raise GroupError("too_many_places", ranks=ranks, given=len(letters))
    if gap := next((place for place, letter in enumerate(letters, start=1) if not letter), 0):
        raise GroupError("gap", place=gap)
    if source == Ballot.Source.DEVICE and len(places) < ranks:
        raise GroupError("incomplete", place=len(places) + 1, ranks=ranks)
    if source == Ballot.Source.DEVICE and not other_text and set(letters) & item.open_options:
        raise GroupError("other_missing")
