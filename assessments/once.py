"""Finds the row that a form created when it was sent before (`ctnat/ui/once.py`)."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from assessments.models import Assessment, AuditEvent, User
from ctnat.ui.errors import InputError
from ctnat.ui.seen import values_of

Row = TypeVar("Row", bound=models.Model)


def key_detail(form_key: UUID | None) -> dict[str, Any]:
    """The key as it is stored in the audit event of the new row."""
    return {"form": str(form_key)} if form_key else {}


def made_before(
    action: str,
    form_key: UUID | None,
    *,
    new: Row,
    names: Iterable[str],
    rows: models.QuerySet[Any],
    assessment: Assessment,
    by: User | None,
) -> Row | None:
    """The row that this form created before, with the same values as `new` in the fields `names`; else None.

    Other values mean another row: the person went back and typed something else. Call it under the lock under which
    the row is made. `rows` are those that the user can see; raises `InputError` if the row was deleted meanwhile.
    """
    if form_key is None or by is None:
        return None
    events = AuditEvent.objects.for_assessment(assessment).filter(actor=by, action=action, detail__form=str(form_key))
    keys = set(events.values_list("object_id", flat=True))
    found: list[Row] = list(rows.filter(pk__in=keys)) if keys else []
    wanted = values_of(new, names := list(names))
    for row in found:
        if values_of(row, names) == wanted:
            return row
    if len(found) < len(keys):
        raise InputError(
            _(
                "This form was saved before, and what it created has been removed since. Nothing was saved now. To "
                "create it again, open a new form."
            )
        )
    return None
