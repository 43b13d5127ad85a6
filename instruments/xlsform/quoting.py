"""Earlier answers quoted in texts: `${name}` in a form, `{answer:code}` in a definition."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from instruments.logic.tree import Tree
from instruments.logic.writing import number_text
from instruments.schema import QUOTE
from instruments.schema.base import TEXT_LIMIT

IN_FORM = re.compile(r"\$\{\s*([^\s{}]+)\s*\}")
LIKE_OURS = re.compile(r"\{(\s*answer\s*[: ])", re.IGNORECASE)  # which our texts cannot say in other words
# The words of an answer to one choice: the name of the question is in one of the two groups.
LABEL_OF = re.compile(
    r"\s*jr:choice-name\(\s*(?:\$\{\s*([^\s{}]+)\s*\}|selected-at\(\s*\$\{\s*([^\s{}]+)\s*\}\s*,\s*0\s*\))"
    r"\s*,\s*['\"]\$\{\s*(?:\1|\2)\s*\}['\"]\s*\)\s*"
)
UNKNOWN = "…"
BEGUN = re.compile(r"\{[^{}]*$")


def quoted(code: str) -> str:
    """The quotation of the answer to an item."""
    return f"{{answer:{code}}}"


def as_words(tree: Tree) -> str | None:
    """A calculation as part of a text, if it only puts answers and words together."""
    match tree:
        case ["item", code]:
            return quoted(code)
        case ["str", text]:
            return str(text)
        case ["num", number]:
            return number_text(number)
        case ["string" | "normalize-space", part]:
            return as_words(part)
        case ["coalesce", part, ["str", ""]]:
            return as_words(part)
        case ["concat", *parts]:
            words = [as_words(part) for part in parts]
            return None if None in words else "".join(word for word in words if word is not None)
    return None


def without_quotes(text: dict[str, str]) -> dict[str, str]:
    """A text for a place where no answer can be shown."""
    return {language: QUOTE.sub(UNKNOWN, words) for language, words in text.items()}


def has_quotes(value: Any) -> bool:
    return bool(QUOTE.search(repr(value)))


def as_in_form(words: str, name_of: Callable[[str], str]) -> str:
    """`words` of a definition as a form writes them. `name_of` gives what is quoted for an item."""
    return QUOTE.sub(lambda found: f"${{{name_of(found[1])}}}", words)


def cut(words: str) -> str:
    """As much of `words` as a text may have, without half of a quotation at its end."""
    return words if len(words) <= TEXT_LIMIT else BEGUN.sub("", words[:TEXT_LIMIT])


def joined(texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """One text of several paragraphs, in each of their languages. The first language of a text stands in for others."""
    languages = dict.fromkeys(code for text in texts for code in text)
    return {code: cut("\n\n".join(text.get(code) or next(iter(text.values())) for text in texts)) for code in languages}
