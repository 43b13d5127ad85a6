"""After signing out, the browser's disk contains nothing of the pages that were seen.

What "Back" shows is not tested here: a browser under Playwright keeps no pages in memory for it and asks the server
anew, so such a test passes without the header too. That no page may be stored is tested in
tests/ctnat/test_middleware.py and, view by view, in tests/test_caching.py.
"""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserType, Page, expect

from assessments.services.contacts import add_contact


@pytest.fixture
def contact(assessment: Any) -> Any:
    return add_contact(assessment=assessment, by=None, name="Xyzzy Quux", email="xyzzy@example.org")


def read_contact_and_sign_out(page: Page, site: str, contact: Any) -> None:
    page.goto(f"{site}/a/AZE-2016/contacts/")
    expect(page.get_by_text(contact.name).first).to_be_visible()
    page.goto(f"{site}/a/AZE-2016/contacts/{contact.pk}/")
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.browser
def test_disk_of_the_browser_contains_no_name_after_sign_out(
    browser_type: BrowserType,
    whole_browser_launch_args: dict[str, Any],
    live_server: Any,
    one_at_a_time: None,
    client_as: Any,
    contact: Any,
    tmp_path: Path,
) -> None:
    context = browser_type.launch_persistent_context(tmp_path, **whole_browser_launch_args)
    session = client_as("lead").cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    read_contact_and_sign_out(context.new_page(), live_server.url, contact)
    context.close()

    kept = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    # It does store what it may: a script.
    assert any(b"signing out locks what was not saved" in content for content in kept.values())
    assert [file for file, content in kept.items() if contact.name.encode() in content] == []
