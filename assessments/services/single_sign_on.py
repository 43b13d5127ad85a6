"""Who may sign in through the organisation's provider, and the link between its user and an account."""

from smtplib import SMTPException

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import MemberInvitation, User
from assessments.services.members import accept_invitation
from assessments.single_sign_on import PROVIDER_ID
from assessments.this_site import this_site
from ctnat.ui.errors import InputError
from ctnat.ui.mail import written_in


@transaction.atomic
def admit(*, linked: User | None, uid: str, email: str, verified: bool, name: str) -> User:
    """The account of a user whom the provider has signed in, new if an invitation waits. Raises `InputError`.

    Once linked, an account is found by the provider's identifier `uid` alone. Before, only an address that the provider
    has verified leads to it: anybody can type the address of another person into a profile.
    """
    label = settings.OIDC_LABEL
    if linked is None:
        if not email or not verified:
            text = _(
                "{label} has not confirmed your e-mail address, so it cannot be used to sign in here. Have it "
                "confirmed there, or sign in with your password."
            )
            raise InputError(text.format(label=label))
        user = User.objects.filter(email__iexact=email).first() or _create(email=email, name=name)
        if SocialAccount.objects.filter(user=user, provider=PROVIDER_ID).exclude(uid=uid).exists():
            text = _(
                "The account of {email} belongs to another user of {label}. If the address has passed to you, ask "
                "the administrators of this site to unlink the account."
            )
            raise InputError(text.format(email=email, label=label))
    else:
        user = linked
    if not user.is_active:
        raise InputError(_("This account is closed. Ask a lead of your assessment or the administrators of this site."))
    return user


def _create(*, email: str, name: str) -> User:
    """The account of an invited person, with the roles of all invitations that wait."""
    email = email.lower()
    invitations = list(MemberInvitation.objects.open().filter(email=email).select_related("assessment").order_by("pk"))
    if not invitations and not settings.OIDC_CREATE_ACCOUNTS:
        text = _("There is no account for {email}. Ask a lead of your assessment to invite this address.")
        raise InputError(text.format(email=email))
    user = User(email=email, name=" ".join(name.replace("\0", "").split())[:120])
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # two windows at once
        return User.objects.get(email__iexact=email)
    record("user.created", by=user, target=user, label=user.email, through=PROVIDER_ID)
    for invitation in invitations:
        accept_invitation(invitation=invitation, by=user)
    return user


@transaction.atomic
def link_account(*, user: User, uid: str, second_factor: bool) -> None:
    """After the first complete sign-in, the second factor included: from now on `uid` leads to the account."""
    User.objects.select_for_update().get(pk=user.pk)
    if SocialAccount.objects.filter(provider=PROVIDER_ID, uid=uid).exists():
        return
    SocialAccount.objects.create(user=user, provider=PROVIDER_ID, uid=uid, extra_data={"second_factor": second_factor})
    record("user.provider_linked", by=user, target=user, label=user.email)
    transaction.on_commit(lambda: _tell(user))


def _tell(user: User) -> None:
    with written_in(user.language):
        text = render_to_string("assessments/mail/provider_linked.txt", {"user": user, "label": settings.OIDC_LABEL})
        subject = _("{site}: a new way to sign in to your account").format(site=this_site().name)
    try:
        send_mail(subject, text, None, [user.email])
    except (SMTPException, OSError):
        return  # the mail server's fault is on the page of the administrators; the sign-in goes on


@transaction.atomic
def unlink_account(*, user: User, by: User | None) -> bool:
    """Returns whether there was a link."""
    found = bool(SocialAccount.objects.filter(user=user, provider=PROVIDER_ID).delete()[0])
    if found:
        record("user.provider_unlinked", by=by, target=user, label=user.email)
    return found
