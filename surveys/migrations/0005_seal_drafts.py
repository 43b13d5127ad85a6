"""Drafts that were kept in clear are sealed; surveys that were opened keep the threshold that holds today."""

from typing import Any

from django.db import migrations

from surveys.sealed.boxes import seal


def seal_drafts(apps: Any, schema_editor: Any) -> None:
    drafts = apps.get_model("surveys", "Draft").objects
    for draft in drafts.iterator():
        content = {"answers": draft.answers, "language": draft.language, "uuid": str(draft.uuid)}
        drafts.filter(pk=draft.pk).update(box=seal(draft.survey_id, content))


def keep_thresholds(apps: Any, schema_editor: Any) -> None:
    surveys = apps.get_model("surveys", "Survey").objects.select_related("assessment")
    for survey in surveys.exclude(status="draft"):
        survey.smallest_group = survey.assessment.disclosure_threshold
        survey.save(update_fields=["smallest_group"])


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_sealed_answers"),
        ("assessments", "0004_invitation_sent_again"),
    ]

    operations = [
        migrations.RunPython(seal_drafts, migrations.RunPython.noop),
        migrations.RunPython(keep_thresholds, migrations.RunPython.noop),
    ]
