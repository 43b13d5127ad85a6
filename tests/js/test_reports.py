"""reports.js: an unsaved section is stored for the account that typed it, and for no other."""

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import Pages

FORM = """<form data-draft="AZE-2016/context" data-account="{account}" data-revision="1" method="post">
<label>Text <textarea name="body">Saved.</textarea></label>
<p class="restore" hidden><button type="button" data-restore>Restore it</button>
<button type="button" data-forget>Discard</button></p></form>
<button type="button" data-insert="[[priorities]]" data-own-line>Insert</button>"""


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage)")
    return found


def opened(pages: Pages, account: str, tab: Page | None = None) -> Page:
    return pages.open(FORM.format(account=account), "js/reports.js", tab=tab)


@pytest.fixture
def page(pages: Pages) -> Page:
    page = opened(pages, "1")
    page.get_by_label("Text").fill("Not saved yet.")
    page.wait_for_timeout(500)  # it is stored once typing pauses
    assert kept(page) == ["ctnat-report-draft:1:AZE-2016/context"]
    return page


def test_an_unsaved_text_can_be_restored(pages: Pages, page: Page) -> None:
    page = opened(pages, "1", tab=page)
    page.get_by_role("button", name="Restore it").click()
    expect(page.get_by_label("Text")).to_have_value("Not saved yet.")


def test_another_account_is_not_offered_the_text(pages: Pages, page: Page) -> None:
    page = opened(pages, "2", tab=page)
    expect(page.get_by_label("Text")).to_have_value("Saved.")
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()


def test_a_text_without_an_owner_is_deleted(pages: Pages) -> None:
    page = opened(pages, "1")
    page.evaluate("localStorage.setItem('report-draft:AZE-2016/context', JSON.stringify({body: 'Of another account'}))")
    page = opened(pages, "2", tab=page)
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()
    assert kept(page) == []


def test_a_discarded_text_is_gone(pages: Pages, page: Page) -> None:
    page = opened(pages, "1", tab=page)
    page.get_by_role("button", name="Discard").click()
    page = opened(pages, "1", tab=page)
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()


def test_a_saved_text_is_dropped_where_a_page_reports_that_it_is_saved(pages: Pages, page: Page) -> None:
    with page.expect_navigation():
        page.locator("form").evaluate("(form) => form.requestSubmit()")
    page = pages.open("<p>An error page</p>", "js/reports.js", path="/failed/", tab=page)
    assert len(kept(page)) == 1
    page = pages.open('<p class="notice-success">Saved.</p>', "js/reports.js", path="/outline/", tab=page)
    assert kept(page) == []


def test_a_refused_text_stays_kept(pages: Pages, page: Page) -> None:
    refused = (
        FORM.format(account="1").replace("Saved.", "Not saved yet.").replace("data-draft", "data-unsaved data-draft")
    )
    page = pages.open(refused, "js/reports.js", tab=page)
    assert len(kept(page)) == 1


def test_a_block_is_inserted_on_a_line_of_its_own(pages: Pages) -> None:
    page = opened(pages, "1")
    page.get_by_label("Text").press("Control+End")
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Text")).to_have_value("Saved.\n\n[[priorities]]\n\n")
