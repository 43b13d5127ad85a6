"""Changes to the list of organisations that took part or are cited."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.dispatch import Signal
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, Organisation, User
from ctnat.ui.errors import InputError
from ctnat.ui.seen import Marks, check_seen, values_of

# Sent inside the transaction with `organisation` and `by`: what was agreed on earlier facts is reviewed.
organisation_changed = Signal()


def _check_name_is_new(organisation: Organisation) -> None:
    others = Organisation.objects.for_assessment(organisation.assessment).exclude(pk=organisation.pk)
    if others.filter(name__iexact=organisation.name).exists():
        raise ValidationError({"name": _("{name} is already in the list.").format(name=organisation.name)})


@transaction.atomic
def add_organisation(*, assessment: Assessment, by: User | None, **fields: Any) -> Organisation:
    lock_assessment(assessment)
    organisation = Organisation(assessment=assessment, **fields)
    _check_name_is_new(organisation)
    organisation.full_clean()
    organisation.save()
    record("organisation.added", by=by, assessment=assessment, target=organisation)
    return organisation


@transaction.atomic
def update_organisation(
    *, organisation: Organisation, by: User | None, seen: Marks | None = None, **fields: Any
) -> Organisation:
    """Raises `SeenConflict` where another person has changed it since it was shown (`seen`)."""
    lock_assessment(organisation.assessment)
    row: Organisation | None = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
    if row is None:
        raise InputError(_("This organisation was removed from the list in the meantime. Nothing was saved."))
    check_seen(row, seen, fields)
    if values_of(row, fields) == fields:  # saved without a change, or sent twice on a slow line
        return row
    for name, value in fields.items():
        setattr(organisation, name, value)
    _check_name_is_new(organisation)
    organisation.full_clean()
    organisation.save(update_fields=list(fields))
    record("organisation.changed", by=by, assessment=organisation.assessment, target=organisation)
    organisation_changed.send(sender=Organisation, organisation=organisation, by=by)
    return organisation


@transaction.atomic
def remove_organisation(*, organisation: Organisation, by: User) -> None:
    """Raises `ValidationError` where an interview is recorded under it."""
    record("organisation.removed", by=by, assessment=organisation.assessment, target=organisation)
    try:
        organisation.delete()
    except ProtectedError:
        raise ValidationError(
            _("{organisation} has interviews. Move them to another organisation first, then remove it.").format(
                organisation=organisation
            )
        ) from None
