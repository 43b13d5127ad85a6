"""Answers against their questionnaire. Pure: no database, no request.

Raw answers map an item code, or `CODE_other` for the free text beside an open option, to what was posted, typed or
imported (surveys/item_types.py lists the values of each type). `check` returns clean answers and the errors.

Skipping is always possible unless the item is `required`; `dont_know` counts as an answer of its own kind.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from instruments.logic.evaluate import OWN, holds
from instruments.logic.patterns import PATTERNS
from instruments.logic.tree import references
from instruments.schema import DONT_KNOW, Item, Survey
from surveys.item_types import choices_of, clean
from surveys.questionnaire.values import InvalidAnswer, clean_text, parts, short_text

OTHER_LIMIT = 500  # characters
# Rules that the questionnaire's own message for the question may explain.
EXPLAINED = frozenset(
    [
        *PATTERNS,
        *("too_small", "too_large", "too_early", "too_late", "too_few_characters", "too_many_characters"),
        *("choose_exactly", "choose_at_least", "choose_at_most", "too_many_places", "constraint"),
    ]
)
NEVER_AS_GIVEN = frozenset(["unknown_item", "too_long"])  # errors of a program or a table, not of a respondent


@dataclass(frozen=True)
class AnswerError:
    """An error at `key` (an item code, or `CODE_other`). `code` identifies the message, `values` fill it."""

    key: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def error_at(item: Item, code: str, values: Mapping[str, Any]) -> AnswerError:
    """The error of an answer that breaks a rule; `own` is the questionnaire's message, where it may explain it."""
    own = {"own": item.constraint_message} if item.constraint_message and code in EXPLAINED else {}
    return AnswerError(item.name, code, {**values, **own})


@dataclass(frozen=True)
class Checked:
    answers: dict[str, Any]
    errors: tuple[AnswerError, ...]


def check(survey: Survey, raw: Mapping[str, Any], today: date | None = None) -> Checked:
    """Clean answers in the order of the form, and every error. Nothing is repaired by guessing.

    `today` is the day for conditions that ask for it; None: the present day (UTC).
    """
    today = today or datetime.now(UTC).date()
    answers: dict[str, Any] = {}
    errors: list[AnswerError] = []
    refused: set[str] = set()
    known: set[str] = set()
    for item in survey.items:
        known |= {item.name, item.other_key} if item.open_options else {item.name}
        try:
            answer = _answer(survey, item, raw.get(item.name), answers, refused, today)
            if answer is not None:
                answers[item.name] = answer
        except InvalidAnswer as error:
            if error.code != "not_asked":  # then it is blank for what comes after it, whatever was answered
                refused.add(item.name)
            errors.append(error_at(item, error.code, error.values))
        if item.open_options:
            try:
                _take_other(item, raw.get(item.other_key), answers, refused)
            except InvalidAnswer as error:
                errors.append(AnswerError(item.other_key, error.code, error.values))
    strangers = [key for key in raw if key not in known]
    errors += [AnswerError(clean_text(key)[:60], "unknown_item") for key in strangers[:20]]
    return Checked(answers, tuple(errors))


@dataclass(frozen=True)
class AsGiven:
    """`invalid`: key -> {"given": raw value, None where nothing was; "code": which rule it breaks}."""

    answers: dict[str, Any]
    invalid: dict[str, dict[str, Any]]
    errors: tuple[AnswerError, ...]


def check_as_given(
    survey: Survey, raw: Mapping[str, Any], accepted: Collection[str] | None = None, today: date | None = None
) -> AsGiven:
    """`check`, with what breaks a rule kept as given for the keys in `accepted` (None: for all of them).

    `errors` are those that remain. Words beside an invalid answer are not valid either.
    """
    checked = check(survey, raw, today)
    answers, invalid, errors = dict(checked.answers), dict[str, dict[str, Any]](), list[AnswerError]()
    for error in checked.errors:
        if error.code not in NEVER_AS_GIVEN and (accepted is None or error.key in accepted):
            invalid[error.key] = {"given": raw.get(error.key), "code": error.code}
        else:
            errors.append(error)
    for key in list(invalid):
        item = survey.by_name.get(key)
        if item and item.other_key in answers:
            invalid[item.other_key] = {"given": answers.pop(item.other_key), "code": invalid[key]["code"]}
    return AsGiven(answers, invalid, tuple(errors))


def _answer(survey: Survey, item: Item, value: Any, answers: Mapping[str, Any], refused: set[str], today: date) -> Any:
    """The clean answer to one item, None where it is skipped. Raises `InvalidAnswer`."""
    if value is None and not item.required:  # most questions of most forms
        return None
    filters = survey.filters(item)
    if not filters:  # as of most
        left_out = frozenset[str]()
    elif not refused or refused.isdisjoint(code for tree in filters.values() for code in references(tree)):
        left_out = survey.not_offered(item, answers, today)
    else:  # an answer on which it depends has to be corrected first
        left_out = frozenset[str]()
    answer = clean(survey, item, value, left_out)
    condition = survey.conditions.get(item.name)
    earlier_items = references(condition) if condition else ()
    is_certain = refused.isdisjoint(earlier_items)
    if condition is not None and is_certain and not survey.is_relevant(item, answers, today):
        if answer is not None:
            if not earlier_items:  # asked of nobody, or not on this day: the page does not show it
                raise InvalidAnswer("unknown_item")
            raise InvalidAnswer("not_asked", item=", ".join(earlier_items))
        return None
    if answer is None:
        if item.required and is_certain:
            raise InvalidAnswer("required")
        return None
    earlier = choices_of(item)
    if earlier and earlier not in refused:
        chosen = answers.get(earlier) or []
        if any(option not in chosen for option in (answer if isinstance(answer, list) else [answer])):
            raise InvalidAnswer("not_chosen", item=earlier)
    for option in survey.options(item) if left_out else ():
        if option.name in left_out and option.name in (answer if isinstance(answer, list) else [answer]):
            raise InvalidAnswer(
                "not_offered", option=option.text, item=", ".join(references(filters[option.name])) or item.name
            )
    _check_rule(item, answer, answers, refused, today)
    return answer


def _check_rule(item: Item, answer: Any, answers: Mapping[str, Any], refused: set[str], today: date) -> None:
    """Raise `InvalidAnswer` where the constraint of an item does not allow the answer."""
    if item.constraint is None or answer in (DONT_KNOW, [DONT_KNOW]):
        return
    if refused.isdisjoint(references(item.constraint)) and not holds(item.constraint, {**answers, OWN: answer}, today):
        raise InvalidAnswer("constraint")


def _take_other(item: Item, value: Any, answers: dict[str, Any], refused: set[str]) -> None:
    given = parts(value)
    if not given:
        return
    if len(given) > 1:
        raise InvalidAnswer("one_only")
    text = short_text(given[0], OTHER_LIMIT)
    chosen = answers.get(item.name) or []
    if item.name not in refused and not item.open_options & set([chosen] if isinstance(chosen, str) else chosen):
        raise InvalidAnswer("other_not_chosen")
    answers[item.other_key] = text
