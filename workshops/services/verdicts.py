"""Verdicts of groups on recommendations and marked cells: one verdict on each, the last one counts.

A verdict keeps what was judged, in the words and with the state that the group saw. What has changed since must be
judged again: a verdict is then refused, with the current words.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from indicators.services.checks import check_text
from workshops.agenda import agendas_of, seen_now, wording_of
from workshops.models import Ballot, Group, Verdict
from workshops.services.workshops import lock_open_workshop, touch_workshop
from workshops.words import GroupError, VerdictConflict


@transaction.atomic
def give_verdict(
    *,
    group: Group,
    target: str,
    choice: str,
    words: str = "",
    source: str = "device",
    by: User | None = None,
    language: str = "en",
    revision: int | None = None,
    given: int | None = None,
    wording: str | None = None,
) -> Verdict:
    """Store the group's verdict on a recommendation or a marked cell; a second verdict replaces the first.

    `language` is that of the group's screen or paper. `revision` is that of the original shown there and `wording` the
    mark of the words in this language, `given` is the revision of the verdict shown beside it (0: none). Where one is
    no longer the current one, `VerdictConflict` is raised and nothing changes; None does not ask.
    """
    workshop = lock_open_workshop(group)
    group.workshop = workshop
    entries = {name: entry for agenda in agendas_of(group) for name, entry in agenda.targets.items()}
    if target not in entries:
        raise GroupError("not_discussed")
    words = check_text(words, _("words"))
    verdict: Verdict | None = Verdict.objects.select_for_update().filter(group=group, target=target).first()
    seen = seen_now(workshop, [target], language)[target]
    if revision is not None and entries[target].revision != revision:
        raise VerdictConflict("text_changed", verdict)
    if wording is not None and wording_of(seen, language) != wording:
        raise VerdictConflict("text_changed", verdict)
    _check_choice(choice, words)
    same = verdict and not verdict.is_withdrawn and (verdict.choice, verdict.words) == (choice, words)
    if verdict and same and not verdict.with_rest and _same_words(verdict.seen, seen):
        return verdict  # sent twice on a slow line
    if given is not None and (verdict.revision if verdict else 0) != given:
        raise VerdictConflict("verdict_conflict", verdict)
    if verdict is None:
        verdict = Verdict(group=group, target=target, revision=0)
    verdict.choice, verdict.words, verdict.source = choice, words, source
    verdict.words_language = language if words and source == Ballot.Source.DEVICE else ""
    verdict.with_rest, verdict.withdrawn_at, verdict.seen = False, None, seen
    verdict.revision += 1
    verdict.save()
    touch_workshop(workshop)
    record(
        "verdict.given",
        by=by,
        assessment=workshop.assessment,
        target=group,
        about=target,
        choice=choice,
        revision=verdict.seen_revision,
    )
    return verdict


@transaction.atomic
def withdraw_verdict(*, group: Group, target: str, by: User | None = None, given: int | None = None) -> Verdict:
    """Withdraw the group's verdict. It stays in the record as withdrawn, and is in no count."""
    workshop = lock_open_workshop(group)
    verdict: Verdict | None = Verdict.objects.select_for_update().filter(group=group, target=target).first()
    if verdict is not None and verdict.is_withdrawn and given is not None and verdict.revision == given + 1:
        return verdict  # sent twice on a slow line
    if verdict is None or verdict.is_withdrawn:
        raise GroupError("nothing_to_undo")
    if given is not None and verdict.revision != given:
        raise VerdictConflict("verdict_conflict", verdict)
    verdict.withdrawn_at, verdict.with_rest, verdict.revision = timezone.now(), False, verdict.revision + 1
    verdict.save()
    touch_workshop(workshop)
    record("verdict.withdrawn", by=by, assessment=workshop.assessment, target=group, about=target)
    return verdict


