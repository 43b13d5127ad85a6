"""What nobody was asked becomes unknown: whether an organisation is in the capital, how many interviews are planned.

Until now "in the capital" began as yes and the number of interviews as 14. A no was chosen, so it is kept; so is a
number that the audit log says was typed, and that of the demonstration, whose source states it.
"""

from typing import Any

from django.db import migrations, models

DEFAULT_INTERVIEWS = 14
DEMONSTRATION = "AZE-2016"


def forget_defaults(apps: Any, schema_editor: Any) -> None:
    Assessment = apps.get_model("assessments", "Assessment")
    AuditEvent = apps.get_model("assessments", "AuditEvent")
    Organisation = apps.get_model("assessments", "Organisation")
    Organisation.objects.filter(in_capital=True).update(in_capital=None)
    typed = {
        event.assessment_id
        for event in AuditEvent.objects.filter(action="assessment.changed")
        if "interviews_planned" in event.detail.get("fields", [])
    }
    unasked = Assessment.objects.filter(interviews_planned=DEFAULT_INTERVIEWS)
    unasked.exclude(pk__in=typed).exclude(reference=DEMONSTRATION).update(interviews_planned=None)


def state_defaults(apps: Any, schema_editor: Any) -> None:
    apps.get_model("assessments", "Organisation").objects.filter(in_capital=None).update(in_capital=True)
    unknown = apps.get_model("assessments", "Assessment").objects.filter(interviews_planned=None)
    unknown.update(interviews_planned=DEFAULT_INTERVIEWS)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.AlterField("organisation", "in_capital", models.BooleanField(null=True, blank=True)),
        migrations.AlterField(
            "assessment", "interviews_planned", models.PositiveSmallIntegerField(null=True, blank=True)
        ),
        migrations.RunPython(forget_defaults, state_defaults),
    ]
