"""The columns of an item in CSV files, the worksheet, and SPSS files.

In an SPSS file item 3.1.5 is the variable `Q3_1_5`. The numbers of options come from the definition, never from what
was answered, so that they are the same in each file: an option has its place in the oldest version of the
questionnaire in use that offers it, a country its number in ISO 3166-1. 88 is "don't know" and 99 "no answer", both
user-missing; who was not asked is system-missing. Numbers and dates have no answer as system-missing, because 88 and
99 may be answers there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, assert_never

from analysis.item_types.counting import words_key
from analysis.results.survey import ItemResult, SurveyResults
from analysis.statistics.counts import DONT_KNOW, is_blank
from analysis.statistics.days import days
from analysis.statistics.numbers import numbers
from assessments.countries import country_choices, country_number
from instruments.schema import (
    DateItem,
    DecimalItem,
    IntegerItem,
    Item,
    RankItem,
    SelectMultipleItem,
    SelectOneItem,
    TextItem,
)

NOT_CHOSEN, CHOSEN = 0, 1
NOT_RANKED, DONT_KNOW_CODE, NO_ANSWER = 77, 88, 99
RESERVED = frozenset([DONT_KNOW_CODE, NO_ANSWER])
NAME_BYTES, LABEL_BYTES, VALUE_BYTES, TEXT_BYTES = 64, 250, 120, 10_000  # what SPSS reads, in bytes of UTF-8
SPSS_EPOCH = date(1582, 10, 14)
ORDERED_PROFILES = ("tenure", "experience", "age")
Measure = Literal["nominal", "ordinal", "scale"]


@dataclass(frozen=True)
class Variable:
    """A variable of an SPSS file: its values, one per response (None = system-missing), and what they mean."""

    name: str
    label: str
    values: Sequence[Any]
    measure: Measure
    value_labels: Mapping[float, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    format: str | None = None


def plain(value: Any) -> Any:
    """A stored answer as one cell: options separated by a space, in rank order; nothing for no answer."""
    if is_blank(value):
        return None
    return " ".join(str(part) for part in value) if isinstance(value, (list, tuple)) else value


def worksheet_cell(item: Item | None, value: Any) -> Any:
    """A stored answer as a cell of the worksheet, a date as a date. `item` is None for words beside an option."""
    match item:
        case DateItem():
            return next(iter(days([value])), plain(value))
        case None | SelectOneItem() | SelectMultipleItem() | RankItem() | TextItem() | IntegerItem() | DecimalItem():
            return plain(value)
        case _:
            assert_never(item)


def variables(survey: SurveyResults, item: ItemResult) -> list[Variable]:
    """The variables of one item, the words beside an open option behind the others."""
    answers = list(survey.frames.answers[item.code])
    asked = list(survey.asked(item.code))
    found = _answer_variables(survey, item, answers, asked)
    key = words_key(item.definition)
    if key and key != item.code:
        known = key in survey.frames.answers
        words = list(survey.frames.answers[key]) if known else [None] * len(answers)
        label = f"{item.code} {item.label}: in the respondent's words"
        found.append(Variable(variable_name(f"{key}_text"), label, _texts(words), "nominal"))
    return found


def _answer_variables(survey: SurveyResults, item: ItemResult, answers: list[Any], asked: list[bool]) -> list[Variable]:
    name, label, definition = variable_name(item.code), f"{item.code} {item.label}", item.definition
    match definition:
        case SelectOneItem():
            numbers_of = option_numbers(survey, item)
            labels = {float(numbers_of[code]): text for code, text in _labels(survey, item).items()}
            values = [_single(answer, was, numbers_of) for answer, was in zip(answers, asked, strict=True)]
            measure: Measure = "ordinal" if item.scale or definition.profile in ORDERED_PROFILES else "nominal"
            return [Variable(name, label, values, measure, labels | _missing_labels(), (DONT_KNOW_CODE, NO_ANSWER))]
        case SelectMultipleItem():
            chosen = {float(NOT_CHOSEN): "Not chosen", float(CHOSEN): "Chosen"} | _missing_labels()
            return [
                Variable(
                    variable_name(f"{item.code}_{code}"),
                    f"{label}: {text}",
                    [_chosen(answer, was, code) for answer, was in zip(answers, asked, strict=True)],
                    "nominal",
                    chosen,
                    (DONT_KNOW_CODE, NO_ANSWER),
                )
                for code, text in _labels(survey, item).items()
            ]
        case RankItem():
            missing = {float(NOT_RANKED): "Given no place"} | _missing_labels()
            return [
                Variable(
                    variable_name(f"{item.code}_{code}"),
                    f"{label}: {text}",
                    [_place(answer, was, code) for answer, was in zip(answers, asked, strict=True)],
                    "ordinal",
                    missing,
                    (NOT_RANKED, DONT_KNOW_CODE, NO_ANSWER),
                )
                for code, text in _labels(survey, item).items()
            ]
        case IntegerItem() | DecimalItem():
            return [Variable(name, label, [_number(answer) for answer in answers], "scale")]
        case DateItem():
            return [Variable(name, label, [_day(answer) for answer in answers], "scale", format="DATE11")]
        case TextItem():
            return [Variable(name, label, _texts(answers), "nominal")]
        case _:
            assert_never(definition)


def option_numbers(survey: SurveyResults, item: ItemResult) -> dict[str, int]:
    """Option code -> its number in SPSS files. Codes that no version defines come last, in alphabetical order."""
    found = _country_numbers() if _from_countries(item) else {}
    for code in _offered(survey, item):
        found.setdefault(code, _next_free(found))
    for code in sorted(set(item.counts.counts) - {DONT_KNOW}):
        found.setdefault(code, _next_free(found))
    return found


def _from_countries(item: ItemResult) -> bool:
    return isinstance(item.definition, SelectOneItem) and item.definition.source == "countries"


def _country_numbers() -> dict[str, int]:
    return {code: country_number(code) for code, _ in country_choices()}


def _next_free(found: Mapping[str, int]) -> int:
    number = max(found.values(), default=0) + 1
    while number in RESERVED:
        number += 1
    return number


def _offered(survey: SurveyResults, item: ItemResult) -> dict[str, str]:
    """Option code -> label of every version that has the item, the oldest version first."""
    found: dict[str, str] = {}
    for version in sorted(survey.frames.versions, key=lambda version: version.pk):
        if definition := version.document.by_name.get(item.code):
            for option in version.document.options(definition):
                if option.name != DONT_KNOW:
                    found[option.name] = survey.translate(option.label)
    return found


def _labels(survey: SurveyResults, item: ItemResult) -> dict[str, str]:
    """Option code -> label: of all versions, then of codes that only answers have."""
    countries = dict(country_choices(survey.language)) if _from_countries(item) else {}
    known = countries | _offered(survey, item) | item.labels
    return {code: text for code, text in known.items() if code != DONT_KNOW}


def _missing_labels() -> dict[float, str]:
    return {float(DONT_KNOW_CODE): "Don't know", float(NO_ANSWER): "No answer"}


def _without_options(answer: Any, was_asked: bool) -> float | None:
    """The value of an answer that chooses nothing."""
    if is_blank(answer):
        return float(NO_ANSWER) if was_asked else None
    return float(DONT_KNOW_CODE)


def _codes(answer: Any) -> list[str]:
    """The options chosen; empty for no answer and for "don't know" alone."""
    if is_blank(answer):
        return []
    codes = [str(code) for code in answer] if isinstance(answer, (list, tuple)) else [str(answer)]
    return [code for code in codes if code != DONT_KNOW]


def _single(answer: Any, was_asked: bool, numbers_of: Mapping[str, int]) -> float | None:
    codes = _codes(answer)
    return float(numbers_of[codes[0]]) if codes else _without_options(answer, was_asked)


def _chosen(answer: Any, was_asked: bool, code: str) -> float | None:
    codes = _codes(answer)
    return float(CHOSEN if code in codes else NOT_CHOSEN) if codes else _without_options(answer, was_asked)


def _place(answer: Any, was_asked: bool, code: str) -> float | None:
    codes = list(dict.fromkeys(_codes(answer)))
    if not codes:
        return _without_options(answer, was_asked)
    return float(codes.index(code) + 1 if code in codes else NOT_RANKED)


def _number(answer: Any) -> float | None:
    return next((float(value) for value in numbers([answer])), None)


def _day(answer: Any) -> float | None:
    """A date as SPSS counts it: seconds since the Gregorian calendar began."""
    return next((float((day - SPSS_EPOCH).days * 86_400) for day in days([answer])), None)


def _texts(answers: Sequence[Any]) -> list[str]:
    return ["" if is_blank(answer) else cut(str(answer), TEXT_BYTES) for answer in answers]


def cut(text: str, most: int) -> str:
    """What of a text fits into `most` bytes of UTF-8."""
    return text.replace("\x00", "").encode()[:most].decode(errors="ignore")


def variable_name(code: str) -> str:
    """A name that SPSS takes: letters, digits and underscores."""
    return "Q" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in code)
