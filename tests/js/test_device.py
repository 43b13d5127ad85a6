"""device.js: what an earlier version kept in clear is sealed, and signing out loses and shows nothing."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import BLOCKED, VAULT, Pages, account

OUT = '<form method="post" action="/accounts/logout/"><button>Sign out</button></form>'
SIGNED_OUT = "<p>Signed out</p>"
MONTH = 31 * 86_400_000  # ms


@pytest.fixture
def page(pages: Pages) -> Page:
    pages.answer("POST", "/accounts/logout/", lambda _: {"body": SIGNED_OUT, "content_type": "text/html"})
    return opened(pages)


def opened(pages: Pages, user: str = "1", tab: Page | None = None) -> Page:
    pages.keys.user = user
    page = pages.open(account(user) + OUT, *VAULT, tab=tab)
    page.evaluate("ctnatDevice.ready")
    return page


def keep(page: Page, kind: str = "note", place: str = "7:tab:3.1") -> None:
    assert page.evaluate("([kind, place]) => ctnatKeep.keep(kind, place, 'told')", [kind, place]) is True


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed out")).to_be_visible()


def test_signing_out_keeps_what_was_not_saved_and_the_next_page_says_how_much(page: Page, pages: Pages) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    keep(page)
    keep(page, kind="copy", place="/notes/")
    page.evaluate("async () => (await caches.open('ctnat-pages')).put('/notes/', new Response('a page'))")
    page.evaluate("ctnatVault.makeWords()")
    sign_out(page)
    assert asked == []
    pages.keys.user = None
    page = pages.open("<h1>Sign in</h1>", *VAULT[:4], tab=page)
    expect(page.get_by_text("1 text on this device is not saved yet. It is locked")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    page = opened(pages, "2", tab=page)
    assert page.evaluate("ctnatKeep.list()") == []
    page = opened(pages, tab=page)
    assert [(row["kind"], row["value"]) for row in page.evaluate("ctnatKeep.list()")] == [("note", "told")]
    assert page.evaluate("ctnatVault.hasWords()") is False


def test_signing_out_with_nothing_to_keep_leaves_no_message(page: Page, pages: Pages) -> None:
    sign_out(page)
    page = pages.open("<h1>Sign in</h1>", *VAULT[:4], tab=page)
    assert page.evaluate("ctnatVault.count()") == 0
    expect(page.locator(".notice")).to_have_count(0)


def test_signing_out_works_where_storage_is_blocked(pages: Pages) -> None:
    pages.context.add_init_script(BLOCKED + "Object.defineProperty(window, 'indexedDB', { value: undefined });")
    pages.answer("POST", "/accounts/logout/", lambda _: {"body": SIGNED_OUT, "content_type": "text/html"})
    sign_out(opened(pages))


def test_what_an_earlier_version_kept_in_clear_is_sealed_for_its_owner(page: Page, pages: Pages) -> None:
    def draft(user: str, at: float, text: str) -> str:
        kept: dict[str, Any] = {"user": user, "interview": "7", "client": "tab", "question": "3.1", "at": at}
        return json.dumps(kept | {"text": text, "base": 2, "sequence": 5})

    now = page.evaluate("Date.now()")
    page.evaluate(
        """([store, session]) => {
            for (const [name, text] of Object.entries(store)) localStorage.setItem(name, text);
            for (const [name, text] of Object.entries(session)) sessionStorage.setItem(name, text);
        }""",
        [
            {
                "ctnat:draft:1:7:tab:3.1": draft("1", now - MONTH, "mine"),
                "ctnat:draft:2:7:tab:3.1": draft("2", now, "of another"),
                "ctnat:draft:2:8:tab:3.1": draft("2", now - MONTH, "of another, long ago"),
                "ctnat-report-draft:1:AZE-2016/context": json.dumps({"body": "a section", "revision": "3"}),
                "ctnat-report-draft:12:AZE-2016/context": json.dumps({"body": "of another", "revision": "3"}),
                "report-draft:AZE-2016/context": json.dumps({"body": "of nobody"}),
                "ctnat-keep:device key:ballot": "{}",
                "ctnat:draft:broken": "{broken",
                "of another program": "stays",
            },
            {"ctnat-keep:a@example.org:cell 1": json.dumps({"values": {"note": "a form"}, "at": "10:12"})},
        ],
    )
    page = opened(pages, tab=page)
    found = {row["kind"]: (row["place"], row["value"]) for row in page.evaluate("ctnatKeep.list()")}
    assert found["note"][0] == "7:tab:3.1"
    assert (found["note"][1]["text"], found["note"][1]["sequence"]) == ("mine", 5)
    assert found["report"] == ("AZE-2016/context", {"body": "a section", "revision": "3"})
    assert found["form"] == ("cell 1", {"values": {"note": "a form"}, "at": "10:12"})
    assert sorted(page.evaluate("Object.keys(localStorage)")) == [
        "ctnat-keep:device key:ballot",
        "ctnat-report-draft:12:AZE-2016/context",
        "ctnat:draft:2:7:tab:3.1",
        "ctnat:draft:broken",
        "of another program",
    ]
    assert page.evaluate("Object.keys(sessionStorage)") == ["ctnat-tab"]


def test_where_nothing_can_be_sealed_the_earlier_texts_stay(pages: Pages) -> None:
    pages.context.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page = opened(pages)
    page.evaluate("localStorage.setItem('ctnat-report-draft:1:AZE-2016/context', '{\"body\": \"a section\"}')")
    page = opened(pages, tab=page)
    assert page.evaluate("Object.keys(localStorage)") == ["ctnat-report-draft:1:AZE-2016/context"]
