"""Members: invitations to a role, joining and leaving. The token of a link is stored only as HMAC."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import get_connection, send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.demonstration import marked_subject
from assessments.invited_lines import Line
from assessments.locks import lock_assessment
from assessments.models import Assessment, MemberInvitation, Membership, Role, User
from assessments.services.accounts import create_account
from assessments.tokens import new_token, token_hmac, token_hmacs
from ctnat.ui.errors import InputError, in_one_line
from ctnat.ui.mail import is_mail_configured, written_in

PURPOSE = "member-invitation"
VALID_FOR = timedelta(days=14)


@transaction.atomic
def add_member(*, assessment: Assessment, user: User, role: str, by: User | None) -> Membership:
    """Raises `ValidationError` where the user has the role already."""
    lock_assessment(assessment)
    if Membership.objects.for_assessment(assessment).for_user(user).filter(role=role).exists():
        raise InputError(
            _("{email} is already {role} of {assessment}.").format(
                email=user.email, role=Role(role).label.lower(), assessment=assessment
            )
        )
    membership = Membership.objects.create(assessment=assessment, user=user, role=role)
    record("member.added", by=by, assessment=assessment, target=membership, label=user.email, role=role)
    return membership


Delivery = MemberInvitation.Delivery


@dataclass(frozen=True)
class SentInvitation:
    """An invitation with its link, which is known only now: the database stores its HMAC."""

    invitation: MemberInvitation
    link: str

    @property
    def delivery(self) -> MemberInvitation.Delivery:
        return Delivery(self.invitation.delivery)


@dataclass(frozen=True)
class InvitedLine:
    """What became of one pasted line: `sent`, or `fault` in words."""

    line: Line
    sent: SentInvitation | None = None
    fault: str = ""


def invite_members(
    *, assessment: Assessment, lines: Sequence[Line], by: User, link: Callable[[str], str]
) -> list[InvitedLine]:
    """Invite the person of each line; `link` makes the address from the token. One that cannot be invited keeps none of
    the others from it. Where a mail cannot be sent, the invitation is still valid: its link can be passed on.

    The mails are sent when all invitations are stored, over one connection: where the mail server does not answer, it
    is asked once, and not for each person.
    """
    found = []
    for line in lines:
        if line.fault:
            found.append(InvitedLine(line, fault=line.fault))
            continue
        try:
            found.append(InvitedLine(line, sent=_invite(assessment, line.email, line.role, by, link)))
        except ValidationError as error:
            found.append(InvitedLine(line, fault=in_one_line(error)))
    _send_all([one.sent for one in found if one.sent])
    return found


@transaction.atomic
def _invite(assessment: Assessment, email: str, role: str, by: User, link: Callable[[str], str]) -> SentInvitation:
    lock_assessment(assessment)
    member = Membership.objects.for_assessment(assessment).filter(user__email__iexact=email, role=role)
    if member.exists():
        raise InputError(
            _("{email} is already {role} of {assessment}. Choose another role.").format(
                email=email, role=Role(role).label.lower(), assessment=assessment
            )
        )
    earlier = MemberInvitation.objects.for_assessment(assessment).waiting().filter(email=email, role=role)
    if earlier.open().exists():
        raise InputError(
            _("{email} has already been invited as {role}. Choose “Resend” in the list of members.").format(
                email=email, role=Role(role).label.lower()
            )
        )
    earlier.update(revoked_at=timezone.now())  # expired ones
    invitation = MemberInvitation(assessment=assessment, email=email, role=role, invited_by=by)
    token = _renew(invitation)
    record("member.invited", by=by, assessment=assessment, target=invitation, label=email, role=role)
    return SentInvitation(invitation, link(token))


def resend_invitation(*, invitation: MemberInvitation, by: User, link: Callable[[str], str]) -> SentInvitation:
    """Mail a new link, valid from today; the earlier link no longer works. Raises `ValidationError`."""
    sent = _issue_again(invitation, by, link, "member.invitation_sent_again")
    _send_all([sent])
    return sent


def renew_invitation_link(*, invitation: MemberInvitation, by: User, link: Callable[[str], str]) -> SentInvitation:
    """A new link to pass on by hand, without a mail; the earlier link no longer works. Raises `ValidationError`."""
    return _issue_again(invitation, by, link, "member.invitation_link_renewed", delivery=Delivery.BY_HAND)


@transaction.atomic
def _issue_again(
    invitation: MemberInvitation, by: User, link: Callable[[str], str], action: str, *, delivery: str = ""
) -> SentInvitation:
    waiting = (
        MemberInvitation.objects.select_for_update(of=("self",))
        .select_related("assessment__study")
        .waiting()
        .filter(pk=invitation.pk)
        .first()
    )
    if waiting is None:
        raise InputError(_("This invitation has been used or revoked in the meantime."))
    waiting.invited_by, waiting.delivery = by, delivery
    token = _renew(waiting)
    record(action, by=by, assessment=waiting.assessment, target=waiting, label=waiting.email, role=waiting.role)
    return SentInvitation(waiting, link(token))


def _renew(invitation: MemberInvitation) -> str:
    """Give the invitation a new token and a new expiry date. Returns the token."""
    token = new_token()
    invitation.token_hmac = token_hmac(token, purpose=PURPOSE)
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.sent_at = timezone.now()
    invitation.save()
    return token


def _send_all(invitations: Sequence[SentInvitation]) -> None:
    """Mail the links, outside of the transaction that stored them, and store what became of each mail."""
    if not invitations:
        return
    connection: Any = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError):
        connection = None
    for sent in invitations:
        invitation = sent.invitation
        invitation.delivery = _send(invitation, sent.link, connection) if connection else Delivery.FAILED
        invitation.save(update_fields=["delivery"])
    if connection:
        try:
            connection.close()
        except (SMTPException, OSError):  # all is sent
            return


def _send(invitation: MemberInvitation, link: str, connection: Any) -> MemberInvitation.Delivery:
    account = User.objects.filter(email__iexact=invitation.email).first()
    with written_in(account.language if account else ""):
        text = render_to_string("assessments/mail/invitation.txt", {"invitation": invitation, "link": link})
        subject = _("Invitation to the needs assessment {assessment}").format(assessment=invitation.assessment)
        subject = marked_subject(invitation.assessment, subject)
    try:
        send_mail(subject, text, None, [invitation.email], connection=connection)
    except (SMTPException, OSError):
        return Delivery.FAILED
    return Delivery.SENT if is_mail_configured() else Delivery.NO_SERVER


def find_invitation(token: str) -> MemberInvitation | None:
    """The open invitation of a link's token: neither used, nor revoked, nor expired."""
    found = MemberInvitation.objects.open().select_related("assessment__study")
    return found.filter(token_hmac__in=token_hmacs(token, purpose=PURPOSE)).first()


