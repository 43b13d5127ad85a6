"""Notes as they are stored, and counting their words. Pure functions."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

ANSWER_LIMIT = 500_000  # characters in one answer

# Pasted line ends become "\n"; other control characters are meaningless and break exports.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = dict.fromkeys([*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)])
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text as it is stored: NFC, "\\n" line ends, no control characters. Marks of direction stay."""
    text = _LINE_ENDS.sub("\n", text).translate(_CONTROLS)
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def cleaned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form with their texts as they are stored, without outer white space."""
    return {name: clean_text(value).strip() if isinstance(value, str) else value for name, value in fields.items()}


def hash_words(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def count_words(text: str) -> int:
    return len(text.split())
