"""The page for working without a connection with the keyboard alone, and in a tab that is left and comes back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.interviews.server import Server, server
from tests.interviews.test_field_bad_input import SAVED, box, come_back, mission, page, said, status

__all__ = ["mission", "page", "server"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SEEN = "element => getComputedStyle(element).outlineStyle !== 'none' && element.matches(':focus-visible')"


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Presses the key until the target has the focus, which must be seen on every stop."""
    wanted = target.element_handle()
    for _ in range(60):
        page.keyboard.press(key)
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate(SEEN)
            return
    raise AssertionError(f"{key} never reaches {target}")


def test_interview_is_begun_typed_sent_and_removed_with_the_keyboard(page: Page, server: Server) -> None:
    page.context.set_offline(True)
    tab_to(page, page.get_by_role("button", name="Begin an interview"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-name]")).to_be_focused()
    tab_to(page, page.get_by_label("Language of the interview"))
    page.keyboard.type("English")
    tab_to(page, box(page))
    page.keyboard.type("With keys")
    expect(said(page)).to_have_text("Saved on this device")
    page.context.set_offline(False)
    come_back(page)
    expect(status(page)).to_have_text(SAVED)  # a live region
    expect(status(page)).to_have_attribute("role", "status")
    expect(box(page)).to_be_focused()  # also when what the page says of the interview is redrawn
    code = (page.locator("[data-name]").text_content() or "").split(" ")[0]
    assert server.answers(code) == {"1.1": "With keys"}

    page.keyboard.type(", and more")
    tab_to(page, page.get_by_role("button", name="Back to the list"), "Shift+Tab")
    page.keyboard.press("Enter")
    entry = page.locator("[data-entries]").get_by_role("button", name=code)
    expect(entry).to_be_focused()
    expect(status(page)).to_have_text(SAVED)
    come_back(page)  # the list is drawn again
    tab_to(page, page.locator("[data-begin]"), "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[data-remove]"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.locator("[data-undo] [role=status]")).to_have_text("The interview was removed from this device.")

    page.context.set_offline(True)
    tab_to(page, entry)
    page.keyboard.press("Enter")
    tab_to(page, box(page))
    page.keyboard.type("!")
    expect(said(page)).to_have_text("Saved on this device")
    page.context.set_offline(False)
    page.goto(f"{server.url}/a/AZE-2016/interviews/")
    page.go_back()  # the browser restores the page
    expect(status(page)).to_have_text(SAVED)
    assert server.answers(code) == {"1.1": "With keys, and more!"}
    assert server.waiting(code) == []
