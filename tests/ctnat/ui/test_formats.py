"""Dates, lists and numbers as CLDR writes them."""

from datetime import UTC, date, datetime

import pytest

from ctnat.ui.formats import format_date, format_list, format_moment, format_month, format_number, month_names, sort_key


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "30 June 2016"),
        ("az", "30 iyun 2016"),
        ("hy", "2016 թ. հունիսի 30"),
        ("ka", "30 ივნისი, 2016"),
        ("ru", "30 июня 2016\u202fг."),
        ("ar", "30 يونيو 2016"),
        ("fr", "30 juin 2016"),
        ("am", "30 ጁን 2016"),
        ("az-Latn-AZ", "30 iyun 2016"),
        ("qaa", "30 June 2016"),  # a code for private use: no language of CLDR
    ],
)
def test_a_date_is_written_as_its_language_does(language: str, expected: str) -> None:
    assert format_date(date(2016, 6, 30), language) == expected


def test_months_have_the_names_that_they_have_by_themselves() -> None:
    """In Thai and Amharic, too, of which Django has only some or none."""
    june = date(2016, 6, 30)
    assert [format_month(june, language) for language in ("en", "ru", "th")] == [
        "June 2016",
        "июнь 2016\u202fг.",
        "มิถุนายน 2016",
    ]
    names = [month_names(language)[6] for language in ("en", "ru", "am", "az", "ka", "qaa")]
    assert names == ["June", "Июнь", "ጁን", "İyun", "ივნისი", "June"]


def test_moments_lists_and_numbers_follow_the_language() -> None:
    assert format_moment(datetime(2016, 6, 30, 8, 5, tzinfo=UTC), "en") == "30 June 2016, 08:05"
    assert [format_list(list("abc")[:length], "en") for length in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [format_list(["a", "b"], language) for language in ("ru", "ka", "fr")] == ["a и b", "a და b", "a et b"]
    assert [format_number(number, "ru") for number in (1234.5, 3.0, 12_000)] == ["1234,5", "3", "12000"]
    assert format_number(0.000025, "ru") == "0,000025"  # a bound with six decimal places


@pytest.mark.parametrize(
    "names",
    [
        ["Estoniya", "Əfqanıstan", "Finlandiya", "Zambiya"],
        ["Danemark", "Égypte", "Émirats", "Espagne", "Zambie"],
        ["Hollanda", "Irak", "İran", "İsrail", "Jamaika"],
        ["Египет", "Ёлка", "Жук", "Ирак", "Йемен", "Казахстан"],
        ["Alpha", "alpha", "Beta"],
        ["ألمانيا", "أوكرانيا", "بلجيكا"],
    ],
)
def test_names_are_sorted_as_readers_expect(names: list[str]) -> None:
    assert sorted({*names}, key=sort_key) == names
