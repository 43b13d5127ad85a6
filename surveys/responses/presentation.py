"""One response in words, for those who may read it."""

from collections.abc import Mapping
from typing import Any

from assessments.countries import country_name
from instruments import schema
from instruments.schema import DONT_KNOW
from surveys.questionnaire.paper_entry import dont_know_label


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
    if not isinstance(item, schema.OptionsItem) or answer is None:
        return "" if answer is None else str(answer)
    if isinstance(item, schema.SelectItem) and item.source == "countries":
        return country_name(str(answer))
    labels = {option.name: str(option.label) for option in document.options(item)}
    labels[DONT_KNOW] = dont_know_label(document, item)
    names = answer if isinstance(answer, list) else [answer]
    shown = [labels.get(str(name), str(name)) for name in names]
    if isinstance(item, schema.RankItem):
        return "; ".join(f"{place}. {label}" for place, label in enumerate(shown, start=1))
    return "; ".join(shown)
