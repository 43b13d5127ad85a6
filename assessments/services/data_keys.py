"""The keys of assessments: destroyed when an assessment is closed for good, and encrypted anew with FIELD_KEYS."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.dispatch import Signal
from django.utils import timezone

from assessments.audit import record
from assessments.data_keys import forget
from assessments.fields import UNREADABLE, EncryptedTextField
from assessments.models import Assessment, Contact, DataKey, User
from assessments.write_ahead_log import empty_log_after_commit

key_destroyed = Signal()  # `assessment`; sent in the transaction, so that other apps delete what the key does not cover


@transaction.atomic
def destroy_key(*, assessment: Assessment, confirmation: str, reason: str, by: User | None) -> DataKey:
    """Make all that was encrypted in an assessment unreadable for good. It cannot be undone, by anyone.

    Names and addresses, and forms that are still sealed, have other keys: they are erased.

    `confirmation` is the reference as the person typed it. Raises `ValidationError`, and then nothing is changed.
    Another process that has read the key forgets it within a minute; a backup holds it until the backup is deleted.
    """
    if confirmation.strip() != assessment.reference:
        raise ValidationError({"confirmation": f"Type {assessment.reference} to confirm. Nothing was destroyed."})
    if not reason.strip():
        raise ValidationError({"reason": "Say why. The reason is kept in the audit log. Nothing was destroyed."})
    key = DataKey.objects.select_for_update().get(pk=assessment.data_key_id)
    if key.is_destroyed:
        raise ValidationError("The key of this assessment was destroyed already.")
    key.secret, key.destroyed_at, key.destroyed_by = "", timezone.now(), by
    key.save()
    erased_at = Coalesce(F("erased_at"), timezone.now())
    Contact.objects.filter(assessment=assessment).update(name="", email="", erased_at=erased_at)
    key_destroyed.send(sender=Assessment, assessment=assessment)
    record("assessment.key_destroyed", by=by, assessment=assessment, target=assessment, reason=reason.strip())
    transaction.on_commit(lambda: forget(key.pk))
    empty_log_after_commit()
    return key


def rewrap_keys() -> dict[str, int]:
    """Encrypt with the first of FIELD_KEYS what any of them encrypts: data keys, and nothing that was said.

    Gives label of the model -> how many rows. Raises `ValidationError`, and changes nothing, where a value cannot be
    read.
    """
    done: dict[str, int] = {}
    with transaction.atomic():
        for model, names in _encrypted_columns():
            rows: Any = model._base_manager.select_for_update().order_by("pk")
            for row in rows.iterator(chunk_size=500):
                if any(getattr(row, name) == UNREADABLE for name in names):
                    raise ValidationError(
                        f"{model._meta.label_lower} {row.pk} cannot be read with these FIELD_KEYS. Nothing was changed."
                    )
                values = {name: getattr(row, name) for name in names}
                model._base_manager.filter(pk=row.pk).update(**values)
                done[model._meta.label_lower] = done.get(model._meta.label_lower, 0) + 1
    return done


def _encrypted_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if names:
            yield model, names
