"""The types of question a survey may ask: one frozen class per type, joined in the union `Item`.

Code that behaves differently by type belongs to the one module of its app that knows the types: this one and
`instruments/item_types.py`, `surveys/item_types.py`, `analysis/item_types/`, `reports/document/item_types.py`. There,
import the classes from here, match on them and end with `assert_never`, so that mypy names every place that a new type
still lacks:

    match item:
        case SelectOneItem():
            ...
        case SelectMultipleItem() | RankItem():
            ...
        case TextItem():
            ...
        case IntegerItem() | DecimalItem() | DateItem():
            ...
        case RatingItem() | AcknowledgeItem():
            ...
        case _:
            assert_never(item)

Documents published earlier are never rewritten: fields that do not belong to a type are ignored in
`BaseItem.pass_over_unused`.
"""

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from instruments.logic.tree import LogicError, from_stored
from instruments.schema.base import TEXT_LIMIT, Frozen, Name, Text, doubled, refuse

DONT_KNOW = "dont_know"
LARGEST = 1_000_000_000
MOST_PLACES = 6
MOST_STEPS = 10  # from the lowest to the highest number of a rating
ACKNOWLEDGED = "OK"  # as in data of XLSForm
PROFILES = ("country", "role", "tenure", "experience", "age", "sex")


def _condition(value: Any) -> Any:
    if value is None:
        return None
    try:
        return from_stored(value)
    except LogicError as error:
        raise ValueError(str(error)) from None


# A tree (instruments.logic.tree) that says when something is asked; what older versions hold is read as one.
Condition = Annotated[list[Any], BeforeValidator(_condition)]


class Option(Frozen):
    name: Name
    text: Text
    short: Text | None = None  # a label for charts
    open: bool = False  # asks for free text ("Other, please specify")
    exclusive: bool = False  # of several choices: cannot be chosen together with others ("None of these")
    offered_if: Condition | None = None  # on which earlier answers it is offered; None: always

    @property
    def label(self) -> Text:
        return self.short or self.text


def _rule(value: Any) -> Any:
    if value is None:
        return None
    try:
        return from_stored(value, own=True)
    except LogicError as error:
        raise ValueError(str(error)) from None


# The same about an answer, which is `["own"]` in it: whether it is allowed.
Rule = Annotated[list[Any], BeforeValidator(_rule)]


class BaseItem(Frozen):
    """What every answerable item has, whatever its type."""

    name: Name
    text: Text
    short: Text | None = None  # a label for charts
    hint: Text | None = None
    required: bool = False
    profile: Literal["country", "role", "tenure", "experience", "age", "sex"] | None = None
    relevant: Condition | None = None
    constraint: Rule | None = None  # which answers are allowed, beside the bounds of the type
    constraint_message: Text | None = None  # what is allowed, for respondents
    unapplied: str | None = Field(default=None, max_length=5_000)  # of an imported constraint: kept for the export only

    @model_validator(mode="before")
    @classmethod
    def pass_over_unused(cls, data: Any) -> Any:
        """Leave out blank fields of other types, and `min` and `max` where they never had an effect."""
        if not isinstance(data, dict):
            return data
        foreign = ALL_FIELDS - set(cls.model_fields)
        return {
            key: value
            for key, value in data.items()
            if not (key in foreign and (key in ("min", "max") or value is None or value in ([], ())))
        }

    @property
    def label(self) -> Text:
        return self.short or self.text

    @property
    def other_key(self) -> str:
        """The answers' key of the free text beside an open option."""
        return f"{self.name}_other"

    @property
    def open_options(self) -> frozenset[str]:
        """The options that ask for free text; empty where there are none."""
        return frozenset()


class OptionsItem(BaseItem):
    """An item that is answered with options. `options` may be empty where they come from elsewhere."""

    options: tuple[Option, ...] = ()

    @model_validator(mode="after")
    def check_options(self) -> "OptionsItem":
        refuse([*doubled([option.name for option in self.options], "option"), *self.option_faults()])
        return self

    def option_faults(self) -> Iterator[str]:
        """Further faults of the options of this type."""
        yield from ()

    @cached_property
    def _open_options(self) -> frozenset[str]:
        return frozenset(option.name for option in self.options if option.open)

    @property
    def open_options(self) -> frozenset[str]:
        return self._open_options


class SelectItem(OptionsItem):
    """One or several of the options. At most one of `options`, `source`, `choices_of` and a scale gives them.

    `dont_know`: None - offered beside the options unless something else is asked of the answer (`Survey.dont_know`);
    True or False - offered or not, as the author chose; a text - offered in these words.
    """

    source: Literal["countries"] | None = None  # options come from a list outside the document
    choices_of: Name | None = None  # options are those chosen in an earlier item
    dont_know: bool | Text | None = None

    def option_faults(self) -> Iterator[str]:
        if len(self.origins) > 1:
            yield "takes its options from more than one place; keep one of options, source, choices_of, scale"
        if self.dont_know and any(option.name == DONT_KNOW for option in self.options):
            yield f"has {DONT_KNOW} twice; keep it as an option, or beside the options"

    @property
    def origins(self) -> tuple[str, ...]:
        """Where the options come from: names of fields."""
        return tuple(name for name in ("options", "source", "choices_of", "scale") if getattr(self, name, None))


