"""Codes of sources are given once and for good; references keep all that a reference manager knows.

Codes of sources that were removed, or that have another code today, are read from the audit log and never given again.
An imported source has the language "en" only because nothing else was kept, so its language becomes unknown.
"""

import re
from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

CODE = re.compile(r"([A-Za-z]{2,6}) ([0-9]{1,4})(?:: |$)")


def retire_codes(apps: Any, schema_editor: Any) -> None:
    Document = apps.get_model("assessments", "Document")
    RetiredCode = apps.get_model("assessments", "RetiredCode")
    events = apps.get_model("assessments", "AuditEvent").objects.filter(action__startswith="document.")
    for assessment in apps.get_model("assessments", "Assessment").objects.all():
        documents = {str(document.pk): document for document in Document.all_objects.filter(assessment=assessment)}
        current = {key for document in documents.values() for key in _keys(document.code)}
        given: dict[tuple[str, int], Any] = {}
        imported: set[tuple[str, int]] = set()
        changed = set()
        for event in events.filter(assessment=assessment).order_by("pk"):
            for key in _keys(event.object_label):
                given[key] = documents.get(event.object_id)
            if event.action == "document.changed":
                changed.add(event.object_id)
            imported |= _range(event.detail.get("codes", []) if event.action == "document.imported" else [])
        for prefix, number in sorted((given.keys() | imported) - current):
            RetiredCode.objects.create(
                assessment=assessment, prefix=prefix, number=number, document=given.get((prefix, number))
            )
        unknown = [
            document.pk
            for pk, document in documents.items()
            if pk not in changed and document.language == "en" and imported.intersection(_keys(document.code))
        ]
        Document.all_objects.filter(pk__in=unknown).update(language="")


def _keys(text: str) -> list[tuple[str, int]]:
    """The code with which the text begins, as (prefix in lower case, number)."""
    found = CODE.match(text)
    return [(found[1].lower(), int(found[2]))] if found else []


def _range(codes: list[str]) -> set[tuple[str, int]]:
    """All codes from the first to the last of an import; the log has those two."""
    ends = [key for code in codes for key in _keys(code)]
    return {(ends[0][0], number) for number in range(ends[0][1], ends[-1][1] + 1)} if ends else set()


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0002_unknown_is_a_value"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="document",
            options={"base_manager_name": "all_objects", "ordering": ["assessment", "code"]},
        ),
        migrations.AlterModelManagers(
            name="document",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="document",
            name="accessed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="doi",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="document",
            name="issue",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="document",
            name="pages",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="document",
            name="place",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="document",
            name="published_in",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="document",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="volume",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name="document",
            name="language",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.CreateModel(
            name="RetiredCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(max_length=6)),
                ("number", models.PositiveIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retired_codes",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="retired_codes",
                        to="assessments.document",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "prefix", "number"), name="retired_code_once")
                ],
            },
        ),
        migrations.RunPython(retire_codes, migrations.RunPython.noop),
    ]
