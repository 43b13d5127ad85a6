"""What has been in the trash for longer than the rule allows is erased for good."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.archiving import due_in_the_archive
from assessments.audit import record
from assessments.erasers import Eraser, erasers
from assessments.erasure_register import note_erasure
from assessments.models import Assessment
from assessments.write_ahead_log import empty_log_after_commit


def empty_trash(assessment: Assessment) -> dict[str, int]:
    """Kind -> how many were erased. Each kind in a transaction of its own, so that one fault keeps back no other."""
    if not assessment.days_in_trash:
        return {}
    done: Counter[str] = Counter()
    for eraser in erasers():
        if count := _empty(assessment, eraser):
            done[eraser.kind] = count
    return dict(done)


@due_in_the_archive()
@transaction.atomic
def _empty(assessment: Assessment, eraser: Eraser) -> int:
    days = assessment.days_in_trash
    targets = eraser.in_trash(assessment, timezone.now() - timedelta(days=days))
    if not targets:
        return 0
    lines = [line for target in targets for line in eraser.lines(target)]
    detail: dict[str, Any] = {"kind": eraser.kind, "count": len(targets), "days": days}
    record("trash.emptied", by=None, assessment=assessment, label=f"{days} days in the trash", **detail)
    for target in targets:
        eraser.erase(target, by=None)
    note_erasure(eraser.kind, lines)
    empty_log_after_commit()
    return len(targets)
