"""A status "validated" belongs to the wording it was given to."""

from typing import Any

from django.db import migrations, models


def keep_the_wording_validated(apps: Any, schema_editor: Any) -> None:
    """Rows rewritten since they were validated become drafts that know the revision validated."""
    Recommendation = apps.get_model("indicators", "Recommendation")
    for row in (
        Recommendation.objects.using(schema_editor.connection.alias)
        .filter(status="validated")
        .prefetch_related("changes")
    ):
        changes = sorted(row.changes.all(), key=lambda change: (change.at, change.pk))
        given = [n for n, change in enumerate(changes) if change.status == "validated" != change.before_status]
        later = changes[given[-1] + 1 :] if given else []
        rewritten = sum((one.before_opening, one.before_text) != (one.opening, one.text) for one in later)
        row.validated_wording = max(row.wording_revision - rewritten, 1)
        if rewritten:
            row.status = "draft"
        row.save(update_fields=["status", "validated_wording"])


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_what_was_decided")]
    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="validated_wording",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(keep_the_wording_validated, migrations.RunPython.noop, elidable=True),
    ]
