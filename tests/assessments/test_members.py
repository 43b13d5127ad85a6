"""Invitations to a role: mailed, accepted once, stored only as an HMAC; the last lead cannot be removed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, MemberInvitation, Membership, User
from assessments.services import members as services
from tests.assessments.inviting import invite_one
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

        sent = invite_one(assessment, email, role, by=member("lead"), link=link)
        assert sent.link == link(tokens[0])
        return sent.invitation, tokens[0]

    return make


def test_an_invitation_mails_a_link_and_stores_only_its_hmac(invite: Any) -> None:
    invitation, token = invite("New@Example.org")

    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    assert f"https://example.org/invitation/{token}/" in mail.outbox[0].body
    assert token not in str(vars(invitation))
    assert token not in str(list(AuditEvent.objects.values()))
    assert services.find_invitation(token) == invitation


def test_an_invitation_refuses_a_role_that_the_person_has_and_an_open_invitation(invite: Any, member: Any) -> None:
    with pytest.raises(ValidationError, match="is already observer of AZE-2016"):
        invite(member("observer").email.upper(), "observer")
    invite()
    with pytest.raises(ValidationError, match="has already been invited as consultant"):
        invite()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("backend", "delivery"), [("smtp", "failed"), ("console", "no_server"), ("locmem", "sent")])
def test_an_invitation_tells_whether_the_mail_was_sent(
    assessment: Assessment, member: Any, settings: Any, backend: str, delivery: str
) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_PORT = 1  # nothing listens on that port
    sent = invite_one(assessment, "new@example.org", "lead", by=member("lead"))
    assert sent.delivery.value == delivery
    assert services.find_invitation(sent.link) == sent.invitation


def test_the_mail_names_the_inviting_member_and_the_assessment(
    invite: Any, assessment: Assessment, member: Any
) -> None:
    invite()
    body = mail.outbox[0].body
    assert f"{member('lead')} invites you to take part" in body
    assert "of Azerbaijan (AZE-2016), commissioned by Regional office. Your role: Consultant." in body


def test_the_mail_is_in_the_language_of_the_account_that_is_invited(invite: Any, assessment: Assessment) -> None:
    UserFactory(email="new@example.org", language="fr")
    invite()
    [message] = mail.outbox
    assert message.subject == "Invitation à l’évaluation des besoins AZE-2016"
    assert "vous invite à participer" in message.body
    assert "(Azerbaïdjan, AZE-2016)" in message.body
    for text in ("invites you", "To accept", "do not forward"):
        assert text not in message.body


def test_resend_invitation_makes_a_new_link_and_ends_the_old_one(invite: Any, member: Any) -> None:
    invitation, token = invite()
    MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    sent = services.resend_invitation(invitation=invitation, by=member("lead"), link=lambda new: new)
    assert (len(mail.outbox), mail.outbox[1].to, sent.link in mail.outbox[1].body) == (2, ["new@example.org"], True)
    assert services.find_invitation(token) is None
    assert services.find_invitation(sent.link) == invitation
    assert AuditEvent.objects.filter(action="member.invitation_sent_again").count() == 1
    services.accept_as_new_user(invitation=invitation, name="Consultant", password="three old maps here")
    with pytest.raises(ValidationError, match="used or revoked in the meantime"):
        services.resend_invitation(invitation=invitation, by=member("lead"), link=lambda new: new)


def test_an_expired_invitation_can_be_replaced(invite: Any) -> None:
    invite()
    MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invite()
    assert (MemberInvitation.objects.waiting().count(), MemberInvitation.objects.count()) == (1, 2)


def test_accept_as_new_user_makes_the_account_and_the_role(invite: Any, assessment: Assessment) -> None:
    invitation, token = invite()
    user = services.accept_as_new_user(invitation=invitation, name="Consultant", password="three old maps here")
    assert (user.email, user.check_password("three old maps here")) == ("new@example.org", True)
    assert Membership.objects.get(user=user).role == "consultant"
    assert services.find_invitation(token) is None
    with pytest.raises(ValidationError, match="used or revoked"):
        services.accept_invitation(invitation=invitation, by=user)


def test_accept_as_new_user_refuses_a_weak_password_and_the_invitation_stays_valid(invite: Any) -> None:
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


def test_remove_member_refuses_to_remove_the_last_lead(member: Any, assessment: Assessment) -> None:
    only = Membership.objects.get(user=member("lead"))
    with pytest.raises(ValidationError, match="the only lead"):
        services.remove_member(membership=only, by=member("lead"))
    Membership.objects.create(user=UserFactory(), assessment=assessment, role="lead")
    services.remove_member(membership=only, by=member("lead"))
    assert Membership.objects.filter(assessment=assessment, role="lead").count() == 1
