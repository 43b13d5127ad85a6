"""Requests to erase, and triggers of the audit log that let its labels become blank and its first events go.

A later migration that remakes `assessments_auditevent` or `assessments_auditchain` on SQLite has to run `DROP` before and
`CREATE` after it.
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import assessments.fields

EARLIER = import_module("assessments.migrations.0008_append_only")
TABLE = "assessments_auditevent"
REFUSAL = EARLIER.REFUSAL
KEPT = (
    "id",
    "at",
    "actor_id",
    "assessment_id",
    "action",
    "object_type",
    "object_id",
    "detail",
    "position",
    "previous_hash",
    "hash",
)
# A label may become blank, nothing else may change.
_SQLITE_CHANGED = " OR ".join(["NEW.object_label <> ''", *(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)])
_POSTGRESQL_CHANGED = " OR ".join(
    ["NEW.object_label <> ''", *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)]
)
# The first events of a chain may go, up to where the chain says that it was cut.
_CUT = (
    "EXISTS (SELECT 1 FROM assessments_auditchain c WHERE COALESCE(c.assessment_id, 0) = COALESCE(OLD.assessment_id, 0) "
    "AND c.cut_length >= OLD.position)"
)
CREATE = {
    "sqlite": [
        f"CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON {TABLE} WHEN {_SQLITE_CHANGED} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON {TABLE} WHEN NOT {_CUT} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NOT ({_POSTGRESQL_CHANGED}) THEN RETURN NEW; END IF; END IF; "
        f"IF TG_OP = 'DELETE' THEN IF {_CUT} THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *EARLIER.CREATE["postgresql"][1:],
    ],
}
DROP = EARLIER.DROP


def change_triggers(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    for statement in (*EARLIER.DROP[vendor], *CREATE[vendor]):
        schema_editor.execute(statement, params=None)


def change_back(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    for statement in (*DROP[vendor], *EARLIER.CREATE[vendor]):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_refused_sign_ins"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditchain",
            name="cut_head",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="auditchain",
            name="cut_length",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=80)),
                ("place", models.JSONField(blank=True, default=dict)),
                ("label", models.CharField(max_length=200)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("person", "The person concerned asked for it"),
                            ("consent", "Consent was withdrawn"),
                            ("mistake", "It should not have been recorded"),
                            ("rule", "A rule or a decision of the organisation"),
                            ("ended", "It is no longer needed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", assessments.fields.EncryptedTextField(blank=True)),
                ("parts", models.JSONField(blank=True, default=list)),
                ("copies_withdrawn", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="erasure_requests",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(change_triggers, change_back),
    ]
