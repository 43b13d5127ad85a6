"""The first steps of a new site: the link for its administrator, its first account, its test mail."""

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
from assessments.models import AuditEvent, User
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
    assert (response.status_code, response.url) == (302, reverse("assessments:site_status"))
    user = User.objects.get()
    assert (user.name, user.email, user.is_staff, user.is_active) == ("First", "First@example.org", True, True)
    assert user.check_password(TYPED["password"])
    event = AuditEvent.objects.get(action="user.created")
    assert (event.actor, event.object_label) == (user, user.email)
    assert "what the site still needs" in text(client.get(response.url))


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


def test_the_sign_in_page_of_an_empty_site_says_how_to_begin(client: Client) -> None:
    assert "This site has no account yet." in text(client.get("/accounts/login/"))
    UserFactory()
    assert "no account yet" not in text(client.get("/accounts/login/"))


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
    assert "No mail is sent, because no mail server is set." in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_set_up_is_accessible(page: Any, live_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + set_up_page())
    assert_accessible(page)
