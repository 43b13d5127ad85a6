"""One response in words, for those who may read it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from instruments import schema
from surveys.item_types import answer_in_words
from surveys.questionnaire.paper_entry import dont_know_label


def shown_answers(
    document: schema.Survey, answers: Mapping[str, Any], invalid: Mapping[str, Any] | None = None
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(section, [(code, label, answer in words)]) of what was answered; what is not valid is shown as given."""
    invalid = invalid or {}
    sections: dict[str, list[tuple[str, str, str]]] = {section.name: [] for section in document.sections}
    for item in document.items:
        if item.name in answers or item.other_key in answers:
            answer = answers.get(item.name)
            words = "" if answer is None else answer_in_words(document, item, answer, dont_know_label(document, item))
            other = answers.get(item.other_key)
            sections[document.section_of[item.name]].append(
                (item.name, str(item.label), f"{words}: {other}" if other else words)
            )
        for key in (item.name, item.other_key):
            if key in invalid:
                words = _("Not valid, as given: {given}").format(given=_given(document, item, invalid[key]["given"]))
                sections[document.section_of[item.name]].append((key, str(item.label), words))
    return [(f"{section.name}. {section.title}", sections[section.name]) for section in document.sections]


def _given(document: schema.Survey, item: schema.Item, given: Any) -> str:
    """A raw value in words: labels where it names options, otherwise what was typed."""
    if isinstance(given, Mapping):
        return ", ".join(f"{key}: {value}" for key, value in given.items())
    labels = {option.name: str(option.label) for option in document.options(item)}
    values = given if isinstance(given, list) else [] if given is None else [given]
    return "; ".join(labels.get(str(value), str(value)) for value in values) or _("left blank")
