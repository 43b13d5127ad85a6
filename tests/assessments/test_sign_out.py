"""After signing out, nothing that was seen is left: not on the disk, and not behind the "Back" button."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserType, expect

from assessments.services.contacts import add_contact
from tests.browser import CHROMIUM, FLAGS


@pytest.mark.browser
def test_no_name_is_on_the_disk_or_behind_the_back_button_after_sign_out(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    live_server: Any,
    one_at_a_time: None,
    client_as: Any,
    assessment: Any,
    tmp_path: Path,
) -> None:
    contact = add_contact(assessment=assessment, by=None, name="Xyzzy Quux", email="xyzzy@example.org")
    session = client_as("lead").cookies[settings.SESSION_COOKIE_NAME].value
    context = browser_type.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=FLAGS)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/a/AZE-2016/contacts/")
    expect(page.get_by_text(contact.name).first).to_be_visible()
    page.goto(f"{live_server.url}/a/AZE-2016/contacts/{contact.pk}/")
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert contact.name not in page.content()
    context.close()

    kept = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert any(b"js/device.js" in content for content in kept.values()), "the browser kept no file at all"
    assert [file for file, content in kept.items() if contact.name.encode() in content] == []
