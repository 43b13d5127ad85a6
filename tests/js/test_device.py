"""device.js: interview notes stored on this device, and signing out."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import BLOCKED, Pages

PAGE = '<form method="post" action="/accounts/logout/"><button>Sign out</button></form>'
SIGNED_OUT = "<p>Signed out</p>"


def draft(**changes: Any) -> dict[str, Any]:
    return {
        "user": "1", "interview": "7", "client": "tab-a", "question": "3.1", "text": "ცხელი ხაზი", "base": 2,
        "sequence": 5, "at": 1000,
    } | changes  # fmt: skip


@pytest.fixture
def page(pages: Pages) -> Page:
    pages.answer("POST", "/accounts/logout/", lambda _: {"body": SIGNED_OUT, "content_type": "text/html"})
    return pages.open(PAGE, "js/device.js")


def keep(page: Page, **changes: Any) -> Any:
    return page.evaluate("(draft) => ctnatDevice.keep(draft)", draft(**changes))


def listed(page: Page, *of: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("(of) => ctnatDevice.list(...of)", list(of))
    return found


def test_a_draft_comes_back_whole(page: Page) -> None:
    assert keep(page) is True
    page.reload()
    assert listed(page, "1", "7") == [draft()]


def test_the_last_words_of_one_page_replace_its_earlier_ones(page: Page) -> None:
    keep(page, text="first")
    keep(page, text="first and second", sequence=6, at=2000)
    assert [kept["text"] for kept in listed(page, "1", "7")] == ["first and second"]


def test_drafts_of_two_pages_are_both_kept_the_newest_first(page: Page) -> None:
    keep(page, client="tab-a", text="older", at=1)
    keep(page, client="tab-b", text="newer", at=2)
    keep(page, question="3.2", text="newest", at=3)
    assert [kept["text"] for kept in listed(page, "1", "7")] == ["newest", "newer", "older"]


def test_drafts_are_listed_for_their_user_and_interview_only(page: Page) -> None:
    for user in ("1", "2"):
        for interview in ("7", "8"):
            keep(page, user=user, interview=interview)
    assert listed(page, "1", "8") == [draft(interview="8")]


def test_only_the_draft_that_was_sent_is_dropped(page: Page) -> None:
    keep(page)
    keep(page, question="3.2")
    page.evaluate("(draft) => ctnatDevice.drop(draft)", draft())
    assert listed(page, "1", "7") == [draft(question="3.2")]


def test_a_full_device_is_admitted(page: Page) -> None:
    page.evaluate("localStorage.setItem('filler', 'x'.repeat(5 * 1024 * 1024 - 10))")
    assert keep(page, text="y" * 1000) is False


def test_signing_out_without_drafts_shows_no_warning(page: Page, pages: Pages) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed out")).to_be_visible()
    assert len(pages.sent) == 1


def test_signing_out_leaves_no_draft_and_no_kept_page(page: Page, pages: Pages) -> None:
    keep(page)
    page.evaluate("async () => (await caches.open(ctnatDevice.CACHE)).put('/notes/', new Response('told'))")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed out")).to_be_visible()
    page = pages.open(PAGE, "js/device.js", tab=page)
    assert listed(page) == []
    assert page.evaluate("async () => (await caches.keys()).length") == 0


def test_signing_out_is_prevented_by_notes_that_were_not_sent(page: Page, pages: Pages) -> None:
    keep(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert len(asked) == 1
    assert asked[0].startswith("1 text on this device has not been saved")
    assert listed(page) == [draft()]
    assert pages.sent == []


def test_signing_out_forgets_what_every_page_has_kept(page: Page, pages: Pages) -> None:
    page.evaluate(
        """() => {
            localStorage.setItem("ctnat-report-draft:1:AZE-2016/context", "{}");
            sessionStorage.setItem("ctnat-keep:lead@example.org:form", "{}");
            localStorage.setItem("of another program", "stays");
        }"""
    )
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed out")).to_be_visible()
    assert len(asked) == 1
    assert page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]") == ["of another program"]


def test_signing_out_works_where_storage_is_blocked(pages: Pages) -> None:
    pages.context.add_init_script(BLOCKED)
    pages.answer("POST", "/accounts/logout/", lambda _: {"body": SIGNED_OUT, "content_type": "text/html"})
    page = pages.open(PAGE, "js/device.js")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed out")).to_be_visible()
