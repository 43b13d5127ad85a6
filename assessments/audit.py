"""The one way to write the audit log. Values of protected fields never enter it: pass names of fields, not contents."""

from typing import Any

from django.db import models

from assessments.models import Assessment, AuditEvent, User


def record(
    action: str,
    *,
    by: User | None,
    assessment: Assessment | None = None,
    target: models.Model | None = None,
    label: str = "",
    **detail: Any,
) -> AuditEvent:
    """Append an event. `action` is `object.verb` ("interview.created"); `detail` holds plain, unprotected facts.

    `by=None` is the system or an anonymous respondent. `label` names the target where its `str()` would say too much.
    """
    return AuditEvent.objects.create(
        action=action,
        actor=by if by and by.is_authenticated else None,
        assessment=assessment,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        object_label=(label or (str(target) if target else ""))[:200],
        detail=detail,
    )
