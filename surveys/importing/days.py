"""Dates as programs and people write them: a column's order of day and month is found, or asked for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from ctnat.translation.plurals import locale_of
from ctnat.ui.digits import plain_number
from ctnat.ui.languages import LANGUAGES
from surveys.importing.folding import fold

Order = Literal["dmy", "mdy"]
YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])\s?([0-9]{1,2})[-/. ]\s?([0-9]{4})\.?(?:,? .*)?")
NAMED = re.compile(r"(?:[0-9]{1,4}|[^\W\d_]+)(?:[\W_]+(?:[0-9]{1,4}|[^\W\d_]+)){2,4}")
SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
FIRST_DAY = date(1899, 12, 30)  # of the numbers that Excel gives to days
EARLIEST, LATEST = 1850, 2150  # outside, a year is of another calendar, or an error


@dataclass(frozen=True)
class DayMarks:
    """`order` of day and month; None where it must be asked for, because of the values `because`.

    `mixed`: some values can only have the day first and others only the month.
    """

    order: Order | None
    because: tuple[str, ...] = ()
    mixed: bool = False


def day_order(texts: Iterable[str]) -> DayMarks:
    """The order of day and month in a column with these values."""
    day_first = month_first = False
    doubtful: list[str] = []
    for text in dict.fromkeys(texts):
        plain = plain_number(text)
        found = YEAR_LAST.fullmatch(plain)
        if not found or found[2] == ".":  # with points, the day is first everywhere
            continue
        first, second = int(found[1]), int(found[3])
        day_first |= first > 12
        month_first |= second > 12
        if first <= 12 and second <= 12 and first != second:
            doubtful.append(text)
    if day_first and month_first:
        return DayMarks(None, mixed=True)
    if month_first:
        return DayMarks("mdy")
    return DayMarks(None, tuple(doubtful)) if doubtful and not day_first else DayMarks("dmy")


def read_day(text: str, order: Order) -> date | None:
    """The day that `text` is, with day and month in this order; None where it is none, such as 30 February."""
    plain = plain_number(text)
    if len(plain) > 60:
        return None
    if found := YEAR_FIRST.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := YEAR_LAST.fullmatch(plain):
        one, two = int(found[1]), int(found[3])
        day, month = (one, two) if order == "dmy" or found[2] == "." else (two, one)
        return _day(int(found[4]), month, day)
    if found := COMPACT.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if SERIAL.fullmatch(plain):
        day_of = FIRST_DAY + timedelta(days=int(plain.partition(".")[0]))
        return day_of if EARLIEST <= day_of.year <= LATEST else None
    return _named(plain)


def _day(year: int, month: int, day: int) -> date | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(plain: str) -> date | None:
    """Of a date with the name of a month: "13 Jan 2020", "January 13, 2020", "13 января 2020 г."."""
    if not NAMED.match(plain):
        return None
    words = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    months = [found for word in words if (found := _months().get(fold(word)))]
    numbers = [word for word in words if word.isdigit()]
    if len(months) != 1 or len(numbers) < 2:
        return None
    years = [number for number in numbers[:3] if len(number) == 4]
    days = [number for number in numbers[:3] if len(number) < 3]
    return _day(int(years[0]), months[0], int(days[0])) if years and days else None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Name of a month, in a language of the site -> its number; without names that mean different months."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        locale = locale_of(language)
        for names in locale.months.values() if locale else ():
            for width in ("wide", "abbreviated"):
                for number, name in names.get(width, {}).items():
                    found.setdefault(fold(name), set()).add(int(number))
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and not name.isdigit()}
