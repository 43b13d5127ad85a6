"""reports.js: an unsaved section is kept for the account that typed it, sealed, and for no other."""

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import VAULT, Pages, account

SCRIPTS = (*VAULT, "js/reports.js")
FORM = """<form data-draft="AZE-2016/context" data-revision="1" method="post">
<label>Text <textarea name="body">Saved.</textarea></label>
<p class="restore" hidden><button type="button" data-restore>Restore it</button>
<button type="button" data-forget>Discard</button></p></form>
<button type="button" data-insert="[[priorities]]" data-own-line>Insert</button>"""


def kept(page: Page) -> int:
    page.evaluate("ctnatDevice.ready")
    found: int = page.evaluate("ctnatVault.count()")
    return found


def opened(pages: Pages, user: str, tab: Page | None = None, form: str = FORM) -> Page:
    pages.keys.user = user
    return pages.open(account(user) + form, *SCRIPTS, tab=tab)


@pytest.fixture
def page(pages: Pages) -> Page:
    page = opened(pages, "1")
    page.get_by_label("Text").fill("Not saved yet.")
    page.wait_for_timeout(350)  # it is kept once typing pauses
    page.evaluate("ctnatKeep.settled('report', 'AZE-2016/context')")
    assert kept(page) == 1
    return page


def test_an_unsaved_text_can_be_restored(pages: Pages, page: Page) -> None:
    page = opened(pages, "1", tab=page)
    page.get_by_role("button", name="Restore it").click()
    expect(page.get_by_label("Text")).to_have_value("Not saved yet.")


def test_another_account_is_not_offered_the_text(pages: Pages, page: Page) -> None:
    page = opened(pages, "2", tab=page)
    expect(page.get_by_label("Text")).to_have_value("Saved.")
    kept(page)
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()


def test_a_discarded_text_is_gone(pages: Pages, page: Page) -> None:
    page = opened(pages, "1", tab=page)
    page.get_by_role("button", name="Discard").click()
    page.evaluate("async () => { while (await ctnatVault.count()) await new Promise((next) => setTimeout(next, 20)); }")
    page = opened(pages, "1", tab=page)
    kept(page)
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()


def test_a_saved_text_is_dropped_where_a_page_reports_that_it_is_saved(pages: Pages, page: Page) -> None:
    with page.expect_navigation():
        page.locator("form").evaluate("(form) => form.requestSubmit()")
    page = pages.open(f"{account()}<p>An error page</p>", *VAULT, path="/failed/", tab=page)
    assert kept(page) == 1
    page = pages.open(f'{account()}<p class="notice-success">Saved.</p>', *VAULT, path="/outline/", tab=page)
    assert kept(page) == 0


def test_a_refused_text_stays_kept(pages: Pages, page: Page) -> None:
    refused = FORM.replace("Saved.", "Refused.").replace("data-draft", "data-unsaved data-draft")
    page = opened(pages, "1", tab=page, form=refused)
    page.evaluate("ctnatKeep.settled('report', 'AZE-2016/context')")
    page = opened(pages, "1", tab=page)
    page.get_by_role("button", name="Restore it").click()
    expect(page.get_by_label("Text")).to_have_value("Refused.")


def test_a_block_is_inserted_on_a_line_of_its_own(pages: Pages) -> None:
    page = opened(pages, "1")
    page.get_by_label("Text").press("Control+End")
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Text")).to_have_value("Saved.\n\n[[priorities]]\n\n")
