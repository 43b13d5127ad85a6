"""The sign-in page lists the accounts of the demonstration, only if it is loaded and never in production."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from assessments.at_start import warn_at_start
from assessments.demonstration import DOMAIN
from assessments.models import RefusedSignIn, User
from reports.demo.files import read
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def sign_in_page(client: Client) -> str:
    return " ".join(client.get(reverse("account_login")).content.decode().split())


def test_the_sign_in_page_names_the_accounts_of_the_demonstration(client: Client) -> None:
    User.objects.create_user("lead@demo.example", "x" * 20)
    page = sign_in_page(client)
    assert "This site runs the demonstration." in page
    assert "lead@demo.example – Lead, AZE-2016" in page
    assert "consultant@demo.example" not in page, "it was not loaded"


def test_without_the_demonstration_the_sign_in_page_names_no_account(client: Client) -> None:
    assert "demo" not in sign_in_page(client)


def test_in_production_the_sign_in_page_names_no_account(client: Client, settings: Any) -> None:
    User.objects.create_user("lead@demo.example", "x" * 20)
    settings.PRODUCTION = True
    assert "demo" not in sign_in_page(client)


def test_in_production_an_account_of_the_demonstration_cannot_sign_in_unless_asked_for(
    client: Client, settings: Any
) -> None:
    user = User.objects.create_user("lead@demo.example", "twelve fine walnuts")
    typed = {"login": user.email, "password": "twelve fine walnuts"}
    client.force_login(user)
    assert client.get("/").status_code == 200
    settings.PRODUCTION = True
    assert client.get("/").status_code == 302, "who was signed in before is signed out"
    refused = client.post(reverse("account_login"), typed, follow=True)
    assert "cannot sign in on this site" in refused.content.decode()
    assert not refused.wsgi_request.user.is_authenticated
    assert RefusedSignIn.objects.get().reason == RefusedSignIn.Reason.DEMONSTRATION
    settings.DEMONSTRATION = True
    assert client.post(reverse("account_login"), typed).url == "/"


def test_in_production_the_demonstration_is_not_loaded_unless_asked_for(
    staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="CTNAT_DEMONSTRATION=1"):
        call_command("load_demo", "--password", "twelve fine walnuts")
    page = staff.get("/site/demonstration/load/").content.decode()
    assert "CTNAT_DEMONSTRATION=1" in page
    assert 'name="password"' not in page
    sent = staff.post("/site/demonstration/load/", {"password": "twelve fine walnuts"})
    assert "CTNAT_DEMONSTRATION=1" in sent.content.decode()
    assert not User.objects.filter(email__endswith="@demo.example").exists()
    UserFactory(email="lead@demo.example")
    monkeypatch.setattr("assessments.at_start.connection", SimpleNamespace(close=lambda: None))
    warn_at_start()
    assert "lead@demo.example" in caplog.text
    settings.DEMONSTRATION = True
    caplog.clear()
    warn_at_start()
    assert not caplog.text


def test_all_accounts_of_the_demonstration_have_the_reserved_domain() -> None:
    assert {row["email"].split("@")[1] for row in read("study.yaml")["users"]} == {DOMAIN}
