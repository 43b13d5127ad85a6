from typing import Any

from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder


def tell_unrecorded_from_empty(apps: Any, schema_editor: Any) -> None:
    """An empty agenda was fixed at an opening; it is unknown where a workshop never opened, or before agendas were kept.

    A workshop whose groups gave a verdict was put something that was not recorded, whatever the agenda says.
    """
    database = schema_editor.connection.alias
    applied = MigrationRecorder(schema_editor.connection).applied_migrations()
    kept_since = getattr(applied.get(("workshops", "0003_one_record")), "applied", None)
    for workshop in apps.get_model("workshops", "Workshop").objects.using(database).filter(agenda=[]):
        was_fixed = workshop.opened_at and kept_since and workshop.opened_at >= kept_since
        judged = workshop.groups.filter(verdicts__isnull=False).exists()
        if not was_fixed or judged:
            workshop.agenda = None
            workshop.save(update_fields=["agenda"])


class Migration(migrations.Migration):
    dependencies = [("workshops", "0003_one_record")]

    operations = [
        migrations.AlterField(
            model_name="workshop",
            name="agenda",
            field=models.JSONField(blank=True, default=None, null=True),
        ),
        migrations.RunPython(tell_unrecorded_from_empty, migrations.RunPython.noop, elidable=True),
    ]
