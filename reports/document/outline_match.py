"""Which sections of a report the headings of another document mean, by their titles."""

import re
import unicodedata
from collections.abc import Sequence

from reports.models import Section

# "2.1 ", "IV. ", "Annex A: ", "Chapter 3 - ": numbers that the report gives by itself
NUMBER = re.compile(
    r"^(?:(?:chapter|section|part|annex|appendix)\s+)?(?:\d+(?:\.\d+)*\.?\)?|[a-z]|[ivxl]+)(?:\s*[.:)–—-]\s*|\s+(?=\S))",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+")


def plain_title(title: str) -> str:
    """The title for comparing: without numbers before it, signs and case."""
    text = " ".join(unicodedata.normalize("NFKC", title).casefold().split())
    text = NUMBERED.sub("", text)
    return "".join(letter for letter in text if letter.isalnum() or letter == " ").strip()


def matching(titles: Sequence[str], sections: Sequence[Section]) -> list[Section | None]:
    """For each title the section with the same one. A title that several sections have goes to them in their order."""
    waiting: dict[str, list[Section]] = {}
    for section in sections:
        waiting.setdefault(plain_title(section.title), []).append(section)
    found: list[Section | None] = []
    for title in titles:
        rows = waiting.get(plain_title(title), [])
        if not rows and (short := _without_number(title)):
            rows = waiting.get(plain_title(short), [])
        found.append(rows.pop(0) if rows and plain_title(title) else None)
    return found


def _without_number(title: str) -> str:
    """ "Annex A: Method" -> "Method"; "" where nothing is taken away."""
    short = NUMBER.sub("", title.strip())
    return short if short != title.strip() else ""
