import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import migrations, models

FIELDS = ("position", "at", "actor_id", "assessment_id", "action", "object_type", "object_id", "object_label", "detail")


def plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def event_hash(previous: str, event: dict[str, Any]) -> str:
    """As assessments/audit.py computes it. A copy, because a migration must do in ten years what it does today."""
    at = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    spelled = {**event, "at": at, "detail": plain(event["detail"])}
    text = json.dumps(spelled, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def chain_events(apps: Any, schema_editor: Any) -> None:
    """Chain the events that exist, in the order in which they were written, for each assessment and for the site."""
    AuditEvent, AuditChain = apps.get_model("assessments", "AuditEvent"), apps.get_model("assessments", "AuditChain")
    events: Any = models.QuerySet(AuditEvent)  # the log's own one refuses changes
    chains: dict[int | None, tuple[int, str]] = {}
    for pk in list(events.order_by("pk").values_list("pk", flat=True)):
        row = events.values(*FIELDS).get(pk=pk)
        position, previous = chains.get(row["assessment_id"], (0, ""))
        row["position"] = position + 1
        found = event_hash(previous, row)
        events.filter(pk=pk).update(position=position + 1, previous_hash=previous, hash=found)
        chains[row["assessment_id"]] = (position + 1, found)
    AuditChain.objects.all().delete()
    AuditChain.objects.bulk_create(
        AuditChain(assessment_id=assessment, length=length, head=head) for assessment, (length, head) in chains.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0006_audit_chain"),
    ]

    operations = [migrations.RunPython(chain_events, migrations.RunPython.noop)]
