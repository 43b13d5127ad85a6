"""vault.js: what is typed is sealed for one account, opens again for that account alone, and is never on the disk in
clear."""

from typing import Any

from playwright.sync_api import Page

from tests.js.conftest import VAULT, Pages, account

SCRIPTS = VAULT[:4]
WRITE = (
    """([id, kind, content]) => ctnatVault.write({ id, kind, client: "page" }, content).then(() => "kept", String)"""
)
READ = "(kind) => ctnatVault.read(kind)"
# Everything in the database, with its bytes as text: sealed or not.
DUMP = """async () => {
    const base = await new Promise((resolve) => {
        const request = indexedDB.open("ctnat-vault");
        request.addEventListener("success", () => resolve(request.result));
    });
    const found = {};
    for (const store of base.objectStoreNames) {
        const request = base.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => request.addEventListener("success", resolve));
        found[store] = request.result;
    }
    base.close();
    const text = (_, value) => value instanceof ArrayBuffer || value instanceof Uint8Array
        ? new TextDecoder("latin1").decode(value) : value instanceof CryptoKey ? "a key" : value;
    return JSON.stringify(found, text);
}"""
CHANGE = """async (change) => {
    const request = indexedDB.open("ctnat-vault");
    await new Promise((resolve) => request.addEventListener("success", resolve));
    const transaction = request.result.transaction(["boxes", "rows"], "readwrite");
    const all = transaction.objectStore(change.store).getAll();
    all.addEventListener("success", () => {
        for (const row of all.result) transaction.objectStore(change.store).put({ ...row, ...change.with });
    });
    await new Promise((resolve) => transaction.addEventListener("complete", resolve));
    request.result.close();
}"""


def opened(pages: Pages, user: str = "1", tab: Page | None = None) -> Page:
    """A page of the user. Opened anew it has no key in its memory, as after a restart of the browser."""
    return pages.open(account(user), *SCRIPTS, tab=tab)


def write(page: Page, text: str, key: str = "a", kind: str = "form") -> Any:
    return page.evaluate(WRITE, [key, kind, {"text": text}])


def texts(page: Page, kind: str | None = None) -> list[str]:
    return [row["content"]["text"] for row in page.evaluate(READ, kind)["rows"]]


def locked(page: Page) -> int:
    found: int = page.evaluate(READ)["locked"]
    return found


def count(page: Page) -> int:
    found: int = page.evaluate("ctnatVault.count()")
    return found


def test_text_opens_for_its_account_and_is_nowhere_in_clear(pages: Pages) -> None:
    page = opened(pages)
    assert write(page, "ცხელი ხაზი told in confidence") == "kept"
    assert write(page, "x", key="b", kind="note") == "kept"
    assert page.evaluate("crypto.subtle && ctnatVault.isSupported") is True
    page = opened(pages, tab=page)
    assert sorted(texts(page)) == ["x", "ცხელი ხაზი told in confidence"]
    assert texts(page, "note") == ["x"]
    disk = page.evaluate(DUMP)
    assert "told in confidence" not in disk
    assert "a key" not in disk, "a key that lies in the database lies on the disk in clear"
    assert not any(share in disk for _, share in pages.keys.shares.values())
    lengths = page.evaluate(f"async () => JSON.parse(await ({DUMP})()).rows.map((row) => row.data.length)")
    assert lengths == [256 + 16, 256 + 16], "the length says little about what was written"
    assert len(pages.keys.shares) == 1

    pages.keys.user = "2"
    other = opened(pages, "2", tab=page)
    assert (texts(other), locked(other), count(other)) == ([], 0, 0)
    assert write(other, "of the second", key="c") == "kept"
    assert texts(other) == ["of the second"]
    assert len(pages.keys.shares) == 2
    pages.keys.user = "1"
    assert len(texts(opened(pages, tab=page))) == 2


def test_text_is_sealed_at_any_time_and_opens_only_with_a_sign_in(pages: Pages) -> None:
    pages.expect_failed_requests()
    page = opened(pages)
    assert write(page, "first") == "kept"
    for signed_in, status in ((None, ""), ("2", ""), ("1", "offline")):
        pages.keys.user, pages.keys.status = signed_in, status
        page = opened(pages, tab=page)
        assert write(page, "second", key="b") == "kept", "whatever is typed can be sealed"
        assert (texts(page), locked(page)) == ([], 2)
    pages.keys.user, pages.keys.status = "1", ""
    assert texts(opened(pages, tab=page)) == ["first", "second"]
    assert len(pages.keys.shares) == 1, "the page of one account made no key under another"


