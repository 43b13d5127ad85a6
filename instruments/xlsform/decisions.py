"""The decisions that a form leaves to a person, because XLSForm cannot say what they are about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from instruments.decisions import UNKNOWN_LANGUAGE, favourable_ends
from instruments.import_notes import CONDITION, LANGUAGE, MATRIX, OFFER_DONT_KNOW, PROFILE, REPEAT, Decision
from instruments.item_types import ROW
from instruments.schema import ITEM_TYPES, SelectItem, source_language
from instruments.xlsform.cells import Row
from instruments.xlsform.quoting import has_quotes

Entry = dict[str, Any]
FEWEST_ROWS = 3  # questions in a row that share a list, before a table is offered
MOST_LIKELY = 8  # questions that are offered for one characteristic
POINTS = range(3, 12)  # a list of that many options may be a scale; yes and no are none
WORDS: Mapping[str, str] = {  # of names and questions about the respondent; a person says which of them it is
    "sex": r"sex|gender|sexe|genre|sexo|género|genero|gênero|пол|жынысы|cins|سیکس|الجنس|جنس|სქესი|սեռ|jinsi|cinsiyet",
    "age": r"age|âge|edad|idade|возраст|العمر|سن|ასაკი|տարիք|yaş|umri|how old|quel âge|cuántos años|quantos anos",
    "role": r"role|position|occupation|job|profession|fonction|poste|puesto|cargo|função|должность|роль|الوظيفة|vəzifə",
    "country": r"country|pays|país|страна|الدولة|البلد|ქვეყანა|երկիր|ölkə|nchi|ülke",
}


@dataclass
class Dropped:
    """A condition that could not be taken. `items` are those that are asked of more people therefore."""

    row: Row
    reason: str
    values: Mapping[str, str]
    text: str  # of the part that could not be taken
    items: list[str] = field(default_factory=list)


@dataclass
class Repeated:
    """A group that the form repeats for several people or things. `items` are the questions inside it."""

    row: Row
    title: str
    items: list[str] = field(default_factory=list)


def decisions_of(
    definition: Entry, repeated: Iterable[Repeated], dropped: Iterable[Dropped], list_of: Mapping[str, str]
) -> Iterator[Decision]:
    """In the order in which they are asked. `list_of` gives the list in the form from which an item has its options."""
    source = source_language(definition)
    if source == UNKNOWN_LANGUAGE:
        yield Decision(LANGUAGE, LANGUAGE)
    for number, group in enumerate((each for each in repeated if each.items), 1):
        yield Decision(
            f"{REPEAT}-{number}",
            REPEAT,
            subject=group.title[:500],
            items=tuple(group.items),
            sheet=group.row.sheet,
            row=group.row.number,
            name=group.row.name,
        )
    conditions = (each for each in dropped if each.items)
    for number, each in enumerate(conditions, 1):
        row = each.row
        yield Decision(
            f"{CONDITION}-{number}",
            CONDITION,
            subject=each.text[:500],
            items=tuple(dict.fromkeys(each.items)),
            sheet=row.sheet,
            row=row.number,
            name=row.name,
            reason=each.reason,
            values=each.values,
        )
    yield from favourable_ends(definition)
    yield from _tables(definition, list_of)
    yield from _characteristics(definition, source)
    without = [item["name"] for item in _single_items(definition) if item.get("dont_know") is False]
    if without:
        yield Decision(OFFER_DONT_KNOW, OFFER_DONT_KNOW, items=tuple(without))


def _single_items(definition: Entry) -> Iterator[Entry]:
    """Items with options that are not rows of a table."""
    for section in definition["sections"]:
        for entry in section["items"]:
            if "rows" not in entry and issubclass(ITEM_TYPES[entry["type"]], SelectItem):
                yield entry


def _tables(definition: Entry, list_of: Mapping[str, str]) -> Iterator[Decision]:
    """Questions in a row that share a list, which may have been meant as the rows of a table."""
    number = 0
    for section in definition["sections"]:
        for shared, found in groupby(section["items"], key=lambda entry: _shared(entry, list_of)):
            items = tuple(entry["name"] for entry in found)
            if shared is not None and len(items) >= FEWEST_ROWS:
                number += 1
                yield Decision(f"{MATRIX}-{number}", MATRIX, subject=shared[0], items=items)


def _shared(entry: Entry, list_of: Mapping[str, str]) -> tuple[str, str] | None:
    """What questions in one table have in common; None where one cannot be a row."""
    plain = entry["type"] == ROW and not entry.get("scale") and not entry.get("choices_of")
    options = entry.get("options", ())
    if not plain or len(options) not in POINTS or any(option.get("open") for option in options):
        return None
    if has_quotes(options) or any(option.get("offered_if") for option in options):
        return None
    return list_of.get(entry["name"], ""), repr(entry.get("relevant"))


def _characteristics(definition: Entry, source: str) -> Iterator[Decision]:
    """For each characteristic of respondents that the form may ask for."""
    single = [item for item in _single_items(definition) if item["type"] == ROW]
    for profile, words in WORDS.items():
        word = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
        texts = {item["name"]: item["text"].get(source, "")[:200] for item in single}
        likely = [code for code, text in texts.items() if word.search(f"{code.replace('_', ' ')} {text}")]
        likely.sort(key=lambda code: len(texts[code]))  # “Sex” before a question that mentions it
        if likely:
            yield Decision(f"{PROFILE}-{profile}", PROFILE, subject=profile, items=tuple(likely[:MOST_LIKELY]))
