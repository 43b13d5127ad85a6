"""keep.js: typed text is restored until the server has it, for the person who typed it and no one else.

How it is sealed for members is tested in test_vault.py. A group's text is on its device in clear.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import BLOCKED, VAULT, Pages, account

OF_GROUPS = ("js/forms.js", "js/keep.js")
STORAGE = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((name) => name !== 'ctnat-tab')"
FORM = """<form method="post" action="/page/" data-keep="{name}"><input type="hidden" name="csrf" value="{csrf}">
<label>Note <textarea name="note">{note}</textarea></label>
<label>Secret <input type="password" name="secret"></label>
<label>Country <select name="country"><option>Armenia<option>Georgia</select></label>
<label><input type="radio" name="mark" value="yes"> Yes</label>
<label><input type="radio" name="mark" value="no"> No</label>
<label><input type="checkbox" name="source" value="a" checked> A</label>
<label><input type="checkbox" name="source" value="b"> B</label>
<button name="do">Save</button></form>"""
SAVED = '<p class="notice notice-success">Saved.</p>'
FAULT = '<div class="error-summary">The note is too long.</div>'


def form(name: str = "cell-1", note: str = "", inside: str = "", csrf: str = "first") -> str:
    return FORM.format(name=name, note=note, csrf=csrf).replace("</form>", f"{inside}</form>")


def open_form(
    pages: Pages, *, user: str = "1", before: str = "", tab: Page | None = None, scripts: bool = True, **of: str
) -> Page:
    settle(tab)
    pages.keys.user = user
    return pages.open(f"{account(user)}{before}{form(**of)}", *(VAULT if scripts else ()), tab=tab)


def settle(page: Page | None) -> None:
    """Wait until what was typed is on the device."""
    if page and page.evaluate(
        "typeof ctnatVault !== 'undefined' && document.querySelector('form[data-keep]') !== null"
    ):
        page.evaluate("ctnatKeep.settled('form', document.querySelector('form[data-keep]').dataset.keep)")


def reload(page: Page) -> None:
    settle(page)
    page.reload()


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()


def note_of(page: Page) -> str:
    """What the field has once the page has looked for kept text."""
    page.evaluate("typeof ctnatVault === 'undefined' || ctnatKeep.kept('form', 'none').then(() => true)")
    return page.get_by_label("Note").input_value()


def test_what_was_typed_is_back_after_the_page_was_left(pages: Pages) -> None:
    page = open_form(pages, note="As served")
    page.get_by_label("Note").fill("ცხელი ხაზი\nsecond line")
    page.get_by_label("Country").select_option("Georgia")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("A", exact=True).uncheck()
    page.get_by_label("B", exact=True).check()
    reload(page)
    assert note_of(page) == "ცხელი ხაზი\nsecond line"
    expect(page.get_by_label("Country")).to_have_value("Georgia")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    expect(page.get_by_label("A", exact=True)).not_to_be_checked()
    expect(page.get_by_label("B", exact=True)).to_be_checked()
    expect(page.locator(".notice-info")).to_contain_text("was not saved")
    reload(page)
    assert note_of(page) == "ცხელი ხაზი\nsecond line", "seeing it once does not drop it"


@pytest.mark.parametrize("typed", [True, False])
def test_what_was_typed_before_the_script_came_is_kept(pages: Pages, typed: bool) -> None:
    page = open_form(pages, note="As served", scripts=False)
    if typed:
        page.get_by_label("Note").fill("On a slow line")
    for script in VAULT:
        page.add_script_tag(url=f"/static/{script}")
    open_form(pages, note="As served", tab=page)
    assert note_of(page) == ("On a slow line" if typed else "As served")
    expect(page.locator(".notice-info")).to_have_count(int(typed))


def test_passwords_and_hidden_fields_are_not_kept(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Secret").fill("correct horse")
    page.get_by_label("Note").fill("kept")
    open_form(pages, csrf="second", tab=page)
    expect(page.get_by_label("Secret")).to_have_value("")
    expect(page.locator("[name=csrf]")).to_have_value("second")
    assert note_of(page) == "kept"


def test_a_page_on_which_nothing_was_typed_shows_no_message(pages: Pages) -> None:
    page = open_form(pages)
    reload(page)
    expect(page.locator(".notice")).to_have_count(0)


def test_sent_words_stay_when_the_connection_is_lost(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("on the train")
    pages.expect_failed_requests()
    pages.answer("POST", "/page/", lambda _: None)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Save").click()
    expect(page).to_have_url("chrome-error://chromewebdata/")
    open_form(pages, tab=page)
    assert note_of(page) == "on the train"


def test_sent_words_are_dropped_when_the_next_page_reports_that_they_are_saved(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("first")
    save(page)
    open_form(pages, before=SAVED, note="first", tab=page)
    expect(page.locator(".notice-info")).to_have_count(0)
    open_form(pages, note="changed by a colleague", tab=page)
    assert note_of(page) == "changed by a colleague"


def test_words_not_sent_survive_the_saving_of_another_form(pages: Pages) -> None:
    page = open_form(pages, name="cell-1")
    page.get_by_label("Note").fill("not sent")
    open_form(pages, name="cell-2", tab=page)
    page.get_by_label("Note").fill("sent")
    save(page)
    open_form(pages, name="cell-2", before=SAVED, tab=page)
    assert note_of(page) == ""
    open_form(pages, name="cell-1", tab=page)
    assert note_of(page) == "not sent"


def test_a_refused_form_shows_what_the_server_gave_back(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("too long ")
    save(page)
    open_form(pages, note="too long", inside=FAULT, tab=page)  # one space less, as the server cleaned it
    expect(page.locator(".notice-info")).to_have_count(0)
    assert note_of(page) == "too long"
    reload(page)
    assert note_of(page) == "too long"


def test_discard_brings_the_served_words_back_for_good(pages: Pages) -> None:
    page = open_form(pages, note="As served")
    page.get_by_label("Note").fill("a slip")
    page.get_by_label("B", exact=True).check()
    reload(page)
    page.get_by_role("button", name="Discard").click()
    assert note_of(page) == "As served"
    expect(page.get_by_label("B", exact=True)).not_to_be_checked()
    expect(page.get_by_label("A", exact=True)).to_be_checked()
    expect(page.locator(".notice-info")).to_have_count(0)
    reload(page)
    assert note_of(page) == "As served"


def test_words_are_kept_for_one_person(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("told in confidence")
    open_form(pages, user="2", tab=page)
    assert note_of(page) == ""
    assert "told in confidence" not in page.content()
    open_form(pages, tab=page)
    assert note_of(page) == "told in confidence"


def test_a_form_sent_by_a_script_is_dropped_when_the_response_reports_that_it_is_saved(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("sent by a script")
    page.locator("form").dispatch_event("ctnat:saved", {})
    reload(page)
    assert note_of(page) == ""


def test_a_folded_form_opens_when_words_are_back(pages: Pages) -> None:
    page = pages.open(f"{account()}<details><summary>More</summary>{form()}</details>", *VAULT)
    page.get_by_text("More").click()
    page.get_by_label("Note").fill("folded away")
    reload(page)
    expect(page.get_by_label("Note")).to_be_visible()
    assert note_of(page) == "folded away"


def test_a_public_page_uses_its_own_language(pages: Pages) -> None:
    words = '<div data-words data-kept="Geblieben seit {time}." data-discard="Verwerfen"></div>'
    page = pages.open(f'<div data-device="group-a"></div>{words}{form()}', *OF_GROUPS)
    page.get_by_label("Note").fill("eins")
    reload(page)
    expect(page.locator(".notice-info")).to_contain_text("Geblieben seit ")
    expect(page.locator(".notice-info")).not_to_contain_text("{time}")
    page.get_by_role("button", name="Verwerfen").click()
    assert note_of(page) == ""


def open_for_group(pages: Pages, device: str, *, note: str = "", before: str = "", tab: Page | None = None) -> Page:
    body = f'<div data-device="{device}"></div>{before}{form(note=note)}'
    return pages.open(body, *OF_GROUPS, tab=tab)


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(STORAGE)
    return found


def test_a_group_finds_its_words_after_the_tab_was_closed(pages: Pages) -> None:
    page = open_for_group(pages, "group-a")
    page.get_by_label("Note").fill("half a sentence")
    page.close()
    assert note_of(open_for_group(pages, "group-a")) == "half a sentence"


def test_a_members_words_are_offered_once_their_page_is_closed(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("told in confidence")
    settle(page)
    assert kept(page) == []
    second = open_form(pages)
    assert note_of(second) == "", "the page in which it is typed is still open"
    page.close()
    reload(second)
    assert note_of(second) == "told in confidence"


def test_words_typed_before_the_kept_ones_are_opened_stay_and_the_others_are_offered(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("the first time")
    settle(page)
    opened = open_form(pages, tab=page, scripts=False)
    opened.get_by_label("Note").fill("the second time")
    for script in VAULT:
        opened.add_script_tag(url=f"/static/{script}")
    expect(opened.locator(".notice-info")).to_contain_text("was not saved.")
    assert note_of(opened) == "the second time"
    opened.get_by_role("button", name="Bring it back").click()
    assert note_of(opened) == "the first time"


def test_the_words_of_another_group_are_deleted_and_nothing_else(pages: Pages) -> None:
    page = open_for_group(pages, "group-a")
    page.get_by_label("Note").fill("of group a")
    page.evaluate("localStorage.setItem('of another program', 'stays')")
    open_for_group(pages, "group-b", tab=page)
    assert note_of(page) == ""
    assert kept(page) == ["of another program"]
    open_for_group(pages, "group-a", tab=page)
    assert note_of(page) == ""


def test_what_a_group_sent_is_dropped_when_the_page_reports_that_it_is_saved(pages: Pages) -> None:
    page = open_for_group(pages, "group-a")
    page.get_by_label("Note").fill("sent")
    page.get_by_role("button", name="Save").click()
    open_for_group(pages, "group-a", before=SAVED, tab=page)
    assert note_of(page) == ""
    assert kept(page) == []


def test_an_identifier_is_stored_where_the_form_requires_it(pages: Pages) -> None:
    identifier = '<input type="hidden" name="_uuid" value="{}" data-kept>'
    page = open_form(pages, inside=identifier.format("first"))
    page.get_by_label("Note").fill("sent, and the answer lost")
    open_form(pages, inside=identifier.format("second"), csrf="second", tab=page)
    expect(page.locator("[name=_uuid]")).to_have_value("first")
    expect(page.locator("[name=csrf]")).to_have_value("second")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("[name=_uuid]")).to_have_value("second")


def test_an_identifier_alone_is_not_offered(pages: Pages) -> None:
    page = open_form(pages, inside='<input type="hidden" name="_uuid" value="first" data-kept>')
    open_form(pages, inside='<input type="hidden" name="_uuid" value="second" data-kept>', tab=page)
    expect(page.locator("[name=_uuid]")).to_have_value("second")
    expect(page.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize("group", ["", "group-a"])
def test_a_form_works_where_storage_is_blocked(pages: Pages, group: str) -> None:
    pages.context.add_init_script(BLOCKED + "Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page = open_for_group(pages, group) if group else open_form(pages)
    page.get_by_label("Note").fill("as if nothing were")
    if not group:
        expect(page.get_by_text("This browser cannot keep what you type here.")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    assert "as if nothing were" in (pages.sent[0].post_data or "").replace("+", " ")
    assert note_of(page) == ""


def test_a_form_works_where_nothing_more_can_be_kept_and_says_so(pages: Pages) -> None:
    page = open_form(pages)
    page.get_by_label("Note").fill("there was room")
    settle(page)
    page.evaluate("IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }, 0")
    page.get_by_label("Note").fill("no room")
    expect(page.get_by_text("This browser cannot keep what you type here.")).to_be_visible()
    reload(page)
    assert note_of(page) == "there was room"
    page.get_by_label("Note").fill("room again")
    settle(page)
    expect(page.get_by_text("This browser cannot keep what you type here.")).to_have_count(0)
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    assert len(pages.sent) == 1


def test_discarded_words_stay_away_where_filling_the_form_counts_as_typing(pages: Pages) -> None:
    """A script of the page responds to a change with an input event, as the script for workshop verdicts does."""
    page = open_form(pages)
    page.get_by_label("No", exact=True).check()
    reload(page)
    page.evaluate(
        """() => document.addEventListener("change", (event) => {
            if (event.target.name === "mark") event.target.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    page.get_by_role("button", name="Discard").click()
    assert note_of(page) == ""
    reload(page)
    expect(page.get_by_label("No", exact=True)).not_to_be_checked()


def test_members_read_it_in_their_language(pages: Pages) -> None:
    pages.language = "fr"
    page = open_form(pages)
    page.get_by_label("Note").fill("tapé dans le train")
    reload(page)
    expect(page.locator(".notice-info")).to_contain_text("n’avait pas été enregistré")
    page.get_by_role("button", name="Supprimer").click()
    assert note_of(page) == ""
