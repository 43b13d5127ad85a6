"""What an instrument's definition may contain: frozen objects parsed from plain JSON or YAML.

`parse(kind, document)` is the only entry point. It returns an `InterviewGuide`, a `Survey` or an `IndicatorMatrix`, or
raises `DefinitionError` whose `faults` each name the path in plain words. Codes (`name`) are the tool's own numbers;
they are unique within one instrument only, and order is position, never the code's string (4.1.10 follows 4.1.9).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from instruments.schema.base import (
    CONTROL,
    PLACEHOLDER,
    PLACEHOLDERS,
    QUOTE,
    SOURCE_LANGUAGE,
    DefinitionError,
    Frozen,
    Name,
    Paragraph,
    Text,
    quotes_in,
    text_faults,
    without_answers,
)
from instruments.schema.guide import GuideSection, InterviewGuide, Prompt, Question, Routing, guide_faults
from instruments.schema.indicators import CELLS, Category, Cell, Criterion, IndicatorMatrix, matrix_faults
from instruments.schema.items import (
    ALL_FIELDS,
    DONT_KNOW,
    ITEM_TYPES,
    BaseItem,
    Item,
    Option,
    OptionsItem,
    SelectItem,
)
from instruments.schema.survey import Matrix, Scale, Survey, SurveySection, survey_faults

__all__ = [
    "CELLS",
    "CONTROL",
    "DONT_KNOW",
    "ITEM_TYPES",
    "KINDS",
    "PLACEHOLDER",
    "PLACEHOLDERS",
    "QUOTE",
    "SOURCE_LANGUAGE",
    "BaseItem",
    "Category",
    "Cell",
    "Criterion",
    "Definition",
    "DefinitionError",
    "Frozen",
    "GuideSection",
    "IndicatorMatrix",
    "InterviewGuide",
    "Item",
    "Matrix",
    "Name",
    "Option",
    "OptionsItem",
    "Paragraph",
    "Prompt",
    "Question",
    "Routing",
    "Scale",
    "SelectItem",
    "Survey",
    "SurveySection",
    "Text",
    "broken_links",
    "item_from",
    "parse",
    "parse_stored",
    "quotes_in",
    "source_language",
    "text_faults",
    "without_answers",
]

Definition = InterviewGuide | Survey | IndicatorMatrix
KINDS: Mapping[str, type[InterviewGuide] | type[Survey] | type[IndicatorMatrix]] = {
    "interview_guide": InterviewGuide,
    "survey": Survey,
    "indicators": IndicatorMatrix,
}
_ACROSS: Mapping[str, Callable[[Any], list[str]]] = {
    "interview_guide": guide_faults,
    "survey": survey_faults,
    "indicators": matrix_faults,
}
_PLAIN: Mapping[str, str] = {  # pydantic's kinds of error, in plain words
    "missing": "is missing",
    "extra_forbidden": "is not a field of this definition; remove it or correct its name",
    "string_pattern_mismatch": "must be a code of up to 40 letters, digits, dots, dashes and underscores",
    "string_type": "must be text; put it in quotes",
    "dict_type": 'must be a map of languages, such as {"en": "..."}',
    "model_type": "must be a map of fields",
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "int_from_float": "must be a whole number",
}


def _path(location: tuple[int | str, ...], document: Any) -> str:
    """`sections › 3.1 › options › A`: an entry of a list is given by its own name where it has one."""
    words: list[str] = []
    here = document
    for step in location:
        if step == "matrix" or str(step).startswith("type:"):  # the union's branch, no part of the document
            continue
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        own = here.get("name") if isinstance(here, dict) and isinstance(step, int) else None
        words.append(str(own or (step + 1 if isinstance(step, int) else step))[:60])
    return " › ".join(words) or "document"


def _message(fault: Any) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden" if fault["loc"][-1] in ALL_FIELDS:
            return "does not belong to an item of this type; remove it, or choose another type"
        case "too_short":
            return f"needs {context['min_length']} entries or more" if context["min_length"] > 1 else "is empty"
        case "greater_than_equal":
            return f"must be {context['ge']} or more"
        case "less_than_equal":
            return f"must be {context['le']} or less"
        case "literal_error":
            return f"must be one of {context['expected']}"
    return _PLAIN.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")


def _faults(error: ValidationError, document: Any) -> Iterator[str]:
    found = error.errors(include_url=False)
    for fault in found:
        where = fault["loc"]
        if fault["type"] == "too_short" and any(f["loc"][: len(where)] == where for f in found if f is not fault):
            continue  # the list is short only because its entries are faulty
        path = _path(where, document)
        if fault["type"] in ("union_tag_not_found", "union_tag_invalid") and "rows" in where:
            yield f"{path} › type: the type of a row of a matrix must be select_one or select_multiple"
            continue
        if fault["type"] in ("union_tag_not_found", "union_tag_invalid"):
            known = ", ".join([*ITEM_TYPES, "matrix"])
            lacks = fault["type"] == "union_tag_not_found"
            yield f"{path} › type: " + ("is missing" if lacks else f"must be one of {known}")
            continue
        for line in _message(fault).splitlines():
            yield f"{path}: {line}"


def source_language(document: Any) -> str:
    """The language in which a definition's texts are written first; the others are translations of it."""
    language = document.get("source_language") if isinstance(document, dict) else None
    return language if isinstance(language, str) else SOURCE_LANGUAGE


def parse(kind: str, document: Any) -> Definition:
    """The frozen definition in `document` (decoded JSON). Raises `DefinitionError` with every fault and its path."""
    if kind not in KINDS:
        raise DefinitionError([f"kind: {kind!r} is none of {', '.join(KINDS)}"])
    faults = _ACROSS[kind](document)
    if kind != "survey" and (quoted := quotes_in(document)):
        faults.append(f"only a survey quotes earlier answers; take {{answer:{quoted[0]}}} out")
    try:
        definition = KINDS[kind].model_validate(document, context={"source_language": source_language(document)})
    except ValidationError as error:
        faults = [*_faults(error, document), *faults]
    if faults:
        raise DefinitionError(list(dict.fromkeys(faults)))
    return definition


@lru_cache(maxsize=16)  # a definition takes about 1 MB, text and objects together
def parse_stored(kind: str, text: str) -> Definition:
    """`parse` of a document as JSON text, parsed once per process. Raises `DefinitionError`."""
    return parse(kind, json.loads(text))


def item_from(entry: Any, source: str = SOURCE_LANGUAGE) -> Item:
    """One item of a document that was parsed before. Raises `pydantic.ValidationError`, `KeyError`."""
    return ITEM_TYPES[entry["type"]].model_validate(entry, context={"source_language": source})


def broken_links(matrix: IndicatorMatrix, guide: InterviewGuide, survey: Survey) -> list[str]:
    """Links of `matrix` that lead to no section, question or item of the other two; empty if all hold."""
    guide_sections = {section.name for section in guide.sections}
    survey_sections = {section.name for section in survey.sections}
    faults = []
    for category in matrix.categories:
        if category.interview_section not in guide_sections:
            faults.append(f"category {category.name}: the interview guide has no section {category.interview_section}")
        if category.survey_section not in survey_sections:
            faults.append(f"category {category.name}: the survey has no section {category.survey_section}")
    for criterion in matrix.criteria:
        for code in criterion.interview:
            if code not in guide.by_name:
                faults.append(f"criterion {criterion.name}: the interview guide has no question {code}")
        for code in criterion.survey:
            if code not in survey.by_name:
                faults.append(f"criterion {criterion.name}: the survey has no item {code}")
    return faults