def test_five_words_open_it_without_a_connection(pages: Pages) -> None:
    pages.expect_failed_requests()
    page = opened(pages)
    write(page, "typed on the train")
    words = page.evaluate("ctnatVault.makeWords()")
    assert [len(word) for word in words.split("-")] == [4] * 5
    assert words not in page.evaluate(DUMP)
    pages.keys.status = "offline"
    page = opened(pages, tab=page)
    assert page.evaluate("ctnatVault.hasWords()") is True
    assert page.evaluate("ctnatVault.openWithWords('bada-bada-bada-bada-bada')") is False
    assert locked(page) == 1
    assert page.evaluate("(words) => ctnatVault.openWithWords(words)", words.upper().replace("-", "  ")) is True
    assert texts(page) == ["typed on the train"]

    page = opened(pages, tab=page)
    page.evaluate(
        """async () => {
            const request = indexedDB.open("ctnat-vault");
            await new Promise((resolve) => request.addEventListener("success", resolve));
            const boxes = request.result.transaction("boxes", "readwrite").objectStore("boxes");
            const box = boxes.get("1");
            await new Promise((resolve) => box.addEventListener("success", resolve));
            box.result.doors.words.until = Date.now() - 1;
            const done = boxes.put(box.result);
            await new Promise((resolve) => done.addEventListener("success", resolve));
            request.result.close();
        }"""
    )
    assert page.evaluate("(words) => ctnatVault.openWithWords(words)", words) is False, "14 days are over"
    opened(pages, tab=page).evaluate("ctnatDevice.ready")
    assert '"words"' not in page.evaluate(DUMP)


def test_a_revocation_takes_the_keys_and_no_text(pages: Pages) -> None:
    pages.expect_failed_requests()
    page = opened(pages)
    write(page, "not sent")
    write(page, "only for reading", key="b", kind="copy")
    words = page.evaluate("ctnatVault.makeWords()")
    pages.keys.status = "revoked"
    page = opened(pages, tab=page)
    assert (texts(page), count(page)) == ([], 1)
    assert page.evaluate("(words) => ctnatVault.openWithWords(words)", words) is False
    assert write(page, "typed since", key="c") == "kept"
    assert texts(page, "copy") == []
    pages.keys.status = ""
    assert texts(opened(pages, tab=page)) == ["not sent", "typed since"]


def test_an_erased_key_closes_the_box_for_good_and_the_next_text_opens_another(pages: Pages) -> None:
    pages.expect_failed_requests()
    page = opened(pages)
    write(page, "can no longer be read")
    second = pages.context.new_page()
    opened(pages, tab=second)
    pages.keys.status = "erased"
    assert (texts(opened(pages, tab=page)), count(page)) == ([], 0)
    pages.keys.status = ""
    assert write(second, "typed in a page that was open") == "kept"
    assert texts(page) == ["typed in a page that was open"]
    assert len(pages.keys.shares) == 2


def test_two_tabs_make_one_box(pages: Pages) -> None:
    tabs = [opened(pages), opened(pages)]
    for number, tab in enumerate(tabs):
        tab.evaluate(f"window.done = ({WRITE})(['{number}', 'form', {{ text: '{number}' }}]), 0")
    assert [tab.evaluate("window.done") for tab in tabs] == ["kept", "kept"]
    assert texts(tabs[0]) == ["0", "1"]
    assert len(pages.keys.shares) == 1


def test_a_row_that_was_changed_is_passed_over_and_the_others_open(pages: Pages) -> None:
    page = opened(pages)
    write(page, "one")
    page.evaluate(CHANGE, {"store": "rows", "with": {"kind": "note"}})
    write(page, "two", key="b")
    assert texts(page) == ["two"], "what was sealed as one kind does not open as another"
    assert count(page) == 2


def test_what_cannot_be_kept_is_said(pages: Pages) -> None:
    page = opened(pages)
    page.evaluate(
        """() => {
            window.put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function () { throw new DOMException("No room", "QuotaExceededError"); };
        }"""
    )
    assert write(page, "no room") != "kept"
    page.evaluate("IDBObjectStore.prototype.put = window.put, 0")
    assert write(page, "room again") == "kept"

    pages.context.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")  # plain http
    plain = opened(pages)
    assert write(plain, "never in clear") != "kept"
    assert (texts(plain), locked(plain)) == ([], 0)
    assert "never in clear" not in plain.evaluate(DUMP)
    assert plain.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]  # a name of the tab
