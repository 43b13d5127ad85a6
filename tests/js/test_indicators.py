"""indicators.js: evidence attached to a mark, the form sent from the keyboard, and the order of recommendations."""

from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.js.conftest import VAULT, Pages, account, fields

SCRIPTS = (*VAULT, "js/indicators.js")
MARK = """<form method="post" action="/page/" class="mark-form" data-keep="mark"><div data-evidence>
<ul data-evidence-list hidden></ul>
<details open><summary>Keys</summary>
<textarea name="evidence" aria-label="Evidence" data-evidence-keys>{keys}</textarea>
</details></div><button name="then" value="matrix">Save</button>
<button name="then" value="next" data-hotkey>Save and next</button></form>
<button type="button" data-attach="survey:3.1">Attach survey:3.1</button>"""


def mark(pages: Pages, keys: str = "") -> Page:
    return pages.open(account() + MARK.format(keys=keys), *SCRIPTS)


def listed(page: Page) -> list[str]:
    return page.locator("[data-evidence-list] .code").all_inner_texts()


def test_evidence_is_attached_once_and_removed(pages: Pages) -> None:
    page = mark(pages, "document:A#1")
    page.get_by_role("button", name="Attach survey:3.1").click()
    page.get_by_role("button", name="Attach survey:3.1").click()
    expect(page.locator("#notices")).to_have_text("survey:3.1 attached. Save the mark to keep it.")
    assert listed(page) == ["document:A#1", "survey:3.1"]
    page.get_by_role("button", name="Remove document:A#1").click()
    assert listed(page) == ["survey:3.1"]
    expect(page.locator("[name=evidence]")).to_have_value("survey:3.1")


def test_typed_keys_are_listed_and_stay_as_they_were_typed(pages: Pages) -> None:
    page = mark(pages)
    expect(page.locator("[data-evidence-list]")).to_be_hidden()
    page.get_by_label("Evidence").fill(" survey:1.1 \n\n<img src=x>")
    assert listed(page) == ["survey:1.1", "<img src=x>"]
    expect(page.get_by_label("Evidence")).to_have_value(" survey:1.1 \n\n<img src=x>")


def test_attached_evidence_that_was_not_saved_is_back(pages: Pages) -> None:
    page = mark(pages, "document:A#1")
    page.get_by_role("button", name="Attach survey:3.1").click()
    page.evaluate("ctnatKeep.settled('form', 'mark')")
    page.reload()
    expect(page.locator("[data-evidence-list] .code")).to_have_text(["document:A#1", "survey:3.1"])
    page.get_by_role("button", name="Discard").click()
    assert listed(page) == ["document:A#1"]


def test_the_keyboard_sends_the_form_by_the_button_it_names(pages: Pages) -> None:
    page = mark(pages)
    page.get_by_label("Evidence").fill("survey:1.1")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert [request.post_data for request in pages.sent] == ["evidence=survey%3A1.1&then=next"]


ROW = """<li id="row-{name}" draggable="true"><p>{name}</p><form method="post" data-move action="/move/{name}/">
<input type="hidden" name="csrfmiddlewaretoken" value="t"><button name="to" value="0">Up</button></form></li>"""


def rows(*names: str) -> str:
    items = "".join(ROW.format(name=name) for name in names)
    return f'<ul data-sortable aria-label="Order">{items}</ul>'


def order(page: Page) -> list[str]:
    return page.locator("li[draggable] > p").all_inner_texts()


def drag(page: Page, name: str, over: str, *, cancel: bool = False) -> None:
    """Drag one row over another's lower half with the mouse, and drop it or press Escape."""
    box = page.locator(f"#row-{over}").bounding_box()
    assert box
    page.locator(f"#row-{name} p").hover()
    page.mouse.down()
    for height in (0.7, 0.9):
        page.mouse.move(box["x"] + 20, box["y"] + box["height"] * height, steps=3)
    if cancel:
        page.keyboard.press("Escape")
    page.mouse.up()


@pytest.fixture
def moves(pages: Pages) -> list[tuple[str, dict[str, str]]]:
    """The moves requested from the server."""
    asked: list[tuple[str, dict[str, str]]] = []

    def take(request: Request) -> dict[str, Any]:
        asked.append((request.url.split("/")[-2], fields(request)))
        return {"status": 204}

    for name in "abc":
        pages.answer("POST", f"/move/{name}/", take)
    return asked


def test_a_dragged_recommendation_is_sent_with_its_new_place(pages: Pages, moves: Any) -> None:
    page = pages.open(rows("a", "b", "c"), *SCRIPTS)
    with page.expect_navigation():
        drag(page, "a", "c")
    assert moves == [("a", {"csrfmiddlewaretoken": "t", "to": "2"})]


def test_a_cancelled_drag_changes_nothing(pages: Pages, moves: Any) -> None:
    page = pages.open(rows("a", "b", "c"), *SCRIPTS)
    drag(page, "a", "c", cancel=True)
    assert order(page) == ["a", "b", "c"]
    page.wait_for_timeout(300)
    assert moves == []


def test_a_recommendation_dropped_where_it_was_sends_nothing(pages: Pages, moves: Any) -> None:
    page = pages.open(rows("a", "b", "c"), *SCRIPTS)
    drag(page, "b", "b")
    page.wait_for_timeout(300)
    assert (order(page), moves) == (["a", "b", "c"], [])


def test_an_order_that_was_not_saved_is_admitted(pages: Pages) -> None:
    pages.expect_failed_requests()
    pages.answer("POST", "/move/a/", lambda _: None)
    page = pages.open(rows("a", "b", "c"), *SCRIPTS)
    drag(page, "a", "c")
    expect(page.locator("#notices")).to_contain_text("The new order was not saved.")
    assert order(page) == ["a", "b", "c"]
