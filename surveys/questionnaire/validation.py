"""Answers against their questionnaire. Pure: no database, no request.

Raw answers map an item code (or `CODE_other`) to what was posted, typed or imported: text, a list of texts, a whole
number, or for a rank item also a map option -> place. `check` returns clean answers and the errors:

    select_one       "adequate"                 select_multiple  ["origin", "transit"]
    rank             ["J", "A", "B"]            integer          12
    text             "A few words"              CODE_other       "free text beside an open option"

Skipping is always possible unless the item is `required`; `dont_know` counts as an answer of its own kind.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessments.countries import is_country
from instruments.schema import (
    DONT_KNOW,
    IntegerItem,
    Item,
    RankItem,
    SelectItem,
    SelectMultipleItem,
    Survey,
    TextItem,
)

TEXT_LIMIT = 10_000  # characters
OTHER_LIMIT = 500
INTEGER_LIMIT = 1_000_000_000
WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # what no keyboard types and databases refuse
SELECTS = frozenset({"select_one", "select_multiple", "rank"})


@dataclass(frozen=True)
class AnswerError:
    """What is wrong with `key` (an item code, or `CODE_other`). `code` names the sentence, `values` fill it."""

    key: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    answers: dict[str, Any]
    errors: tuple[AnswerError, ...]


class InvalidAnswer(Exception):
    """Raised inside a check of one item; carries the error's code and values."""

    def __init__(self, code: str, **values: Any):
        super().__init__(code)
        self.code, self.values = code, values


def clean_text(value: Any) -> str:
    """`value` as text with plain line ends, without outer white space and control characters."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return UNSTORABLE.sub("", text).strip()


def parts(value: Any) -> list[str]:
    """The non-blank texts of a raw value."""
    values = value if isinstance(value, list | tuple) else [value]
    return [text for text in (clean_text(v) for v in values if v is not None) if text]


def check(survey: Survey, raw: Mapping[str, Any]) -> Checked:
    """Clean answers in the order of the form, and every error. Nothing is repaired by guessing."""
    answers: dict[str, Any] = {}
    errors: list[AnswerError] = []
    refused: set[str] = set()
    known: set[str] = set()
    for item in survey.items:
        known |= {item.name, item.other_key} if item.open_options else {item.name}
        try:
            answer = _answer(survey, item, raw.get(item.name), answers, refused)
            if answer is not None:
                answers[item.name] = answer
        except InvalidAnswer as error:
            refused.add(item.name)
            errors.append(AnswerError(item.name, error.code, error.values))
        if item.open_options:
            try:
                _take_other(item, raw.get(item.other_key), answers, refused)
            except InvalidAnswer as error:
                errors.append(AnswerError(item.other_key, error.code, error.values))
    strangers = [key for key in raw if key not in known]
    errors += [AnswerError(clean_text(key)[:60], "unknown_item") for key in strangers[:20]]
    return Checked(answers, tuple(errors))


def _answer(survey: Survey, item: Item, value: Any, answers: Mapping[str, Any], refused: set[str]) -> Any:
    """The clean answer to one item, None where it is skipped. Raises `InvalidAnswer`."""
    answer = _rank(survey, item, value) if isinstance(item, RankItem) else _plain(survey, item, parts(value))
    if item.relevant and item.relevant.item not in refused and not survey.is_relevant(item, answers):
        if answer is not None:
            raise InvalidAnswer("not_asked", item=item.relevant.item)
        return None
    if answer is None:
        if item.required and not (item.relevant and item.relevant.item in refused):
            raise InvalidAnswer("required")
        return None
    if isinstance(item, SelectItem) and item.choices_of and item.choices_of not in refused:
        chosen = answers.get(item.choices_of) or []
        if any(option not in chosen for option in (answer if isinstance(answer, list) else [answer])):
            raise InvalidAnswer("not_chosen", item=item.choices_of)
    return answer


def _plain(survey: Survey, item: Item, given: list[str]) -> Any:
    if not given:
        return None
    if isinstance(item, SelectMultipleItem):
        return _several(survey, item, given)
    if len(given) > 1:
        raise InvalidAnswer("one_only")
    if isinstance(item, TextItem):
        return _text(given[0], TEXT_LIMIT)
    if isinstance(item, IntegerItem):
        return _integer(item, given[0])
    _known(survey, item, given)
    return given[0]


def _known(survey: Survey, item: Item, given: Iterable[str]) -> None:
    for value in given:
        if value == DONT_KNOW and survey.dont_know(item):
            continue
        countries = isinstance(item, SelectItem) and item.source == "countries"
        if not (is_country(value) if countries else value in option_names(survey, item)):
            raise InvalidAnswer("unknown_option", value=value[:40])


def option_names(survey: Survey, item: Item) -> tuple[str, ...]:
    return tuple(option.name for option in survey.options(item))


def _several(survey: Survey, item: SelectMultipleItem, given: list[str]) -> list[str]:
    _known(survey, item, given)
    if len(set(given)) < len(given):
        raise InvalidAnswer("twice")
    if DONT_KNOW in given and len(given) > 1:
        raise InvalidAnswer("dont_know_alone")
    low, high = item.min, item.max
    if low is not None and low == high and len(given) != low:
        raise InvalidAnswer("choose_exactly", n=low, given=len(given))
    if low is not None and len(given) < low:
        raise InvalidAnswer("choose_at_least", n=low, given=len(given))
    if high is not None and len(given) > high:
        raise InvalidAnswer("choose_at_most", n=high, given=len(given))
    return given if item.source else in_order(option_names(survey, item), given)


def in_order(names: Sequence[str], given: Iterable[str]) -> list[str]:
    """`given` in the order of the form, don't know last."""
    chosen = set(given)
    return [name for name in (*names, DONT_KNOW) if name in chosen]


