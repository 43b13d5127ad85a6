"""The outline of a new report, read from `fixtures/report_outline.yaml`, and its texts in other languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings

OUTLINE = settings.BASE_DIR / "fixtures" / "report_outline.yaml"
TRANSLATIONS = settings.BASE_DIR / "fixtures" / "report_outline_translations.yaml"
INTRO = "intro"  # a section of a chapter before its numbered ones
ANNEX_KINDS = frozenset(["bibliography", "organisations", "instrument", "validation", "annex"])


@dataclass(frozen=True)
class Entry:
    """One heading. `kind` names what the builder adds under its text ("indicators 1"); blank adds nothing.

    `items` are groups of survey items, each drawn as one chart in the first draft, titled `chart_title` if given.
    """

    key: str
    title: str
    kind: str = ""
    draft: str = ""
    items: tuple[str, ...] = ()
    chart_title: str = ""
    children: tuple["Entry", ...] = ()

    def walk(self) -> Iterator["Entry"]:
        yield self
        for child in self.children:
            yield from child.walk()


def _entry(raw: dict[str, Any], texts: dict[str, dict[str, str]]) -> Entry:
    """`texts`: key -> what replaces `title`, `draft` and `chart_title`."""
    given = {name: value for name, value in raw.items() if name not in ("children", "items")}
    given |= texts.get(raw["key"], {})
    children = tuple(_entry(child, texts) for child in raw.get("children", ()))
    return Entry(**given, items=tuple(raw.get("items", ())), children=children)


@cache
def outline(language: str = "en") -> tuple[Entry, ...]:
    """The chapters and annexes in order; in English where `language` has no texts."""
    texts = yaml.safe_load(TRANSLATIONS.read_text(encoding="utf-8")).get(language, {})
    return tuple(_entry(raw, texts) for raw in yaml.safe_load(OUTLINE.read_text(encoding="utf-8")))


@cache
def entries(language: str = "en") -> dict[str, Entry]:
    """Key -> heading, of all levels."""
    return {entry.key: entry for chapter in outline(language) for entry in chapter.walk()}


@cache
def numbers() -> dict[str, str]:
    """Number of a chapter or section in a new report ("2.1") -> its key, which it keeps wherever it is moved."""
    found: dict[str, str] = {}
    chapters = [entry for entry in outline() if not is_annex(entry.kind)]
    for number, chapter in enumerate(chapters, start=1):
        found[str(number)] = chapter.key
        numbered = [entry for entry in chapter.children if entry.kind.split(" ")[0] != INTRO]
        found |= {f"{number}.{place}": entry.key for place, entry in enumerate(numbered, start=1)}
    return found


def is_annex(kind: str) -> bool:
    return kind.split(" ")[0] in ANNEX_KINDS
