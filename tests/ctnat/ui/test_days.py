"""Dates in many forms: the order of day and month is known from the column, and nothing beside a date is lost."""

import pytest

from ctnat.ui.days import day_order, read_day, read_moment


@pytest.mark.parametrize(
    ("column", "days"),
    [
        (["13/01/2020", "01/02/2020"], ["2020-01-13", "2020-02-01"]),
        (["1/13/2020", "1/2/2020 10:15:00 AM"], ["2020-01-13", "2020-01-02"]),
        (["44197"], ["2021-01-01"]),
        (["2020-02-30"], [None]),
        (["۲۰۲۶-۱۱-۲۹"], ["2026-11-29"]),
        (["01.02.2020"], ["2020-02-01"]),
        (["13 января 2020 г.", "January 13, 2020", "13-Jan-2020"], ["2020-01-13"] * 3),
        (["2020-01-13T10:00:00.000+04:00"], ["2020-01-13"]),
        (["20200113"], ["2020-01-13"]),
        (["1403-05-01"], [None]),
        (["5/5/2020"], ["2020-05-05"]),
        (["soon"], [None]),
    ],
)
def test_the_order_of_day_and_month_is_known_from_the_whole_column(column: list[str], days: list[str | None]) -> None:
    marks = day_order(column)
    assert marks.order is not None
    read = [read_day(text, marks.order) for text in column]
    assert [day and day.isoformat() for day in read] == days


def test_an_ambiguous_order_of_day_and_month_is_undecided() -> None:
    marks = day_order(["01/02/2020"])
    assert (marks.order, marks.because, marks.mixed) == (None, ("01/02/2020",), False)
    assert day_order(["13/01/2020", "1/13/2020"]).mixed


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-01-18", "2016-01-18T00:00:00"),
        ("2016-01-18T10:00:30.5", "2016-01-18T10:00:30"),
        ("2016-01-18 10:00+04:00", "2016-01-18T10:00:00+04:00"),
        ("2016-01-18T06:00Z", "2016-01-18T06:00:00+00:00"),
        ("18/01/2016 2:05 pm", "2016-01-18T14:05:00"),
        ("18.1.2016, 10.30", "2016-01-18T10:30:00"),
        ("18.01.2016 г.", "2016-01-18T00:00:00"),
        ("18 janvier 2016 10h30", "2016-01-18T10:30:00"),
        ("18 января 2016 г. 12:00", "2016-01-18T12:00:00"),
        ("Monday, January 18, 2016 12:15 AM", "2016-01-18T00:15:00"),
        ("١٨/٠١/٢٠١٦ ١٠:٣٠", "2016-01-18T10:30:00"),
        ("42387.4375", "2016-01-18T10:30:00"),
        ("42387", "2016-01-18T00:00:00"),
        ("18.01.2016 in the morning", None),
        ("18 January 2016 at 10", None),
        ("18/01/2016 25:00", None),
        ("18/01/2016 13:00 pm", None),
        ("2016-01-18 10:00+99:00", None),
        ("10:00", None),
        ("", None),
        ("1" * 100, None),
    ],
)
def test_a_date_is_read_with_its_time_and_what_else_stands_there_makes_it_none(text: str, moment: str | None) -> None:
    read = read_moment(text, "dmy")
    assert (read and read.isoformat()) == moment
