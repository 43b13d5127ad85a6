"""Devices of the participants: each a separate browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page


@pytest.fixture
def open_device(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """open_device(path, client=None) -> a page in a separate browser, signed in if a client is given."""
    contexts = []

    def get(path: str, client: Any = None, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if client:
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(path)
        return page

    yield get
    for context in contexts:
        context.close()
