"""Dates as programs and people write them, with a time of day or without: a column's order of day and month is found,
or asked for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Literal

from ctnat.translation.plurals import locale_of
from ctnat.ui.digits import plain_number
from ctnat.ui.folding import fold
from ctnat.ui.languages import LANGUAGES

Order = Literal["dmy", "mdy"]
YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?P<rest>[T ].*)?")
COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])\s?([0-9]{1,2})[-/. ]\s?([0-9]{4})\.?(?P<rest>,? .*)?")
NAMED = re.compile(r"(?:[0-9]{1,4}|[^\W\d_]+)(?:[\W_]+(?:[0-9]{1,4}|[^\W\d_]+)){2,4}")
SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
TIME = re.compile(
    r"(?P<day>.+?)(?:T|,?\s+)(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
YEAR_SIGNS = frozenset(("", "г", "г."))  # what may follow a year: Russian writes "13.01.2020 г."
FIRST_DAY = date(1899, 12, 30)  # of the numbers that Excel gives to days
LONGEST = 60  # characters
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
    if len(plain) > LONGEST:
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


def read_moment(text: str, order: Order) -> datetime | None:
    """The day and the time of day that `text` is, in the zone that it names, else in none; midnight where it names no
    time. None where it says anything else beside them, which would be lost."""
    plain = plain_number(text)
    if SERIAL.fullmatch(plain):
        day = read_day(plain, order)
        minutes = round(float("0." + (plain.partition(".")[2] or "0")) * 24 * 60)  # no cell is more exact
        return datetime.combine(day, time()) + timedelta(minutes=minutes) if day else None
    found = TIME.fullmatch(plain) if len(plain) <= LONGEST else None
    written = found["day"] if found else plain
    day = read_day(written, order)
    if day is None or not _is_day_only(written):
        return None
    if found is None:
        return datetime.combine(day, time())
    at = _time_of_day(found)
    return datetime.combine(day, at) if at else None


def _is_day_only(plain: str) -> bool:
    for pattern in (YEAR_FIRST, YEAR_LAST):
        if found := pattern.fullmatch(plain):
            return (found["rest"] or "").strip(" ,") in YEAR_SIGNS
    return len(re.findall(r"[0-9]+", plain)) <= 2  # with the name of a month; more is a time in another form


def _time_of_day(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0), tzinfo=_zone(found["zone"] or ""))
    except ValueError:
        return None


def _zone(written: str) -> timezone | None:
    """Of "Z", "+04:00" or "+0400"; None of a blank one. Raises `ValueError`."""
    if not written:
        return None
    digits = written[1:].replace(":", "") or "0000"
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written.startswith("-") else offset)


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
