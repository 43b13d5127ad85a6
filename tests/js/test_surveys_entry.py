"""surveys_entry.js: a paper form typed as numbers. What was typed is stored; the meaning is shown beside it."""

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import VAULT, Pages, account

SCRIPTS = (*VAULT, "js/surveys_entry.js")
KEYS = "".join(f"<li><kbd>{number}</kbd> {label}</li>" for number, label in enumerate(("Police", "Court", "NGO"), 1))
LONG = "".join(f"<li><kbd>{number}</kbd> Option {number}</li>" for number in range(1, 13))


def line(code: str, keys: str = KEYS, *, quick: bool = True, typed: str = "") -> str:
    is_quick = 'data-quick="3"' if quick else ""
    return f"""<div class="entry-line"><label for="f-{code}">{code}</label><ul id="k-{code}">{keys}</ul>
    <input class="key" id="f-{code}" name="{code}" value="{typed}" data-keys="k-{code}" {is_quick}>
    <output class="recognised" for="f-{code}"></output></div>"""


def opened(pages: Pages, *lines: str) -> Page:
    content = "".join(lines) or line("1") + line("2") + line("3", LONG, quick=False)
    return pages.open(
        f"""{account()}<form method="post" action="/page/" id="entry" data-keep="paper form" data-keep-at="/keep/">
        <input type="hidden" name="_uuid" value="u-1" data-kept><input type="hidden" name="_seen" value="0" data-kept>
        {content}<label>Notes <textarea name="notes"></textarea></label><button>Save form</button>
        <span data-kept-state></span></form>""",
        *SCRIPTS,
    )


def meaning(page: Page, code: str) -> str:
    return page.locator(f"output[for='f-{code}']").inner_text()


def test_one_key_is_an_answer_and_moves_on(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_label("1", exact=True).focus()
    page.keyboard.type("2")
    assert meaning(page, "1") == "Court"
    expect(page.get_by_label("2", exact=True)).to_be_focused()


def test_a_number_that_no_option_has_stays_and_is_marked(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_label("1", exact=True).focus()
    page.keyboard.type("7")
    assert meaning(page, "1") == "7?"
    expect(page.locator("output[for='f-1']")).to_have_class("recognised is-unknown")
    expect(page.get_by_label("1", exact=True)).to_be_focused()
    expect(page.get_by_label("1", exact=True)).to_have_value("7")


def test_several_numbers_are_read_with_any_sign_between_them(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_label("3", exact=True).fill("1, 12;3")
    assert meaning(page, "3") == "Option 1; Option 12; Option 3"
    page.get_by_label("3", exact=True).fill("1 99 13")
    assert meaning(page, "3") == "99, 13?"
    expect(page.get_by_label("3", exact=True)).to_have_value("1 99 13")


def test_pasting_does_not_move_on(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_label("1", exact=True).focus()
    page.get_by_label("1", exact=True).evaluate(
        """(field) => {
            field.value = "2";
            field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
        }"""
    )
    assert meaning(page, "1") == "Court"
    expect(page.get_by_label("1", exact=True)).to_be_focused()


def test_enter_moves_on_and_sends_nothing(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_label("3", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Notes")).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    expect(page.get_by_label("Notes")).to_have_value("one\ntwo")
    assert pages.sent == []


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
def test_the_form_is_sent_from_any_field(pages: Pages, keys: str) -> None:
    page = opened(pages)
    page.get_by_label("1", exact=True).fill("2")
    page.get_by_label("Notes").focus()
    with page.expect_navigation():
        page.keyboard.press(keys)
    assert [request.post_data for request in pages.sent] == ["_uuid=u-1&_seen=0&1=2&2=&3=&notes="]


def test_numbers_that_are_back_are_explained_and_discarded_ones_are_not(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_label("1", exact=True).fill("2")
    page.evaluate("ctnatKeep.settled('form', 'paper form')")
    page.reload()
    expect(page.get_by_label("1", exact=True)).to_have_value("2")
    assert meaning(page, "1") == "Court"
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("1", exact=True)).to_have_value("")
    assert meaning(page, "1") == ""


def test_numbers_of_a_refused_form_are_explained(pages: Pages) -> None:
    page = opened(pages, line("1", typed="3"))
    assert meaning(page, "1") == "NGO"


HIDE = """() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_what_is_typed_is_kept_on_the_server_before_the_tab_is_closed(pages: Pages) -> None:
    replies = iter([{"status": "kept", "revision": 1, "at": "10:42"}, {"status": "refused", "message": "Changed."}])
    pages.answer("POST", "/keep/", lambda _: {"json": next(replies)})
    page = opened(pages)
    page.get_by_label("Notes").fill("half")
    page.evaluate(HIDE)
    expect(page.get_by_text("Kept as unfinished, 10:42")).to_be_visible()
    assert pages.sent[0].post_data == "_uuid=u-1&_seen=0&1=&2=&3=&notes=half"
    assert page.locator("[name=_seen]").input_value() == "1"
    page.evaluate("ctnatKeep.settled('form', 'paper form')")
    (kept,) = page.evaluate("ctnatKeep.list('form')")
    assert kept["value"]["values"]["_seen"] == "1"  # what is put back in this tab knows what the server has
    page.get_by_label("Notes").fill("half a form")
    page.evaluate(HIDE)
    expect(page.get_by_text("Changed.")).to_be_visible()
    assert page.locator("[name=_seen]").input_value() == "1"


def test_what_cannot_be_kept_on_the_server_is_said_and_stays(pages: Pages) -> None:
    pages.expect_failed_requests()
    pages.answer("POST", "/keep/", lambda _: None)
    page = opened(pages)
    page.get_by_label("Notes").fill("half")
    page.evaluate(HIDE)
    expect(page.get_by_text("Kept on this device only")).to_be_visible()
    expect(page.get_by_label("Notes")).to_have_value("half")