@transaction.atomic
def agree_remaining(
    *,
    group: Group,
    category: str,
    targets: Mapping[str, int | None],
    source: str = "device",
    by: User | None = None,
    language: str = "en",
    wordings: Mapping[str, str] | None = None,
) -> int:
    """Agree with each cell of `category` that is among `targets` and has no verdict of the group yet.

    `targets` are the cells that were on the group's screen, each with the revision shown there, and `wordings` the mark
    of its words in `language`: the group agrees with none that it has not seen. Where one has changed since,
    `VerdictConflict` is raised and nothing is recorded; None does not ask. Returns how many.
    """
    workshop = lock_open_workshop(group)
    group.workshop = workshop
    answered = set(Verdict.objects.in_force().filter(group=group).values_list("target", flat=True))
    cells = [
        entry
        for agenda in agendas_of(group)
        if agenda.category.name == category
        for entry in agenda.targets.values()
        if entry.is_cell and entry.target in targets and entry.target not in answered
    ]
    if not cells and (done := _agreed_together(group, targets)):
        return done
    if not cells:
        raise GroupError("nothing_left")
    if any(targets[entry.target] not in (None, entry.revision) for entry in cells):
        raise VerdictConflict("rest_changed", None)
    names = [entry.target for entry in cells]
    seen = seen_now(workshop, names, language)
    if wordings is not None and any(wordings.get(name) != wording_of(seen[name], language) for name in names):
        raise VerdictConflict("rest_changed", None)
    withdrawn = {verdict.target: verdict for verdict in Verdict.objects.filter(group=group, target__in=names)}
    for target in names:
        verdict = withdrawn.get(target) or Verdict(group=group, target=target, revision=0)
        verdict.choice, verdict.words, verdict.source = Verdict.Choice.AGREE, "", source
        verdict.words_language = ""
        verdict.with_rest, verdict.withdrawn_at, verdict.seen = True, None, seen[target]
        verdict.revision += 1
        verdict.save()
    touch_workshop(workshop)
    record("verdicts.agreed", by=by, assessment=workshop.assessment, target=group, category=category, cells=names)
    return len(names)


@transaction.atomic
def undo_agree_remaining(
    *, group: Group, category: str, given: Mapping[str, int] | None = None, by: User | None = None
) -> int:
    """Undo `agree_remaining`: its verdicts go, those that the group has changed since stay. Returns how many went.

    `given` are the cells on the group's screen that it agreed with together, each with the revision of that verdict.
    Where they are no longer the same, `VerdictConflict` is raised and nothing changes; None does not ask. Sent twice,
    it is done once.
    """
    workshop = lock_open_workshop(group)
    area = [target for agenda in agendas_of(group) if agenda.category.name == category for target in agenda.all_cells]
    kept = Verdict.objects.select_for_update().in_force().filter(group=group, with_rest=True, target__in=area)
    there = dict(kept.values_list("target", "revision"))
    if given and not there and _was_undone(group, given):
        return len(given)
    if not there:
        raise GroupError("nothing_to_undo")
    if given is not None and there != given:
        raise VerdictConflict("rest_changed", None)
    cells = list(there)
    kept.update(withdrawn_at=timezone.now(), with_rest=False, revision=F("revision") + 1)
    touch_workshop(workshop)
    record("verdicts.taken_back", by=by, assessment=workshop.assessment, target=group, category=category, cells=cells)
    return len(cells)


def _same_words(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a group read the same words, in the same language."""
    language = other["language"]
    facts = [(seen.get("language"), seen.get("revision"), wording_of(seen, language)) for seen in (one, other)]
    return facts[0] == facts[1]


def _agreed_together(group: Group, targets: Mapping[str, int | None]) -> int:
    """How many there are where exactly these cells, as they were shown, were agreed with together: sent twice."""
    kept = Verdict.objects.in_force().filter(group=group, with_rest=True)
    there = {verdict.target: verdict.seen_revision for verdict in kept if verdict.target in targets}
    return len(there) if there == targets else 0


def _was_undone(group: Group, given: Mapping[str, int]) -> bool:
    """Whether these verdicts, as they were on the screen, have been withdrawn and not touched since."""
    withdrawn = Verdict.objects.filter(group=group).exclude(withdrawn_at=None).values_list("target", "revision")
    there = {target: revision for target, revision in withdrawn if target in given}
    return there == {target: revision + 1 for target, revision in given.items()}


def _check_choice(choice: str, words: str) -> None:
    if choice not in Verdict.Choice.values:
        raise GroupError("choose_verdict")
    if choice == Verdict.Choice.AMEND and not words:
        raise GroupError("say_amend")
    if choice == Verdict.Choice.DISAGREE and not words:
        raise GroupError("say_disagree")
