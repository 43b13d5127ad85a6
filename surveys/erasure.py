"""When a contact is erased, its invitations forget the person too, and their links end.

When the key of an assessment is destroyed, so are the forms and the names that its key does not cover.
"""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.utils import timezone

from assessments.models import Assessment, Contact
from assessments.services.contacts import contact_erased
from assessments.services.data_keys import key_destroyed
from surveys.models import Draft, Invitation, SealedAnswer, TableImport


@receiver(contact_erased)
def forget_invitations(contact: Contact, **kwargs: Any) -> None:
    forget_invited(Invitation.objects.filter(contact=contact))


def forget_invited(invitations: QuerySet[Invitation]) -> None:
    """Erase the persons in invitations, and end their links."""
    invitations.update(
        email="", name="", organisation="", failure="", revoked_at=Coalesce(F("revoked_at"), timezone.now())
    )


@receiver(key_destroyed)
def forget_sealed_forms(assessment: Assessment, **kwargs: Any) -> None:
    for model in (SealedAnswer, Draft, TableImport):
        model._default_manager.filter(survey__assessment=assessment).delete()
    Invitation.objects.filter(survey__assessment=assessment).update(
        email="", name="", failure="", revoked_at=Coalesce(F("revoked_at"), timezone.now())
    )
