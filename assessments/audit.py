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

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import override

from assessments.archiving import goes_on, refuse
from assessments.known_names import without_names
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
    much. Events are kept when what they are about is erased, so names of respondents are withheld in typed text: in a
    `reason`, and in the label of an object that has `label_was_typed`.

    Raises `ArchivedError` for a change of an assessment in the archive, which undoes the transaction of its service.
    """
    label = label or (label_of(target) if target else "")
    if assessment and getattr(target, "label_was_typed", False):
        label = without_names(assessment, label)
    if assessment and isinstance(detail.get("reason"), str):
        detail["reason"] = without_names(assessment, detail["reason"])
    chain = lock_chain(assessment)
    if assessment and not goes_on(action) and _is_archived(assessment):  # read under the lock
        raise refuse(assessment)
    event = AuditEvent(
        at=timezone.now(),
        action=action,
        actor=by if by and by.is_authenticated else None,
        assessment=assessment,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        object_label=label[:200],
        detail=json.loads(json.dumps(detail)),
        position=chain.length + 1,
        previous_hash=chain.head,
    )
    seal(event)
    event.save()
    chain.length, chain.head = event.position, event.hash
    chain.save(update_fields=["length", "head"])
    return event


def _is_archived(assessment: Assessment) -> bool:
    return Assessment.objects.filter(pk=assessment.pk).exclude(archived_at=None).exists()


def label_of(target: models.Model) -> str:
    """What the log calls an object, in one language: not in that of the member who changed it."""
    with override(settings.LANGUAGE_CODE):
        return str(target)


def record_reading(noun: str, *, by: User, assessment: Assessment, target: models.Model | None = None) -> None:
    """Append `<noun>.read`, once for each person, object and day of the assessment's clocks.

    Without `target` it is a list that was read. Nothing protected is logged: the label of an object is its code.
    """
    code = str(getattr(target, "code", "") or "") or (label_of(target) if target else f"list of {noun}s")
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


# Erasing ------------------------------------------------------------------------------------------------------------

LABELS_ERASED, CUT = "audit.labels_erased", "audit.events_erased"


def erase_labels(events: models.QuerySet[Any], *, by: User | None) -> int:
    """Blank the labels of `events`, which name what was erased: a title, an address. How many had one.

    Each chain gets an event that lists their places with a hash of what is left of each, so that the chain can be
    verified all the same. What is left of the hash of an event cannot be turned back into its label, but somebody who
    guesses the label can tell whether the guess is right.
    """
    # Not by the manager, which refuses every change.
    rows: models.QuerySet[AuditEvent] = (
        models.QuerySet(AuditEvent).filter(pk__in=[event.pk for event in events]).exclude(object_label="")
    )
    marks: dict[int | None, list[list[Any]]] = {}
    for row in rows.order_by("position").values("pk", *FIELDS):
        marks.setdefault(row["assessment_id"], []).append([row["position"], _rest_of(row)])
    with transaction.atomic():
        rows.update(object_label="")
        for pk, places in marks.items():
            assessment = Assessment.objects.get(pk=pk) if pk else None
            for start in range(0, len(places), 500):
                record(LABELS_ERASED, by=by, assessment=assessment, events=places[start : start + 500])
    return sum(map(len, marks.values()))


def _rest_of(row: dict[str, Any]) -> str:
    """A hash of an event without its label."""
    return event_hash("label erased", {name: row[name] for name in FIELDS} | {"object_label": ""})


@transaction.atomic
def cut_chain(assessment: Assessment, *, before: datetime | None, by: User | None, silently: bool = False) -> int:
    """Erase the first events of a chain, those written before a moment; all of them where `before` is None.

    The place and the hash of the last of them stay, in the chain and in its next event, which `silently` leaves out
    where the chain itself is erased next. How many were erased.
    """
    chain = lock_chain(assessment)
    rows: models.QuerySet[AuditEvent] = models.QuerySet(AuditEvent).filter(assessment=assessment)
    kept = rows.filter(at__gte=before).order_by("position").first() if before else None
    gone = rows.filter(position__lt=kept.position) if kept else rows
    last = gone.order_by("-position").values_list("position", "hash").first()
    if last is None:
        return 0
    chain.cut_length, chain.cut_head = last
    chain.save(update_fields=["cut_length", "cut_head"])
    count = gone.count()
    gone._raw_delete(gone.db)  # past what the model refuses
    if not silently:
        record(CUT, by=by, assessment=assessment, count=count, length=chain.cut_length, head=chain.cut_head)
    return count


@dataclass(frozen=True)
class Verification:
    """What was found in one chain. `broken` is the first event that does not fit, with `reason`; "" where all fit."""

    assessment: Assessment | None
    length: int
    head: str
    broken: AuditEvent | None = None
    reason: str = ""
    cut: int = 0  # so many first events were erased when their time was over

    @property
    def is_whole(self) -> bool:
        return not self.reason

    @property
    def name(self) -> str:
        return str(self.assessment) if self.assessment else "the site"


def verify_chain(assessment: Assessment | None, *, known: str = "") -> Verification:
    """Recompute each hash, from the first event on. `known`: a hash kept elsewhere, which must be in the chain."""
    chain = AuditChain.objects.filter(assessment=assessment).first() or AuditChain()
    previous, place, met = chain.cut_head, chain.cut_length, not known or known == chain.cut_head
    blank: dict[int, tuple[int, str]] = {}  # places whose label was erased -> (id, hash of the rest)
    erased: dict[int, str] = {}  # what later events say of such places
    cuts = {(0, "")}

    def found(pk: int | None, reason: str) -> Verification:
        broken = AuditEvent.objects.select_related("actor").get(pk=pk) if pk else None
        return Verification(assessment, chain.length, chain.head, broken, reason, chain.cut_length)

    rows = AuditEvent.objects.filter(assessment=assessment).order_by("position", "pk")
    last: int | None = None
    for row in rows.values("pk", "previous_hash", "hash", *FIELDS).iterator(chunk_size=2000):
        place, last = place + 1, row["pk"]
        if row["position"] != place:
            missing = row["position"] > place
            return found(last, f"Event {place} is missing before it." if missing else "Its place was given twice.")
        if row["previous_hash"] != previous:
            return found(last, "It does not follow the event before it.")
        if row["hash"] != event_hash(previous, {name: row[name] for name in FIELDS}):
            if row["object_label"]:
                return found(last, "It is not as it was written.")
            blank[place] = (last, _rest_of(row))
        elif row["action"] == LABELS_ERASED:
            erased |= dict(row["detail"]["events"])
        elif row["action"] == CUT:
            cuts.add((row["detail"]["length"], row["detail"]["head"]))
        previous = row["hash"]
        met = met or previous == known
    for position, (pk, rest) in blank.items():
        if erased.get(position) != rest:
            return found(pk, "It is not as it was written.")
    if (place, previous) != (chain.length, chain.head):
        return found(last, f"The log ends here and should have {chain.length} events.")
    if (chain.cut_length, chain.cut_head) not in cuts:
        return found(None, f"The first {chain.cut_length} events are gone, and no event says that they were erased.")
    return found(None, "" if met else "The hash that was given is not in this chain.")


def head_of(assessment: Assessment | None) -> str:
    """The hash of the last event, blank where there is none."""
    chain = AuditChain.objects.filter(assessment=assessment).first()
    return chain.head if chain else ""


def heads() -> dict[str, str]:
    """Reference -> head of each chain; that of the site under the blank name."""
    rows = AuditChain.objects.annotate(name=Coalesce("assessment__reference", models.Value(""))).order_by("name")
    return dict(rows.values_list("name", "head"))
