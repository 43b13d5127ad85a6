"""The first steps of a new site: the link for its administrator, its first account, its test mail."""

from datetime import UTC, datetime
from io import StringIO
from smtplib import SMTPServerDisconnected
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import set_up
from assessments.models import AuditEvent, MailFailure, SiteDetails, User
from assessments.services.set_up import create_administrator
from ctnat.ui.errors import InputError
from tests.browser import assert_accessible
from tests.concurrency import at_once
from tests.factories import UserFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
TYPED = {"name": "First", "email": "First@Example.org", "password": "twelve fine walnuts"}


def printed_link() -> str:
    out = StringIO()
    call_command("set_up_link", stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def set_up_page() -> str:
    return urlsplit(printed_link()).path


def test_set_up_makes_the_administrator_and_signs_in(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://nat.example.org"
    assert printed_link().startswith("https://nat.example.org/set-up/")
    page = set_up_page()
    assert "Set up this site" in text(client.get(page))
    response = client.post(page, TYPED)
    assert (response.status_code, response.url) == (302, "/site/details/?first=1")
    user = User.objects.get()
    assert (user.name, user.email, user.is_staff, user.is_active) == ("First", "First@example.org", True, True)
    assert user.check_password(TYPED["password"])
    event = AuditEvent.objects.get(action="user.created")
    assert (event.actor, event.object_label) == (user, user.email)
    assert "Your account is ready." in text(client.get(response.url))


def test_set_up_is_in_the_language_of_the_browser(client: Client) -> None:
    page, french = set_up_page(), {"accept-language": "fr"}
    shown = client.get(page, headers=french)
    assert (shown["Content-Language"], "Set up this site" in text(shown)) == ("fr", False)
    UserFactory(is_staff=True)
    assert "This link no longer works" not in text(client.get(page, headers=french))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"password": "password1234"}, "too common"),
        ({"password": "short"}, "at least 12 characters"),
        ({"email": "nobody"}, "valid email address"),
        ({"name": ""}, "is required"),
    ],
)
def test_set_up_with_what_cannot_be_used_makes_nothing_and_keeps_what_was_typed(
    client: Client, change: dict[str, str], fault: str
) -> None:
    response = client.post(set_up_page(), TYPED | change)
    assert response.status_code == 200
    assert fault in text(response)
    assert (TYPED | change)["email"] in text(response)
    assert not User.objects.exists()


def test_set_up_is_over_once_there_is_an_administrator(client: Client) -> None:
    page = set_up_page()
    UserFactory(is_staff=True)
    for response in (client.get(page), client.post(page, TYPED)):
        assert response.status_code == 410
        assert "The site is set up" in text(response)
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="has an administrator"):
        call_command("set_up_link")


def test_set_up_needs_a_link_of_the_last_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = set_up_page()
    for wrong in (page[:-3] + "x/", "/set-up/1/", "/set-up/1:1vQ:é/"):
        response = client.post(wrong, TYPED)
        assert response.status_code == 410
        assert "manage.py set_up_link" in text(response)
    later = timezone.now().timestamp() + set_up.HOURS * 3600 + 60
    monkeypatch.setattr("time.time", lambda: later)
    assert client.post(page, TYPED).status_code == 410
    assert not User.objects.exists()


def test_accounts_of_members_alone_do_not_end_the_set_up(client: Client) -> None:
    UserFactory(email="lead@demo.example")
    UserFactory(email="former@example.org", is_staff=True, is_active=False)
    assert client.post(set_up_page(), TYPED).status_code == 302
    assert User.objects.get(email="First@example.org").is_staff


def test_an_address_that_has_an_account_is_refused_with_a_reason(client: Client) -> None:
    UserFactory(email="First@example.org")
    assert "already exists" in text(client.post(set_up_page(), TYPED))


def test_two_at_once_make_one_administrator(shared_database: None) -> None:
    typed = TYPED | {"email": "second@example.org"}
    found = at_once([lambda: create_administrator(**TYPED), lambda: create_administrator(**typed)])
    assert sorted(str(one) for one in found) == sorted([str(None), str(InputError)])
    assert User.objects.count() == 1


def test_set_up_begin_is_the_first_page_of_an_empty_site(client: Client, settings: Any) -> None:
    assert 'href="/set-up/"' in client.get("/accounts/login/").content.decode()
    assert client.get("/").url == "/set-up/"
    near = client.get("/set-up/")
    assert near.status_code == 302, "who sits at the machine of a site that is tried gets the form at once"
    assert "Create account" in text(client.get(near.url))
    passed_on = {"headers": {"x-forwarded-for": "192.0.2.7"}}
    for given in (passed_on, {"REMOTE_ADDR": "192.0.2.7"}):
        assert "ctnat set_up_link" in text(client.get("/set-up/", **given))
    settings.PRODUCTION = True
    page = client.get("/set-up/")
    assert "manage.py set_up_link" in text(page)
    assert "/set-up/1" not in page.content.decode(), "the link is for those with access to the server"
    UserFactory(is_staff=True)
    assert client.get("/").url.startswith("/accounts/login/")
    assert client.get("/set-up/").status_code == 410
    assert "no account yet" not in text(client.get("/accounts/login/"))


