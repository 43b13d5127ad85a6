"""The accessibility statement: public, in the reader's language, and true of the tests that it names."""

from typing import Any

import pytest
from django.test import Client

from tests import every_page as walk
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_accessibility_is_public_and_linked_from_the_sign_in_page(client: Client) -> None:
    assert '<a href="/accessibility/">Accessibility</a>' in text(client.get("/accounts/login/"))
    page = client.get("/accessibility/")
    assert (page.status_code, "the person who invited you" in text(page)) == (200, True)
    french = client.get("/accessibility/", headers={"accept-language": "fr"})
    assert (french["Content-Language"], "<h1>Accessibilité</h1>" in text(french)) == ("fr", True)


def test_the_contact_of_the_site_is_given_where_it_is_set(client: Client, settings: Any) -> None:
    settings.SITE_CONTACT = "help@example.org"
    assert '<a href="mailto:help@example.org">help@example.org</a>' in text(client.get("/accessibility/"))


def test_the_widths_and_zooms_are_those_of_the_tests(client: Client) -> None:
    page = text(client.get("/accessibility/"))
    assert (f"({walk.DESK} px)" in page, f"({walk.PHONE} px)" in page) == (True, True)
    assert [f"{walk.DESK // width * 100} %" in page for width in walk.ZOOMED] == [True, True]
