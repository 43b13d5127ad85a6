"""Each type of question in the instruments: the editor, the facts beside an item, and XLSForm.

The only module of this app, beside the schema, that distinguishes types. A new type needs a class in
`instruments.schema.items` and a case in each function here; mypy and `tests/instruments/test_item_types.py` name what
is missing.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from ctnat.ui.digits import decimal_number, plain_number, whole_number
from ctnat.ui.formats import page_day
from ctnat.ui.lazy import StrOrPromise
from instruments.logic import patterns
from instruments.logic.rows import Kind
from instruments.logic.tree import ALWAYS, Tree
from instruments.logic.writing import write
from instruments.schema import DONT_KNOW, ITEM_TYPES, Item, SelectItem, Survey
from instruments.schema.items import (
    LARGEST,
    MOST_PLACES,
    MOST_STEPS,
    AcknowledgeItem,
    DateItem,
    DecimalItem,
    IntegerItem,
    RankItem,
    RatingItem,
    SelectMultipleItem,
    SelectOneItem,
    TextItem,
)

LABELS: Mapping[type[Item], StrOrPromise] = {  # in the order in which the editor offers them
    SelectOneItem: gettext_lazy("One choice"),
    SelectMultipleItem: gettext_lazy("Several choices"),
    RankItem: gettext_lazy("Ranking"),
    TextItem: gettext_lazy("Free text"),
    IntegerItem: gettext_lazy("Whole number"),
    DecimalItem: gettext_lazy("Decimal number"),
    DateItem: gettext_lazy("Date"),
    RatingItem: gettext_lazy("Rating in numbers"),
    AcknowledgeItem: gettext_lazy("Acknowledgement"),
}
PATTERN_LABELS: Mapping[str, StrOrPromise] = {
    "letters": gettext_lazy("letters only"),
    "digits": gettext_lazy("digits only"),
    "letters_digits": gettext_lazy("letters and digits only"),
    "percentage": gettext_lazy("a whole percentage, 0 to 100"),
    "year": gettext_lazy("a year of four digits"),
}
NAMES: Mapping[type[Item], str] = {cls: name for name, cls in ITEM_TYPES.items()}
CHOICES = tuple((name, LABELS[cls]) for name, cls in ITEM_TYPES.items())
MULTIPLE = "select_multiple"  # a row of a matrix of several choices
ROW, RANK, RATING = "select_one", "rank", "rating"  # a row of a matrix; a ranking; numbers side by side
FILTERED = tuple(name for name, cls in ITEM_TYPES.items() if issubclass(cls, SelectItem))  # options may be `offered_if`
NEW_ITEM = "select_one"  # the type that the form for a new item begins with
NEW_CHILD = "text"  # the type of the item with which a new section begins


# -- XLSForm -----------------------------------------------------------------------------------------------------------
BEGIN, END, NOTE, METADATA, CALCULATION, REPEAT = "begin", "end", "note", "metadata", "calculation", "repeat"
SCORE, SCORE_ROW, RANKING, RANKING_LEVEL, MATRIX = "score", "score__row", "ranking", "rank__level", "kobomatrix"

# Ours, or one of the words above, and how XLSForm spells it, now and earlier; separated by commas.
_SPELLINGS = (
    ("select_one", "select_one, select one, select one from, select1, add select one prompt using"),
    ("select_multiple", "select_multiple, select multiple, select multiple from, select all that apply"),
    ("select_multiple", "select all that apply from, select_all_that_apply, add select multiple prompt using"),
    ("rank", "rank"),
    ("text", "text, string, q string, add text prompt, tel"),
    ("integer", "integer, int, q int, add integer prompt"),
    ("decimal", "decimal, float, q decimal, add decimal prompt, numeric"),
    ("date", "date, q date, add date prompt"),
    ("rating", "range"),
    ("acknowledge", "acknowledge, trigger, q acknowledge, add acknowledge prompt"),
    (NOTE, "note, add note prompt"),
    (BEGIN, "begin group, begin_group, begin lgroup"),
    (REPEAT, "begin repeat, begin_repeat, begin loop, begin_loop"),
    (SCORE, "begin score, begin_score"),
    (SCORE_ROW, "score__row"),
    (RANKING, "begin rank, begin_rank"),
    (RANKING_LEVEL, "rank__level"),
    (MATRIX, "begin kobomatrix, begin_kobomatrix"),
    (END, "end group, end_group, end lgroup, end repeat, end_repeat, end loop, end_loop, end score, end_score"),
    (END, "end rank, end_rank, end kobomatrix, end_kobomatrix"),
    (CALCULATION, "calculate, calculation, hidden, q calculate"),
    (METADATA, "start, end, today, deviceid, subscriberid, simserial, phonenumber, phone number, username, email"),
    (METADATA, "audit, start-geopoint, background-audio, background-geopoint, start time, end time, imei, entity"),
    (METADATA, "get start time, get end time, get today, device id, get device id, uri:deviceid, uri:username"),
    (METADATA, "uri:email, uri:phonenumber, instanceid, instancename, csv-external, xml-external"),
)
XLSFORM_TYPES: Mapping[str, str] = {  # the longest spelling first: a shorter one may be its beginning
    spelling: kind
    for kind, spelling in sorted(
        ((kind, spelling) for kind, spellings in _SPELLINGS for spelling in spellings.split(", ")),
        key=lambda pair: -len(pair[1]),
    )
}
UNKNOWN_TYPES: Mapping[str, str] = {  # why a question of a type of XLSForm is left out
    **dict.fromkeys(
        ("image", "photo", "audio", "video", "file", "barcode"),
        gettext_noop("Photos, recordings, files and barcodes cannot be asked for."),
    ),
    **dict.fromkeys(
        ("geopoint", "geotrace", "geoshape", "location", "gps"), gettext_noop("Places on a map cannot be asked for.")
    ),
    **dict.fromkeys(
        ("select_one_from_file", "select_multiple_from_file", "select_one_external"),
        gettext_noop(
            "Its options are in a file beside the form. Upload the form and this file together in a ZIP archive, or "
            "write the options on the sheet “choices”."
        ),
    ),
}
OUTSIDE_LISTS: Mapping[str, str] = {  # types whose options are beside the sheet `choices` -> ours
    "select_one_from_file": "select_one",
    "select_multiple_from_file": "select_multiple",
    "select_one_external": "select_one",
}
STAND_INS: Mapping[str, tuple[str, str]] = {  # types that are asked as one of ours, and what to say about it
    "time": ("text", gettext_noop("A time of the day is asked as a text.")),
    **dict.fromkeys(
        ("datetime", "date time"), ("date", gettext_noop("Only the day is asked, without the time of the day."))
    ),
}


def xlsform_type(cell: str) -> tuple[str, str]:
    """(our type, or one of the words above; the rest, such as the name of a list) of a cell of the column `type`.

    The type is as it was written where it is unknown.
    """
    cell = " ".join(cell.split())
    lower = cell.lower()
    for alias, kind in XLSFORM_TYPES.items():
        if lower == alias or lower.startswith(f"{alias} "):
            return kind, cell[len(alias) :].strip()
    first, _, rest = cell.partition(" ")
    return (lower, "") if lower in UNKNOWN_TYPES or lower in STAND_INS else (first.lower(), rest)


@dataclass(frozen=True)
class Bounds:
    """How a constraint of XLSForm limits the answers of a type. `counts`: the number of chosen options."""

    read: Callable[[str], Any]  # None where it is no value of this type
    counts: bool = False
    whole: bool = False

    def allows(self, name: str, value: Any) -> bool:
        """Whether a definition takes `value` as `min` or `max`."""
        return not self.whole or (name == "max") <= value <= LARGEST


def _whole(written: str) -> int | None:
    return int(written) if re.fullmatch(r"-?[0-9]{1,10}", written) else None


def _decimal(written: str) -> float | None:
    return float(written) if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", written) else None


def _day(written: str) -> str | None:
    found = re.fullmatch(r"(?:date\(\s*)?['\"]([0-9]{4}-[0-9]{2}-[0-9]{2})['\"]\s*\)?", written)
    try:
        return datetime.date.fromisoformat(found[1]).isoformat() if found else None
    except ValueError:
        return None


def bound_from(kind: str, typed: str) -> Any:
    """`min` or `max` of an item of the type `kind`, as an editor typed it. Raises `ValueError`."""
    cls = ITEM_TYPES.get(kind, TextItem)
    if cls in (SelectMultipleItem, IntegerItem, RatingItem):
        number = whole_number(typed)
        if number is None or not 0 <= number < LARGEST:
            raise ValueError("write a whole number, such as 3.")
        return number
    if cls is DecimalItem:
        decimal = decimal_number(typed)
        if decimal is None:
            raise ValueError("write a number, such as 2.5.")
        return float(decimal)
    if cls is DateItem:
        try:
            return datetime.date.fromisoformat(plain_number(typed)).isoformat()
        except ValueError:
            raise ValueError("write a day as year-month-day, such as 2026-03-31.") from None
    raise ValueError("a question of this type has no bounds. Leave it blank, or choose another.")


BOUNDS: Mapping[type[Item], Bounds] = {
    SelectMultipleItem: Bounds(_whole, counts=True, whole=True),
    IntegerItem: Bounds(_whole, whole=True),
    RatingItem: Bounds(_whole, whole=True),
    DecimalItem: Bounds(_decimal),
    DateItem: Bounds(_day),
}


def xlsform_constraint(item: Item) -> str:
    """The bounds of an item as a constraint; blank where it has none."""
    match item:
        case SelectMultipleItem():
            return _xlsform_choices(item)
        case IntegerItem():
            return _constraint(".", item.min, item.max)
        case DecimalItem():
            return _constraint(".", *(None if bound is None else f"{bound:g}" for bound in (item.min, item.max)))
        case DateItem():
            return _constraint(".", *(bound and f"date('{bound.isoformat()}')" for bound in (item.min, item.max)))
        case TextItem():
            pattern = f"regex(., '{patterns.XLSFORM[item.pattern]}')" if item.pattern else ""
            length = _constraint("string-length(.)", item.min_length, item.max_length)
            return " and ".join(filter(None, (pattern, length)))
        case SelectOneItem() | RankItem() | RatingItem() | AcknowledgeItem():
            return ""
        case _:
            assert_never(item)


def xlsform_cells(item: Item) -> dict[str, Any]:
    """The cells by which a row of XLSForm says of what type an item without a list is, and what its ends mean."""
    if not isinstance(item, RatingItem):
        return {"type": item.type}
    found: dict[str, Any] = {"type": "range", "parameters": f"start={item.min} end={item.max} step=1"}
    ends = [(number, text.root) for number, text in ((item.min, item.low), (item.max, item.high)) if text]
    if ends and not item.hint:
        languages = dict.fromkeys(language for _, texts in ends for language in texts)
        found["hint"] = {
            language: "; ".join(f"{number} = {texts[language]}" for number, texts in ends if language in texts)
            for language in languages
        }
    return found


def slider(parameters: str) -> dict[str, Any] | None:
    """The type and the bounds of a slider of XLSForm that has whole numbers from 0 or more; None for any other."""
    found = {name.lower(): value for name, value in re.findall(r"(\w+)\s*=\s*(-?[0-9.]+)", parameters)}
    values = [found.get("start", "1"), found.get("end", "10"), found.get("step", "1")]
    if not all(re.fullmatch(r"[0-9]{1,9}", value) for value in values) or values[2] != "1":
        return None
    first, last = int(values[0]), int(values[1])
    cls = RatingItem if last - first <= MOST_STEPS else IntegerItem
    return {"type": NAMES[cls], "min": first, "max": last} if first < last else None


def number_between(parameters: str) -> dict[str, Any]:
    """A slider with other steps than 1 as a number between its ends."""
    found = {
        name.lower(): value for name, value in re.findall(r"(\w+)\s*=\s*(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)", parameters)
    }
    ends = [found.get("start", "1"), found.get("end", "10"), found.get("step", "1")]
    whole = all(end.isdigit() for end in ends)
    low, high = sorted(float(end) for end in ends[:2])
    if whole:
        return {"type": NAMES[IntegerItem], "min": int(low), "max": max(int(high), 1)}
    return {"type": NAMES[DecimalItem], "min": low, "max": high, "places": MOST_PLACES}


def _xlsform_choices(item: SelectMultipleItem) -> str:
    """How many may be chosen, and which options exclude the others."""
    if item.min is not None and item.min == item.max:
        bounds = f"count-selected(.) = {item.min}"
    else:
        bounds = _constraint("count-selected(.)", item.min, item.max)
    chosen = " or ".join(f"selected(., '{name}')" for name in item.exclusive_options)
    if not chosen:
        return bounds
    alone = f"if({chosen}, count-selected(.) = 1, "
    return f"{alone}{bounds or 'true()'})"


def _constraint(what: str, least: Any, most: Any) -> str:
    parts = ((">=", least), ("<=", most))
    return " and ".join(f"{what} {sign} {bound}" for sign, bound in parts if bound is not None)


def has_partial_ranking(item: Item) -> bool:
    """Whether only the first few places are ranked, which XLSForm's own `rank` cannot express."""
    return isinstance(item, RankItem) and item.places < len(item.options)


