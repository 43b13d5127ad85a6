"""What a group sends: its device's place, its ballot and its verdicts. One voice per group, the last word counts."""

from collections.abc import Iterable, Sequence

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
from workshops.words import Refusal

TOKEN_PURPOSE = "workshop-group"  # noqa: S105 - names what a token is for


def device_hmac(token: str) -> str:
    return token_hmac(token, purpose=TOKEN_PURPOSE)


@transaction.atomic
def join_group(*, group: Group) -> str:
    """Give the group's place to a device. Returns its token, of which only the HMAC is kept."""
    workshop = _open(group)
    row = Group.objects.select_for_update().get(pk=group.pk)
    if row.device_hmac:
        raise Refusal("taken", group=row)
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
        raise Refusal("not_discussed")
    if choice not in Verdict.Choice.values:
        raise Refusal("choose_verdict")
    words = check_text(words, "words")
    if choice == Verdict.Choice.AMEND and not words:
        raise Refusal("say_amend")
    if choice == Verdict.Choice.DISAGREE and not words:
        raise Refusal("say_disagree")
    verdict, _ = Verdict.objects.update_or_create(
        group=group, target=target, defaults={"choice": choice, "words": words, "source": source, "with_rest": False}
    )
    bump(workshop)
    record("verdict.given", by=by, assessment=workshop.assessment, target=group, about=target, choice=choice)
    return verdict


@transaction.atomic
def agree_with_rest(
    *, group: Group, category: str, targets: Iterable[str], source: str = "device", by: User | None = None
) -> int:
    """Agreement with each cell of `category` that is among `targets` and on which the group has said nothing yet.

    `targets` are the cells that were on the group's screen: it agrees with none that it has not seen. Returns how many.
    """
    workshop = _open(group)
    seen = set(targets)
    said = set(Verdict.objects.filter(group=group).values_list("target", flat=True))
    cells = [
        entry.target
        for agenda in agendas_of(group)
        if agenda.category.name == category
        for entry in agenda.targets.values()
        if entry.is_cell and entry.target in seen - said
    ]
    if not cells:
        raise Refusal("nothing_left")
    agree = Verdict.Choice.AGREE
    Verdict.objects.bulk_create(
        Verdict(group=group, target=target, choice=agree, source=source, with_rest=True) for target in cells
    )
    bump(workshop)
    record("verdicts.agreed", by=by, assessment=workshop.assessment, target=group, category=category, cells=cells)
    return len(cells)


@transaction.atomic
def take_back_rest(*, group: Group, category: str, by: User | None = None) -> int:
    """Undo `agree_with_rest`: its verdicts go, those that the group has changed since stay. Returns how many went."""
    workshop = _open(group)
    area = [target for agenda in agendas_of(group) if agenda.category.name == category for target in agenda.all_cells]
    kept = Verdict.objects.filter(group=group, with_rest=True, target__in=area)
    cells = list(kept.values_list("target", flat=True))
    if not cells:
        raise Refusal("nothing_to_take_back")
    kept.delete()
    bump(workshop)
    record("verdicts.taken_back", by=by, assessment=workshop.assessment, target=group, category=category, cells=cells)
    return len(cells)


def _open(group: Group) -> Workshop:
    """The group's workshop, locked. Raises `ValidationError` unless it is open."""
    workshop = lock(group.workshop)
    if workshop.is_closed:
        raise Refusal("closed")
    if not workshop.is_open:
        raise Refusal("not_open")
    return workshop


def _check_letters(workshop: Workshop, letters: list[str], source: str, other_text: str) -> None:
    item = priority_item(workshop.assessment)
    ranks = item.ranks or 3
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
