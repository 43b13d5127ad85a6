"""A definition as a tree of entries for the editor's page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ctnat.ui.lazy import StrOrPromise
from instruments.item_types import facts
from instruments.logic.sentence import describe
from instruments.logic.tree import from_stored
from instruments.paths import entry_mark, order_mark
from instruments.schema import DefinitionError, Survey, item_from, parse, source_language, without_answers

LISTS: dict[str, tuple[tuple[str, StrOrPromise, str], ...]] = {  # kind -> (list, its heading, what one entry is called)
    "survey": (
        ("introduction", gettext_lazy("Introduction"), "paragraph"),
        ("sections", gettext_lazy("Sections"), "section"),
        ("closing", gettext_lazy("Closing words"), "paragraph"),
        ("scales", gettext_lazy("Rating scales"), "scale"),
    ),
    "interview_guide": (
        ("instructions", gettext_lazy("Instructions for the interviewer"), "paragraph"),
        ("information_note", gettext_lazy("Information note"), "paragraph"),
        ("header", gettext_lazy("Head of the form"), "label"),
        ("sections", gettext_lazy("Sections"), "section"),
        ("final_instructions", gettext_lazy("At the end"), "paragraph"),
    ),
    "indicators": (("categories", gettext_lazy("Categories"), "category"),),
}
ADD = {  # what one entry is called -> the link to add one
    "paragraph": gettext_lazy("Add a paragraph"),
    "section": gettext_lazy("Add a section"),
    "scale": gettext_lazy("Add a scale"),
    "label": gettext_lazy("Add a label"),
    "category": gettext_lazy("Add a category"),
    "item": gettext_lazy("Add an item"),
    "question": gettext_lazy("Add a question"),
    "criterion": gettext_lazy("Add a criterion"),
}
NEW = {  # what one entry is called -> the heading of the form for a new one
    "paragraph": gettext_lazy("New paragraph"),
    "section": gettext_lazy("New section"),
    "scale": gettext_lazy("New scale"),
    "label": gettext_lazy("New label"),
    "category": gettext_lazy("New category"),
    "item": gettext_lazy("New item"),
    "matrix": gettext_lazy("New matrix"),
    "choices": gettext_lazy("New matrix of several choices"),
    "question": gettext_lazy("New question"),
    "criterion": gettext_lazy("New criterion"),
}
INNER = {
    ("survey", "sections"): ("items", gettext_lazy("Items"), "item"),
    ("interview_guide", "sections"): ("questions", gettext_lazy("Questions"), "question"),
    ("indicators", "categories"): ("criteria", gettext_lazy("Criteria"), "criterion"),
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
    relevant: Any = None  # as the document holds it
    inner: "Branch | None" = None

    @property
    def anchor(self) -> str:
        return self.path.replace("/", ".")


@dataclass
class Branch:
    """One list of entries; `path` is where a new `noun` goes."""

    path: str
    heading: StrOrPromise
    noun: str
    nodes: list[Node] = field(default_factory=list)

    @property
    def add_label(self) -> str:
        """What the link to add an entry says."""
        return str(ADD[self.noun])


def outline(kind: str, document: Any) -> list[Branch]:
    source = source_language(document)
    branches = [_branch(kind, document, name, "", heading, noun, source) for name, heading, noun in LISTS[kind]]
    if kind == "survey":
        _add_conditions(document, branches)
    return branches


def _add_conditions(document: Any, branches: list[Branch]) -> None:
    """Say below each section, matrix and item on what it depends."""
    nodes = [node for branch in branches for node in branch.nodes]
    nodes += [inner for node in nodes if node.inner for inner in node.inner.nodes]
    conditional = [node for node in nodes if node.relevant]
    if not conditional:
        return
    try:
        survey = cast(Survey, parse("survey", document))
    except DefinitionError:  # an older draft; its page says elsewhere what is wrong
        return
    for node in conditional:
        sentence = describe(from_stored(node.relevant), survey, survey.source_language)
        condition = _("asked only if {condition}").format(condition=sentence)
        node.facts = ", ".join(part for part in (node.facts, condition) if part)


def noun_of(kind: str, path: str) -> str | None:
    """What an entry of the list at `path` is called; `None` where no list can be."""
    steps = path.split("/")
    if len(steps) == 1:
        return next((noun for name, _, noun in LISTS[kind] if name == path), None)
    inner = INNER.get((kind, steps[0]))
    return inner[2] if inner and len(steps) == 3 and steps[2] == inner[0] else None


def _branch(kind: str, holder: Any, name: str, above: str, heading: StrOrPromise, noun: str, source: str) -> Branch:
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
            relevant=entry.get("relevant"),
        )
        inner = INNER.get((kind, name)) if not above else None
        if inner:
            node.inner = _branch(kind, entry, inner[0], node.path, inner[1], inner[2], source)
        branch.nodes.append(node)
    return branch


def _words(entry: dict[str, Any], source: str) -> str:
    for name in ("text", "title"):
        if name in entry:
            return without_answers(str(entry[name].get(source, "")), source)
    return ", ".join(str(point["text"].get(source, "")) for point in entry.get("points", ()))


def _facts(entry: dict[str, Any], source: str) -> Iterator[str]:
    if entry.get("options") and "rows" in entry:
        yield _("matrix of {n} rows, several of {options} options each").format(
            n=len(entry["rows"]), options=len(entry["options"])
        )
    elif "rows" in entry:
        yield _("matrix of {n} rows on the scale {scale}").format(n=len(entry["rows"]), scale=entry.get("scale"))
    elif "type" in entry:
        yield from facts(item_from(entry, source))
    if "points" in entry and not entry.get("favourable"):
        yield _("favourable end not set")
    if entry.get("prompts"):
        yield ngettext("{n} prompts", "{n} prompts", len(entry["prompts"])).format(n=len(entry["prompts"]))
    if entry.get("heading") is True:
        yield _("heading")