# -- rules of answers --------------------------------------------------------------------------------------------------
OWN: Tree = ["own"]


@dataclass(frozen=True)
class Rule:
    """What an answer must be. `tree` is about the answer; `code` names its messages, which `values` fill.

    The keys of the messages are `instruments.rule_CODE`, told before, and `surveys.error_CODE`, where it is broken.
    """

    code: str
    tree: Tree
    values: Mapping[str, Any] = field(default_factory=dict)


def rules_of_type(document: Survey, item: Item) -> Iterator[Rule]:
    """The rules for an answer to an item by its type, in the order in which they are checked.

    The page has an answer as text, as a number, or as a list of codes. A constraint is not among them.
    """
    match item:
        case SelectOneItem() | AcknowledgeItem() | RatingItem():
            pass  # the page offers nothing else
        case SelectMultipleItem():
            yield from _rules_of_choices(document, item)
        case RankItem():
            yield Rule("rank_all", ["=", ["count-selected", OWN], ["num", item.places]], {"n": item.places})
        case TextItem():
            if item.pattern:
                yield Rule(item.pattern, ["fits", ["str", item.pattern], OWN])
            yield from _bounds(["string-length", OWN], item.min_length, item.max_length, "few", "many", "_characters")
        case IntegerItem():
            yield Rule("not_whole", ["=", ["int", OWN], ["number", OWN]])
            yield from _bounds(OWN, item.min, item.max, "small", "large")
        case DecimalItem():
            yield Rule("not_decimal", ["=", ["number", OWN], ["number", OWN]], {"example": 2.5})
            digits = ["string-length", ["substring-after", ["string", OWN], ["str", "."]]]
            yield Rule("too_many_places", ["<=", digits, ["num", item.places]], {"n": item.places})
            yield from _bounds(OWN, item.min, item.max, "small", "large")
        case DateItem():
            yield Rule("not_date", ["=", ["number", OWN], ["number", OWN]])
            yield from _bounds(OWN, item.min, item.max, "early", "late")
        case _:
            assert_never(item)


