"""reports.js: unsaved text of a section is offered again, to its author only."""

from playwright.sync_api import Page, expect

from tests.js.conftest import Pages

FORM = """<form method="post" action="/page/" data-draft="7" data-account="{account}" data-revision="3">
<label>Text <textarea name="body">{body}</textarea></label>
<div class="restore" hidden><button type="button" data-restore>Bring it back</button>
<button type="button" data-forget>Discard</button></div></form>"""


def open_editor(pages: Pages, *, account: str = "1", body: str = "As saved", tab: Page | None = None) -> Page:
    return pages.open(FORM.format(account=account, body=body), "js/reports.js", tab=tab)


def type_and_leave(pages: Pages, text: str) -> Page:
    page = open_editor(pages)
    page.get_by_label("Text").fill(text)
    page.wait_for_function("() => Object.values(localStorage).concat(Object.values(sessionStorage)).join().length > 0")
    return page


def test_unsaved_text_is_offered_and_comes_back(pages: Pages) -> None:
    page = type_and_leave(pages, "Half a paragraph")
    page.reload()
    expect(page.get_by_label("Text")).to_have_value("As saved")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("Text")).to_have_value("Half a paragraph")


def test_discarded_text_is_not_offered_again(pages: Pages) -> None:
    page = type_and_leave(pages, "Half a paragraph")
    page.reload()
    page.get_by_role("button", name="Discard").click()
    page.reload()
    expect(page.get_by_role("button", name="Bring it back")).to_be_hidden()


def test_text_is_offered_to_its_author_only(pages: Pages) -> None:
    page = type_and_leave(pages, "Half a paragraph")
    open_editor(pages, account="2", tab=page)
    expect(page.get_by_role("button", name="Bring it back")).to_be_hidden()
    assert "Half a paragraph" not in page.content()
