"""Each type of question in surveys: how an answer is read, cleaned, shown, and typed from paper. Pure.

The only module of surveys that names a type. Each function matches on the classes of `instruments.schema` and ends with
`assert_never`, so that mypy names what a new type still lacks.

    type              raw value, as it arrives                              clean answer, as it is stored
    select_one        text                                                  "adequate"
    select_multiple   list of texts                                         ["origin", "transit"]
    rank              list of texts, or a map option -> place               ["J", "A", "B"]
    text              text                                                  "A few words"
    integer           text                                                  12
    decimal           text                                                  2.5
    date              text, or a map with day, month and year               "2026-03-31"
    rating            text                                                  7
    acknowledge       text                                                  "OK"

Codes may come in other capitals, numbers in the digits of any script, countries by name.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, assert_never

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ctnat.ui.countries import country_name, find_country, is_country
from ctnat.ui.digits import ascii_digits, decimal_number, plain_number, whole_number
from ctnat.ui.formats import format_date, format_number, page_day, with_decimal_sign
from instruments.logic.patterns import fits
from instruments.schema import DONT_KNOW, Item, SelectItem, Survey, Text
from instruments.schema.items import (
    ACKNOWLEDGED,
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
from surveys.questionnaire.values import InvalidAnswer, clean_text, parts, short_text

TEXT_LIMIT = 10_000  # characters
NUMBER_LIMIT = 1_000_000_000
DATE_PARTS = ("day", "month", "year")
ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
DOTTED_DATE = re.compile(r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?(?P<year>[0-9]{4})")
TICKED, NOT_TICKED = frozenset(["1", "x", "yes", "true"]), frozenset(["0", "no", "false"])  # of one box
SEPARATORS = re.compile("[,;،؛]")

Widget = Literal["choices", "list", "ranks", "text", "number", "date", "rating"]
AnswerKind = Literal["one", "several", "ranked", "words", "whole", "fractional", "date"]


# Options --------------------------------------------------------------------------------------------------------------


def has_countries(item: Item) -> bool:
    """Whether its options are the countries."""
    return isinstance(item, SelectItem) and item.source == "countries"


def choices_of(item: Item) -> str:
    """The earlier item whose chosen options it offers, else blank."""
    return (item.choices_of or "") if isinstance(item, SelectItem) else ""


def is_numbered(item: Item) -> bool:
    """Whether paper entry numbers its options; the numbers of a rating are typed themselves."""
    return not isinstance(item, RatingItem)


def option_names(document: Survey, item: Item) -> tuple[str, ...]:
    return document.option_names(item)


def find_code(document: Survey, item: Item, value: str) -> str | None:
    """The stored name of the option that `value` means; None where it is none."""
    names = option_names(document, item)
    has_dont_know = document.offers_dont_know(item)
    if value in names or (has_dont_know and value == DONT_KNOW):
        return value
    if has_countries(item) and (country := value if is_country(value) else find_country(value)):
        return country
    offered = (*names, DONT_KNOW) if has_dont_know else names
    alike = [name for name in offered if name.casefold() == ascii_digits(value).casefold()]
    return alike[0] if len(alike) == 1 else None


def _code(document: Survey, item: Item, value: str) -> str:
    found = find_code(document, item, value)
    if found is None:
        raise InvalidAnswer("unknown_option", value=value[:40])
    return found


# Cleaning -------------------------------------------------------------------------------------------------------------


def clean(document: Survey, item: Item, value: Any, left_out: Collection[str] = ()) -> Any:
    """The clean answer of a raw value; None where it is blank. Raises `InvalidAnswer`.

    `left_out` are options that earlier answers leave out: nobody has to choose more than the others.
    """
    match item:  # the most frequent types first: a class takes time to ask
        case SelectOneItem():
            return _code(document, item, text) if (text := _single(value)) else None
        case TextItem():
            return _clean_text(item, text) if (text := _single(value)) else None
        case SelectMultipleItem():
            return _clean_several(document, item, parts(value), left_out)
        case RankItem():
            return _clean_rank(document, item, value)
        case DateItem():
            return _clean_date(item, value)
        case IntegerItem() | RatingItem():
            return _clean_integer(item, text) if (text := _single(value)) else None
        case DecimalItem():
            return _clean_decimal(item, value)
        case AcknowledgeItem():
            return _clean_box(document, item, _single(value))
        case _:
            assert_never(item)


def _single(value: Any) -> str:
    given = parts(value)
    if len(given) > 1:
        raise InvalidAnswer("one_only")
    return given[0] if given else ""


def _clean_box(document: Survey, item: AcknowledgeItem, text: str) -> str | None:
    plain = ascii_digits(text).casefold()
    if not text or plain in NOT_TICKED:
        return None
    return ACKNOWLEDGED if plain in TICKED else _code(document, item, text)


def _clean_several(
    document: Survey, item: SelectMultipleItem, given: list[str], left_out: Collection[str]
) -> list[str] | None:
    if not given:
        return None
    codes = [_code(document, item, value) for value in given]
    if len(set(codes)) < len(codes):
        raise InvalidAnswer("twice")
    if DONT_KNOW in codes and len(codes) > 1:
        raise InvalidAnswer("dont_know_alone")
    alone = item.exclusive_options
    if len(codes) > 1 and (found := next((code for code in codes if code in alone), None)):
        raise InvalidAnswer("exclusive", option=alone[found].text)
    if codes == [DONT_KNOW] or codes[0] in alone:  # bounds count chosen options; these are none of them
        return codes
    low, high = item.min, item.max
    if low is not None and left_out:
        low = min(low, sum(option.name not in left_out and option.name not in alone for option in item.options))
    if low is not None and low == high and len(codes) != low:
        raise InvalidAnswer("choose_exactly", n=low, given=len(codes))
    if low is not None and len(codes) < low:
        raise InvalidAnswer("choose_at_least", n=low, given=len(codes))
    if high is not None and len(codes) > high:
        raise InvalidAnswer("choose_at_most", n=high, given=len(codes))
    return codes if item.source else in_order(option_names(document, item), codes)


def in_order(names: Sequence[str], given: Iterable[str]) -> list[str]:
    """`given` in the order of the form, don't know last."""
    chosen = set(given)
    return [name for name in (*names, DONT_KNOW) if name in chosen]


