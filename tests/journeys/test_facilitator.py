"""The facilitator runs a workshop: groups, two phones, a projector, closing it; and proposes another mark."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CHOICES = {"Group 1": ("J", "A", "N"), "Group 2": ("J", "E", "B")}


def test_facilitator_runs_a_workshop(signed_in_as: Callable[[str], Page], device: Callable[..., Page]) -> None:
    page = signed_in_as("facilitator")
    page.get_by_role("link", name="Azerbaijan").click()
    page.get_by_role("link", name="Validation", exact=False).first.click()
    page.get_by_role("link", name="Plan workshop").click()
    page.get_by_label("Date").fill("2026-11-20")
    page.get_by_label("Place").fill("Baku")
    page.get_by_role("button", name="Save").click()
    for name in CHOICES:
        page.get_by_role("link", name="Add group").click()
        expect(page.get_by_role("textbox", name="Name")).to_have_value(name)
        page.get_by_role("textbox", name="Women", exact=True).fill("3")
        page.get_by_role("textbox", name="Men", exact=True).fill("2")
        page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Open workshop").click()
    code = page.locator(".join-code").inner_text()
    projector = page.context.new_page()
    projector.goto(page.get_by_role("link", name="Projector").get_attribute("href") or "")

    for name, letters in CHOICES.items():
        vote(device(width=390), code, name, letters)

    first = projector.get_by_role("row").filter(has=projector.get_by_role("rowheader", name=re.compile(r"^J\b")))
    expect(first.get_by_role("cell").first).to_have_text("2")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Close workshop").click()
    expect(page.get_by_text("; the results are frozen")).to_be_visible()

    page.get_by_role("link", name="Propose a different mark for a cell").click()
    page.get_by_role("link", name="Investigation and prosecution").click()
    cell = page.get_by_role("link", name="Trafficking law is used", exact=False)
    cell.click()
    page.get_by_role("radio", name="Potential improvement").check()
    page.get_by_role("textbox", name="Reason").fill("Two groups doubt that the law is used for labour.")
    page.get_by_role("button", name="Save", exact=True).click()
    cell.click()
    expect(page.get_by_role("region", name="History")).to_contain_text("Two groups doubt")


def vote(phone: Page, code: str, group: str, letters: tuple[str, ...]) -> None:
    phone.goto("/w/")
    phone.get_by_label("Code on the projector").fill(code)
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name=group).click()
    for place, letter in enumerate(letters):
        phone.get_by_role("combobox").nth(place).select_option(letter)
    phone.get_by_role("button", name="Send ballot").click()
    expect(phone.get_by_role("button", name="Replace ballot")).to_be_visible()
