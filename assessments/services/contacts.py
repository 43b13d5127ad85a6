"""Contacts: people who may be invited to the survey. Their names are encrypted.

They are erased like everything else: by a request that a second person confirms (`assessments/services/erasure.py`).
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, Contact, User
from assessments.once import key_detail, made_before
from ctnat.ui.errors import InputError
from ctnat.ui.seen import Marks, check_seen, values_of

# Sent inside the transaction with `contact`: other apps erase what they store about the person.
contact_erased = Signal()


def check_address_is_new(contact: Contact) -> None:
    """Raises `ValidationError` where another contact has the address. It is encrypted, so each one is compared here."""
    others = Contact.objects.for_assessment(contact.assessment).for_inviting().exclude(pk=contact.pk)
    if contact.email and contact.email.casefold() in {other.email.casefold() for other in others}:
        raise ValidationError(
            {"email": _("There is already a contact with this e-mail address. Edit that contact instead.")}
        )


@transaction.atomic
def add_contact(*, assessment: Assessment, by: User | None, form_key: UUID | None = None, **fields: Any) -> Contact:
    """Raises `ValidationError` for an address that is on the list. The same form (`form_key`) makes one contact."""
    lock_assessment(assessment)
    contact, there = Contact(assessment=assessment, **fields), Contact.objects.for_assessment(assessment).for_inviting()
    if same := made_before(
        "contact.added", form_key, new=contact, names=fields, rows=there, assessment=assessment, by=by
    ):
        return same
    check_address_is_new(contact)
    contact.save()
    record("contact.added", by=by, assessment=assessment, target=contact, **key_detail(form_key))
    return contact


@transaction.atomic
def update_contact(*, contact: Contact, by: User, seen: Marks | None = None, **fields: Any) -> Contact:
    """Raises `ValidationError`: for an address that another contact has too, for a contact that was erased, and
    `SeenConflict` where another person has changed it since it was shown (`seen`)."""
    row: Contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if row.erased_at:
        raise InputError(_("This contact was erased in the meantime. Nothing was saved."))
    check_seen(row, seen, fields)
    if values_of(row, fields) == fields:  # saved without a change, or sent twice on a slow line
        return row
    for name, value in fields.items():
        setattr(contact, name, value)
    check_address_is_new(contact)
    contact.full_clean()
    contact.save(update_fields=list(fields))
    record("contact.changed", by=by, assessment=contact.assessment, target=contact)
    return contact


@transaction.atomic
def purge_contact(*, contact: Contact) -> None:
    """Erase a contact with its row, and the person in every invitation."""
    contact_erased.send(sender=Contact, contact=contact)
    contact.delete()
