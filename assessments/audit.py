"""The one way to write the audit log. Values of protected fields never enter it: pass names of fields, not contents.

The events of each assessment form a chain, and those of no assessment another one: each holds the hash of the one
before. A hash that was kept elsewhere, as in the colophon of an edition, shows whether anything before it
was changed.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.models import Assessment, AuditChain, AuditEvent, User
from assessments.querysets import READ

FIELDS = ("position", "at", "actor_id", "assessment_id", "action", "object_type", "object_id", "object_label", "detail")


@transaction.atomic
def record(
    action: str,
    *,
    by: User | None,
    assessment: Assessment | None = None,
    target: models.Model | None = None,
    label: str = "",
    **detail: Any,
) -> AuditEvent:
    """Append an event. `action` is `object.verb` ("interview.created"); `detail` holds plain, unprotected facts.

    `by=None` is the system or an anonymous respondent. `label` names the target where its `str()` would disclose too
    much.
    """
    chain = lock_chain(assessment)
    event = AuditEvent(
        at=timezone.now(),
        action=action,
        actor=by if by and by.is_authenticated else None,
        assessment=assessment,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        object_label=(label or (str(target) if target else ""))[:200],
        detail=json.loads(json.dumps(detail)),
        position=chain.length + 1,
        previous_hash=chain.head,
    )
    seal(event)
    event.save()
    chain.length, chain.head = event.position, event.hash
    chain.save(update_fields=["length", "head"])
    return event


def record_reading(noun: str, *, by: User, assessment: Assessment, target: models.Model | None = None) -> None:
    """Append `<noun>.read`, once for each person, object and day of the assessment's clocks.

    Without `target` it is a list that was read. Nothing protected is logged: the label of an object is its code.
    """
    code = str(getattr(target, "code", "") or "") or (str(target) if target else f"list of {noun}s")
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    object_id = str(target.pk) if target else ""
    read = AuditEvent.objects.for_assessment(assessment).filter(
        actor=by, action=f"{noun}{READ}", object_id=object_id, at__gte=day
    )
    if read.exists():
        return
    with transaction.atomic():
        lock_chain(assessment)
        if not read.exists():  # checked again: the same person may have read it in another window meanwhile
            record(f"{noun}{READ}", by=by, assessment=assessment, target=target, label=code)


def lock_chain(assessment: Assessment | None) -> AuditChain:
    """The end of the chain, locked until the transaction ends."""
    found = AuditChain.objects.select_for_update().filter(assessment=assessment).first()
    if found is None:
        # Two that begin a chain at once: the second waits for the first, and finds its row.
        AuditChain.objects.bulk_create([AuditChain(assessment=assessment)], ignore_conflicts=True)
        found = AuditChain.objects.select_for_update().get(assessment=assessment)
    return found


def seal(event: AuditEvent) -> None:
    event.hash = event_hash(event.previous_hash, {name: getattr(event, name) for name in FIELDS})


def chain_old_event(event: AuditEvent, ends: dict[int | None, AuditChain]) -> None:
    """Chain the next of the events that were written before there were chains. `ends` holds the end of each chain."""
    end = ends.setdefault(event.assessment_id, AuditChain(assessment_id=event.assessment_id))
    event.position, event.previous_hash = end.length + 1, end.head
    seal(event)
    end.length, end.head = event.position, event.hash


def event_hash(previous: str, event: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the hash before and the event as JSON in one spelling. `event` has `FIELDS`."""
    at: datetime = event["at"]
    spelled = {**event, "at": at.astimezone(UTC).isoformat(timespec="microseconds"), "detail": _plain(event["detail"])}
    text = json.dumps(spelled, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Numbers as both databases give them back: PostgreSQL keeps 1e3 as 1000."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


@dataclass(frozen=True)
class Verification:
    """What was found in one chain. `broken` is the first event that does not fit, with `reason`; "" where all fit."""

    assessment: Assessment | None
    length: int
    head: str
    broken: AuditEvent | None = None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.reason

    @property
    def name(self) -> str:
        return str(self.assessment) if self.assessment else "the site"


def verify_chain(assessment: Assessment | None, *, known: str = "") -> Verification:
    """Recompute each hash, from the first event on. `known`: a hash kept elsewhere, which must be in the chain."""
    chain = AuditChain.objects.filter(assessment=assessment).first()
    length, head = (chain.length, chain.head) if chain else (0, "")
    previous, place, met = "", 0, not known
    rows = AuditEvent.objects.filter(assessment=assessment).order_by("position", "pk")
    for row in rows.values("pk", "previous_hash", "hash", *FIELDS).iterator(chunk_size=2000):
        place += 1
        reason = ""
        if row["position"] != place:
            reason = f"Event {place} is missing before it." if row["position"] > place else "Its place was given twice."
        elif row["previous_hash"] != previous:
            reason = "It does not follow the event before it."
        elif row["hash"] != event_hash(previous, {name: row[name] for name in FIELDS}):
            reason = "It is not as it was written."
        if reason:
            broken = AuditEvent.objects.select_related("actor").get(pk=row["pk"])
            return Verification(assessment, length, head, broken, reason)
        previous = row["hash"]
        met = met or previous == known
    if (place, previous) != (length, head):
        last = rows.select_related("actor").last()
        return Verification(assessment, length, head, last, f"The log ends here and should have {length} events.")
    if not met:
        return Verification(assessment, length, head, None, "The hash that was given is not in this chain.")
    return Verification(assessment, length, head)


def head_of(assessment: Assessment | None) -> str:
    """The hash of the last event, blank where there is none."""
    chain = AuditChain.objects.filter(assessment=assessment).first()
    return chain.head if chain else ""


def heads() -> dict[str, str]:
    """Reference -> head of each chain; that of the site under the blank name."""
    rows = AuditChain.objects.annotate(name=Coalesce("assessment__reference", models.Value(""))).order_by("name")
    return dict(rows.values_list("name", "head"))
