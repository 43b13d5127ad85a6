"""What a test reads of a page."""

import html
import re
from collections.abc import Callable
from typing import Any

from django.test import Client


def text(response: Any) -> str:
    """The HTML of a response in one line, because templates are folded."""
    return " ".join(response.content.decode().split())


def poll_of(client: Client, url: str) -> Callable[[], Any]:
    """Asks for a part as its page does by itself. Asserts that it gets nothing while nothing has changed."""
    part = client.get(url, headers={"hx-request": "true"}).content.decode()
    found = re.search(r'hx-get="([^"]+)"', part)
    assert found, "it does not ask for itself"
    again = html.unescape(found[1])

    def ask() -> Any:
        return client.get(again, headers={"hx-request": "true"})

    unchanged = ask()
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    return ask
