"""The items on which a part of a questionnaire may depend: those that come before it."""

from collections.abc import Sequence

from instruments.logic.sentence import item_label
from instruments.schema import Item, Matrix, Survey


def earlier_items(document: Survey, path: str) -> list[str]:
    """Codes of the items before the section, item, matrix, row or option at `path`; a new one is behind them all."""
    steps = path.split("/")
    row = steps[5] if steps[4:5] == ["rows"] and len(steps) > 5 else ""
    found: list[str] = []
    for section in document.sections:
        if steps[:2] == ["sections", section.name] and len(steps) < 4:
            return found
        for entry in section.items:
            for code in _codes(entry):
                if steps[:4] == ["sections", section.name, "items", entry.name] and row in ("", code):
                    return found
                found.append(code)
    return found


def items_before_new(document: Survey, place: str, after: str) -> list[str]:
    """Codes of the items before a new entry of the list at `place`, behind the entry `after` or at its end."""
    found: list[str] = []
    for section in document.sections:
        own = place == f"sections/{section.name}/items"
        for entry in section.items:
            found += _codes(entry)
            if own and entry.name == after:
                return found
        if own or (place == "sections" and section.name == after):
            return found
    return found


def _codes(entry: Matrix | Item) -> list[str]:
    return [row.name for row in entry.rows] if isinstance(entry, Matrix) else [entry.name]


def by_section(document: Survey, codes: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(section, its items among `codes`), each item as (code, label), for a pick list."""
    found: dict[str, list[tuple[str, str]]] = {}
    language = document.source_language
    titles = {section.name: section.title.translate(language) for section in document.sections}
    for code in codes:
        section = document.section_of[code]
        found.setdefault(f"{section}. {titles[section]}", []).append((code, item_label(code, document, language)))
    return list(found.items())
