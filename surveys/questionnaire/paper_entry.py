"""The questionnaire as a typist sees it: numbered options, short labels, in the order of the paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from instruments import schema
from instruments.schema import DONT_KNOW
from surveys.words import translate

HINTS = {
    "select_one": "one number",
    "select_multiple": "numbers, separated by spaces",
    "rank": "numbers in rank order",
    "integer": "a whole number",
    "decimal": "a number",
    "date": "year-month-day, such as 2026-03-31",
    "text": "text",
}


def _keys(document: schema.Survey, item: schema.Item) -> list[tuple[int, str]]:
    """What is printed beside the field: (1, first option), ... and (0, don't know)."""
    keys = [(number, str(option.label)) for number, option in enumerate(document.options(item), start=1)]
    return [*keys, (0, dont_know_label(document, item))] if document.dont_know(item) else keys


def dont_know_label(document: schema.Survey, item: schema.Item) -> str:
    words = document.dont_know(item)
    return str(words) if isinstance(words, schema.Text) else translate(DONT_KNOW, "en")


def _from_countries(item: schema.Item) -> bool:
    return isinstance(item, schema.SelectItem) and item.source == "countries"


def entry_sections(
    document: schema.Survey, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Sections with groups: the keys of a matrix stand once above its rows."""

    def line(item: schema.Item) -> dict[str, Any]:
        return {
            "code": item.name,
            "type": item.type,
            "label": str(item.label),
            "hint": "three letters, such as AZE" if _from_countries(item) else HINTS[item.type],
            "typed": typed.get(item.name, ""),
            "other": typed.get(item.other_key, "") if item.open_options else None,
            "errors": [*errors.get(item.name, []), *errors.get(item.other_key, [])],
            "quick": isinstance(item, schema.SelectOneItem) and 0 < len(document.options(item)) < 10,
        }

    def group(entry: schema.Matrix | schema.Item) -> dict[str, Any]:
        if isinstance(entry, schema.Matrix):
            items = [document.by_name[row.name] for row in entry.rows]
            label = f"{entry.name} {entry.label}"
            return {"label": label, "keys": _keys(document, items[0]), "lines": [line(item) for item in items]}
        return {"label": "", "keys": _keys(document, entry), "lines": [line(entry)]}

    return [
        {"title": f"{section.name}. {section.title}", "groups": [group(entry) for entry in section.items]}
        for section in document.sections
    ]
