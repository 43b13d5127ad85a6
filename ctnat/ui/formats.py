"""Dates, lists and numbers as a language writes them, from CLDR; English if CLDR does not know it."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime

from babel import Locale
from babel.dates import format_date as _format_date
from babel.dates import format_skeleton, get_month_names
from babel.dates import format_time as _format_time
from babel.lists import format_list as _format_list
from babel.numbers import format_decimal

from ctnat.translation.plurals import language_and_script, locale_of

# Letters whose place in the alphabet is not the one of their code point.
PLACES = str.maketrans({"ə": "e\uffff", "ı": "h\uffff", "й": "и\uffff", "ё": "е\uffff", "ў": "у\uffff", "ї": "і\uffff"})


def _locale(language: str) -> Locale:
    return locale_of(language) or Locale.parse("en_GB")


def format_date(day: date, language: str) -> str:
    """`30 June 2016`, `30 июня 2016 г.`: with the month in words, in the Gregorian calendar."""
    return _format_date(day, "long", _locale(language))


def format_moment(moment: datetime, language: str) -> str:
    """`30 June 2016, 18:00` on the 24-hour clock, in the time zone of the given moment."""
    return f"{format_date(moment.date(), language)}, {_format_time(moment, 'HH:mm', locale=_locale(language))}"


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
    """A whole or a decimal number with the language's decimal sign, without thousands separators."""
    return format_decimal(number, locale=_locale(language), group_separator=False)


def sort_key(text: str) -> tuple[str, str]:
    """A key that sorts names as a reader expects: É among E, ə after e, small and capital letters together."""
    letters = unicodedata.normalize("NFKD", text.replace("I\u0307", "i").replace("İ", "i").casefold().translate(PLACES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)), text
