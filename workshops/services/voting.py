"""What a group sends: its device's place, its ballot and its verdicts. One voice per group, the last word counts."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.models import User
from assessments.tokens import new_token, token_hmac
from indicators.services.checks import check_text
from workshops.models import Ballot, Group, Verdict, Workshop
from workshops.priorities import priority_item
from workshops.services.running import bump, lock
from workshops.targets import agendas_of

TOKEN_PURPOSE = "workshop-group"  # noqa: S105 - names what a token is for
ORDINALS = ("first", "second", "third", "fourth", "fifth")


def device_hmac(token: str) -> str:
    return token_hmac(token, purpose=TOKEN_PURPOSE)


@transaction.atomic
def join_group(*, group: Group) -> str:
    """Give the group's place to a device. Returns its token, of which only the HMAC is kept."""
    workshop = _open(group)
    row = Group.objects.select_for_update().get(pk=group.pk)
    if row.device_hmac:
        raise ValidationError(
            f"{row} is on another device already. To take its place, ask the facilitator to release the other."
        )
    token = new_token()
    row.device_hmac = device_hmac(token)
    row.save(update_fields=["device_hmac"])
    bump(workshop)
    record("group.joined", by=None, assessment=workshop.assessment, target=row)
    return token


@transaction.atomic
def cast_ballot(
    *, group: Group, priorities: Sequence[str], source: str = "device", by: User | None = None, other_text: str = ""
) -> Ballot:
    """The group's top priorities, the highest first. A second ballot replaces the first and its `revision` rises.

    A device must fill every place; paper may leave places empty, as rooms do. Raises `ValidationError`.
    """
    workshop = _open(group)
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
    bump(workshop)
    detail = {"priorities": letters, "replaces": before} if before else {"priorities": letters}
    record("ballot.cast", by=by, assessment=workshop.assessment, target=group, source=source, **detail)
    return ballot


@transaction.atomic
def withdraw_ballot(*, group: Group, by: User | None) -> None:
    """Take back a ballot that was typed for the wrong group."""
    workshop = _open(group)
    before = list(Ballot.objects.filter(group=group).values_list("priorities", flat=True))
    if not before:
        raise ValidationError(f"{group} has no ballot to withdraw.")
    Ballot.objects.filter(group=group).delete()
    bump(workshop)
    record("ballot.withdrawn", by=by, assessment=workshop.assessment, target=group, priorities=before[0])


@transaction.atomic
def give_verdict(
    *, group: Group, target: str, choice: str, words: str = "", source: str = "device", by: User | None = None
) -> Verdict:
    """What the group says to a recommendation or a marked cell of its categories; a second word replaces the first."""
    workshop = _open(group)
    if target not in {name for agenda in agendas_of(group) for name in agenda.targets}:
        raise ValidationError("This is not, or no longer, among what your group discusses. Reload the page.")
    if choice not in Verdict.Choice.values:
        raise ValidationError({"choice": "Choose agree, amend or disagree."})
    words = check_text(words, "words")
    if choice == Verdict.Choice.AMEND and not words:
        raise ValidationError({"words": "Say how it should read."})
    if choice == Verdict.Choice.DISAGREE and not words:
        raise ValidationError({"words": "Say in a sentence why you disagree."})
    verdict, _ = Verdict.objects.update_or_create(
        group=group, target=target, defaults={"choice": choice, "words": words, "source": source}
    )
    bump(workshop)
    record("verdict.given", by=by, assessment=workshop.assessment, target=group, about=target, choice=choice)
    return verdict


def _open(group: Group) -> Workshop:
    """The group's workshop, locked. Raises `ValidationError` unless it is open."""
    workshop = lock(group.workshop)
    if workshop.is_closed:
        raise ValidationError(
            "The workshop is closed and its results are frozen. Your last ballot counts. "
            "If this is a mistake, ask the facilitator to reopen it."
        )
    if not workshop.is_open:
        raise ValidationError("The workshop is not open yet. Wait for the facilitator, then try again.")
    return workshop


def _check_letters(workshop: Workshop, letters: list[str], source: str, other_text: str) -> None:
    item = priority_item(workshop.assessment)
    ranks = item.ranks or 3
    known = {option.name for option in item.options}
    places: dict[str, int] = {}
    for place, letter in enumerate(letters):
        if not letter:
            continue
        if letter not in known:
            raise ValidationError(f"“{letter[:10]}” is none of the priorities. Choose from the list.")
        if letter in places:
            raise ValidationError(
                f"Priority {letter} stands at the {ORDINALS[places[letter]]} and the {ORDINALS[place]} place. "
                "Choose a different one at one of them."
            )
        places[letter] = place
    if not places:
        raise ValidationError("Choose the group's first priority.")
    if len(letters) > ranks:
        raise ValidationError(f"A ballot has {ranks} places, not {len(letters)}.")
    if gap := next((ORDINALS[place] for place, letter in enumerate(letters) if not letter), ""):
        raise ValidationError(f"The {gap} place is empty but a later one is not. Move the others up, or fill it.")
    if source == Ballot.Source.DEVICE and len(places) < ranks:
        raise ValidationError(f"Choose the group's {ORDINALS[len(places)]} priority too: a ballot has {ranks} places.")
    if source == Ballot.Source.DEVICE and not other_text and set(letters) & item.open_options:
        raise ValidationError("Say in a few words what the “Other” priority is.")
