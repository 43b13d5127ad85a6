"""The sign-in page lists the accounts of the demonstration, only if it is loaded and never in production."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import User

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
