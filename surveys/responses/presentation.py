"""One response in words, for those who may read it."""

from collections.abc import Mapping
from typing import Any

from instruments import schema
from surveys.item_types import answer_in_words
from surveys.questionnaire.paper_entry import dont_know_label


def shown_answers(document: schema.Survey, answers: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(section, [(code, label, answer in words)]) of what was answered."""
    sections: dict[str, list[tuple[str, str, str]]] = {section.name: [] for section in document.sections}
    for item in document.items:
        if item.name in answers or item.other_key in answers:
            answer = answers.get(item.name)
            words = "" if answer is None else answer_in_words(document, item, answer, dont_know_label(document, item))
            other = answers.get(item.other_key)
            sections[document.section_of[item.name]].append(
                (item.name, str(item.label), f"{words}: {other}" if other else words)
            )
    return [(f"{section.name}. {section.title}", sections[section.name]) for section in document.sections]
