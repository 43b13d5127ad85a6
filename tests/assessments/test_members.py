"""Invitations to a role: mailed, accepted once, kept only as HMAC; the last lead stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, MemberInvitation, Membership, User
from assessments.services import members as services
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invite(assessment: Assessment, member: Any) -> Any:
    """invite(email=, role=) -> (invitation, token)."""

    def make(email: str = "new@example.org", role: str = "consultant") -> tuple[MemberInvitation, str]:
        tokens: list[str] = []

        def link(token: str) -> str:
            tokens.append(token)
            return f"https://example.org/invitation/{token}/"

        made = services.invite_member(assessment=assessment, email=email, role=role, by=member("lead"), link=link)
        return made, tokens[0]

    return make


def test_invite_member_mails_a_link_and_keeps_only_its_hmac(invite: Any) -> None:
    invitation, token = invite("New@Example.org")

    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    assert f"https://example.org/invitation/{token}/" in mail.outbox[0].body
    assert token not in str(vars(invitation))
    assert token not in str(list(AuditEvent.objects.values()))
    assert services.find_invitation(token) == invitation


def test_invite_member_refuses_a_role_held_and_an_open_invitation(invite: Any, member: Any) -> None:
    with pytest.raises(ValidationError, match="is observer of AZE-2016 already"):
        invite(member("observer").email.upper(), "observer")
    invite()
    with pytest.raises(ValidationError, match="was invited as consultant already"):
        invite()
    assert len(mail.outbox) == 1


def test_invite_member_invites_nobody_where_the_mail_fails(invite: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nothing listens there
    with pytest.raises(ValidationError, match="could not be sent, so nobody was invited"):
        invite()
    assert MemberInvitation.objects.count() == 0
    assert not AuditEvent.objects.filter(action="member.invited").exists()


def test_accept_as_new_user_makes_the_account_and_the_role(invite: Any, assessment: Assessment) -> None:
    invitation, token = invite()
    user = services.accept_as_new_user(invitation=invitation, name="Consultant", password="three old maps here")
    assert (user.email, user.check_password("three old maps here")) == ("new@example.org", True)
    assert Membership.objects.get(user=user).role == "consultant"
    assert services.find_invitation(token) is None
    with pytest.raises(ValidationError, match="used or withdrawn"):
        services.accept_invitation(invitation=invitation, by=user)


def test_accept_as_new_user_refuses_a_weak_password_and_keeps_the_invitation(invite: Any) -> None:
    invitation, token = invite()
    with pytest.raises(ValidationError):
        services.accept_as_new_user(invitation=invitation, name="Consultant", password="password")
    assert not User.objects.filter(email="new@example.org").exists()
    assert services.find_invitation(token) == invitation


def test_accept_invitation_is_for_the_invited_address_alone(invite: Any) -> None:
    invitation, _ = invite()
    with pytest.raises(ValidationError, match=r"is for new@example.org; you are signed in as"):
        services.accept_invitation(invitation=invitation, by=UserFactory())


@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_find_invitation_finds_open_ones_only(invite: Any, member: Any, end: str) -> None:
    invitation, token = invite()
    if end == "expired":
        MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        services.revoke_invitation(invitation=invitation, by=member("lead"))
    assert services.find_invitation(token) is None
    assert services.find_invitation("") is None


def test_remove_member_keeps_the_last_lead(member: Any, assessment: Assessment) -> None:
    only = Membership.objects.get(user=member("lead"))
    with pytest.raises(ValidationError, match="the only lead"):
        services.remove_member(membership=only, by=member("lead"))
    Membership.objects.create(user=UserFactory(), assessment=assessment, role="lead")
    services.remove_member(membership=only, by=member("lead"))
    assert Membership.objects.filter(assessment=assessment, role="lead").count() == 1