def _bounds(what: Tree, least: Any, most: Any, less: str, more: str, unit: str = "") -> Iterator[Rule]:
    for sign, bound, code in ((">=", least, less), ("<=", most, more)):
        if bound is not None:
            day = isinstance(bound, datetime.date)
            value = ["date", ["str", bound.isoformat()]] if day else ["num", bound]
            yield Rule(f"too_{code}{unit}", [sign, what, value], {"n": bound})


def _rules_of_choices(document: Survey, item: SelectMultipleItem) -> Iterator[Rule]:
    count = ["count-selected", OWN]
    alone: list[Tree] = []
    dont_know = {DONT_KNOW: None} if document.dont_know(item) else {}
    for name, option in {**item.exclusive_options, **dont_know}.items():
        alone.append(["selected", OWN, ["str", name]])
        code = "exclusive" if option else "dont_know_alone"
        values = {"name": name, "option": option.text} if option else {"name": name}
        yield Rule(code, ["not", ["and", alone[-1], [">", count, ["num", 1]]]], values)
    for code, bound, counted in _counts(item, count):
        yield Rule(code, ["or", *alone, counted] if alone else counted, {"n": bound})


def _counts(item: SelectMultipleItem, count: Tree) -> Iterator[tuple[str, int, Tree]]:
    """(code, number, rule) of how many options are chosen, at least and at most."""
    low, high = item.min, item.max
    offered = _offered_count(item) if low else None
    # Where earlier answers leave fewer options, these are enough.
    least: Tree = ["min", ["num", low], offered] if offered else ["num", low]
    if low is not None and low == high:
        fewer = ["and", [">=", count, least], ["<=", count, ["num", high]]]
        yield "choose_exactly", low, fewer if offered else ["=", count, least]
        return
    if low is not None and low > 1:
        yield "choose_at_least", low, [">=", count, least]
    if high is not None:
        yield "choose_at_most", high, ["<=", count, ["num", high]]


