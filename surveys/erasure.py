"""When a contact is erased, its invitations forget the person too, and their links end."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.utils import timezone

from assessments.models import Contact
from assessments.services.contacts import contact_erased
from surveys.models import Invitation


@receiver(contact_erased)
def forget_invitations(contact: Contact, **kwargs: Any) -> None:
    forget_invited(Invitation.objects.filter(contact=contact))


def forget_invited(invitations: QuerySet[Invitation]) -> None:
    """Erase the persons in invitations, and end their links."""
    invitations.update(
        email="", name="", organisation="", failure="", revoked_at=Coalesce(F("revoked_at"), timezone.now())
    )
