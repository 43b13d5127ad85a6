"""A definition as a tree of entries for the editor's page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from instruments.item_types import facts
from instruments.paths import entry_mark, order_mark
from instruments.schema import item_from, source_language

LISTS: dict[str, tuple[tuple[str, str, str], ...]] = {  # kind -> (list, its heading, what one entry is called)
    "survey": (
        ("introduction", "Introduction", "paragraph"),
        ("sections", "Sections", "section"),
        ("closing", "Closing words", "paragraph"),
        ("scales", "Rating scales", "scale"),
    ),
    "interview_guide": (
        ("instructions", "Instructions for the interviewer", "paragraph"),
        ("information_note", "Information note", "paragraph"),
        ("header", "Head of the form", "label"),
        ("sections", "Sections", "section"),
        ("final_instructions", "At the end", "paragraph"),
    ),
    "indicators": (("categories", "Categories", "category"),),
}
INNER = {
    ("survey", "sections"): ("items", "Items", "item"),
    ("interview_guide", "sections"): ("questions", "Questions", "question"),
    ("indicators", "categories"): ("criteria", "Criteria", "criterion"),
}


@dataclass
class Node:
    """One entry: its path, code, words in the source language and a line of facts."""

    path: str
    code: str
    text: str
    facts: str
    first: bool
    last: bool
    mark: str = ""  # of the entry, and of the order in which it is, as the page shows them
    order: str = ""
    inner: "Branch | None" = None

    @property
    def anchor(self) -> str:
        return self.path.replace("/", ".")


@dataclass
class Branch:
    """One list of entries; `path` is where a new `noun` goes."""

    path: str
    heading: str
    noun: str
    nodes: list[Node] = field(default_factory=list)

    @property
    def article(self) -> str:
        return "an" if self.noun[0] in "aeiou" else "a"


def outline(kind: str, document: Any) -> list[Branch]:
    source = source_language(document)
    return [_branch(kind, document, name, "", heading, noun, source) for name, heading, noun in LISTS[kind]]


def noun_of(kind: str, path: str) -> str | None:
    """What an entry of the list at `path` is called; `None` where no list can be."""
    steps = path.split("/")
    if len(steps) == 1:
        return next((noun for name, _, noun in LISTS[kind] if name == path), None)
    inner = INNER.get((kind, steps[0]))
    return inner[2] if inner and len(steps) == 3 and steps[2] == inner[0] else None


def _branch(kind: str, holder: Any, name: str, above: str, heading: str, noun: str, source: str) -> Branch:
    path = f"{above}/{name}" if above else name
    entries = holder.get(name, [])
    branch, order = Branch(path, heading, noun), order_mark(entries)
    for position, entry in enumerate(entries):
        node = Node(
            path=f"{path}/{entry['name']}",
            code=entry["name"],
            text=_words(entry, source),
            facts=", ".join(_facts(entry, source)),
            first=position == 0,
            last=position == len(entries) - 1,
            mark=entry_mark(entry),
            order=order,
        )
        inner = INNER.get((kind, name)) if not above else None
        if inner:
            node.inner = _branch(kind, entry, inner[0], node.path, inner[1], inner[2], source)
        branch.nodes.append(node)
    return branch


def _words(entry: dict[str, Any], source: str) -> str:
    for name in ("text", "title"):
        if name in entry:
            return str(entry[name].get(source, ""))
    return ", ".join(str(point["text"].get(source, "")) for point in entry.get("points", ()))


def _facts(entry: dict[str, Any], source: str) -> Iterator[str]:
    if "rows" in entry:
        yield f"matrix of {len(entry['rows'])} rows on the scale {entry.get('scale')}"
    elif "type" in entry:
        yield from facts(item_from(entry, source))
    if "points" in entry and not entry.get("favourable"):
        yield "favourable end not set"
    if entry.get("prompts"):
        yield f"{len(entry['prompts'])} prompts"
    if entry.get("heading") is True:
        yield "heading"