def _clean_rank(document: Survey, item: RankItem, value: Any) -> list[str] | None:
    """The options in rank order, the highest first. Every place is given once, or none at all."""
    if isinstance(value, Mapping):
        ranked = _ranked(document, item, value)
    else:
        ranked = [_code(document, item, option) for option in parts(value)]
    if len(set(ranked)) < len(ranked):
        raise InvalidAnswer("rank_twice")
    if ranked and len(ranked) != item.places:
        raise InvalidAnswer("rank_all", n=item.places, given=len(ranked))
    return ranked or None


def _ranked(document: Survey, item: RankItem, places: Mapping[str, Any]) -> list[str]:
    typed = [(clean_text(option), clean_text(place)) for option, place in places.items() if clean_text(place)]
    codes = [_code(document, item, option) for option, _ in typed]
    numbers = [number for _, place in typed if 1 <= (number := whole_number(place) or 0) <= item.places]
    if len(numbers) < len(typed):
        raise InvalidAnswer("rank_place", n=item.places)
    if len(set(numbers)) < len(numbers):
        raise InvalidAnswer("rank_twice")
    return [code for _, code in sorted(zip(numbers, codes, strict=True))]


def _clean_text(item: TextItem, given: str) -> str:
    text = short_text(given, TEXT_LIMIT)
    if item.pattern and not fits(item.pattern, text):
        raise InvalidAnswer(item.pattern)
    if item.min_length is not None and len(text) < item.min_length:
        raise InvalidAnswer("too_few_characters", n=item.min_length, given=len(text))
    if item.max_length is not None and len(text) > item.max_length:
        raise InvalidAnswer("too_many_characters", n=item.max_length, given=len(text))
    return text


