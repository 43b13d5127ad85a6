from typing import Any

from django.db import migrations


def forget_decisions_on_other_marks(apps: Any, schema_editor: Any) -> None:
    """Where the consultant's mark counts by a decision and has changed since, the proposal waits for a new one.

    A decision wrote a line into the history of both marks: a later line of the consultant's with another revision is a
    change.
    """
    database = schema_editor.connection.alias
    marks = apps.get_model("indicators", "Mark").objects.using(database)
    changes = apps.get_model("indicators", "MarkChange").objects.using(database)
    decisions = apps.get_model("indicators", "CellDecision").objects.using(database)
    for proposal in marks.filter(source="workshop", withdrawn=False, counts=False).exclude(decided_revision=None):
        place = {"assessment": proposal.assessment_id, "criterion": proposal.criterion, "cell": proposal.cell}
        consultant = marks.filter(source="consultant", **place).first()
        decision = decisions.filter(**place).order_by("-at", "-pk").first()
        if consultant is None or decision is None:
            continue
        seen = changes.filter(mark_id=consultant.pk, at__lte=decision.at).order_by("-revision").first()
        if (seen.revision if seen else 0) != consultant.revision:
            marks.filter(pk=proposal.pk).update(decided_revision=None)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_validated_wording")]

    operations = [migrations.RunPython(forget_decisions_on_other_marks, migrations.RunPython.noop, elidable=True)]
