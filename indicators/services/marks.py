"""Changes to the matrix: marks of the 100 cells, the workshop's proposals, and the lead's decisions on them."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import Assessment, User
from ctnat.ui.errors import ConflictError, InputError
from indicators.models import CellDecision, CellRevision, Mark, MarkChange
from indicators.services.checks import check_cell, check_evidence, check_text


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
) -> Mark | None:
    """Mark one cell, or propose a mark where `source` is "workshop".

    `revision` is the one the writer saw (0: none yet); where it is no longer the current one, `ConflictError` is
    raised and nothing changes; None does not ask. `reason` says why an earlier mark is changed. A proposal counts only
    when the lead decides so, and a changed proposal waits for a new decision; so does one that the lead declined where
    the consultant's mark, which counts instead, changes. Returns None where nothing was found, written or
    attached and there was no mark before, or where a proposal equals the consultant's mark: then nothing is stored.
    Raises `InputError`.
    """
    check_cell(assessment, criterion, cell)
    if source not in Mark.Source.values:
        raise InputError(f"A mark comes from {' or '.join(Mark.Source.values)}, not from {source[:20]}.")
    marks = Mark.objects.for_assessment(assessment).for_cell(criterion, cell).for_source(source)
    mark: Mark | None = marks.select_for_update().first()
    fields = _check_mark(assessment, state, rationale, no_evidence, evidence, mark)
    if mark and not mark.withdrawn and all(getattr(mark, name) == value for name, value in fields.items()):
        return mark  # saved without a change, or sent twice on a slow line
    _check_revision(mark, revision)
    if (mark is None or mark.withdrawn) and _says_nothing_new(assessment, criterion, cell, source, fields):
        return None
    shown = _shown(assessment, criterion, cell)
    if mark is None:
        mark = Mark(assessment=assessment, criterion=criterion, cell=cell, source=source, revision=0)
        mark.counts = source == Mark.Source.CONSULTANT and not _counting(mark)
    elif source == Mark.Source.WORKSHOP and mark.counts:
        _set_counting(mark, "consultant", by=by, reason="The workshop changed its proposal.")
    asks_again = source == Mark.Source.CONSULTANT and mark.counts and _forget_decision(assessment, criterion, cell)
    for name, value in fields.items():
        setattr(mark, name, value)
    mark.by, mark.revision, mark.withdrawn = by, mark.revision + 1, False
    try:
        with transaction.atomic():
            mark.save()
    except IntegrityError:  # two first marks of one cell at the same moment
        raise ConflictError(marks.get(), _conflict_message(marks.get())) from None
    _remember(mark, reason=check_text(reason, _("reason")), by=by)
    _raise_revision(assessment, criterion, cell, shown)
    action = "cell.marked" if source == Mark.Source.CONSULTANT else "cell.proposed"
    record(
        action, by=by, assessment=assessment, target=mark, state=state, revision=mark.revision, asks_again=asks_again
    )
    return mark


@transaction.atomic
def decide_cell(
    *,
    assessment: Assessment,
    criterion: str,
    cell: str,
    source: str,
    by: User | None,
    reason: str,
    consultant_revision: int | None = None,
    proposal_revision: int | None = None,
) -> Mark | None:
    """The lead's decision which of the two marks of a cell counts. Both are kept. Returns the one that counts.

    Choosing the consultant where only the workshop marked the cell declines the proposal: then none counts. The two
    revisions are those that the lead saw (0: no mark); where one is no longer the current one, `ConflictError` is
    raised and nothing is decided; None does not ask.
    """
    check_cell(assessment, criterion, cell)
    reason = check_text(reason, _("reason"))
    if not reason:
        raise InputError(_("Give the reason for the decision in a sentence. It is printed in the change log."))
    marks = {
        mark.source: mark
        for mark in Mark.objects.for_assessment(assessment).for_cell(criterion, cell).select_for_update()
    }
    proposal = marks.get(Mark.Source.WORKSHOP)
    if proposal is None or proposal.withdrawn:
        raise InputError(_("There is nothing to decide: the workshop has not proposed a mark for this cell."))
    if source not in Mark.Source.values:
        raise InputError(_("Choose the consultant's mark or the workshop's."))
    consultant = marks.get(Mark.Source.CONSULTANT)
    for mark, seen in ((consultant, consultant_revision), (proposal, proposal_revision)):
        if seen is not None and (mark.revision if mark else 0) != seen:
            raise ConflictError(
                proposal,
                _(
                    "One of the marks has changed since you opened this page, so your decision was not saved. Check "
                    "both marks, then decide again."
                ),
            )
    if _is_decided_so(proposal, source, reason):  # sent twice on a slow line
        return Mark.objects.for_assessment(assessment).for_cell(criterion, cell).counting().first()
    shown = _shown(assessment, criterion, cell)
    _set_counting(proposal, source, by=by, reason=reason)
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
    CellDecision.objects.create(
        assessment=assessment,
        criterion=criterion,
        cell=cell,
        source=source,
        before=shown[0],
        after=_shown(assessment, criterion, cell)[0],
        consultant_state=consultant.state if consultant else "",
        proposed_state=proposal.state,
        proposed_rationale=proposal.rationale or ("No evidence found." if proposal.no_evidence else ""),
        reason=reason,
        by=by,
    )
    _raise_revision(assessment, criterion, cell, shown)
    return Mark.objects.for_assessment(assessment).for_cell(criterion, cell).counting().first()


@transaction.atomic
def withdraw_proposal(
    *, assessment: Assessment, criterion: str, cell: str, by: User | None, reason: str = "", revision: int | None = None
) -> Mark:
    """Withdraw the workshop's proposal. Its history stays; where it counted, the consultant's mark counts again."""
    check_cell(assessment, criterion, cell)
    marks = Mark.objects.for_assessment(assessment).for_cell(criterion, cell).for_source(Mark.Source.WORKSHOP)
    proposal: Mark | None = marks.select_for_update().first()
    if proposal and proposal.withdrawn and revision is not None and proposal.revision == revision + 1:
        return proposal  # sent twice on a slow line
    if proposal is None or proposal.withdrawn:
        raise InputError(_("There is nothing to withdraw: the workshop has not proposed a mark for this cell."))
    _check_revision(proposal, revision)
    reason = check_text(reason, _("reason"))
    shown = _shown(assessment, criterion, cell)
    if proposal.counts:
        _set_counting(proposal, Mark.Source.CONSULTANT, by=by, reason="The workshop withdrew its proposal.")
    proposal.withdrawn, proposal.revision, proposal.by = True, proposal.revision + 1, by
    proposal.save()
    _remember(proposal, reason=reason, by=by)
    _raise_revision(assessment, criterion, cell, shown)
    record("cell.proposal_withdrawn", by=by, assessment=assessment, target=proposal, revision=proposal.revision)
    return proposal


def _check_revision(mark: Mark | None, seen: int | None) -> None:
    if seen is not None and mark and mark.revision != seen:
        raise ConflictError(mark, _conflict_message(mark))


def _conflict_message(mark: Mark) -> str:
    return _(
        "{by} marked this cell “{state}” while you were editing. Your entries are still here and "
        "have not been saved. Check the other mark, then save again to replace it, or leave the "
        "page."
    ).format(by=mark.by or _("Another member"), state=mark.get_state_display().lower())


def _check_mark(
    assessment: Assessment, state: str, rationale: str, no_evidence: bool, evidence: Iterable[str], mark: Mark | None
) -> dict[str, object]:
    if state not in Mark.State.values:
        raise InputError({"state": _("Choose one of: {labels}.").format(labels=", ".join(map(str, Mark.State.labels)))})
    rationale = check_text(rationale, _("rationale"))
    keys = check_evidence(assessment, evidence, mark.evidence if mark else ())
    if state != Mark.State.NOT_ASSESSED and not rationale and not no_evidence:
        raise InputError({"rationale": _("Give a reason in a sentence, or select “No evidence found”.")})
    if no_evidence and keys:
        raise InputError(
            {
                "no_evidence": _(
                    "“No evidence found” is selected, but evidence is attached. Clear the box or remove the evidence."
                )
            }
        )
    return {"state": state, "rationale": rationale, "no_evidence": no_evidence, "evidence": keys}


def _says_nothing_new(
    assessment: Assessment, criterion: str, cell: str, source: str, fields: dict[str, object]
) -> bool:
    """A form saved as it was opened: empty, or for a proposal equal to the consultant's mark."""
    if fields == {"state": Mark.State.NOT_ASSESSED, "rationale": "", "no_evidence": False, "evidence": []}:
        return True
    if source == Mark.Source.CONSULTANT:
        return False
    marks = Mark.objects.for_assessment(assessment).for_cell(criterion, cell)
    other = marks.for_source(Mark.Source.CONSULTANT).first()
    return bool(other) and all(getattr(other, name) == value for name, value in fields.items())


