"""Raw answers from what arrives: a posted form, a row of a table, a line typed from paper. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from instruments.schema import (
    DONT_KNOW,
    Item,
    OptionsItem,
    RankItem,
    SelectItem,
    SelectMultipleItem,
    SelectOneItem,
    Survey,
)
from surveys.questionnaire.validation import option_names, parts

CSRF_FIELD = "csrfmiddlewaretoken"


def from_form(survey: Survey, fields: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    """Raw answers of posted `fields`. Names that begin with `_` are the form's own.

    `8.1:J` = "1" puts option J of rank item 8.1 on place 1; a plain `8.1`, repeated, gives the options in rank order.
    """
    raw: dict[str, Any] = {}
    placed: dict[str, dict[str, str]] = {}
    for key, values in fields:
        code, _, option = key.partition(":")
        item = survey.by_name.get(code)
        if key.startswith("_") or key == CSRF_FIELD or not (given := parts(values)):
            continue
        if option and isinstance(item, RankItem):
            placed.setdefault(code, {})[option] = " ".join(given)  # a place given twice is no place, and so reported
        else:
            raw[key] = given if len(given) > 1 or isinstance(item, SelectMultipleItem | RankItem) else given[0]
    for code, places in placed.items():
        raw[code] = [*raw[code], *places] if code in raw else places
    return raw


def from_row(survey: Survey, row: Mapping[str, str]) -> dict[str, Any]:
    """Raw answers of a table's row: several option names stand in one cell, separated by spaces."""
    raw: dict[str, Any] = {}
    for key, cell in row.items():
        item = survey.by_name.get(key)
        several = isinstance(item, SelectMultipleItem | RankItem)
        if cell.strip():
            raw[key] = cell.replace(",", " ").replace(";", " ").split() if several else cell
    return raw


def from_keys(survey: Survey, typed: Mapping[str, str]) -> dict[str, Any]:
    """Raw answers of lines typed from paper: option numbers as printed beside them (1, 2, ...; 0 is don't know),
    or option names; several separated by spaces or commas, of a rank item in rank order."""
    raw: dict[str, Any] = {}
    for key, line in typed.items():
        item = survey.by_name.get(key)
        if not line.strip():
            continue
        if not isinstance(item, OptionsItem):
            raw[key] = line
        else:
            words = line.replace(",", " ").replace(";", " ").split()
            named = [_named(survey, item, word) for word in words]
            raw[key] = named if len(named) > 1 or not isinstance(item, SelectOneItem) else named[0]
    return raw


def _named(survey: Survey, item: Item, word: str) -> str:
    names = option_names(survey, item)
    known = {name.lower(): name for name in names}
    if isinstance(item, SelectItem) and item.source == "countries":
        return word.upper()
    if word.lower() in known:
        return known[word.lower()]
    if word == "0" and survey.dont_know(item):
        return DONT_KNOW
    position = int(word) if word.isascii() and word.isdigit() and len(word) < 4 else 0
    return names[position - 1] if 0 < position <= len(names) else word