def _offered_count(item: SelectMultipleItem) -> Tree | None:
    """How many of its options are offered, without those that exclude all others; None: always all of them."""
    counted = [option for option in item.options if not option.exclusive]
    if not any(option.offered_if for option in counted):
        return None
    alike: dict[str, tuple[Tree, int]] = {}
    for option in counted:
        tree = option.offered_if or ALWAYS
        written = write(tree)
        alike[written] = tree, alike.get(written, (tree, 0))[1] + 1
    found: Tree | None = None
    for tree, number in alike.values():
        part = ["if", tree, ["num", number], ["num", 0]]
        found = part if found is None else ["+", found, part]
    return found


# -- in words ----------------------------------------------------------------------------------------------------------
def facts(item: Item) -> list[str]:
    """The line below an item: its type, where its options come from, its bounds."""
    return [LABELS[type(item)].lower(), *_own_facts(item), *_common_facts(item)]


def _own_facts(item: Item) -> Iterator[str]:
    match item:
        case SelectOneItem() | SelectMultipleItem():
            if item.options:
                yield ngettext("{n} options", "{n} options", len(item.options)).format(n=len(item.options))
            if item.source:
                yield _("options: the list of countries, study countries first")
            if item.choices_of:
                yield _("options: those chosen in {item}").format(item=item.choices_of)
            if isinstance(item, SelectMultipleItem):
                yield from _bounds_in_words(item.min, item.max)
            if item.dont_know is False:
                yield _("without “don’t know”")
        case RankItem():
            yield ngettext("{n} options", "{n} options", len(item.options)).format(n=len(item.options))
            yield _("{places} places, 1 is highest").format(places=item.places)
        case IntegerItem():
            yield from _bounds_in_words(item.min, item.max)
        case DecimalItem():
            yield from _bounds_in_words(*(None if bound is None else f"{bound:g}" for bound in (item.min, item.max)))
            yield ngettext("up to {places} decimal place", "up to {places} decimal places", item.places).format(
                places=item.places
            )
        case DateItem():
            if item.min:
                yield _("not before {day}").format(day=page_day(item.min))
            if item.max:
                yield _("not after {day}").format(day=page_day(item.max))
        case RatingItem():
            yield _("{least} to {most}").format(least=item.min, most=item.max)
        case TextItem():
            if item.pattern:
                yield str(PATTERN_LABELS[item.pattern])
            if item.min_length or item.max_length:
                bounds = " · ".join(_bounds_in_words(item.min_length, item.max_length))
                yield _("characters: {bounds}").format(bounds=bounds)
        case AcknowledgeItem():
            pass
        case _:
            assert_never(item)