def test_site_mail_and_the_other_steps_lead_to_the_next_and_can_be_left_out(staff: Client) -> None:
    details, mails, demo = "/site/details/", "/site/mail/", "/site/demonstration/load/"
    page = staff.get(f"{details}?first=1").content.decode()
    assert "step 2 of 4" in page
    assert f'href="{mails}?first=1"' in page
    typed = {"name": "NAT Office", "languages": "French, Armenian", "time_zone": "Asia/Yerevan"}
    assert staff.post(f"{details}?first=1", typed).url == f"{mails}?first=1"
    assert staff.post(details, typed).url == "/site/"
    page = staff.get(f"{mails}?first=1").content.decode()
    assert "step 3 of 4" in page
    assert f'href="{demo}?first=1"' in page
    assert staff.post("/site/mail/test/?first=1").url == f"{mails}?first=1"
    page = text(staff.get(f"{demo}?first=1"))
    assert "step 4 of 4" in page
    assert "Finish without it" in page
    status = staff.get("/site/").content.decode()
    assert all(f'href="{address}"' in status for address in (details, mails, demo))


def test_site_details_are_used_where_they_belong(
    staff: Client, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    typed = {"name": "NAT Office", "languages": "French, Armenian", "time_zone": "Asia/Yerevan"}
    with django_capture_on_commit_callbacks(execute=True):
        staff.post("/site/details/", typed)
    row = SiteDetails.objects.get()
    assert (row.name, row.languages, row.time_zone) == ("NAT Office", ["fr", "hy"], "Asia/Yerevan")
    page = client.get("/accounts/login/", headers={"accept-language": "xx"})
    assert (page["Content-Language"], "NAT Office" in page.content.decode()) == ("fr", True)
    staff.post("/site/mail/test/")
    assert mail.outbox[0].subject.startswith("NAT Office: ")
    client.post("/accounts/password/reset/", {"email": "admin@example.org"})
    assert mail.outbox[1].subject.startswith("NAT Office: ")
    MailFailure.objects.create(reason="x", at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    shown = staff.get("/site/", headers={"accept-language": "en"}).content.decode()
    assert "2 March 2026, 00:30" in " ".join(shown.split())
    assert staff.get("/assessments/new/").context["form"]["languages"].value() == "French, Armenian"
    assert AuditEvent.objects.get(action="site.changed").detail == {"fields": ["languages", "name", "time_zone"]}


@pytest.mark.parametrize(
    ("change", "fault"), [({"languages": "Klingonian"}, "Klingonian"), ({"time_zone": "Moon/Base"}, "valid choice")]
)
def test_site_details_that_cannot_be_used_are_refused_and_stay_on_the_page(
    staff: Client, change: dict[str, str], fault: str
) -> None:
    typed = {"name": "NAT Office", "languages": "en", "time_zone": "UTC"} | change
    page = text(staff.post("/site/details/", typed))
    assert fault in page
    assert "NAT Office" in page
    assert not SiteDetails.objects.exists()


def test_site_details_of_two_administrators_do_not_overwrite_each_other(staff: Client) -> None:
    SiteDetails.objects.create(pk=1, name="Before", time_zone="UTC")
    seen = staff.get("/site/details/").context["form"]["seen"].value()
    SiteDetails.objects.update(name="Other")
    response = staff.post("/site/details/", {"name": "Mine", "languages": "", "time_zone": "UTC", "seen": seen})
    assert response.status_code == 409
    assert SiteDetails.objects.get().name == "Other"


def test_mail_test_sends_one_mail_to_the_administrator(staff: Client) -> None:
    page = text(staff.post(reverse("assessments:mail_test"), follow=True))
    assert "A test mail was sent to admin@example.org." in page
    assert [one.to for one in mail.outbox] == [["admin@example.org"]]


def test_mail_test_says_what_is_wrong(staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def disconnected(*args: Any, **given: Any) -> int:
        raise SMTPServerDisconnected("admin@example.org at 10.0.0.7")

    monkeypatch.setattr("assessments.services.set_up.send_mail", disconnected)
    page = text(staff.post(reverse("assessments:mail_test"), follow=True))
    assert "The mail could not be sent (SMTPServerDisconnected). Check EMAIL_URL" in page
    assert "10.0.0.7" not in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = text(staff.post(reverse("assessments:mail_test"), follow=True))
    assert "Set EMAIL_URL, and start the site again." in page
    assert "No mail server is set, so nothing is sent" in page
    assert "No mail is sent, because no mail server is set." in text(staff.get("/site/"))


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_set_up_is_accessible(page: Any, live_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + set_up_page())
    assert_accessible(page)
