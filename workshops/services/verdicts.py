"""What a group says to recommendations and marked cells: one verdict on each, the last one counts."""

from collections.abc import Iterable

from django.db import transaction

from assessments.audit import record
from assessments.models import User
from indicators.services.checks import check_text
from workshops.models import Group, Verdict
from workshops.services.workshops import lock_open_workshop, touch_workshop
from workshops.targets import agendas_of
from workshops.words import Refusal


@transaction.atomic
def give_verdict(
    *, group: Group, target: str, choice: str, words: str = "", source: str = "device", by: User | None = None
) -> Verdict:
    """What the group says to a recommendation or a marked cell of its categories; a second word replaces the first."""
    workshop = lock_open_workshop(group)
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
    touch_workshop(workshop)
    record("verdict.given", by=by, assessment=workshop.assessment, target=group, about=target, choice=choice)
    return verdict


@transaction.atomic
def agree_remaining(
    *, group: Group, category: str, targets: Iterable[str], source: str = "device", by: User | None = None
) -> int:
    """Agreement with each cell of `category` that is among `targets` and on which the group has said nothing yet.

    `targets` are the cells that were on the group's screen: it agrees with none that it has not seen. Returns how many.
    """
    workshop = lock_open_workshop(group)
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
    touch_workshop(workshop)
    record("verdicts.agreed", by=by, assessment=workshop.assessment, target=group, category=category, cells=cells)
    return len(cells)


@transaction.atomic
def undo_agree_remaining(*, group: Group, category: str, by: User | None = None) -> int:
    """Undo `agree_remaining`: its verdicts go, those that the group has changed since stay. Returns how many went."""
    workshop = lock_open_workshop(group)
    area = [target for agenda in agendas_of(group) if agenda.category.name == category for target in agenda.all_cells]
    kept = Verdict.objects.filter(group=group, with_rest=True, target__in=area)
    cells = list(kept.values_list("target", flat=True))
    if not cells:
        raise Refusal("nothing_to_undo")
    kept.delete()
    touch_workshop(workshop)
    record("verdicts.taken_back", by=by, assessment=workshop.assessment, target=group, category=category, cells=cells)
    return len(cells)
