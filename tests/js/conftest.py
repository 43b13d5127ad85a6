"""Unit tests of our scripts: a page of a few lines of HTML, the scripts as served, the site's own
Content-Security-Policy and the texts of scripts in `language`, in Chromium. No server and no database: every request is
answered here.

def test_something(pages):
    page = pages.open("<form>...</form>", "js/keep.js")    # the same path again reloads the same page
    page.get_by_label("Note").fill("...")
    page.reload()
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from http import HTTPStatus
from secrets import token_bytes
from typing import Any
from urllib.parse import parse_qs

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, Page, Request, Route

from ctnat.translation.scripts import script_texts
from tests.browser import watch

ORIGIN = "http://localhost"  # a secure context, as the site is
DOCUMENT = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{path}</title>
<link rel="icon" href="data:,">
<script src="/texts.js" defer></script>{scripts}</head>
<body hx-headers='{{"X-CSRFToken": "token"}}'>{body}<div id="notices"></div></body></html>"""
# An init script for a browser in which no page can store anything, and a function that fills a named storage.
BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied", "SecurityError"); } });
}"""
FILL = """(name) => {
    for (const size of [1 << 20, 1 << 15, 1 << 10, 1]) {
        for (let n = 0; ; n++) {
            try { window[name].setItem(`filler ${size} ${n}`, "x".repeat(size)); } catch { break; }
        }
    }
}"""
Reply = dict[str, Any]  # the arguments of playwright's Route.fulfill
# What scripts need that keep text in the vault, in the order of base.html.
VAULT = ("js/app.js", "js/forms.js", "js/vault.js", "js/device.js", "js/keep.js")
KEYS = "/device/key/"


def policy() -> str:
    """The Content-Security-Policy that the site sends with its pages."""
    response = CSPMiddleware(lambda _: HttpResponse())(RequestFactory().get("/"))
    return str(response.headers["Content-Security-Policy"])


def fields(request: Request) -> dict[str, str]:
    """The fields of a multipart form."""
    found = {}
    for part in (request.post_data or "").split('name="')[1:]:
        name, value = part.split('"', 1)
        found[name] = value.split("\r\n\r\n", 1)[1].split("\r\n------")[0].replace("\r\n", "\n")
    return found


def account(user: str = "1", email: str = "a@example.org") -> str:
    """The part of a page that says who is signed in."""
    return (
        f'<div data-session="/state/" data-account="{user}" data-key-at="{KEYS}">'
        f'<span class="menu-name">{email}</span></div>'
    )


class Keys:
    """The server's half of the keys, given as the view `device_key` does. `user` is who is signed in; None: nobody."""

    def __init__(self) -> None:
        self.user: str | None = "1"
        self.shares: dict[str, tuple[str, str]] = {}  # device -> (user, share)
        self.status = ""  # "offline", "revoked" or "erased"
        self.asked = 0

    def reply(self, request: Request) -> Reply | None:
        self.asked += 1
        sent = {name: values[0] for name, values in parse_qs(request.post_data or "").items()}
        if self.status == "offline":
            return None
        if self.user is None:
            return {"status": 302, "headers": {"Location": "/sign-in/"}}
        if self.status:
            return {"status": 410, "json": {"status": self.status}}
        if sent.get("new") and sent["user"] == self.user:
            self.shares[sent["device"]] = (self.user, b64encode(token_bytes(32)).decode())
        user, share = self.shares.get(sent["device"], ("", ""))
        if sent["user"] != self.user or user != self.user:
            return {"status": 404, "body": ""}
        return {"json": {"status": "open", "share": share}}


class Pages:
    """The pages of one browser. Its tabs share the browser's storage; `sent` lists the requests other than pages."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.sent: list[Request] = []
        self.expected: set[str] = set()
        self.faults = watch(context, ORIGIN, expected=self.expected)
        self._documents: dict[str, str] = {}
        self._replies: dict[tuple[str, str], Callable[[Request], Reply | None]] = {}
        self._policy = policy()
        self.language = "en"
        self.keys = Keys()
        context.route("**/*", self._serve)

    def open(
        self, body: str, *scripts: str, path: str = "/page/", module: bool = False, tab: Page | None = None
    ) -> Page:
        """Open `body` with the named static scripts at `path`, in a new tab or in the given one."""
        kind = 'type="module"' if module else "defer"
        lines = "".join(f'<script src="/static/{script}" {kind}></script>' for script in scripts)
        self._documents[path] = DOCUMENT.format(language=self.language, path=path, scripts=lines, body=body)
        page = tab or self.context.new_page()
        page.set_default_timeout(30_000)  # as above
        page.goto(ORIGIN + path)
        return page

    def answer(self, method: str, path: str, reply: Callable[[Request], Reply | None]) -> None:
        """Answer such requests with what `reply` returns: arguments of Route.fulfill, or None for a lost connection."""
        self._replies[method, path] = reply

    def expect_failed_requests(self) -> None:
        """The browser itself reports failed requests in the console; this test causes some."""
        self.expected.add("Failed to load resource: net::ERR_FAILED")
        statuses = (400, 403, 404, 409, 410, 422, 500, 503)
        self.expected |= {
            f"Failed to load resource: the server responded with a status of {code} ({HTTPStatus(code).phrase})"
            for code in statuses
        }

    def _serve(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ORIGIN).split("?")[0].split("#")[0]
        if path == "/texts.js":
            return route.fulfill(body=script_texts(self.language).content, content_type="text/javascript")
        if path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
            return route.fulfill(path=str(found))
        if path == KEYS:
            given = self.keys.reply(request)
            return route.abort() if given is None else route.fulfill(**given)
        if reply := self._replies.get((request.method, path)):
            self.sent.append(request)
            given = reply(request)
            return route.abort() if given is None else route.fulfill(**given)
        if path in self._documents:
            if request.method != "GET":
                self.sent.append(request)
            headers = {"Content-Security-Policy": self._policy}
            return route.fulfill(body=self._documents[path], content_type="text/html; charset=utf-8", headers=headers)
        return route.fulfill(status=404, body="")


@pytest.fixture
def pages(context: BrowserContext) -> Iterator[Pages]:
    opened = Pages(context)
    yield opened
    assert opened.faults == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "pages" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
