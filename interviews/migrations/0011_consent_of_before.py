"""Interviews whose information note was given get a record of consent that says just that: no more was stored.

An interview without the mark gets none: whether its note was given is not known.
"""

from typing import Any

from django.db import migrations


def record_notes(apps: Any, schema_editor: Any) -> None:
    Interview, ConsentRecord = (apps.get_model("interviews", name) for name in ("Interview", "ConsentRecord"))
    marked = Interview.objects.filter(note_given=True).order_by("pk").values_list("pk", flat=True)
    ConsentRecord.objects.bulk_create(
        [ConsentRecord(interview_id=pk, note_given=True, recorded_at=None) for pk in marked], batch_size=500
    )


def mark_interviews(apps: Any, schema_editor: Any) -> None:
    Interview, ConsentRecord = (apps.get_model("interviews", name) for name in ("Interview", "ConsentRecord"))
    given = ConsentRecord.objects.filter(note_given=True).values("interview")
    Interview.objects.filter(pk__in=given).update(note_given=True)
    ConsentRecord.objects.filter(recorded_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("interviews", "0010_consent")]

    operations = [migrations.RunPython(record_notes, mark_interviews)]
