"""devices.js: the page "My devices" says what waits in this browser, and what the browser promises."""

from playwright.sync_api import expect

from tests.js.conftest import VAULT, Pages, account

BODY = """<section data-this-browser hidden><p data-waiting></p><div data-storage hidden><p data-room></p>
<p data-lasting hidden>It keeps them.</p>
<div data-not-lasting hidden><button data-ask-to-last>Ask it</button></div></div>
<div data-words-offer hidden><button data-make-words>Show</button></div></section>"""
STORAGE = """(promises) => {
    let lasts = false;
    Object.defineProperty(navigator, "storage", { value: {
        estimate: async () => ({ quota: 2_640_000_000, usage: 140_000_000 }),
        persisted: async () => lasts,
        persist: async () => { lasts = promises; return lasts; },
    } });
}"""


def test_the_room_is_said_and_the_browser_is_asked_to_keep_texts(pages: Pages) -> None:
    for promises in ("false", "true"):
        page = pages.context.new_page()
        page.add_init_script(f"({STORAGE})({promises})")
        pages.open(account() + BODY, *VAULT, tab=page)
        page.evaluate("ctnatVault.prepare()")
        pages.open(account() + BODY, *VAULT, "js/offline.js", "js/devices.js", tab=page)
        expect(page.get_by_text("This browser has room for 2.5 GB of texts.")).to_be_visible()
        expect(page.get_by_text("It keeps them.")).to_be_hidden()
        page.get_by_role("button", name="Ask it").click()
        if promises == "true":
            expect(page.get_by_text("It keeps them.")).to_be_visible()
            expect(page.get_by_role("button", name="Ask it")).to_be_hidden()
        else:
            expect(page.get_by_text("This browser does not promise to keep them.")).to_be_visible()


def test_a_browser_that_says_nothing_of_its_room_is_not_asked(pages: Pages) -> None:
    page = pages.context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'storage', { value: undefined })")
    pages.open(account() + BODY, *VAULT, tab=page)
    page.evaluate("ctnatVault.prepare()")
    pages.open(account() + BODY, *VAULT, "js/offline.js", "js/devices.js", tab=page)
    expect(page.get_by_text("Everything that you typed here is saved.")).to_be_visible()
    expect(page.get_by_text("This browser has room")).to_be_hidden()
