from typing import Any

from django.db import migrations, models


def conditions_to_decisions(apps: Any, schema_editor: Any) -> None:
    """Conditions that an import left out were confirmed all at once; each becomes a decision with that answer."""
    Instrument = apps.get_model("instruments", "Instrument")
    for version in Instrument.objects.exclude(import_notes=[]):
        conditions = [note for note in version.import_notes if note["kind"] == "condition"]
        if not conditions:
            continue
        entries = [entry for section in version.definition["sections"] for entry in section["items"]]
        codes = {item["name"] for entry in entries for item in entry.get("rows", [entry])}
        answer = "everyone" if version.import_confirmed_at or version.published_at else ""
        version.import_notes = [note for note in version.import_notes if note["kind"] != "condition"]
        version.import_decisions = [
            {
                "key": f"condition-{number}",
                "kind": "condition",
                "subject": "",
                "items": [note["name"]] if note["name"] in codes else [],
                "sheet": note["sheet"],
                "row": note["row"],
                "name": note["name"],
                "reason": note["reason"],
                "values": {},
                "answer": answer,
            }
            for number, note in enumerate(conditions, 1)
        ]
        version.save(update_fields=["import_notes", "import_decisions"])


class Migration(migrations.Migration):
    dependencies = [
        ("instruments", "0006_corrections"),
    ]

    operations = [
        migrations.AddField(
            model_name="instrument",
            name="import_decisions",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(conditions_to_decisions, migrations.RunPython.noop),
    ]
