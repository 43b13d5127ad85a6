"""Raw answers from a posted form, a row of a table, or a line typed from paper. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from instruments.schema import Survey
from surveys.item_types import has_parts, posted_value, value_of_cell, value_of_line
from surveys.questionnaire.values import parts

CSRF_FIELD = "csrfmiddlewaretoken"


def from_form(survey: Survey, fields: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    """Raw answers of posted `fields`. Names that begin with `_` are the form's own.

    `8.1:J` = "1" puts option J of rank item 8.1 on place 1; a plain `8.1`, repeated, gives the options in rank order.
    """
    given: dict[str, list[str]] = {}
    by_part: dict[str, dict[str, str]] = {}
    for key, values in fields:
        if key.startswith("_") or key == CSRF_FIELD or not (filled := parts(values)):
            continue
        code, _, part = key.partition(":")
        item = survey.by_name.get(code)
        if part and item and has_parts(item):
            by_part.setdefault(code, {})[part] = " ".join(filled)  # a part given twice is wrong, and so reported
        else:
            given[key] = filled
    raw: dict[str, Any] = {}
    for key in dict.fromkeys([*given, *by_part]):
        item, texts = survey.by_name.get(key), given.get(key, [])
        if item:
            raw[key] = posted_value(item, texts, by_part.get(key, {}))
        else:
            raw[key] = texts if len(texts) > 1 else texts[0]
    return raw


def from_row(survey: Survey, row: Mapping[str, str]) -> dict[str, Any]:
    """Raw answers of a row of a table."""
    return {
        key: value_of_cell(survey, item, cell) if (item := survey.by_name.get(key)) else cell
        for key, cell in row.items()
        if cell.strip()
    }


def from_lines(survey: Survey, typed: Mapping[str, str]) -> dict[str, Any]:
    """Raw answers of lines typed from paper."""
    return {
        key: value_of_line(survey, item, line) if (item := survey.by_name.get(key)) else line
        for key, line in typed.items()
        if line.strip()
    }
