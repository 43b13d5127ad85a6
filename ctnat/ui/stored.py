"""Sentences that a service or a worker stores in English, shown in the language of who reads them.

A row is read by people with different languages, so its sentence is stored in English with its values filled in. Each
such sentence is declared here with `stored_text`; `shown_text` finds the one that was stored and fills the same values
into its translation. What was not declared, such as the reply of a mail server, is shown as it is.
"""

import re
from string import Formatter

from django.utils.translation import gettext

_KNOWN: dict[str, re.Pattern[str]] = {}


def stored_text(text: str) -> str:
    """Declare a sentence, marked with `gettext_noop`, that will be stored in English. Returns it unchanged."""
    parts = (
        re.escape(literal) + (f"(?P<{name}>.*)" if name is not None else "")
        for literal, name, _, _ in Formatter().parse(text)
    )
    _KNOWN[text] = re.compile("".join(parts), re.DOTALL)
    return text


def shown_text(stored: str) -> str:
    """The stored sentence, or each line of several, in the reader's language."""
    return "\n".join(map(_shown_line, stored.split("\n")))


def _shown_line(stored: str) -> str:
    if stored in _KNOWN:
        return gettext(stored)
    for text, pattern in _KNOWN.items():
        if found := pattern.fullmatch(stored):
            return gettext(text).format(**found.groupdict())
    return stored
