"""The parts of a raw value, for items of all types. Pure."""

import re
from typing import Any

# Not typed by keyboards, and refused by databases.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class InvalidAnswer(Exception):
    """An answer that does not fit its item.

    `code` identifies the message (`error_CODE` in locale/public.pot), `values` fill it.
    """

    def __init__(self, code: str, **values: Any):
        super().__init__(code)
        self.code, self.values = code, values


def clean_text(value: Any) -> str:
    """`value` as text with plain line ends, without outer white space and control characters."""
    text = str(value)
    if text.isprintable():  # as most are; then it has none of these
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSTORABLE.sub("", text).strip()


def parts(value: Any) -> list[str]:
    """The non-blank texts of a raw value."""
    if isinstance(value, str):  # as most are
        return [text] if (text := clean_text(value)) else []
    values = value if isinstance(value, list | tuple) else [value]
    return [text for text in (clean_text(v) for v in values if v is not None) if text]


def short_text(text: str, limit: int) -> str:
    """`text` of at most `limit` characters. Raises `InvalidAnswer`."""
    if len(text) > limit:
        raise InvalidAnswer("too_long", n=limit, given=len(text))
    return text
