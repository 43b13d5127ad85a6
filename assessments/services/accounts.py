"""The accounts of members: making one, and erasing a person's data while the logs keep a pseudonym."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.audit import erase_labels, record
from assessments.models import (
    Assessment,
    AuditEvent,
    Device,
    MemberInvitation,
    Membership,
    RefusedSignIn,
    Role,
    SignIn,
    User,
)
from ctnat.ui.errors import InputError


def check_new_password(password: str, user: User | None = None) -> None:
    """Raises `InputError` with what the password lacks, beside its field."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError({"password": error.messages}) from error


@transaction.atomic
def create_account(*, user: User, password: str, assessment: Assessment | None = None) -> None:
    """Store a new user with this password. `assessment`: to which the person was invited. Raises `ValidationError`."""
    check_new_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    record("user.created", by=user, assessment=assessment, target=user, label=user.email)


def leads_alone(user: User) -> list[Assessment]:
    """The assessments of which the user is the only lead."""
    led = Assessment.objects.filter(memberships__user=user, memberships__role=Role.LEAD).distinct()
    others = Membership.objects.filter(role=Role.LEAD, user__is_active=True).exclude(user=user)
    return list(led.exclude(pk__in=others.values("assessment")))


@transaction.atomic
def erase_account(*, user: User, successor: User | None, by: User | None) -> None:
    """Deactivate the account, erase name, address and all ways to sign in, and hand over what only this lead leads.

    The row stays under a pseudonym, because the logs refer to it.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    for assessment in leads_alone(user):
        if successor:
            lead = Membership.objects.create(assessment=assessment, user=successor, role=Role.LEAD)
            record(
                "member.added", by=by, assessment=assessment, target=lead, label=successor.email, role=Role.LEAD.value
            )
    Membership.objects.filter(user=user).delete()
    Session.objects.filter(pk__in=SignIn.objects.filter(user=user).values("session_key")).delete()
    SignIn.objects.filter(user=user).delete()
    Device.objects.filter(user=user).delete()
    RefusedSignIn.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    MemberInvitation.objects.filter(email__iexact=user.email).delete()
    erase_labels(AuditEvent.objects.filter(object_label__iexact=user.email), by=by)
    user.email, user.name = f"former-member-{user.pk}@erased.invalid", f"Former member {user.pk}"
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_at, user.last_login = timezone.now(), None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


@transaction.atomic
def choose_colours(*, colours: str, by: User) -> None:
    """Set the colours of the user's own pages; blank is what the device asks for."""
    by.colours = colours
    by.save(update_fields=["colours"])
    record("user.colours_chosen", by=by, target=by, label=by.email, colours=colours)


@transaction.atomic
def choose_language(*, language: str, by: User) -> None:
    """Set the language of the user's own pages and mails; blank is the browser's."""
    by.language = language
    by.save(update_fields=["language"])
    record("user.language_chosen", by=by, target=by, label=by.email, language=language)
