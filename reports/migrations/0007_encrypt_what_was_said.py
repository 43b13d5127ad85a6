"""Drafts of the report with their history, and what editions captured, are encrypted."""

from django.db import migrations

import assessments.fields
from assessments.column_encryption import encrypts


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_a_data_key_for_each"),
        ("reports", "0006_erased_editions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="edition",
            name="captured",
            field=assessments.fields.ProtectedJSONField(blank=True, null=True, of="report.assessment"),
        ),
        migrations.AlterField(
            model_name="edition",
            name="open_points",
            field=assessments.fields.ProtectedJSONField(blank=True, default=list, of="report.assessment"),
        ),
        migrations.AlterField(
            model_name="edition",
            name="paragraphs",
            field=assessments.fields.ProtectedJSONField(default=list, of="report.assessment"),
        ),
        migrations.AlterField(
            model_name="edition",
            name="what_changed",
            field=assessments.fields.ProtectedTextField(blank=True, of="report.assessment"),
        ),
        migrations.AlterField(
            model_name="section",
            name="body",
            field=assessments.fields.ProtectedTextField(blank=True, of="report.assessment"),
        ),
        migrations.AlterField(
            model_name="sectionrevision",
            name="body",
            field=assessments.fields.ProtectedTextField(blank=True, of="section.report.assessment"),
        ),
        encrypts("reports", "Section", "SectionRevision", "Edition"),
    ]
