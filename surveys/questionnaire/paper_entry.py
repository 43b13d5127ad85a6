"""The questionnaire as a typist sees it: numbered options, short labels, in the order of the paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from instruments import schema
from instruments.schema import DONT_KNOW
from surveys.questionnaire.validation import offers_dont_know
from surveys.words import translate

HINTS = {
    "select_one": "one number",
    "select_multiple": "numbers, separated by spaces",
    "rank": "numbers in rank order",
    "integer": "a whole number",
    "text": "text",
}


def _keys(document: schema.Survey, item: schema.Item) -> list[tuple[int, str]]:
    """What is printed beside the field: (1, first option), ... and (0, don't know)."""
    keys = [(number, str(option.label)) for number, option in enumerate(document.options(item), start=1)]
    return [*keys, (0, dont_know_label(document, item))] if offers_dont_know(item) else keys


def dont_know_label(document: schema.Survey, item: schema.Item) -> str:
    return str(document.scale(item.scale).dont_know) if item.scale else translate(DONT_KNOW, "en")


def entry_sections(
    document: schema.Survey, typed: Mapping[str, str], faults: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Sections with groups: the keys of a matrix stand once above its rows."""

    def line(item: schema.Item) -> dict[str, Any]:
        return {
            "code": item.name,
            "type": item.type,
            "label": str(item.label),
            "hint": "three letters, such as AZE" if item.source == "countries" else HINTS[item.type],
            "typed": typed.get(item.name, ""),
            "other": typed.get(item.other_key, "") if item.open_options else None,
            "faults": [*faults.get(item.name, []), *faults.get(item.other_key, [])],
            "quick": item.type == "select_one" and 0 < len(document.options(item)) < 10,
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
