"""A table of the people who took part in an interview: who spoke, and who listened."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import assessments.fields


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0026_devices"),
        ("interviews", "0017_duration"),
    ]

    operations = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ]
                    ),
                ),
                (
                    "part",
                    models.CharField(blank=True, choices=[("spoke", "Spoke"), ("listened", "Listened")], max_length=10),
                ),
                ("title", assessments.fields.ProtectedCharField(blank=True, max_length=200, of="interview.assessment")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("woman", "Woman"), ("man", "Man"), ("other", "Other or undisclosed")],
                        max_length=10,
                    ),
                ),
                ("name", assessments.fields.EncryptedTextField(blank=True)),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="interviews.interview",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="assessments.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["interview", "position"],
                "constraints": [models.UniqueConstraint(fields=("interview", "position"), name="participant_once")],
            },
        ),
    ]
