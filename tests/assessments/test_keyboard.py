"""The assessment pages with the keyboard alone: every control is reached, in order, and is visible when focused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import (
    Assessment,
    AuditEvent,
    DeletionCertificate,
    Document,
    MemberInvitation,
    RetentionDate,
    Role,
)
from tests.browser import assert_accessible
from tests.factories import PASSWORD, DocumentFactory, MembershipFactory

pytestmark = pytest.mark.browser

# The operable controls in document order: none in a closed menu, and one for each group of radio buttons.
CONTROLS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary'
  )].filter((control) => !control.disabled && control.checkVisibility()
    && !(control.closest('details:not([open])') && control.tagName !== 'SUMMARY'))
  .map((control) => window.nameOf(control))"""
NAME_OF = """window.nameOf = (control) =>
  (control.labels?.[0] ?? control).innerText.trim().replace(/\\s+/g, ' ').slice(0, 60)
  || control.getAttribute('aria-label') || control.name
  || control.querySelector('[aria-label]')?.getAttribute('aria-label')"""
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
    """The Tab key visits every control of the page once, in order. Axe reads the page in tests/test_every_page.py."""
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
    enter(page, "Invite members", "Invite members")
    check(page)
    go_to(page, "E-mail addresses")
    page.keyboard.type("new@example.org")
    tab(page)
    page.keyboard.type("Consultant")
    enter(page, "Send invitations", "1 invitation")
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
    enter(page, "Settings", "Assessment details")
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


def test_erasing_by_keyboard_alone(
    watched_page: Page, open_as: Any, assessment: Assessment, member: Callable[[str], Any]
) -> None:
    """Two leads set a date, request, read and confirm; axe reads each page at both widths."""
    page, second = watched_page, MembershipFactory(assessment=assessment, role=Role.LEAD, user__is_staff=True).user
    document = DocumentFactory(assessment=assessment, code="Aze 1", title="On the road")
    content = {"reference": assessment.reference, "kind": "notes", "rule": "Raw notes are kept until 1 May 2026."}
    DeletionCertificate.objects.create(
        assessment=assessment, erased_at=timezone.now(), content_checksum="0" * 64, **content
    )
    page.add_init_script(NAME_OF)
    page.emulate_media(reduced_motion="reduce")

    def check_at_both_widths() -> None:
        check(page)
        page.set_viewport_size({"width": 360, "height": 800})
        assert_accessible(page)
        page.set_viewport_size({"width": 1280, "height": 800})

    open_as("lead", "/a/AZE-2016/erasures/")
    check_at_both_widths()
    enter(page, "How long data are kept", "How long data are kept")
    go_to(page, "Names and addresses (optional)")
    page.keyboard.type("01012090")  # the same in the order of every country
    enter(page, "Save", "How long data are kept")
    assert str(RetentionDate.objects.get().due_on) == "2090-01-01"
    go_to(page, "Checksum printed in the certificate")
    page.keyboard.type("1" * 64)
    enter(page, "Verify", "How long data are kept")
    expect(page.get_by_text("No certificate of this assessment has this checksum.")).to_be_visible()
    check_at_both_widths()

    enter(page, "Erase data", "Erase data")
    enter(page, "A document", "A document")
    check_at_both_widths()
    go_to(page, "A document")
    page.keyboard.press("ArrowDown")
    go_to(page, "Reason")
    page.keyboard.press("ArrowDown")
    enter(page, "Request", "Document Aze 1")
    check_at_both_widths()
    expect(page.get_by_text("You made this request, so you cannot confirm it.")).to_be_visible()

    page.context.clear_cookies()
    page.goto(page.url)
    go_to(page, "Email")
    page.keyboard.type(second.email)
    tab(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Document Aze 1")
    check_at_both_widths()
    page.once("dialog", lambda dialog: dialog.accept())
    enter(page, "Erase for good", "Erase data")
    assert not Document.all_objects.filter(pk=document.pk).exists()
    for address in ("/site/erasures/", "/site/erasures/new/"):
        page.goto(page.url.split("/a/")[0].split("/site/")[0] + address)
        check_at_both_widths()