def _rank(survey: Survey, item: RankItem, value: Any) -> list[str] | None:
    """The options in rank order, the highest first. Every place is given once, or none at all."""
    places = item.ranks or 0
    if isinstance(value, Mapping):
        given = {clean_text(option): clean_text(place) for option, place in value.items() if clean_text(place)}
        _known(survey, item, given)
        if not all(place.isascii() and place.isdigit() and 1 <= int(place[:9]) <= places for place in given.values()):
            raise InvalidAnswer("rank_place", n=places)
        if len(set(map(int, given.values()))) < len(given):
            raise InvalidAnswer("rank_twice")
        ranked = sorted(given, key=lambda option: int(given[option]))
    else:
        ranked = parts(value)
        _known(survey, item, ranked)
        if len(set(ranked)) < len(ranked):
            raise InvalidAnswer("rank_twice")
    if ranked and len(ranked) != places:
        raise InvalidAnswer("rank_all", n=places, given=len(ranked))
    return ranked or None


def _text(text: str, limit: int) -> str:
    if len(text) > limit:
        raise InvalidAnswer("too_long", n=limit, given=len(text))
    return text


def _integer(item: IntegerItem, text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise InvalidAnswer("not_whole")
    number = int(text)
    if number < (low := -INTEGER_LIMIT if item.min is None else item.min):
        raise InvalidAnswer("too_small", n=low)
    if number > (high := INTEGER_LIMIT if item.max is None else item.max):
        raise InvalidAnswer("too_large", n=high)
    return number


def _take_other(item: Item, value: Any, answers: dict[str, Any], refused: set[str]) -> None:
    given = parts(value)
    if not given:
        return
    if len(given) > 1:
        raise InvalidAnswer("one_only")
    text = _text(given[0], OTHER_LIMIT)
    chosen = answers.get(item.name) or []
    if item.name not in refused and not item.open_options & set([chosen] if isinstance(chosen, str) else chosen):
        raise InvalidAnswer("other_not_chosen")
    answers[item.other_key] = text
