"""Each interview with notes stores the version of the guide with which it was held, as far as that is known.

It is known where the audit log, from the beginning of the assessment, has no other guide chosen after the interview
was created. Everywhere else it stays unknown.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def in_use_since(events: Iterable[tuple[str, dict[str, Any], datetime]]) -> datetime | None:
    """Since when the assessment has used its present guide. None: from its beginning.

    `events`: (action, detail, time) of its log, the earliest first. Where the first events have been cut off, since the
    first that is left.
    """
    rows = list(events)
    since = rows[0][2] if rows and rows[0][0] != "assessment.created" else None
    for action, detail, at in rows:
        if action == "assessment.tool_changed" and detail.get("field", "guide") == "guide":
            since = at
    return since


def store_known_guides(apps: Any, schema_editor: Any) -> None:
    names = (("assessments", "Assessment"), ("assessments", "AuditEvent"), ("interviews", "Interview"))
    Assessment, AuditEvent, Interview = (apps.get_model(*name) for name in names)
    for pk, guide in Assessment.objects.values_list("pk", "guide"):
        held = Interview.objects.filter(assessment=pk, answers__revision__gt=0)
        if not held.exists():
            continue
        wanted = ("assessment.created", "assessment.tool_changed")
        log = AuditEvent.objects.filter(assessment=pk).order_by("position")
        first = list(log.values_list("action", "detail", "at")[:1])
        changes = list(log.filter(action__in=wanted).values_list("action", "detail", "at"))
        if not first:
            continue
        if since := in_use_since([*first, *changes]):
            held = held.filter(created_at__gt=since)
        Interview.objects.filter(pk__in=list(held.values_list("pk", flat=True))).update(guide_version=guide)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0018_language_packs"),
        ("instruments", "0010_removed_entries"),
        ("interviews", "0012_note_given_removed"),
    ]

    operations = [
        migrations.AddField(
            model_name="interview",
            name="guide_version",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="instruments.instrument",
            ),
        ),
        migrations.RunPython(store_known_guides, migrations.RunPython.noop),
    ]
