"""Dates, lists and numbers as a language writes them, from CLDR; English if CLDR does not know it."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from babel import Locale
from babel.dates import format_date as _format_date
from babel.dates import format_skeleton, format_timedelta, get_month_names
from babel.dates import format_time as _format_time
from babel.lists import format_list as _format_list
from babel.numbers import format_decimal, format_percent, get_decimal_symbol
from babel.units import format_unit
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language

from ctnat.translation.plurals import language_and_script, locale_of

# Letters whose place in the alphabet is not the one of their code point.
PLACES = str.maketrans({"ə": "e\uffff", "ı": "h\uffff", "й": "и\uffff", "ё": "е\uffff", "ў": "у\uffff", "ї": "і\uffff"})
LIST_PARTS = ("start", "middle", "end")

Day = TypeVar("Day", bound=date)


def _locale(language: str) -> Locale:
    return locale_of(language) or Locale.parse("en_GB")


def format_date(day: date, language: str) -> str:
    """`30 June 2016`, `30 июня 2016 г.`: with the month in words, in the Gregorian calendar."""
    return _format_date(day, "long", _locale(language))


def format_moment(moment: datetime, language: str) -> str:
    """`30 June 2016, 18:00` on the 24-hour clock, in the time zone of the given moment."""
    return _day_and_time(format_date(moment.date(), language), moment, language)


def format_short_date(day: date, language: str) -> str:
    """`30 Jun 2016`, `30 июн. 2016 г.`: with the month in words, shortened, for tables."""
    return format_skeleton("yMMMd", datetime(day.year, day.month, day.day, tzinfo=UTC), locale=_locale(language))


def format_clock(moment: datetime, language: str) -> str:
    """`18:00`, in the time zone of the given moment."""
    return _format_time(moment, "HH:mm", locale=_locale(language))


def _day_and_time(day: str, moment: datetime, language: str) -> str:
    joined = str(_locale(language).datetime_formats["medium"])
    return joined.replace("'", "").format(format_clock(moment, language), day)


def page_day(at: date | datetime) -> str:
    """A date, or the date of a moment in the current time zone, in the language of the page or the mail being made."""
    return format_date(_here(at), get_language() or "en")


page_day_lazy = lazy(page_day, str)


def page_short_day(at: date | datetime) -> str:
    """As `page_day`, with the month shortened."""
    return format_short_date(_here(at), get_language() or "en")


def page_weekday(at: date | datetime) -> str:
    """`Thursday` in the language of the page."""
    return _format_date(_here(at), "EEEE", _locale(get_language() or "en"))


def page_moment(at: datetime) -> str:
    """`30 June 2016, 18:00` in the current time zone and in the language of the page or the mail being made."""
    return format_moment(_here(at), get_language() or "en")


def page_short_moment(at: datetime) -> str:
    """As `page_moment`, with the month shortened."""
    language = get_language() or "en"
    return _day_and_time(format_short_date(_here(at), language), _here(at), language)


def page_clock(at: datetime) -> str:
    """`18:00` in the current time zone."""
    return format_clock(_here(at), get_language() or "en")


def page_ago(at: datetime) -> str:
    """`3 hours ago`, counted from now, in the language of the page."""
    return format_timedelta(at - timezone.now(), add_direction=True, locale=_locale(get_language() or "en"))


def page_number(number: float) -> str:
    """A number with the signs of the language of the page, thousands separated: `12,345.5`, `12 345,5`."""
    return format_decimal(number, locale=_locale(get_language() or "en"))


def page_size(size: int) -> str:
    """A number of bytes as `1.5 MB` in the language of the page; 1 kB is 1,024 bytes."""
    units = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
    power = next((n for n in range(len(units) - 1) if size < 1024 ** (n + 1)), len(units) - 1)
    number = round(size / 1024**power, 1 if power else 0)
    return format_unit(number, f"digital-{units[power]}", "short", locale=_locale(get_language() or "en"))


def page_percent(percent: int) -> str:
    """`57%`, `57 %` in the language of the page."""
    return format_percent(percent / 100, locale=_locale(get_language() or "en"))


def _here(at: Day) -> Day:
    return cast("Day", timezone.localtime(at)) if isinstance(at, datetime) and timezone.is_aware(at) else at


def format_month(day: date, language: str) -> str:
    """`June 2016`, `июнь 2016 г.`."""
    return format_skeleton("yMMMM", datetime(day.year, day.month, 1, tzinfo=UTC), locale=_locale(language))


def month_names(language: str) -> dict[int, str]:
    """Number -> name, as a list has it: `Июнь`, not `июня`."""
    names = get_month_names("wide", context="stand-alone", locale=_locale(language))
    return {number: _capitalised(name, language) for number, name in names.items()}


def _capitalised(word: str, language: str) -> str:
    """With a capital first letter, where the script has them: Georgian keeps its small ones, Turkish i becomes İ."""
    first = "İ" if word[:1] == "i" and language_and_script(language)[0] in ("az", "tr") else word[:1].title()
    return first + word[1:]


def format_list(parts: Sequence[str], language: str) -> str:
    """`one, two and three`."""
    return _format_list(parts, locale=_locale(language))


def format_number(number: float, language: str) -> str:
    """A whole or a decimal number with the language's decimal sign and all of its digits, without separators."""
    return format_decimal(number, locale=_locale(language), group_separator=False, decimal_quantization=False)


@lru_cache(maxsize=64)
def patterns(language: str) -> dict[str, Any]:
    """What a script needs to write dates, lists and numbers as this module does. Browsers lack some languages.

    `dates`: one text per month, with `{day}` and `{year}`; `padded`: whether days have two digits; `lists`: the texts
    of CLDR for two parts (`2`) and more (`start`, `middle`, `end`), with `{0}` and `{1}`; `decimal`, `minus`: signs.
    """
    months = [format_date(date(2224, month, 29), language) for month in range(1, 13)]  # neither is within the other
    return {
        "dates": [text.replace("2224", "{year}").replace("29", "{day}") for text in months],
        "padded": "03" in format_date(date(2224, 1, 3), language),
        "lists": {name: str(_locale(language).list_patterns["standard"][name]) for name in ("2", *LIST_PARTS)},
        "decimal": format_number(1.5, language)[1:-1],
        "minus": format_number(-1, language)[:-1],
    }


def with_decimal_sign(number: str, language: str) -> str:
    """A number written with a decimal point, such as `2.5`, with the decimal sign of a language: `2,5`."""
    return number.replace(".", get_decimal_symbol(_locale(language)))


def sort_key(text: str) -> tuple[str, str]:
    """A key that sorts names as a reader expects: É among E, ə after e, small and capital letters together."""
    letters = unicodedata.normalize("NFKD", text.replace("I\u0307", "i").replace("İ", "i").casefold().translate(PLACES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)), text
