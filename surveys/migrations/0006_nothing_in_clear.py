"""The columns of drafts in clear go; on SQLite the table of sealed answers loses its row ids.

A row id counts up with each form that comes. Without it SQLite keeps the rows in the order of their random keys.
"""

from typing import Any

from django.db import migrations, models


def keep_no_row_ids(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    table = apps.get_model("surveys", "SealedAnswer")._meta.db_table
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL ORDER BY type DESC", [table]
        )
        statements = [row[0] for row in cursor.fetchall()]  # the table first, then its indexes
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_old"')
        cursor.execute(f"{statements[0]} WITHOUT ROWID")
        cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{table}_old"')  # noqa: S608 -- our own name
        cursor.execute(f'DROP TABLE "{table}_old"')
        for statement in statements[1:]:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_seal_drafts")]

    operations = [
        migrations.RemoveField("draft", "answers"),
        migrations.RemoveField("draft", "language"),
        migrations.RemoveField("draft", "uuid"),
        migrations.AlterField("draft", "box", models.BinaryField()),
        migrations.RunPython(keep_no_row_ids, migrations.RunPython.noop),
    ]
