"""Numbers as people type them, in the digits of any script."""

from decimal import Decimal

import pytest

from ctnat.ui.digits import ascii_digits, decimal_number, number_sent, revision_sent, whole_number
from ctnat.ui.forms import Form, forms


def test_ascii_digits_leaves_all_else_as_it_is() -> None:
    assert ascii_digits("١٢ و ۳४５ Ⅳ ² ½ abc") == "12 و 345 Ⅳ ² ½ abc"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" ١٢ ", 12),
        ("۱۲", 12),
        ("१२", 12),
        ("１２", 12),
        ("\u200f12\u200e", 12),
        ("-3", -3),
        ("−٣", -3),
        ("+7", 7),
        ("1٢", 12),
        ("007", 7),
        ("", None),
        ("-", None),
        ("1.0", None),
        ("1 2", None),
        ("1_000", None),
        ("²", None),
        ("twelve", None),
        ("1" * 20, None),
        ("1" * 1_000_000, None),
    ],
)
def test_whole_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.5", "2.5"),
        ("2,5", "2.5"),
        ("٢٫٥", "2.5"),
        ("٢,٥", "2.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("-0,25", "-0.25"),
        ("12", "12"),
        ("1,234.5", None),
        ("1.2.3", None),
        ("1e5", None),
        ("NaN", None),
        (".", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_decimal_number(text: str, number: str | None) -> None:
    assert decimal_number(text) == (None if number is None else Decimal(number))


class TypedForm(Form):
    people = forms.IntegerField(min_value=0, max_value=100)
    day = forms.DateField()
    at = forms.DateTimeField()


def test_every_form_takes_numbers_and_dates_in_the_digits_of_every_script() -> None:
    form = TypedForm({"people": "١٢", "day": "٢٠١٦-٠١-١٨", "at": "۲۰۱۶-۰۱-۱۸T۱۰:۳۰"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["people"] == 12
    assert str(form.cleaned_data["day"]) == "2016-01-18"
    assert str(form.cleaned_data["at"])[:16] == "2016-01-18 10:30"
    assert 'type="number"' not in str(form)  # in which browsers do not let people type them
    assert 'inputmode="numeric"' in str(form["people"])


def test_a_number_that_is_none_stays_on_the_page_as_it_was_typed() -> None:
    form = TypedForm({"people": "ab١", "day": "", "at": ""})
    assert form.errors["people"] == ["Enter a whole number."]
    assert "ab1" in str(form["people"]) or "ab١" in str(form["people"])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("999999999", 999_999_999),
        ("1000000000", None),  # ten digits
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1.0", None),
        ("\u0661", None),  # pages send ASCII
        ("\u00b2", None),
        ("", None),
    ],
)
def test_number_sent(text: str, number: int | None) -> None:
    assert number_sent(text) == number
    assert revision_sent(text) == (-1 if number is None else number)


def test_number_sent_has_as_many_digits_as_its_column() -> None:
    assert number_sent("1" * 17, 17) == int("1" * 17)
    assert number_sent("1" * 18, 17) is None
    assert revision_sent(None) is None  # the page showed none