def _clean_integer(item: IntegerItem | RatingItem, text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise InvalidAnswer("not_whole")
    if number < (low := -NUMBER_LIMIT if item.min is None else item.min):
        raise InvalidAnswer("too_small", n=low)
    if number > (high := NUMBER_LIMIT if item.max is None else item.max):
        raise InvalidAnswer("too_large", n=high)
    return number


def _clean_decimal(item: DecimalItem, value: Any) -> float | None:
    stored = isinstance(value, float)  # in digits alone: Python writes 0.000001 as 1e-06
    text = f"{value:.{item.places}f}" if stored and round(value, item.places) == value else _single(value)
    if not text:
        return None
    number = decimal_number(text)
    if number is None:
        raise InvalidAnswer("not_decimal", example=2.5)
    if number != round(number, item.places):
        raise InvalidAnswer("too_many_places", n=item.places)
    if number < Decimal(str(low := -NUMBER_LIMIT if item.min is None else item.min)):
        raise InvalidAnswer("too_small", n=low)
    if number > Decimal(str(high := NUMBER_LIMIT if item.max is None else item.max)):
        raise InvalidAnswer("too_large", n=high)
    return float(number)


def _clean_date(item: DateItem, value: Any) -> str | None:
    day = _day_of_parts(value) if isinstance(value, Mapping) else _day_of_text(_single(value))
    if day is None:
        return None
    if item.min and day < item.min:
        raise InvalidAnswer("too_early", n=item.min)
    if item.max and day > item.max:
        raise InvalidAnswer("too_late", n=item.max)
    return day.isoformat()


def _day_of_parts(value: Mapping[str, Any]) -> date | None:
    typed = [clean_text(value.get(part) or "") for part in DATE_PARTS]
    if not any(typed):
        return None
    numbers = [whole_number(text) or 0 for text in typed]
    return _existing_day(numbers[2], numbers[1], numbers[0])


def _day_of_text(text: str) -> date | None:
    """Of "2026-03-31" or "31.3.2026". Not of "3/4/2026", which is April here and March there."""
    if not text:
        return None
    found = ISO_DATE.fullmatch(plain_number(text)) or DOTTED_DATE.fullmatch(plain_number(text))
    if found is None:
        raise InvalidAnswer("not_date")
    return _existing_day(int(found["year"]), int(found["month"]), int(found["day"]))


def _existing_day(year: int, month: int, day: int) -> date:
    if year < 1000:  # "26" is no year: 1926 or 2026
        raise InvalidAnswer("not_date")
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidAnswer("not_date") from None


# Reading --------------------------------------------------------------------------------------------------------------


def posted_value(item: Item, given: list[str], by_part: Mapping[str, str]) -> Any:
    """The raw value of the fields posted for an item, of which at least one is filled in.

    `given` are the values of the fields named by its code, `by_part` those named `CODE:PART`.
    """
    match item:
        case RankItem() | DateItem():
            return [*given, *by_part] if given else dict(by_part)
        case SelectMultipleItem():
            return given
        case SelectOneItem() | TextItem() | IntegerItem() | DecimalItem() | RatingItem() | AcknowledgeItem():
            return given if len(given) > 1 else given[0]
        case _:
            assert_never(item)


def has_parts(item: Item) -> bool:
    """Whether its fields are posted as `CODE:PART`: places of options, or day, month and year."""
    match item:
        case RankItem() | DateItem():
            return True
        case SelectOneItem() | SelectMultipleItem() | RatingItem() | AcknowledgeItem():
            return False
        case TextItem() | IntegerItem() | DecimalItem():
            return False
        case _:
            assert_never(item)


def answer_kind(item: Item) -> AnswerKind:
    """What one answer consists of: an option, several, several in order, words, a number or a day."""
    match item:
        case SelectOneItem() | AcknowledgeItem():
            return "one"
        case SelectMultipleItem():
            return "several"
        case RankItem():
            return "ranked"
        case TextItem():
            return "words"
        case IntegerItem() | RatingItem():
            return "whole"
        case DecimalItem():
            return "fractional"
        case DateItem():
            return "date"
        case _:
            assert_never(item)


def is_box(item: Item) -> bool:
    """Whether it is answered by ticking one box: a tick in a table, such as TRUE, is its one option."""
    return isinstance(item, AcknowledgeItem)


def places_of(item: Item) -> int:
    """How many places of a ranking are given; 0 for other items."""
    return item.places if isinstance(item, RankItem) else 0


def value_of_cell(document: Survey, item: Item, cell: str) -> Any:
    """The raw value of a cell of a table: several options are separated by spaces, commas or semicolons."""
    match item:
        case (
            SelectOneItem() | TextItem() | IntegerItem() | DecimalItem() | DateItem() | RatingItem() | AcknowledgeItem()
        ):
            return cell
        case SelectMultipleItem() | RankItem():
            return _words(document, item, cell)
        case _:
            assert_never(item)


def value_of_line(document: Survey, item: Item, line: str) -> Any:
    """The raw value of a line typed from paper.

    Options are the numbers printed beside them (1, 2, ...; 0 is don't know) or their names, several separated by
    spaces or commas, those of a rank item in rank order.
    """
    match item:
        case SelectOneItem():
            named = [line.strip()] if item.source else [_named(document, item, word) for word in _words_of(line)]
            return named if len(named) > 1 else named[0]
        case SelectMultipleItem() | RankItem():
            return [_named(document, item, word) for word in _words(document, item, line)]
        case TextItem() | IntegerItem() | DecimalItem() | DateItem() | RatingItem() | AcknowledgeItem():
            return line
        case _:
            assert_never(item)


def _words_of(line: str) -> list[str]:
    return SEPARATORS.sub(" ", line).split() or [line]


def _words(document: Survey, item: Item, line: str) -> list[str]:
    """The options in one line. A name of several words ("South Korea") is one option."""
    if find_code(document, item, clean_text(line)):
        return [line.strip()]
    found: list[str] = []
    for piece in SEPARATORS.split(line):
        found += [piece.strip()] if find_code(document, item, clean_text(piece)) else piece.split()
    return found


def _named(document: Survey, item: Item, word: str) -> str:
    """A number is the one printed beside the options, even where another option has that number for a name: the page
    shows the typist which option the printed number means."""
    names, number = option_names(document, item), whole_number(word)
    if number == 0 and document.dont_know(item):
        return DONT_KNOW
    return names[number - 1] if number is not None and 0 < number <= len(names) else word


# Showing --------------------------------------------------------------------------------------------------------------


def widget(item: Item) -> Widget:
    """Which template shows its fields to respondents: `templates/surveys/_field_WIDGET.html`."""
    match item:
        case SelectOneItem() | SelectMultipleItem():
            return "list" if item.source else "choices"
        case AcknowledgeItem():
            return "choices"
        case RatingItem():
            return "rating"
        case RankItem():
            return "ranks"
        case TextItem():
            return "text"
        case IntegerItem() | DecimalItem():
            return "number"
        case DateItem():
            return "date"
        case _:
            assert_never(item)


def widget_context(item: Item, given: Any, options: Sequence[tuple[str, Any, Any]]) -> dict[str, Any]:
    """What the template of an item's widget needs. `given` is a raw value, to be shown again.

    `options` are (name, text, whether it asks for words); those of a rank item become (name, text, place given).
    """
    texts = [] if isinstance(given, Mapping) else parts(given)
    match item:
        case SelectOneItem():
            clearable = not item.scale and not item.required
            own: dict[str, Any] = {"input_type": "radio", "scale": item.scale, "no_answer": clearable}
            return own | {"options": options, "chosen": texts}
        case SelectMultipleItem():
            own = {"input_type": "checkbox", "several": True, "limit": item.max}
            return own | {"options": options, "chosen": texts}
        case RatingItem():
            given_numbers = [plain_number(text) for text in texts]
            return {"options": options, "chosen": given_numbers, "scale": True}
        case AcknowledgeItem():
            return {"input_type": "checkbox", "options": options, "chosen": texts}
        case RankItem():
            given_places = given if isinstance(given, Mapping) else {name: n for n, name in enumerate(texts, start=1)}
            places = {str(name): plain_number(clean_text(place)) for name, place in given_places.items()}
            ranked = [(name, text, places.get(name, "")) for name, text, _ in options]
            return {"options": ranked, "places": range(1, item.places + 1), "limit": item.places}
        case TextItem():
            return {"chosen": "\n".join(texts), "text_limit": TEXT_LIMIT}
        case IntegerItem():
            return {"chosen": " ".join(texts), "keyboard": "numeric"}
        case DecimalItem():
            return {"chosen": " ".join(texts), "keyboard": "decimal"}
        case DateItem():
            return {"chosen": _date_parts(given, " ".join(texts))}
        case _:
            assert_never(item)


def _date_parts(given: Any, text: str) -> dict[str, Any]:
    if isinstance(given, Mapping):
        typed = {part: clean_text(given.get(part) or "") for part in DATE_PARTS}
    else:
        found = ISO_DATE.fullmatch(plain_number(text)) or DOTTED_DATE.fullmatch(plain_number(text))
        typed = dict(found.groupdict()) if found else {"day": text, "month": "", "year": ""}
    return typed | {"month_number": whole_number(typed["month"]) or 0}


def ends(item: Item) -> dict[str, Text]:
    """What the lowest and the highest number of a rating mean: `low` and `high`, as far as it says so."""
    if not isinstance(item, RatingItem):
        return {}
    return {name: text for name, text in (("low", item.low), ("high", item.high)) if text}


def entry_hint(item: Item) -> str:
    """What a typist types into its field."""
    match item:
        case SelectOneItem():
            return _("a country or its code") if item.source else _("one number")
        case SelectMultipleItem():
            return _("countries, separated by commas") if item.source else _("numbers, separated by spaces")
        case RankItem():
            return _("numbers in rank order")
        case TextItem():
            return _("text")
        case IntegerItem():
            return _("a whole number")
        case DecimalItem():
            return _("a number")
        case DateItem():
            return _("year-month-day or day.month.year")
        case RatingItem():
            return _("a number from {least} to {most}").format(least=item.min, most=item.max)
        case AcknowledgeItem():
            return _("1 if ticked, otherwise blank")
        case _:
            assert_never(item)


def entry_kind(document: Survey, item: Item) -> Literal["lines", "line", "key"]:
    """How a typist's field works: several lines, one line, or one key that is a whole answer."""
    match item:
        case TextItem():
            return "lines"
        case SelectOneItem() | AcknowledgeItem():
            return "key" if 0 < len(document.options(item)) < 10 else "line"
        case SelectMultipleItem() | RankItem() | IntegerItem() | DecimalItem() | DateItem() | RatingItem():
            return "line"
        case _:
            assert_never(item)


def answer_in_words(document: Survey, item: Item, answer: Any, dont_know: str) -> str:
    """A stored answer as a member sees it: labels in English, numbers and dates as on the page."""
    match item:
        case TextItem() | IntegerItem() | RatingItem():
            return str(answer)
        case DecimalItem():
            return with_decimal_sign(format(Decimal(str(answer)).normalize(), "f"), get_language() or "en")
        case DateItem():
            return page_day(date.fromisoformat(str(answer)))
        case SelectOneItem() | SelectMultipleItem() | RankItem() | AcknowledgeItem():
            names = answer if isinstance(answer, list) else [answer]
            shown = [_label(document, item, str(name), dont_know) for name in names]
            if isinstance(item, RankItem):
                shown = [f"{place}. {label}" for place, label in enumerate(shown, start=1)]
            return "; ".join(shown)
        case _:
            assert_never(item)


def quoted_parts(item: Item, answer: Any, language: str, label: Callable[[str], str]) -> list[str]:
    """The parts of a clean answer as a text quotes them in `language`; none of "don't know", which says nothing.

    `label` gives the words of an option.
    """
    match item:
        case SelectOneItem() | SelectMultipleItem() | RankItem() | AcknowledgeItem():
            names = answer if isinstance(answer, list) else [answer]
            return [label(str(name)) for name in names if name != DONT_KNOW]
        case TextItem():
            return [str(answer)]
        case IntegerItem() | DecimalItem() | RatingItem():
            return [format_number(answer, language)]
        case DateItem():
            return [format_date(date.fromisoformat(str(answer)), language)]
        case _:
            assert_never(item)


def _label(document: Survey, item: Item, name: str, dont_know: str) -> str:
    if name == DONT_KNOW:
        return dont_know
    labels = {option.name: str(option.label) for option in document.options(item)}
    return country_name(name) if has_countries(item) else labels.get(name, name)