@transaction.atomic
def accept_invitation(*, invitation: MemberInvitation, by: User) -> Membership:
    """Give `by` the role. Raises `ValidationError` where the invitation is another person's, or used meanwhile."""
    locked = MemberInvitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not locked.exists():
        raise InputError(_("This invitation has been used or revoked in the meantime. Ask a lead for a new one."))
    if by.email.lower() != invitation.email:
        raise InputError(
            _(
                "This invitation is for {email}; you are signed in as {own_email}. Sign out and open the link again."
            ).format(email=invitation.email, own_email=by.email)
        )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return add_member(assessment=invitation.assessment, user=by, role=invitation.role, by=by)


@transaction.atomic
def accept_as_new_user(*, invitation: MemberInvitation, name: str, password: str) -> User:
    """Create the account whose address the mailed link proves, with the role. Raises `ValidationError`."""
    user = User(email=invitation.email, name=name)
    create_account(user=user, password=password, assessment=invitation.assessment)
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
def require_second_factor(*, assessment: Assessment, required: bool, has_factor: bool, by: User) -> None:
    """Raises `ValidationError` for a lead who has none: they would lock themselves out first."""
    if required and not has_factor:
        raise InputError(_("Set up your own second factor first: “Two-factor authentication” in your account's menu."))
    if assessment.second_factor_required == required:
        return
    assessment.second_factor_required = required
    assessment.save(update_fields=["second_factor_required"])
    action = "assessment.second_factor_required" if required else "assessment.second_factor_optional"
    record(action, by=by, assessment=assessment, target=assessment)


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a role away. Raises `ValidationError` for the last lead: an assessment always has one."""
    assessment = membership.assessment
    lock_assessment(assessment)
    others = Membership.objects.for_assessment(assessment).filter(role=Role.LEAD, user__is_active=True)
    if membership.role == Role.LEAD and not others.exclude(pk=membership.pk).exists():
        raise InputError(_("This is the only lead. Make another member lead first."))
    record(
        "member.removed",
        by=by,
        assessment=assessment,
        target=membership,
        label=membership.user.email,
        role=membership.role,
    )
    membership.delete()
