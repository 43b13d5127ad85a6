"""Quotes, what was approved of them and their attributions are encrypted."""

from django.db import migrations

import assessments.fields
from assessments.column_encryption import encrypts


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0008_encrypt_notes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="coding",
            name="approved_hash",
            field=assessments.fields.ProtectedCharField(blank=True, max_length=64, of="answer.interview.assessment"),
        ),
        migrations.AlterField(
            model_name="coding",
            name="approved_quote",
            field=assessments.fields.ProtectedTextField(blank=True, of="answer.interview.assessment"),
        ),
        migrations.AlterField(
            model_name="coding",
            name="attribution",
            field=assessments.fields.ProtectedJSONField(blank=True, default=dict, of="answer.interview.assessment"),
        ),
        migrations.AlterField(
            model_name="coding",
            name="quote",
            field=assessments.fields.ProtectedTextField(of="answer.interview.assessment"),
        ),
        encrypts("interviews", "Coding"),
    ]
