"""Contacts: people who may be invited to the survey. Their names are protected, and can be erased for good."""

from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from assessments.audit import record
from assessments.models import Contact, User
from assessments.services import refuse_double_address

# Sent inside the transaction with `contact`: rooms above erase what they keep of the person.
contact_erased = Signal()


@transaction.atomic
def update_contact(*, contact: Contact, by: User, **fields: Any) -> Contact:
    """Raises `ValidationError`, for an address that another contact has too."""
    for name, value in fields.items():
        setattr(contact, name, value)
    refuse_double_address(contact)
    contact.full_clean()
    contact.save()
    record("contact.changed", by=by, assessment=contact.assessment, target=contact)
    return contact


@transaction.atomic
def erase_contact(*, contact: Contact, by: User) -> None:
    """Forget name, address and organisation here and in every invitation. It cannot be undone."""
    contact.name = contact.email = contact.organisation = ""
    contact.erased_at = timezone.now()
    contact.save(update_fields=["name", "email", "organisation", "erased_at"])
    contact_erased.send(sender=Contact, contact=contact)
    record("contact.erased", by=by, assessment=contact.assessment, target=contact)