def _shown(assessment: Assessment, criterion: str, cell: str) -> tuple[str, str]:
    """State and reason of the mark that counts, as shown to readers of the cell."""
    mark = Mark.objects.for_assessment(assessment).for_cell(criterion, cell).counting().first()
    return (str(mark.state), mark.reason_shown) if mark else (str(Mark.State.NOT_ASSESSED), "")


def _raise_revision(assessment: Assessment, criterion: str, cell: str, before: tuple[str, str]) -> None:
    """Raise the cell's revision where it no longer shows what it showed `before`."""
    if _shown(assessment, criterion, cell) != before:
        row, _ = CellRevision.objects.get_or_create(assessment=assessment, criterion=criterion, cell=cell)
        CellRevision.objects.filter(pk=row.pk).update(number=F("number") + 1)


def _counting(mark: Mark) -> bool:
    cell = Mark.objects.for_assessment(mark.assessment).for_cell(mark.criterion, mark.cell)
    return cell.counting().exists()


def _is_decided_so(proposal: Mark, source: str, reason: str) -> bool:
    """Whether the lead has already taken this decision on the current marks, in the same words."""
    if proposal.decided_revision != proposal.revision:
        return False
    decisions = CellDecision.objects.for_assessment(proposal.assessment)
    last = decisions.filter(criterion=proposal.criterion, cell=proposal.cell).order_by("-at", "-pk").first()
    return last is not None and (last.source, last.reason) == (source, reason)


def _forget_decision(assessment: Assessment, criterion: str, cell: str) -> bool:
    """Let the proposal wait for a decision again where the lead decided on other marks. Returns whether it does."""
    proposals = Mark.objects.for_assessment(assessment).for_cell(criterion, cell).for_source(Mark.Source.WORKSHOP)
    decided = proposals.filter(withdrawn=False, counts=False).exclude(decided_revision=None)
    return bool(decided.update(decided_revision=None))


def _set_counting(proposal: Mark, source: str, *, by: User | None, reason: str) -> None:
    """Let the mark from `source` count, and not the other; both histories record it."""
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
        withdrawn=mark.withdrawn,
        reason=reason,
        by=by,
    )
