""" "What changed at validation": responses with their dispositions, cells decided anew, recommendations rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from assessments.models import Assessment
from indicators.models import Mark, MarkChange, Recommendation, RecommendationChange
from workshops.models import Comment, Workshop
from workshops.targets import labels


@dataclass(frozen=True)
class Change:
    """One line of the log. What does not apply is empty; `before` and `after` are words as they stood and stand.

    `kind` is "response", "cell" or "recommendation"; `outcome` is the disposition or decision as a word.
    """

    kind: str
    target: str
    label: str
    who: str
    statement: str
    before: str
    after: str
    outcome: str
    reason: str
    at: datetime | None


@dataclass(frozen=True)
class ChangeLog:
    """The three lists, and how many responses still wait for a disposition and proposals for a decision."""

    responses: tuple[Change, ...]
    cells: tuple[Change, ...]
    recommendations: tuple[Change, ...]
    undecided_responses: int
    undecided_cells: int

    @property
    def is_empty(self) -> bool:
        return not (self.responses or self.cells or self.recommendations)


def change_log(assessment: Assessment) -> ChangeLog:
    """The log of one assessment, each list in order of the matrix or of entry. A disputed finding stays."""
    comments = Comment.objects.for_assessment(assessment)
    proposals = Mark.objects.for_assessment(assessment).for_source("workshop")
    return ChangeLog(
        responses=tuple(_responses(assessment)),
        cells=tuple(_cells(assessment)),
        recommendations=tuple(_recommendations(assessment)),
        undecided_responses=comments.undecided().count(),
        undecided_cells=proposals.awaiting_decision().count(),
    )


def _responses(assessment: Assessment) -> Iterator[Change]:
    rows = list(Comment.objects.for_assessment(assessment).decided().exclude(stage=Comment.Stage.INTERVIEW))
    texts = labels(assessment, [row.target for row in rows])
    for row in rows:
        yield Change(
            kind="response",
            target=row.target,
            label=texts[row.target],
            who=row.who,
            statement=row.statement,
            before=row.finding,
            after=row.changed,
            outcome=row.get_disposition_display(),
            reason=row.reason,
            at=row.decided_at,
        )


def _cells(assessment: Assessment) -> Iterator[Change]:
    """Decided proposals. The reason is the lead's, found in the history at the revision decided on."""
    marks = Mark.objects.for_assessment(assessment).exclude(decided_revision=None)
    consultant = {
        (mark.criterion, mark.cell): mark.get_state_display()
        for mark in Mark.objects.for_assessment(assessment).for_source("consultant")
    }
    reasons = {
        (change.mark_id, change.revision): (change.reason, change.at)
        for change in MarkChange.objects.filter(mark__in=marks).exclude(reason="")
    }
    for mark in marks:
        if mark.awaits_decision:
            continue
        reason, at = reasons.get((mark.pk, mark.decided_revision), ("", None))
        yield Change(
            kind="cell",
            target=f"cell:{mark.criterion}/{mark.cell}",
            label=f"Cell {mark.criterion} {mark.cell}",
            who="Validation workshop",
            statement=mark.reason_shown,
            before=consultant.get((mark.criterion, mark.cell), "Not assessed"),
            after=mark.get_state_display(),
            outcome="Taken over" if mark.counts else "Not taken over",
            reason=reason,
            at=at,
        )


def _recommendations(assessment: Assessment) -> Iterator[Change]:
    """Those changed since the first workshop opened: how each read then, and how it reads now."""
    opened = (
        Workshop.objects.for_assessment(assessment)
        .exclude(opened_at=None)
        .order_by("opened_at")
        .values_list("opened_at", flat=True)
        .first()
    )
    if opened is None:
        return
    kept: dict[int, list[RecommendationChange]] = {}
    for change in RecommendationChange.objects.filter(recommendation__assessment=assessment).order_by("at", "pk"):
        kept.setdefault(change.recommendation_id, []).append(change)
    for row in Recommendation.objects.for_assessment(assessment):
        then = [change for change in kept.get(row.pk, []) if change.at < opened]
        since = [change for change in kept.get(row.pk, []) if change.at >= opened]
        if not since:
            continue
        dropped = row.status == Recommendation.Status.DROPPED
        before = f"{then[-1].opening}: {then[-1].text}" if then else ""
        after = "" if dropped else f"{row.opening}: {row.text}"
        outcome = "Dropped" if dropped else ("Added" if not then else ("Confirmed" if before == after else "Changed"))
        yield Change(
            kind="recommendation",
            target=f"recommendation:{row.pk}",
            label=f"Recommendation under {row.category}",
            who="",
            statement="",
            before=before,
            after=after,
            outcome=outcome,
            reason=next((change.reason for change in reversed(since) if change.reason), ""),
            at=since[-1].at,
        )
