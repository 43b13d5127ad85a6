from typing import Any

from django.db import migrations

USED_AS = ("guide", "questionnaire", "matrix")
MADE = ("instrument.adapted", "instrument.imported")


def find_owners(apps: Any, schema_editor: Any) -> None:
    """Give each version that was made here its assessment, where only one can be meant; else the shared library.

    It is the assessment that its maker leads, or else the one that uses it or a version adapted from it. What was
    loaded with the product was made by nobody here and stays in the shared library, whoever uses it.
    """
    Instrument = apps.get_model("instruments", "Instrument")
    Assessment = apps.get_model("assessments", "Assessment")
    AuditEvent = apps.get_model("assessments", "AuditEvent")
    Membership = apps.get_model("assessments", "Membership")
    events = AuditEvent.objects.filter(action__in=MADE, object_type="instruments.instrument").order_by("pk")
    makers = dict(events.values_list("object_id", "actor"))
    users: dict[int, set[int]] = {}
    for used in Assessment.objects.values("pk", *USED_AS):
        for name in USED_AS:
            users.setdefault(used[name], set()).add(used["pk"])
    parents = dict(Instrument.objects.values_list("pk", "parent"))
    for pk, above in parents.items():  # the use of a version is a use of the drafts that it came from
        seen = {pk}
        while above and above not in seen:
            seen.add(above)
            users.setdefault(above, set()).update(users.get(pk, ()))
            above = parents.get(above)
    for pk, parent in parents.items():
        if parent is None and str(pk) not in makers:
            continue
        led = Membership.objects.filter(user=makers.get(str(pk)), role="lead") if makers.get(str(pk)) else None
        candidates = set(led.values_list("assessment", flat=True)) if led is not None else set()
        if len(candidates) != 1:
            used_by = users.get(pk, set())
            candidates = (candidates & used_by) if candidates else used_by
        if len(candidates) == 1:
            Instrument.objects.filter(pk=pk).update(owner=candidates.pop())


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0001_initial"),
        ("instruments", "0004_ownership"),
    ]

    operations = [migrations.RunPython(find_owners, migrations.RunPython.noop)]
