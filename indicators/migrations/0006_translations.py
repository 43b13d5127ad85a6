"""Translations of texts, and those that were seen with each change of a recommendation."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import assessments.fields


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0014_retention"),
        ("indicators", "0005_encrypt_what_was_said"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="recommendationchange",
            name="translations",
            field=assessments.fields.ProtectedJSONField(blank=True, default=dict, of="recommendation.assessment"),
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=20)),
                ("text", assessments.fields.ProtectedTextField(blank=True, of="assessment")),
                ("source_mark", models.CharField(max_length=16)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_mark", models.CharField(blank=True, max_length=16)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="text_translations",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["assessment", "target", "field", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "target", "field", "language"), name="text_translated_once"
                    )
                ],
            },
        ),
    ]
