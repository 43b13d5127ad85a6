"""Taking questions out of a survey's document, with what depends on them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from instruments.logic.tree import LogicError, all_of, from_stored, joined_by_and, references
from instruments.logic.writing import write
from instruments.schema import QUOTE, DefinitionError

Document = dict[str, Any]
CONDITION, RULE, FILTER, QUOTED = "condition", "rule", "filter", "quoted"
FIELDS = {CONDITION: "relevant", RULE: "constraint", FILTER: "offered_if"}


@dataclass(frozen=True)
class Loosened:
    """What went with removed questions: a part of a condition, of a constraint, of the filter of an option, or a
    quoted answer. `text` is that part; `items` are the codes of those that had it."""

    kind: str
    items: tuple[str, ...]
    text: str = ""


def remove(document: Document, codes: Collection[str]) -> list[Loosened]:
    """Take items out of `document`, in place. Conditions keep the parts that do not depend on them.

    Raises `DefinitionError` where no question would be left.
    """
    gone = set(codes)
    while more := {item["name"] for item in items_in(document) if item.get("choices_of") in gone} - gone:
        gone |= more
    _take_out(document, gone)
    if not document["sections"]:
        raise DefinitionError([_("No question would be left. Keep at least one.")])
    left = {item["name"] for item in items_in(document)}
    gone |= {other for code in gone if (other := f"{code}_other") not in left}
    return list(_loosened(document, gone))


def items_in(document: Document) -> Iterator[Document]:
    """Every item of a survey, those in matrices too."""
    for section in document["sections"]:
        for entry in section["items"]:
            yield from entry.get("rows", [entry])


def _take_out(document: Document, codes: Collection[str]) -> None:
    for section in document["sections"]:
        for entry in section["items"]:
            if "rows" in entry:
                entry["rows"] = [row for row in entry["rows"] if row["name"] not in codes]
        section["items"] = [
            entry for entry in section["items"] if entry["name"] not in codes and entry.get("rows", True)
        ]
    document["sections"] = [section for section in document["sections"] if section["items"]]
    used = {entry.get("scale") for section in document["sections"] for entry in section["items"]}
    if "scales" in document:
        document["scales"] = [scale for scale in document["scales"] if scale["name"] in used]
        if not document["scales"]:
            del document["scales"]


def _loosened(document: Document, gone: Collection[str]) -> Iterator[Loosened]:
    for section in document["sections"]:
        rows = [row["name"] for entry in section["items"] for row in entry.get("rows", [entry])]
        yield from _of(section, gone, rows)
        for entry in section["items"]:
            if "rows" in entry:
                yield from _of(entry, gone, [row["name"] for row in entry["rows"]])
            for item in entry.get("rows", [entry]):
                yield from _of(item, gone, [item["name"]])
                for option in item.get("options", ()):
                    yield from _of(option, gone, [item["name"]])


def _of(entry: Document, gone: Collection[str], items: Collection[str]) -> Iterator[Loosened]:
    """Of one section, matrix, item or option, without what it contains."""
    for kind, field in FIELDS.items():
        if entry.get(field) and (lost := _cut(entry, field, gone)):
            yield Loosened(kind, tuple(items), lost)
    changed = False
    for field, value in entry.items():
        if isinstance(value, dict) and field not in FIELDS.values():
            for language, words in value.items():
                without = _unquoted(words, gone) if isinstance(words, str) else words
                changed = changed or without != words
                value[language] = without
    if changed:
        yield Loosened(QUOTED, tuple(items))


def _cut(entry: Document, field: str, gone: Collection[str]) -> str:
    """Take the parts that depend on what is gone out of a condition; them as text."""
    try:
        tree = from_stored(entry[field], own=field == "constraint")
    except LogicError:
        return ""  # the document is no valid one, and refused as that
    parts = joined_by_and(tree)
    kept = all_of(part for part in parts if set(gone).isdisjoint(references(part)))
    lost = all_of(part for part in parts if not set(gone).isdisjoint(references(part)))
    if lost is None:
        return ""
    if kept is None:
        del entry[field]
    else:
        entry[field] = kept
    return write(lost)


def _unquoted(words: str, gone: Collection[str]) -> str:
    return QUOTE.sub(lambda found: "…" if found[1] in gone else found[0], words)
