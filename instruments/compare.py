"""Two versions of an instrument side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from instruments.logic.tree import from_stored
from instruments.logic.writing import write
from instruments.schema import SOURCE_LANGUAGE, source_language
from instruments.texts import is_text

HIDDEN = frozenset(["kind", "name"])  # the path has them already
TREES = ("› relevant", "› constraint", "› offered_if")  # how the paths of conditions and rules end


@dataclass(frozen=True)
class Row:
    """One field of either version: `path` in words, its value in each, and how they relate."""

    path: str
    before: str
    after: str
    state: str  # same, changed, added, removed


def fields(document: Any, path: str = "", *, language: str, source: str) -> Iterator[tuple[str, str]]:
    """(path in words, value as text) of every field, in the document's order. Texts in `language`, else `source`."""
    if is_text(document):
        yield path, document.get(language) or document[source]
    elif isinstance(document, dict) and not path.endswith(TREES):
        for key, value in document.items():
            if key not in HIDDEN:
                yield from fields(value, f"{path} › {key}" if path else key, language=language, source=source)
    elif path.endswith(TREES):
        yield path, write(from_stored(document, own=True))
    elif isinstance(document, list) and any(isinstance(entry, dict) for entry in document):
        for entry in document:
            yield from fields(entry, f"{path} › {entry.get('name', '')}", language=language, source=source)
    elif isinstance(document, list):
        yield path, ", ".join(map(str, document))
    else:
        yield path, str(document)


def compared(before: Any, after: Any, language: str = SOURCE_LANGUAGE) -> list[Row]:
    """Every field of both documents in one order; a field that only one has keeps its place."""
    old, new = (dict(fields(each, language=language, source=source_language(each))) for each in (before, after))
    return [_row(path, old, new) for path in _merged(list(old), list(new))]


def _row(path: str, old: Mapping[str, str], new: Mapping[str, str]) -> Row:
    if path not in old:
        return Row(path, "", new[path], "added")
    if path not in new:
        return Row(path, old[path], "", "removed")
    return Row(path, old[path], new[path], "same" if old[path] == new[path] else "changed")


def _merged(old: list[str], new: list[str]) -> list[str]:
    """Paths of both, each once; the order of the newer, with what was removed left at its old place."""
    order: list[str] = []
    kept = set(new)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("delete", "replace"):
            order += [path for path in old[i1:i2] if path not in kept]
        if tag != "delete":
            order += new[j1:j2]
    return order