class SelectOneItem(SelectItem):
    """Answer: the name of one option. A row of a matrix is one whose `scale` is given by its matrix."""

    type: Literal["select_one"]
    scale: Name | None = None
    reverse: bool = False  # the other end of its scale is the favourable one


class SelectMultipleItem(SelectItem):
    """Answer: a list of names of options. `min` and `max` bound how many."""

    type: Literal["select_multiple"]
    min: int | None = Field(default=None, ge=0, le=LARGEST)
    max: int | None = Field(default=None, ge=1, le=LARGEST)

    @cached_property
    def exclusive_options(self) -> Mapping[str, Option]:
        """The options that cannot be chosen together with others, by name. Bounds do not apply to them."""
        return {option.name: option for option in self.options if option.exclusive}

    def option_faults(self) -> Iterator[str]:
        yield from super().option_faults()
        if self.options and max(self.min or 0, self.max or 0) > len(self.options):
            yield "asks for more choices than it has options"
        yield from bound_faults(self.min, self.max)


class RankItem(OptionsItem):
    """Answer: a list of `ranks` names of options, the highest first."""

    type: Literal["rank"]
    ranks: int | None = Field(default=None, ge=1, le=LARGEST)

    def option_faults(self) -> Iterator[str]:
        if any(option.offered_if for option in self.options):
            yield "is a ranking, which offers all of its options; remove offered_if"
        if not self.options:
            yield "ranks nothing: it needs options"
        elif not (self.ranks and self.ranks <= len(self.options)):
            yield "needs `ranks`, at most as many as it has options"

    @property
    def places(self) -> int:
        """How many places are given."""
        return self.ranks or len(self.options)


class RatingItem(BaseItem):
    """Answer: one of the whole numbers from `min` to `max`, which are shown side by side.

    `low` and `high`: what the lowest and the highest of them mean.
    """

    type: Literal["rating"]
    min: int = Field(default=0, ge=0, le=LARGEST)
    max: int = Field(default=10, ge=1, le=LARGEST)
    low: Text | None = None
    high: Text | None = None

    @model_validator(mode="after")
    def check_bounds(self) -> "RatingItem":
        if not self.min < self.max <= self.min + MOST_STEPS:
            raise ValueError(f"needs two to {MOST_STEPS + 1} numbers from min to max")
        return self

    @property
    def points(self) -> range:
        return range(self.min, self.max + 1)


class AcknowledgeItem(BaseItem):
    """A statement with one box. Answer: `ACKNOWLEDGED` where the box is ticked; otherwise there is none."""

    type: Literal["acknowledge"]


class TextItem(BaseItem):
    """Answer: text, of `min_length` to `max_length` characters, in the form that `pattern` names."""

    type: Literal["text"]
    pattern: Literal["letters", "digits", "letters_digits", "percentage", "year"] | None = None
    min_length: int | None = Field(default=None, ge=1, le=TEXT_LIMIT)
    max_length: int | None = Field(default=None, ge=1, le=TEXT_LIMIT)

    @model_validator(mode="after")
    def check_bounds(self) -> "TextItem":
        if self.min_length and self.max_length and self.min_length > self.max_length:
            raise ValueError("min_length is larger than max_length")
        return self


class IntegerItem(BaseItem):
    """Answer: a whole number from `min` to `max`."""

    type: Literal["integer"]
    min: int | None = Field(default=None, ge=0, le=LARGEST)
    max: int | None = Field(default=None, ge=1, le=LARGEST)

    @model_validator(mode="after")
    def check_bounds(self) -> "IntegerItem":
        refuse(bound_faults(self.min, self.max))
        return self


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("must be a number, such as 2.5")
    return float(value)


def _day(value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("must be a date such as 2026-03-31")


Number = Annotated[float, BeforeValidator(_number), Field(ge=-LARGEST, le=LARGEST)]
Day = Annotated[datetime.date, BeforeValidator(_day)]


class DecimalItem(BaseItem):
    """Answer: a number from `min` to `max` with at most `places` digits after the decimal sign."""

    type: Literal["decimal"]
    min: Number | None = None
    max: Number | None = None
    places: int = Field(default=2, ge=1, le=MOST_PLACES)

    @model_validator(mode="after")
    def check_bounds(self) -> "DecimalItem":
        faults = list(bound_faults(self.min, self.max))
        for name, bound in (("min", self.min), ("max", self.max)):
            if bound is not None and round(bound, self.places) != bound:
                faults.append(f"{name} has more than {self.places} digits after the decimal sign")
        refuse(faults)
        return self


class DateItem(BaseItem):
    """Answer: a day, as `2026-03-31`, from `min` to `max`."""

    type: Literal["date"]
    min: Day | None = None
    max: Day | None = None

    @model_validator(mode="after")
    def check_bounds(self) -> "DateItem":
        if self.min and self.max and self.min > self.max:
            raise ValueError("min is later than max")
        return self


def bound_faults(least: float | None, most: float | None) -> Iterator[str]:
    if least is not None and most is not None and least > most:
        yield "min is larger than max"


Item = (
    SelectOneItem
    | SelectMultipleItem
    | RankItem
    | TextItem
    | IntegerItem
    | DecimalItem
    | DateItem
    | RatingItem
    | AcknowledgeItem
)
ITEM_TYPES: Mapping[str, type[Item]] = {get_args(cls.model_fields["type"].annotation)[0]: cls for cls in get_args(Item)}
ALL_FIELDS = frozenset(name for cls in ITEM_TYPES.values() for name in cls.model_fields)
