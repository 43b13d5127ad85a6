"""The outline of a new report, read from `fixtures/report_outline.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings

OUTLINE = settings.BASE_DIR / "fixtures" / "report_outline.yaml"
INTRO = "intro"  # a section of a chapter that stands before its numbered ones
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


def _entry(raw: dict[str, Any]) -> Entry:
    given = {name: value for name, value in raw.items() if name not in ("children", "items")}
    return Entry(
        **given, items=tuple(raw.get("items", ())), children=tuple(_entry(child) for child in raw.get("children", ()))
    )


@cache
def outline() -> tuple[Entry, ...]:
    """The chapters and annexes in order."""
    return tuple(_entry(raw) for raw in yaml.safe_load(OUTLINE.read_text(encoding="utf-8")))


def is_annex(kind: str) -> bool:
    return kind.split(" ")[0] in ANNEX_KINDS
