"""Files of an edition become rows, so that a new format needs no column. Those that exist keep file and checksum."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def move_files(apps: Any, schema_editor: Any) -> None:
    Edition = apps.get_model("reports", "Edition")
    EditionFile = apps.get_model("reports", "EditionFile")
    alias = schema_editor.connection.alias
    EditionFile.objects.using(alias).bulk_create(
        EditionFile(edition=edition, format=format, file=file.name, checksum=checksum)
        for edition in Edition.objects.using(alias)
        for format, file, checksum in (
            ("html", edition.html, edition.html_sha256),
            ("pdf", edition.pdf, edition.pdf_sha256),
        )
        if file and checksum
    )


def move_back(apps: Any, schema_editor: Any) -> None:
    EditionFile = apps.get_model("reports", "EditionFile")
    rows = EditionFile.objects.using(schema_editor.connection.alias)
    for row in rows.filter(format__in=["html", "pdf"]).select_related("edition"):
        setattr(row.edition, row.format, row.file.name)
        setattr(row.edition, f"{row.format}_sha256", row.checksum)
        row.edition.save()


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="EditionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("format", models.CharField(max_length=10)),
                ("file", models.FileField(upload_to="editions/%Y")),
                ("checksum", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="reports.edition"
                    ),
                ),
            ],
            options={"ordering": ["edition", "format"]},
        ),
        migrations.AddConstraint(
            model_name="editionfile",
            constraint=models.UniqueConstraint(fields=("edition", "format"), name="edition_file_once"),
        ),
        migrations.RunPython(move_files, move_back),
    ]
