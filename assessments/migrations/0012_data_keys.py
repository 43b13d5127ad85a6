"""Each assessment gets a data key of its own, encrypted with FIELD_KEYS."""

import uuid
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import assessments.data_keys
import assessments.fields


def give_data_keys(apps: Any, schema_editor: Any) -> None:
    keys = apps.get_model("assessments", "DataKey").objects
    for assessment in apps.get_model("assessments", "Assessment").objects.filter(data_key=None):
        assessment.data_key = keys.create()
        assessment.save(update_fields=["data_key"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_country_names")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("secret", assessments.fields.EncryptedTextField(blank=True, default=assessments.data_keys.new_secret)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "destroyed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["created_at", "pk"]},
        ),
        migrations.AddField(
            model_name="assessment",
            name="data_key",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.datakey",
            ),
        ),
        migrations.RunPython(give_data_keys, migrations.RunPython.noop),
    ]
