"""The questionnaire as a typist and as a reader sees it: numbered options, short labels, in the order of the paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.countries import country_name
from instruments import schema
from instruments.schema import DONT_KNOW
from surveys.validation import offers_dont_know
from surveys.words import translate


def _keys(document: schema.Survey, item: schema.Item) -> list[tuple[int, str]]:
    """What is printed beside the field: (1, first option), ... and (0, don't know)."""
    keys = [(number, str(option.label)) for number, option in enumerate(document.options(item), start=1)]
    return [*keys, (0, _dont_know(document, item))] if offers_dont_know(item) else keys


def _dont_know(document: schema.Survey, item: schema.Item) -> str:
    return str(document.scale(item.scale).dont_know) if item.scale else translate(DONT_KNOW, "en")


HINTS = {
    "select_one": "one number",
    "select_multiple": "numbers, separated by spaces",
    "rank": "numbers in rank order",
    "integer": "a whole number",
    "text": "text",
}


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


def shown_answers(document: schema.Survey, answers: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(section, [(code, label, answer in words)]) of what was answered."""
    sections: dict[str, list[tuple[str, str, str]]] = {section.name: [] for section in document.sections}
    for item in document.items:
        if item.name in answers or item.other_key in answers:
            words = _words(document, item, answers.get(item.name))
            other = answers.get(item.other_key)
            sections[document.section_of[item.name]].append(
                (item.name, str(item.label), f"{words}: {other}" if other else words)
            )
    return [(f"{section.name}. {section.title}", sections[section.name]) for section in document.sections]


def _words(document: schema.Survey, item: schema.Item, answer: Any) -> str:
    if item.type in ("text", "integer") or answer is None:
        return "" if answer is None else str(answer)
    if item.source == "countries":
        return country_name(str(answer))
    labels = {option.name: str(option.label) for option in document.options(item)}
    labels[DONT_KNOW] = _dont_know(document, item)
    names = answer if isinstance(answer, list) else [answer]
    shown = [labels.get(str(name), str(name)) for name in names]
    if item.type == "rank":
        return "; ".join(f"{place}. {label}" for place, label in enumerate(shown, start=1))
    return "; ".join(shown)
