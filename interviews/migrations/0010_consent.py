"""Consent is recorded with its version of the information note, language, time and person."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import assessments.fields


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0014_retention"),
        ("interviews", "0009_encrypt_codings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InformationNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=20)),
                ("paragraphs", models.JSONField()),
                ("checksum", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="information_notes",
                        to="assessments.assessment",
                    ),
                ),
            ],
            options={
                "ordering": ["assessment", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("participant", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note_given", models.BooleanField(blank=True, null=True)),
                ("language", models.CharField(blank=True, max_length=20)),
                (
                    "means",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("read", "Read aloud"),
                            ("paper", "Handed over on paper"),
                            ("sent", "Sent by e-mail or post"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_interview",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked")], max_length=10
                    ),
                ),
                (
                    "to_quotes",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Yes"),
                            ("unattributed", "Only without attribution"),
                            ("no", "No"),
                            ("not_asked", "Not asked"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "withdrawn",
                    models.CharField(
                        blank=True, choices=[("quotes", "Quotes"), ("interview", "The whole interview")], max_length=10
                    ),
                ),
                ("reason", assessments.fields.ProtectedTextField(blank=True, of="interview.assessment")),
                ("happened_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                (
                    "erasure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assessments.erasurerequest",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="interviews.interview"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="interviews.informationnote",
                    ),
                ),
            ],
            options={
                "ordering": ["interview", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="informationnote",
            constraint=models.UniqueConstraint(fields=("assessment", "checksum"), name="information_note_once"),
        ),
    ]
