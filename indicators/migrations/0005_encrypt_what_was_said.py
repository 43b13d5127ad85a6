"""Reasons of marks, of decisions on them and of changed recommendations are encrypted."""

from django.db import migrations

import assessments.fields
from assessments.column_encryption import encrypts


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_a_data_key_for_each"),
        ("indicators", "0004_decisions_outlived"),
    ]

    operations = [
        migrations.AlterField(
            model_name="celldecision",
            name="proposed_rationale",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="celldecision",
            name="reason",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="mark",
            name="rationale",
            field=assessments.fields.ProtectedTextField(blank=True, of="assessment"),
        ),
        migrations.AlterField(
            model_name="markchange",
            name="rationale",
            field=assessments.fields.ProtectedTextField(blank=True, of="mark.assessment"),
        ),
        migrations.AlterField(
            model_name="markchange",
            name="reason",
            field=assessments.fields.ProtectedTextField(blank=True, of="mark.assessment"),
        ),
        migrations.AlterField(
            model_name="recommendationchange",
            name="reason",
            field=assessments.fields.ProtectedTextField(blank=True, of="recommendation.assessment"),
        ),
        encrypts("indicators", "Mark", "MarkChange", "CellDecision", "RecommendationChange"),
    ]
