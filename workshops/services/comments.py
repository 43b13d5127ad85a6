"""The register of responses: what was said to a finding, what became of it, and why. The finding itself stays."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment, User
from indicators.services.checks import RevisionConflict, check_evidence, check_text
from workshops.models import Comment, Verdict, Workshop
from workshops.targets import check_target, labels

TEXTS = ("finding", "statement", "who")
WITHDRAWN = "The group took it back before the workshop was closed again."


@transaction.atomic
def add_comment(
    *,
    assessment: Assessment,
    statement: str,
    who: str = "",
    target: str = "",
    finding: str = "",
    source: str = "",
    kind: str = "note",
    stage: str = "validation",
    workshop: Workshop | None = None,
    by: User | None,
) -> Comment:
    """A statement made to a finding, recommendation or cell, awaiting its disposition. `who` is in general terms."""
    comment = Comment(assessment=assessment, workshop=workshop)
    _fill(comment, statement=statement, who=who, target=target, finding=finding, source=source, kind=kind, stage=stage)
    same = {name: getattr(comment, name) for name in (*TEXTS, "target", "stage")}
    if Comment.objects.for_assessment(assessment).filter(**same).exists():  # sent twice on a slow line
        raise ValidationError("This response is in the register already. Nothing was added.")
    comment.save()
    record("response.added", by=by, assessment=assessment, target=comment, about=target, stage=stage)
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, by: User | None, revision: int | None = None, **fields: Any) -> Comment:
    """Put right what was noted down; the disposition is another step."""
    row = _current(comment, revision)
    known = (*TEXTS, "target", "source", "kind", "stage")
    _fill(row, **{name: fields.get(name, getattr(row, name)) for name in known})
    row.revision += 1
    row.save()
    record("response.changed", by=by, assessment=row.assessment, target=row)
    return row


@transaction.atomic
def resolve_comment(
    *,
    comment: Comment,
    disposition: str,
    reason: str,
    changed: str = "",
    by: User | None,
    revision: int | None = None,
) -> Comment:
    """Accepted, amended, noted or declined, with the reason; `changed` says what is now different in the report."""
    row = _current(comment, revision)
    if disposition not in Comment.Disposition.values or not disposition:
        raise ValidationError({"disposition": "Choose accepted, amended, noted or declined."})
    reason = check_text(reason, "reason")
    if not reason:
        raise ValidationError({"reason": "Give the reason in a sentence: it is printed beside the statement."})
    row.disposition, row.reason, row.changed = disposition, reason, check_text(changed, "change")
    row.decided_by, row.decided_at, row.revision = by, timezone.now(), row.revision + 1
    row.save()
    record("response.disposed", by=by, assessment=row.assessment, target=row, disposition=disposition)
    return row


def take_from_verdicts(*, workshop: Workshop, by: User | None) -> int:
    """What groups said in words becomes responses to dispose of, each once. Returns how many are new.

    Where a group said something else after a reopening, an undecided response follows it, and one that it took back is
    noted as withdrawn. A response that was decided on, or put right by hand, stays as it is.
    """
    said = Verdict.objects.filter(group__workshop=workshop).select_related("group").prefetch_related("comments")
    texts = labels(workshop.assessment, [verdict.target for verdict in said])
    taken = 0
    for verdict in said:
        earlier = list(verdict.comments.all())
        untouched = [row for row in earlier if not row.disposition and row.revision == 1]
        if not verdict.words:
            for row in untouched:
                resolve_comment(comment=row, disposition="noted", reason=WITHDRAWN, by=by)
        elif untouched:
            kept = Comment.objects.filter(pk__in=[row.pk for row in untouched])
            kept.update(statement=verdict.words, kind=_kind_of(verdict), created_at=timezone.now())
        elif not any(row.statement == verdict.words or row.created_at > verdict.updated_at for row in earlier):
            Comment.objects.create(
                assessment=workshop.assessment,
                workshop=workshop,
                verdict=verdict,
                target=verdict.target,
                finding=texts[verdict.target],
                kind=_kind_of(verdict),
                statement=verdict.words,
                who=verdict.group.name,
            )
            taken += 1
    return taken


def _kind_of(verdict: Verdict) -> str:
    return Comment.Kind.DISPUTED if verdict.choice == Verdict.Choice.DISAGREE else Comment.Kind.QUALIFIED


def _current(comment: Comment, seen: int | None) -> Comment:
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if seen is not None and row.revision != seen:
        raise RevisionConflict(
            row,
            "A colleague changed this response while you were writing. Nothing was overwritten, and your words "
            "are still here. Read theirs, then save again or leave it.",
        )
    return row


def _fill(row: Comment, *, target: str, source: str, kind: str, stage: str, **texts: str) -> None:
    for name in TEXTS:
        setattr(row, name, check_text(texts[name], name))
    if not row.statement:
        raise ValidationError({"statement": "Write what was said."})
    check_target(row.assessment, target)
    known = [row.source] if row.source else []
    row.source = (check_evidence(row.assessment, [source], known) or [""])[0]
    row.target, row.kind, row.stage = target, kind, stage
    row.full_clean(exclude=["assessment", "workshop", "verdict", "decided_by"])
