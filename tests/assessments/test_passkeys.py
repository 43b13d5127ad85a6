"""Passkeys in a real browser with a virtual authenticator: created, used as a second factor, used alone, removed."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from assessments.second_factor import has_second_factor
from tests.browser import assert_accessible
from tests.factories import PASSWORD, UserFactory

EMAIL = "me@example.org"


@pytest.fixture
def user(db: Any) -> Any:
    return UserFactory(email=EMAIL)


@pytest.fixture
def sign_in(watched_page: Page, live_server: Any) -> Callable[[], Page]:
    """sign_in() types address and password; the browser has an authenticator that confirms at once."""
    devtools = watched_page.context.new_cdp_session(watched_page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def with_password() -> Page:
        watched_page.goto(f"{live_server.url}/accounts/login/")
        watched_page.get_by_label("Email").fill(EMAIL)
        watched_page.locator("#id_password").fill(PASSWORD)
        watched_page.get_by_role("button", name="Sign in", exact=True).click()
        return watched_page

    return with_password


def confirm(page: Page) -> None:
    """Enter the password, which is required before sign-in methods are changed."""
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").first.click()


def add_passkey(page: Page, site: str, *, alone: bool) -> None:
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    confirm(page)
    if alone:
        page.get_by_label("Sign in with it alone").check()
    assert_accessible(page)
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/recovery-codes/")


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.locator("main button").first.click()
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.browser
def test_a_passkey_is_a_second_factor(user: Any, sign_in: Any, live_server: Any) -> None:
    page = sign_in()
    page.wait_for_url(f"{live_server.url}/")
    add_passkey(page, live_server.url, alone=False)
    assert has_second_factor(user)
    sign_out(page, live_server.url)

    sign_in()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{live_server.url}/")

    page.goto(f"{live_server.url}/accounts/2fa/webauthn/")
    assert_accessible(page)
    page.get_by_role("link", name="Remove").click()
    confirm(page)
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url(lambda url: "remove" not in url)
    assert not Authenticator.objects.filter(user=user, type="webauthn").exists()


@pytest.mark.browser
def test_a_passkey_signs_in_without_a_password(user: Any, sign_in: Any, live_server: Any) -> None:
    page = sign_in()
    page.wait_for_url(f"{live_server.url}/")
    add_passkey(page, live_server.url, alone=True)
    sign_out(page, live_server.url)
    assert_accessible(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_label("Your account")).to_be_visible()


@pytest.mark.browser
def test_a_missing_passkey_is_explained(db: Any, watched_page: Page, sign_in: Any, live_server: Any) -> None:
    watched_page.goto(f"{live_server.url}/accounts/login/")
    watched_page.get_by_role("button", name="Sign in with a passkey").click()
    expect(watched_page.get_by_text("No passkey was used. Try again, or choose another way.")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_page_of_second_factors_shows_what_is_set_up(
    user: Any, watched_page: Page, sign_in: Any, live_server: Any, width: int
) -> None:
    watched_page.set_viewport_size({"width": width, "height": 800})
    page = sign_in()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/accounts/2fa/")
    assert_accessible(page)
    expect(page.get_by_text("Each works once.")).to_have_count(0)
    add_passkey(page, live_server.url, alone=False)
    page.goto(f"{live_server.url}/accounts/2fa/")
    assert_accessible(page)
    expect(page.get_by_text("10 left.")).to_be_visible()
