"""Two versions of an instrument side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instruments.entry_shapes import FIELD_LABELS
from instruments.item_types import CHOICES
from instruments.logic.tree import from_stored
from instruments.logic.writing import write
from instruments.schema import SOURCE_LANGUAGE, source_language
from instruments.texts import PLAIN, is_text

HIDDEN = frozenset(["kind", "name"])  # the path has them already
STATE_LABELS = {
    "same": gettext_lazy("the same"),
    "changed": gettext_lazy("changed"),
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("removed"),
}
MORE_LABELS = {  # of conditions and rules, which have pages of their own
    "relevant": gettext_lazy("Condition"),
    "constraint": gettext_lazy("Rule for the answer"),
    "offered_if": gettext_lazy("Offered if"),
}
TREES = tuple(f"› {name}" for name in MORE_LABELS)  # how the paths of conditions and rules end


@dataclass(frozen=True)
class Row:
    """One field of either version: `path` in words, its value in each, and how they relate."""

    path: str
    before: str
    after: str
    state: str  # same, changed, added, removed

    @property
    def place(self) -> str:
        """Codes of the entries around the field, and its label in the editor, in the member's language."""
        *around, name = self.path.split(" › ")
        label = FIELD_LABELS.get(name, MORE_LABELS.get(name, name))
        return " › ".join([*(step for step in around if step not in PLAIN), str(label)])

    @property
    def state_label(self) -> str:
        return str(STATE_LABELS[self.state])

    @property
    def shown_before(self) -> str:
        return self._shown(self.before)

    @property
    def shown_after(self) -> str:
        return self._shown(self.after)

    def _shown(self, value: str) -> str:
        """Types and yes or no in words."""
        if self.path.endswith("› type"):
            return str(dict(CHOICES).get(value, value))
        return {"True": _("Yes"), "False": _("No")}.get(value, value)


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
