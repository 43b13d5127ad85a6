"""Changes to the matrix: marks of the 100 cells, the workshop's proposals, and the lead's decisions on them."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.audit import record
from assessments.models import Assessment, User
from indicators.models import Mark, MarkChange
from indicators.services.checks import RevisionConflict, check_cell, check_evidence, check_text


@transaction.atomic
def mark_cell(
    *,
    assessment: Assessment,
    criterion: str,
    cell: str,
    state: str,
    rationale: str = "",
    no_evidence: bool = False,
    evidence: Iterable[str] = (),
    by: User | None,
    source: str = "consultant",
    reason: str = "",
    revision: int | None = None,
) -> Mark:
    """Mark one cell, or propose a mark where `source` is "workshop".

    `revision` is the one the writer saw (0: none yet); where it is no longer the current one, `RevisionConflict` is
    raised and nothing changes; None does not ask. `reason` says why an earlier mark is changed. A proposal counts only
    when the lead decides so, and a changed proposal waits for a new decision. Raises `ValidationError`.
    """
    check_cell(assessment, criterion, cell)
    if source not in Mark.Source.values:
        raise ValidationError(f"A mark comes from {' or '.join(Mark.Source.values)}, not from {source[:20]}.")
    marks = Mark.objects.for_assessment(assessment).for_cell(criterion, cell).for_source(source)
    mark = marks.select_for_update().first()
    _check_revision(mark, revision)
    fields = _check_mark(assessment, state, rationale, no_evidence, evidence, mark)
    if mark and all(getattr(mark, name) == value for name, value in fields.items()):
        return mark
    if mark is None:
        mark = Mark(assessment=assessment, criterion=criterion, cell=cell, source=source, revision=0)
        mark.counts = source == Mark.Source.CONSULTANT and not _counting(mark)
    elif source == Mark.Source.WORKSHOP and mark.counts:
        _let_count(mark, "consultant", by=by, reason="The workshop changed its proposal.")
    for name, value in fields.items():
        setattr(mark, name, value)
    mark.by, mark.revision = by, mark.revision + 1
    try:
        with transaction.atomic():
            mark.save()
    except IntegrityError:  # two first marks of one cell at the same moment
        raise RevisionConflict(marks.get(), _somebody_else(marks.get())) from None
    _remember(mark, reason=check_text(reason, "reason"), by=by)
    action = "cell.marked" if source == Mark.Source.CONSULTANT else "cell.proposed"
    record(action, by=by, assessment=assessment, target=mark, state=state, revision=mark.revision)
    return mark


@transaction.atomic
def decide_cell(
    *, assessment: Assessment, criterion: str, cell: str, source: str, by: User | None, reason: str
) -> Mark | None:
    """The lead's word on which of the two marks of a cell counts. Both are kept. Returns the one that counts.

    Choosing the consultant where only the workshop marked the cell declines the proposal: then none counts.
    """
    check_cell(assessment, criterion, cell)
    reason = check_text(reason, "reason")
    if not reason:
        raise ValidationError("Say in a sentence why this mark counts: the change log prints it.")
    marks = {
        mark.source: mark
        for mark in Mark.objects.for_assessment(assessment).for_cell(criterion, cell).select_for_update()
    }
    proposal = marks.get(Mark.Source.WORKSHOP)
    if proposal is None:
        raise ValidationError("The workshop has proposed nothing for this cell, so there is nothing to decide.")
    if source not in Mark.Source.values:
        raise ValidationError("Choose the consultant's mark or the workshop's.")
    _let_count(proposal, source, by=by, reason=reason)
    proposal.decided_revision = proposal.revision
    proposal.save(update_fields=["decided_revision", "updated_at"])
    record(
        "cell.decided",
        by=by,
        assessment=assessment,
        target=proposal,
        source=source,
        revision=proposal.revision,
    )
    return Mark.objects.for_assessment(assessment).for_cell(criterion, cell).counting().first()


def _check_revision(mark: Mark | None, seen: int | None) -> None:
    if seen is not None and mark and mark.revision != seen:
        raise RevisionConflict(mark, _somebody_else(mark))


def _somebody_else(mark: Mark) -> str:
    return (
        f"{mark.by or 'Somebody'} marked this cell “{mark.get_state_display().lower()}” while you were writing. "
        "Nothing was overwritten, and what you typed is still here. Read the other mark, then save again or leave it."
    )


def _check_mark(
    assessment: Assessment, state: str, rationale: str, no_evidence: bool, evidence: Iterable[str], mark: Mark | None
) -> dict[str, object]:
    if state not in Mark.State.values:
        raise ValidationError({"state": f"Choose one of: {', '.join(Mark.State.labels)}."})
    rationale = check_text(rationale, "rationale")
    keys = check_evidence(assessment, evidence, mark.evidence if mark else ())
    if state != Mark.State.NOT_ASSESSED and not rationale and not no_evidence:
        raise ValidationError({"rationale": "Say why in a sentence, or tick “No evidence found”."})
    if no_evidence and keys:
        raise ValidationError(
            {"no_evidence": "“No evidence found” is ticked, yet evidence is attached. Untick it or remove them."}
        )
    return {"state": state, "rationale": rationale, "no_evidence": no_evidence, "evidence": keys}


def _counting(mark: Mark) -> bool:
    cell = Mark.objects.for_assessment(mark.assessment).for_cell(mark.criterion, mark.cell)
    return cell.counting().exists()


def _let_count(proposal: Mark, source: str, *, by: User | None, reason: str) -> None:
    """Let the mark from `source` count and the other not; both histories tell it."""
    cell = Mark.objects.for_assessment(proposal.assessment).for_cell(proposal.criterion, proposal.cell)
    cell.update(counts=False)
    cell.for_source(source).update(counts=True)
    proposal.counts = source == Mark.Source.WORKSHOP
    for mark in cell:
        _remember(mark, reason=reason, by=by)


def _remember(mark: Mark, *, reason: str, by: User | None) -> None:
    MarkChange.objects.create(
        mark=mark,
        revision=mark.revision,
        state=mark.state,
        rationale=mark.rationale,
        no_evidence=mark.no_evidence,
        evidence=mark.evidence,
        counts=mark.counts,
        reason=reason,
        by=by,
    )
