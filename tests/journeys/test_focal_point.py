"""The focal point reopens the survey, invites, checks who has answered, reminds the others, and closes it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.server import Site

pytestmark = pytest.mark.browser


def test_focal_point_invites_follows_reminds_and_closes(
    signed_in_as: Callable[[str], Page], device: Callable[..., Page], site: Site
) -> None:
    page = signed_in_as("focal")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Azerbaijan").click()
    page.get_by_role("link", name="Survey").first.click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Deadline").fill("2030-01-31T23:59")
    page.get_by_label("Days between").fill("0")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Reopen the survey").click()
    page.get_by_role("button", name="Reopen it anyway").click()
    page.get_by_role("link", name="Invite people").first.click()
    page.get_by_role("textbox", name="E-mail addresses").fill("one@example.org\nTwo <two@example.org>")
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_role("link", name="Send 2 invitations").click()
    page.get_by_role("button", name="Send 2 invitations").click()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=60_000)
    links = dict(re.findall(r"To: (\S+)\n.*?(http://\S+/s/i/\w+/)", mails(site), re.DOTALL))
    assert sorted(links) == ["one@example.org", "two@example.org"]

    phone = device(width=390)
    phone.goto(links["one@example.org"])
    phone.get_by_role("radio", name="Female").check()
    phone.get_by_role("button", name="Send answers").click()
    expect(phone.get_by_text("The receipt of your form")).to_be_visible()

    page.get_by_role("link", name="Invitations").first.click()
    expect(page.get_by_role("row").filter(has_text="one@example.org")).to_contain_text("Answered")
    page.get_by_role("link", name="Send 1 reminder").click()
    page.get_by_role("button", name="Send 1 reminder").click()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=60_000)
    assert re.findall(r"To: (\S+)", mails(site))[2:] == ["two@example.org"]

    page.get_by_role("link", name="Overview").first.click()
    expect(page.get_by_text("1 of 2 invited have answered").first).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Closed with 8 responses, 1 of them sealed").first).to_be_visible()


def mails(site: Site) -> str:
    """Every mail that was sent, in the order of sending."""
    files = sorted(site.mail.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return "".join(file.read_text() for file in files)
