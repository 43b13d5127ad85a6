"""What a test reads of a page."""

from typing import Any


def text(response: Any) -> str:
    """The HTML of a response in one line, because templates are folded."""
    return " ".join(response.content.decode().split())
