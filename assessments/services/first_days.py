"""The list of first steps that a new member sees on the home page of an assessment."""

from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment, Membership, User


@transaction.atomic
def hide_first_days(*, assessment: Assessment, by: User) -> None:
    """For this member alone. Hiding it twice changes nothing."""
    own = Membership.objects.for_assessment(assessment).for_user(by)
    if own.filter(first_days_hidden_at=None).update(first_days_hidden_at=timezone.now()):
        record("member.first_days_hidden", by=by, assessment=assessment, target=by, label=by.email)


@transaction.atomic
def show_first_days(*, assessment: Assessment, by: User) -> None:
    """As at the beginning: for some days, or until the member hides it again."""
    own = Membership.objects.for_assessment(assessment).for_user(by)
    own.update(first_days_hidden_at=None, first_days_asked_at=timezone.now())
    record("member.first_days_asked", by=by, assessment=assessment, target=by, label=by.email)
