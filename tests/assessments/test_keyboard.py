"""The assessment pages with the keyboard alone: every control is reached, in order, and is visible when focused."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment, AuditEvent, Document, MemberInvitation
from tests.browser import assert_accessible
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

# The operable controls in document order: none in a closed menu, and one for each group of radio buttons.
CONTROLS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary'
  )].filter((control) => !control.disabled && control.checkVisibility()
    && !(control.closest('details:not([open])') && control.tagName !== 'SUMMARY'))
  .map((control) => window.nameOf(control))"""
NAME_OF = """window.nameOf = (control) =>
  (control.labels?.[0] ?? control).innerText.trim().replace(/\\s+/g, ' ').slice(0, 60)
  || control.getAttribute('aria-label') || control.name"""
FOCUSED = """() => {
  const control = document.activeElement ?? document.body;
  const box = control.getBoundingClientRect(), style = getComputedStyle(control);
  const x = box.left + Math.min(box.width / 2, 40), y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const there = document.elementFromPoint(x, y);
  return {
    name: control === document.body ? '' : window.nameOf(control),
    seen: !!there && (control.contains(there) || there.contains(control)),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def tab(page: Page, key: str = "Tab") -> str:
    """Press Tab; return the name of the focused control, which must be visible and marked."""
    page.keyboard.press(key)
    found = page.evaluate(FOCUSED)
    assert found["name"] == "" or (found["seen"] and found["outlined"]), found
    return found["name"]


def go_to(page: Page, name: str) -> None:
    """Tab until the focus is on the control of that name."""
    for _ in range(150):
        if tab(page) == name:
            return
    raise AssertionError(f"{name} is not reached on {page.url}")


def enter(page: Page, name: str, heading: str) -> None:
    """Go to a link or a button, press Enter, and arrive at the page with that heading."""
    go_to(page, name)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(heading)


def check(page: Page) -> None:
    """No accessibility violations, and the Tab key visits every control of the page once, in order."""
    assert_accessible(page)
    expected = page.evaluate(CONTROLS)
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
    page.locator("body").evaluate("(body) => { body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex') }")
    passed: list[str] = []
    for _ in range(3 * len(expected)):  # a date has one tab stop each for day, month and year
        name = tab(page)
        if not name or (passed and name == passed[0]):
            break  # past the last one, and perhaps at the first again
        if not passed or passed[-1] != name:
            passed.append(name)
    assert passed == expected
    page.reload()


@pytest.mark.parametrize("width", [1280, 360])
def test_assessments_by_keyboard_alone(
    watched_page: Page, live_server: Any, member: Callable[[str], Any], width: int
) -> None:
    page, lead = watched_page, member("lead")
    page.add_init_script(NAME_OF)
    page.emulate_media(reduced_motion="reduce")  # so that the focused control is in view at once
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url)
    check(page)
    go_to(page, "Email")
    page.keyboard.type(lead.email)
    tab(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your assessments")
    check(page)

    enter(page, "New assessment", "New assessment")
    check(page)
    go_to(page, "Country")
    page.keyboard.type("Georgia")
    go_to(page, "Title of the new study")
    page.keyboard.type("Needs assessment")
    enter(page, "Create assessment", "Georgia")
    made = Assessment.objects.get(country="GEO")
    check(page)

    assert tab(page) == "Skip to content"
    page.keyboard.press("Enter")
    assert tab(page) == "Edit details"  # the first control of the page itself

    enter(page, "Members", "Members")
    check(page)
    enter(page, "Invite member", "Invite member")
    check(page)
    go_to(page, "E-mail address")
    page.keyboard.type("new@example.org")
    tab(page)
    page.keyboard.type("Consultant")
    enter(page, "Send invitation", "Invitation sent")
    check(page)
    assert MemberInvitation.objects.get(assessment=made).role == "consultant"
    check(page)

    enter(page, "1 Desk review", "Desk review")
    check(page)
    enter(page, "Add document", "Add document")
    check(page)
    go_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    assert tab(page) == "Kind"
    page.keyboard.press("Enter")
    page.keyboard.type("Report")  # the link of the error led into its field
    assert tab(page) == "Title"
    page.keyboard.type("A report")
    enter(page, "Save", "Desk review")
    assert Document.objects.get(assessment=made).title == "A report"

    enter(page, f"Georgia {made.reference}", "Georgia")
    enter(page, "Audit log", "Audit log")
    check(page)
    go_to(page, "Type")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert tab(page) == "Show"
    assert tab(page) == "Apply"  # the arrow keys choose; the button sends
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/?kind=document&show=")
    shown = page.locator("tbody tr").count()
    assert shown == AuditEvent.objects.filter(assessment=made, action__startswith="document.").count()

    go_to(page, lead.email)
    page.keyboard.press("Enter")
    go_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_menu_closes_when_the_focus_leaves_it(watched_page: Page, open_as: Any, assessment: Any) -> None:
    watched_page.add_init_script(NAME_OF)
    page = open_as("lead", "/")
    go_to(page, "lead@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("details.menu")).to_have_attribute("open", "")
    go_to(page, "New assessment")
    expect(page.locator("details.menu")).not_to_have_attribute("open", "")
