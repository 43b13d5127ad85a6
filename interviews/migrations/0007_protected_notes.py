"""What people said in interviews goes into columns for encrypted text."""

from django.db import migrations

import assessments.fields


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0006_struck_passages"),
        ("assessments", "0013_a_data_key_for_each"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="text",
            field=assessments.fields.ProtectedTextField(blank=True, of="interview.assessment"),
        ),
        migrations.AlterField(
            model_name="answerrevision",
            name="text",
            field=assessments.fields.ProtectedTextField(blank=True, of="answer.interview.assessment"),
        ),
        migrations.AlterField(
            model_name="interview",
            name="observations",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="interview",
            name="respondent_title",
            field=assessments.fields.ProtectedCharField(blank=True, max_length=200, of="assessment"),
        ),
        migrations.AlterField(
            model_name="interview",
            name="sections_reason",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="setaside",
            name="text",
            field=assessments.fields.ProtectedTextField(of="answer.interview.assessment"),
        ),
    ]
