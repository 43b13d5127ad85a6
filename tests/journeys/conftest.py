"""The real application with the demonstration, and people with their own devices."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import sign_in
from tests.journeys.server import Site, served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys share one demonstration (tests/groups.py), and run in any order."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(600))  # the first test starts the application


@pytest.fixture(scope="session")
def site(browser: Browser, start_database: Callable[[Path], None]) -> Iterator[Site]:
    """The running application. Requesting the browser first skips everything if there is none."""
    with served(start_database=start_database) as running:
        yield running


@contextmanager
def devices(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """open_device() is a separate browser, open_device(width=390) a phone; the console of each must stay empty."""
    faults: list[str] = []
    contexts = []

    def open_device(width: int = 1280, **options: Any) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, base_url=url, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on(
            "console",
            lambda message: faults.append(f"{message.type}: {message.text}") if message.type != "log" else None,
        )
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        return page

    yield open_device
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def device(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    with devices(browser, site.url) as open_device:
        yield open_device


@pytest.fixture
def signed_in_as(device: Callable[..., Page], site: Site) -> Callable[[str], Page]:
    """signed_in_as("lead") -> a page on the list of that person's assessments."""

    def enter(user: str) -> Page:
        page = device()
        sign_in(page, site.url, user)
        return page

    return enter