def _bounds_in_words(least: Any, most: Any) -> Iterator[str]:
    if least is not None and least == most:
        yield _("exactly {least}").format(least=least)
        return
    if least is not None:
        yield _("at least {least}").format(least=least)
    if most is not None:
        yield _("at most {most}").format(most=most)


def _common_facts(item: Item) -> Iterator[str]:
    if item.required:
        yield _("required")
    if item.profile:
        yield _("respondent’s {profile}").format(profile=item.profile)
    if item.unapplied:
        yield _("not applied here, kept for export: {rule}").format(rule=item.unapplied)


def condition_kind(item: Item) -> Kind:
    """What conditions can ask about its answer: `OPERATORS` of `instruments.logic.rows` lists it."""
    match item:
        case SelectOneItem() | AcknowledgeItem():
            return "one"
        case SelectMultipleItem() | RankItem():
            return "several"
        case IntegerItem() | DecimalItem() | RatingItem():
            return "number"
        case DateItem():
            return "day"
        case TextItem():
            return "words"
        case _:
            assert_never(item)


def has_countries(item: Item) -> bool:
    """Whether its options are the countries."""
    return isinstance(item, SelectOneItem | SelectMultipleItem) and item.source == "countries"


def answer_space(item: Item) -> str:
    """What paper shows where an item offers no options: `lines` for a text, `line` for a word, `day` for a date, `box`
    for an acknowledgement, `points` for the numbers of a rating."""
    match item:
        case TextItem():
            return "lines"
        case DateItem():
            return "day"
        case AcknowledgeItem():
            return "box"
        case RatingItem():
            return "points"
        case SelectOneItem() | SelectMultipleItem() | RankItem() | IntegerItem() | DecimalItem():
            return "line"
        case _:
            assert_never(item)
