"""What groups and others said at validation, results and minutes are encrypted."""

from django.db import migrations

import assessments.fields
from assessments.column_encryption import encrypts


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_a_data_key_for_each"),
        ("workshops", "0004_agenda_not_recorded"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ballot",
            name="other_text",
            field=assessments.fields.ProtectedCharField(blank=True, max_length=300, of="group.workshop.assessment"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="changed",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="finding",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="reason",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="statement",
            field=assessments.fields.ProtectedTextField(of="assessment"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="who",
            field=assessments.fields.ProtectedCharField(blank=True, max_length=200, of="assessment"),
        ),
        migrations.AlterField(
            model_name="minutes",
            name="html",
            field=assessments.fields.ProtectedTextField(of="workshop.assessment"),
        ),
        migrations.AlterField(
            model_name="verdict",
            name="words",
            field=assessments.fields.ProtectedTextField(blank=True, of="group.workshop.assessment"),
        ),
        migrations.AlterField(
            model_name="workshop",
            name="results",
            field=assessments.fields.ProtectedJSONField(blank=True, default=dict, of="assessment"),
        ),
        encrypts("workshops", "Workshop", "Ballot", "Verdict", "Comment", "Minutes"),
    ]
