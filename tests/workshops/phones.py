"""Using a group's page in a browser."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from workshops.models import Workshop

PHONE = {"width": 360, "height": 740}
WITHIN = 30_000  # milliseconds: long enough for a busy machine; speed is measured by the benchmarks


def join(open_device: Callable[..., Page], workshop: Workshop, name: str = "Group 1") -> Page:
    phone = open_device(f"/w/{workshop.join_code}/", viewport=PHONE)
    phone.get_by_role("button", name=name).click()
    phone.get_by_role("heading", name=name).wait_for()
    return phone


def choose(phone: Page, letters: str, other_text: str = "") -> Locator:
    """Fill in the ballot. Returns the button that sends it."""
    for place, letter in enumerate(letters, start=1):
        phone.get_by_label(f"Priority {place}").select_option(letter)
    phone.locator("#ballot-form [name=other_text]").fill(other_text)
    return phone.locator("#ballot-form button")


def vote(phone: Page, letters: str, other_text: str = "") -> None:
    choose(phone, letters, other_text).click()


def form_of(phone: Page, target: str) -> Locator:
    return phone.locator(f'form[id="{target}"]')


def judge(phone: Page, target: str, choice: str, words: str = "") -> Locator:
    """Send a verdict. Returns its form."""
    form = form_of(phone, target)
    area: Any = phone.locator("details.area", has=form)
    if area.get_attribute("open") is None:
        area.locator("summary").first.click()
    form.get_by_label(choice, exact=True).check()
    form.locator("[name=words]").fill(words)
    form.locator("button:not([data-withdraw])").click()
    return form
