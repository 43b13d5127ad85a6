"""Invitations to a role, and leaving. The link's token is kept only as HMAC."""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment, MemberInvitation, Membership, Role, User
from assessments.tokens import new_token, token_hmac

PURPOSE = "member-invitation"
VALID_FOR = timedelta(days=14)


@transaction.atomic
def add_member(*, assessment: Assessment, user: User, role: str, by: User | None) -> Membership:
    """Raises `ValidationError` where the user has the role already."""
    if Membership.objects.for_assessment(assessment).for_user(user).filter(role=role).exists():
        raise ValidationError(f"{user.email} is {Role(role).label.lower()} of {assessment} already.")
    membership = Membership.objects.create(assessment=assessment, user=user, role=role)
    record("member.added", by=by, assessment=assessment, target=membership, label=user.email, role=role)
    return membership


@transaction.atomic
def invite_member(
    *, assessment: Assessment, email: str, role: str, by: User, link: Callable[[str], str]
) -> MemberInvitation:
    """Mail an invitation; `link` makes the address from the token. Raises `ValidationError`, nothing changed then."""
    email = email.lower()
    member = Membership.objects.for_assessment(assessment).filter(user__email__iexact=email, role=role)
    if member.exists():
        raise ValidationError(f"{email} is {Role(role).label.lower()} of {assessment} already. Choose another role.")
    open_ones = MemberInvitation.objects.open().filter(assessment=assessment, email=email, role=role)
    if open_ones.exists():
        raise ValidationError(
            f"{email} was invited as {Role(role).label.lower()} already. To send a new link, withdraw that one first."
        )
    token = new_token()
    invitation = MemberInvitation.objects.create(
        assessment=assessment,
        email=email,
        role=role,
        token_hmac=token_hmac(token, purpose=PURPOSE),
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    record("member.invited", by=by, assessment=assessment, target=invitation, label=email, role=role)
    _send(invitation, link(token))
    return invitation


def _send(invitation: MemberInvitation, link: str) -> None:
    text = render_to_string("assessments/mail/invitation.txt", {"invitation": invitation, "link": link})
    subject = f"Invitation to the needs assessment {invitation.assessment}"
    try:
        send_mail(subject, text, None, [invitation.email])
    except (SMTPException, OSError) as error:
        raise ValidationError(
            f"The mail to {invitation.email} could not be sent, so nobody was invited. "
            "Check the address, or ask the person who runs this site to check the mail server."
        ) from error


def find_invitation(token: str) -> MemberInvitation | None:
    """The open invitation of a link's token: neither used, nor withdrawn, nor out of date."""
    found = MemberInvitation.objects.open().select_related("assessment__study")
    return found.filter(token_hmac=token_hmac(token, purpose=PURPOSE)).first()


@transaction.atomic
def accept_invitation(*, invitation: MemberInvitation, by: User) -> Membership:
    """`by` takes the role. Raises `ValidationError` where the invitation is another person's, or used meanwhile."""
    locked = MemberInvitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not locked.exists():
        raise ValidationError("This invitation was used or withdrawn meanwhile. Ask a lead for a new one.")
    if by.email.lower() != invitation.email:
        raise ValidationError(f"This invitation is for {invitation.email}; you are signed in as {by.email}.")
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return add_member(assessment=invitation.assessment, user=by, role=invitation.role, by=by)


@transaction.atomic
def accept_as_new_user(*, invitation: MemberInvitation, name: str, password: str) -> User:
    """Make the account that the mailed link proves, and take the role. Raises `ValidationError`."""
    user = User(email=invitation.email, name=name)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    record("user.created", by=user, assessment=invitation.assessment, target=user, label=user.email)
    accept_invitation(invitation=invitation, by=user)
    return user


@transaction.atomic
def revoke_invitation(*, invitation: MemberInvitation, by: User) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(
        "member.invitation_withdrawn",
        by=by,
        assessment=invitation.assessment,
        target=invitation,
        label=invitation.email,
        role=invitation.role,
    )


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a role away. Raises `ValidationError` for the last lead: an assessment never stands without one."""
    assessment = membership.assessment
    leads = Membership.objects.select_for_update().filter(assessment=assessment, role=Role.LEAD)
    if membership.role == Role.LEAD and len(leads) == 1:
        raise ValidationError("This is the only lead. Make another member lead first.")
    record(
        "member.removed",
        by=by,
        assessment=assessment,
        target=membership,
        label=membership.user.email,
        role=membership.role,
    )
    membership.delete()
