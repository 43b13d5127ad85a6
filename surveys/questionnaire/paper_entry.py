"""The questionnaire for typing forms from paper: numbered options, short labels, in the order of the paper."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from instruments import schema
from instruments.logic.sentence import asked_only_if, offered_only_if
from instruments.rules import alone_options, told, told_of_options
from instruments.schema import DONT_KNOW
from surveys.item_types import entry_hint, entry_kind, is_numbered
from surveys.words import translate


def _keys(document: schema.Survey, item: schema.Item) -> list[tuple[int, str]]:
    """The legend beside a field: (1, first option), ... and (0, don't know)."""
    if not is_numbered(item):
        return []
    keys = [(number, str(option.label)) for number, option in enumerate(document.options(item), start=1)]
    return [*keys, (0, dont_know_label(document, item))] if document.dont_know(item) else keys


def dont_know_label(document: schema.Survey, item: schema.Item) -> str:
    words = document.dont_know(item)
    return str(words) if isinstance(words, schema.Text) else translate(DONT_KNOW, "en")


def rules_on_paper(document: schema.Survey, item: schema.Item) -> list[str]:
    """The rules that the form has beside a question, in its source language, for the person who types it."""
    language = document.source_language
    labels = {option.name: option.text.translate(language) for option in document.options(item)}
    alone = [labels.get(name) or dont_know_label(document, item) for name in alone_options(document, item)]
    message = item.constraint_message
    return [
        *told(document, item, language),
        *(f"{label} ({told_of_options(language)})" for label in alone),
        *([message.translate(language)] if message else []),
    ]


def entry_sections(
    document: schema.Survey,
    typed: Mapping[str, str],
    errors: Mapping[str, Sequence[str]],
    never: Collection[str] = (),
    accepted: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Sections with groups: the legend of a matrix is shown once above its rows.

    Where a line has errors, the paper may say so: `as_given` has (key, whether that is confirmed) of each, except for
    the keys in `never`.
    """

    def line(item: schema.Item) -> dict[str, Any]:
        return {
            "code": item.name,
            "label": str(item.label),
            "hint": entry_hint(item),
            "typed": typed.get(item.name, ""),
            "other": typed.get(item.other_key, "") if item.open_options else None,
            "errors": [*errors.get(item.name, []), *errors.get(item.other_key, [])],
            "as_given": [
                (key, key in accepted) for key in (item.name, item.other_key) if errors.get(key) and key not in never
            ],
            "kind": entry_kind(document, item),
            "only_if": asked_only_if(item.relevant, document, document.source_language),
            "offers": offered_only_if(item, document, document.source_language),
            "rules": rules_on_paper(document, item),
        }

    def group(entry: schema.Matrix | schema.Item) -> dict[str, Any]:
        if isinstance(entry, schema.Matrix):
            items = [document.by_name[row.name] for row in entry.rows]
            label = f"{entry.name} {entry.label}"
            return {
                "label": label,
                "only_if": asked_only_if(entry.relevant, document, document.source_language),
                "keys": _keys(document, items[0]),
                "lines": [line(item) for item in items],
            }
        return {"label": "", "keys": _keys(document, entry), "lines": [line(entry)]}

    return [
        {
            "title": f"{section.name}. {section.title}",
            "only_if": asked_only_if(section.relevant, document, document.source_language),
            "groups": [group(entry) for entry in section.items],
        }
        for section in document.sections
    ]
