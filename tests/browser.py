"""Browser tests: Debian's Chromium, no console messages, no accessibility violations. Fixtures are loaded by conftest.

@pytest.mark.browser
def test_something(open_as):
    page = open_as("lead", "/a/AZE-2016/")     # signed in; "anonymous" too
    ...
    assert_accessible(page)
"""

import os
import shutil
from collections.abc import Callable, Container, Iterator
from threading import RLock
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.transaction import Atomic
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

WHOLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# The headless shell is Chromium without a window: the same engine, with about half of the processor time.
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=30_000)  # a machine that runs all tests at once is slow at times
QUIET = {"log", "info", "debug", "verbose"}


def launch_args(path: str | None) -> dict[str, Any]:
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("The browser tests need Chromium. Run: python3 dev.py test")
        pytest.skip("no Chromium; run: apt-get install chromium")
    return {"executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launch_args(CHROMIUM)


@pytest.fixture(scope="session")
def whole_browser_launch_args() -> dict[str, Any]:
    """For tests of more than single pages, such as the browser's history."""
    return launch_args(WHOLE)


class Turns:
    """The threads of the live server and the test share the one connection to SQLite's database in memory, and with it
    its transaction: two of them at once would end each other's savepoints, and requests would fail that fail nowhere
    else. So each request, each transaction and each query of the test waits for its turn. Outside of tests each thread
    has a connection of its own."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.patched: pytest.MonkeyPatch | None = None
        self.wrappers: list[Any] = []  # of the connection of the test

    def start(self) -> None:
        if self.patched:
            return
        self.patched = pytest.MonkeyPatch()
        lock, respond, enter, leave = self.lock, BaseHandler.get_response, Atomic.__enter__, Atomic.__exit__

        def respond_in_turn(handler: BaseHandler, request: Any) -> Any:
            with lock:
                return respond(handler, request)

        def enter_in_turn(atomic: Atomic) -> None:
            lock.acquire()
            try:
                enter(atomic)
            except BaseException:
                lock.release()
                raise

        def leave_in_turn(atomic: Atomic, *fault: Any) -> None:
            try:
                leave(atomic, *fault)
            finally:
                lock.release()

        self.patched.setattr(BaseHandler, "get_response", respond_in_turn)
        self.patched.setattr(Atomic, "__enter__", enter_in_turn)
        self.patched.setattr(Atomic, "__exit__", leave_in_turn)
        self.wrappers = connection.execute_wrappers
        self.wrappers.append(self.query)

    def query(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        with self.lock:
            return execute(*arguments)

    def stop(self) -> None:
        if self.patched:
            with self.lock:  # no request is in the middle of a transaction, and would not give its turn back
                self.wrappers.remove(self.query)
                self.patched.undo()
                self.patched = None


_turns = Turns()


@pytest.fixture(autouse=True)
def one_at_a_time(request: pytest.FixtureRequest) -> None:
    """Uses `Turns` in tests with a live server: in a fixture, when the browser has started, since Playwright's event
    loop lets Django open another connection."""
    if needs_turns(request.node):
        _turns.start()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Stops `Turns` in the next test without a live server, so that emptying the database waits for the last request of
    a page that was closed. A hook, since it must come before every fixture: one that enters the transaction of the test
    while there are turns, and leaves it when there are none, would keep its turn for good, and no later page of the
    process would load."""
    if not needs_turns(item):
        _turns.stop()


def needs_turns(test: pytest.Item) -> bool:
    return connection.vendor == "sqlite" and "live_server" in getattr(test, "fixturenames", ())


def watch(context: BrowserContext, own: str, *, expected: Container[str] = ()) -> list[str]:
    """The list to which each warning and error of the context's pages is added, and each request to another host than
    `own`. Messages whose text is in `expected` are left out."""
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type not in QUIET and message.text not in expected:
            faults.append(f"{message.type}: {message.text}")

    def see(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            faults.append(f"asked another host: {request.url}")

    context.on("console", hear)
    context.on("weberror", lambda fault: faults.append(f"script error: {fault.error}"))
    context.on("request", see)
    return faults


@pytest.fixture
def watched_page(page: Page, live_server: Any) -> Iterator[Page]:
    """A page that fails its test for any warning or error in the console, and for any request to another host."""
    faults = watch(page.context, live_server.url)
    page.set_default_timeout(30_000)  # as above
    yield page
    assert faults == []


@pytest.fixture
def open_as(watched_page: Page, live_server: Any, client_as: Callable[[str], Any]) -> Callable[[str, str], Page]:
    """open_as("lead", "/a/AZE-2016/") -> the page, signed in as that role; "anonymous" is not signed in."""

    def open_page(role: str, path: str) -> Page:
        session = client_as(role).cookies.get(settings.SESSION_COOKIE_NAME)
        watched_page.context.clear_cookies()
        if session is not None:
            cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": live_server.url}
            watched_page.context.add_cookies([cookie])
        watched_page.goto(live_server.url + path)
        return watched_page

    return open_page


def assert_accessible(page: Page) -> None:
    """No violations found by axe, and no horizontal scrolling, at the page's present width."""
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def open_section(field: Locator) -> None:
    """Open the section of a respondents' form that the field is in, by its entry in the contents (parts.js)."""
    section = field.evaluate("(element) => element.closest('section').id")
    field.page.locator(f".contents a[href='#{section}']").click()
    expect(field).to_be_visible()
