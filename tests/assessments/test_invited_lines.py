"""Several members are invited at once: each line is read by itself, and none that is wrong keeps the others back."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from assessments.invited_lines import read_lines
from assessments.models import Assessment, MemberInvitation, Membership
from assessments.services import members as services
from assessments.views import members as views
from tests.pages import text

INVITE = "/a/AZE-2016/members/invite/"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("amina@example.org", ("amina@example.org", "observer")),
        ("  Amina <Amina@Example.org>  ", ("amina@example.org", "observer")),
        ("amina@example.org, lead", ("amina@example.org", "lead")),
        ("amina@example.org;Focal point", ("amina@example.org", "focal_point")),
        ("amina@example.org\tCONSULTANT", ("amina@example.org", "consultant")),
        ("Amina <amina@example.org> - facilitator", ("amina@example.org", "facilitator")),
        ("amina@example.org, Observateur", ("amina@example.org", "observer")),  # as the French pages say
    ],
)
def test_a_line_has_an_address_and_perhaps_a_role(line: str, read: tuple[str, str]) -> None:
    [found] = read_lines(line, "observer")
    assert (found.email, found.role, found.fault) == (*read, "")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("amina", "There is no e-mail address in this line."),
        ("a@example.org b@example.org", "There are several addresses in this line."),
        ("amina@example.org, boss", "“boss” is not a role. Write one of: Lead, Consultant"),
        ("amina@example", "“amina@example” is not a valid e-mail address."),
        (f"{'a' * 250}@example.org", "is not a valid e-mail address."),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: str, fault: str) -> None:
    [found] = read_lines(line, "observer")
    assert fault in found.fault
    assert found.text == line


def test_lines_are_told_apart() -> None:
    lines = read_lines("a@example.org\n\n A@example.org \na@example.org, lead\n", "observer")
    assert [line.fault for line in lines] == ["", "This person is in an earlier line with the same role.", ""]
    assert "Add a role to this line" in read_lines("a@example.org")[0].fault


@pytest.mark.django_db
def test_member_invite_invites_each_good_line_and_keeps_the_bad_ones(client_as: Any, member: Any) -> None:
    member("observer")
    typed = "one@example.org\nobserver@example.org, observer\nnonsense\ntwo@example.org, lead"
    page = client_as("lead").post(INVITE, {"addresses": typed, "role": "consultant"})
    assert page.status_code == 200
    assert page.context["form"]["addresses"].value() == "observer@example.org, observer\nnonsense"
    assert page.context["form"]["role"].value() == "consultant"
    assert dict(MemberInvitation.objects.values_list("email", "role")) == {
        "one@example.org": "consultant",
        "two@example.org": "lead",
    }
    shown = text(page)
    assert "2 people were invited" in shown
    assert "2 lines were not used." in shown
    assert "observer@example.org is already observer of AZE-2016" in shown
    assert [one.link in page.content.decode() for one in page.context["sent"]] == [True, True]
    assert sorted(message.to[0] for message in mail.outbox) == ["one@example.org", "two@example.org"]


@pytest.mark.django_db
def test_member_invite_asks_for_a_role_and_for_fewer_people(client_as: Any) -> None:
    lead = client_as("lead")
    assert "Choose a role." in text(lead.post(INVITE, {"addresses": "one@example.org"}))
    many = "\n".join(f"p{number}@example.org" for number in range(101))
    page = lead.post(INVITE, {"addresses": many, "role": "observer"})
    assert "Invite at most 100 people at once." in text(page)
    assert MemberInvitation.objects.count() == 0
    assert page.context["form"]["addresses"].value() == many


@pytest.mark.django_db
def test_a_mail_server_that_does_not_answer_is_asked_once_and_no_page_says_sent(
    client_as: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    asked = []

    def refuse(*args: Any, **kwargs: Any) -> None:
        asked.append(args)
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    lead = client_as("lead")
    page = lead.post(INVITE, {"addresses": "a@example.org\nb@example.org", "role": "observer"})
    assert len(asked) == 1
    shown = text(page)
    assert (shown.count("The mail could not be sent."), "sent by e-mail" in shown) == (2, False)
    assert set(MemberInvitation.objects.values_list("delivery", flat=True)) == {"failed"}
    assert text(lead.get("/a/AZE-2016/members/")).count("The mail could not be sent") == 2


@pytest.mark.django_db
def test_invitation_link_gives_a_new_one_without_a_mail_and_ends_the_old_one(client_as: Any, member: Any) -> None:
    lead = client_as("lead")
    first = lead.post(INVITE, {"addresses": "a@example.org", "role": "observer"}).context["sent"][0].link
    row = MemberInvitation.objects.get()
    MemberInvitation.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    page = lead.post(f"/a/AZE-2016/members/invitations/{row.pk}/link/")
    new = page.context["sent"][0].link
    assert f'value="{new}"' in page.content.decode()
    assert "No mail was sent. The earlier link no longer works." in text(page)
    assert len(mail.outbox) == 1
    assert Client().get(first).status_code == 410
    accept = text(Client().get(new))
    assert "The invitation is valid until" in accept
    assert "You are invited as observer" in accept
    assert new not in lead.get("/a/AZE-2016/members/").content.decode()
    services.revoke_invitation(invitation=MemberInvitation.objects.get(), by=member("lead"))
    again = lead.post(f"/a/AZE-2016/members/invitations/{row.pk}/link/", follow=True)
    assert "used or revoked in the meantime" in text(again)


@pytest.mark.django_db
def test_members_see_on_which_day_another_was_active_and_no_finer(
    assessment: Assessment, client_as: Any, member: Any
) -> None:
    observer = client_as("observer")
    member("lead")
    Membership.objects.update(last_seen_on=None)
    observer.get("/a/AZE-2016/members/")
    row = Membership.objects.get(user=member("observer"))
    assert row.last_seen_on == timezone.localdate(timezone=assessment.zone)
    page = text(observer.get("/a/AZE-2016/members/"))
    assert (page.count("Active today"), page.count("Not active yet")) == (1, 1)
    Membership.objects.filter(pk=row.pk).update(last_seen_on="2016-02-03")
    assert "Last active on 3 February 2016" in text(client_as("lead").get("/a/AZE-2016/members/"))
    fields = [field for field in Membership._meta.fields if "seen" in field.name]
    assert [field.get_internal_type() for field in fields] == ["DateField"]


@pytest.mark.django_db
def test_a_page_that_asks_by_itself_does_not_make_a_member_active(
    assessment: Assessment, client_as: Any, member: Any, monkeypatch: Any
) -> None:
    client = client_as("observer")
    monkeypatch.setattr(views.member_list, "asks_by_itself", True, raising=False)
    Membership.objects.update(last_seen_on=None)
    client.get("/a/AZE-2016/members/")
    assert Membership.objects.get(user=member("observer")).last_seen_on is None
