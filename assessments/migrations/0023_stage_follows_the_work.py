"""A stage is blank where it follows from the work. The first one was the default, which nobody had set."""

from typing import Any

from django.db import migrations, models


def forget_default(apps: Any, schema_editor: Any) -> None:
    apps.get_model("assessments", "Assessment").objects.filter(stage="desk_review").update(stage="")


def restore_default(apps: Any, schema_editor: Any) -> None:
    apps.get_model("assessments", "Assessment").objects.filter(stage="").update(stage="desk_review")


class Migration(migrations.Migration):
    dependencies = [("assessments", "0022_colours_of_a_member")]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[
                    ("desk_review", "Desk review"),
                    ("tool", "The tool"),
                    ("data_collection", "Interviews and survey"),
                    ("analysis", "Analysis and drafting"),
                    ("validation", "Validation"),
                    ("final", "Final report"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.RunPython(forget_default, restore_default),
    ]
