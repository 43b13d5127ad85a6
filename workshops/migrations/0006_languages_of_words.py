"""The language of the room and of what groups write, and the translations on which statements were decided."""

from django.db import migrations, models

import assessments.fields


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0005_encrypt_what_was_said"),
    ]

    operations = [
        migrations.AddField(
            model_name="ballot",
            name="other_language",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="comment",
            name="decided_on",
            field=assessments.fields.ProtectedJSONField(blank=True, default=dict, of="assessment"),
        ),
        migrations.AddField(
            model_name="comment",
            name="language",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="verdict",
            name="words_language",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="workshop",
            name="language",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]
