"""What an element of the document's HTML says of what is in it: lines, block, language, direction, look."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ctnat.ui.languages import direction
from reports.document.traces import LINES
from reports.word.lines import Letters, Place
from reports.word.xml import Element

# Class of an element -> name of the style of its characters.
CHARACTERS = {
    "number": "Number",
    "source-code": "Number",
    "fault": "Wrong",
    "finding": "Soft",
    "by": "Soft",
    "working-translation": "Soft",
    "response-decision": "Soft",
    "dots": "Soft",
}


def plain(element: Element) -> str:
    return " ".join(element.text_content().split())


def is_hidden(element: Element) -> bool:
    return "visually-hidden" in (element.get("class") or "")


def lines_of(element: Element) -> tuple[int, int] | None:
    first, colon, last = (element.get(LINES) or "").partition(":")
    return (int(first), int(last)) if colon and first.isdecimal() and last.isdecimal() else None


def within(element: Element, place: Place) -> Place:
    """The place within an element: its lines, block, language and direction."""
    changed: dict[str, Any] = {}
    if block := element.get("data-block"):
        changed |= {"block": block, "kind": "block"}
    if lines := lines_of(element):
        changed["lines"] = lines
    if language := element.get("lang"):
        changed["letters"] = replace(place.letters, language=language)
        changed["rtl"] = direction(language) == "rtl"
    if element.get("dir") in ("rtl", "ltr"):
        changed["rtl"] = element.get("dir") == "rtl"
    return replace(place, **changed) if changed else place


def letters_of(element: Element, letters: Letters, classes: set[str]) -> Letters:
    known: Mapping[str, Mapping[str, Any]] = {
        "em": {"italic": True},
        "i": {"italic": True},
        "cite": {"italic": True},
        "strong": {"bold": True},
        "b": {"bold": True},
        "s": {"strike": True},
        "del": {"strike": True},
        "ins": {"underline": True},
        "sup": {"raised": "superscript"},
        "sub": {"raised": "subscript"},
        "code": {"style": "Code Text"},
    }
    changes = known.get(element.tag, {})
    if style := next((CHARACTERS[name] for name in classes if name in CHARACTERS), ""):
        changes = {**changes, "style": style}
    if classes & {"response-head", "mark"}:
        changes = {**changes, "bold": True}
    if language := element.get("lang"):
        changes = {**changes, "language": language}
    return replace(letters, **changes) if changes else letters
