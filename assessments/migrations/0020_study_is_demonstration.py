"""Which study is the demonstration's: stored, because its title can be changed."""

from typing import Any

from django.db import migrations, models

TITLE = "Counter-trafficking needs assessments in the South Caucasus, 2016"
REFERENCES = ["AZE-2016", "ARM-2016", "GEO-2016"]


def mark(apps: Any, schema_editor: Any) -> None:
    """Until now it was told by its title and the references of its assessments."""
    studies = apps.get_model("assessments", "Study").objects
    found = studies.filter(title=TITLE, assessments__reference__in=REFERENCES).values_list("pk", flat=True)
    studies.filter(pk__in=list(found)).update(is_demonstration=True)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0019_longer_codes_of_languages")]

    operations = [
        migrations.AddField("study", "is_demonstration", models.BooleanField(default=False, editable=False)),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
    ]
