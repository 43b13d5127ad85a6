from typing import Any

from django.db import migrations, models


def state_the_past(apps: Any, schema_editor: Any) -> None:
    """Until now nothing could be corrected: every form showed its version as it was published."""
    apps.get_model("surveys", "Response").objects.update(correction=0)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0008_encrypt_answers")]

    operations = [
        migrations.AddField(
            model_name="response",
            name="correction",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(state_the_past, migrations.RunPython.noop),
    ]
