"""Numbers and dates, against values from R 4.2 (the call is beside each) and against sorting by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import days, numbers
from analysis.statistics.numbers import number_text, quantile


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # quantile(c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3), type = 7)
        ([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], [1, 2.25, 3.5, 5, 9]),
        # quantile(c(3, 1, 4, 1, 5, 9, 2, 6, 5), type = 7)
        ([3, 1, 4, 1, 5, 9, 2, 6, 5], [1, 2, 4, 5, 9]),
        # quantile(c(12, 15, 18, 23, 23, 31, 40), type = 7)
        ([12, 15, 18, 23, 23, 31, 40], [12, 16.5, 23, 27, 40]),
        # quantile(c(1.5, 2.25, 8), type = 7)
        (["1.5", "2.25", "8"], [1.5, 1.875, 2.25, 5.125, 8]),
        # quantile(c(2, 7), type = 7)
        ([2, 7], [2, 3.25, 4.5, 5.75, 7]),
        # quantile(c(-3, -1, 0, 2), type = 7)
        ([-3, -1, 0, 2], [-3, -1.5, -0.5, 0.5, 2]),
        ([4], [4, 4, 4, 4, 4]),
    ],
)
def test_quartiles_are_those_of_r(values, expected):
    found = numbers.summarise(numbers.numbers(values), places=2)
    five = [found.least, found.lower_quartile, found.median, found.upper_quartile, found.most]
    assert [float(value) for value in five] == expected
    assert found.count == len(values)


@pytest.mark.parametrize(
    ("values", "places", "classes"),
    [
        # hist(x, breaks = seq(0, 10, 2), right = FALSE, plot = FALSE)$counts: 2 3 3 1 1
        ([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], 0, [(0, 1, 2), (2, 3, 3), (4, 5, 3), (6, 7, 1), (8, 9, 1)]),
        # up to eight whole numbers have one class each
        ([0, 7], 0, [(n, n, int(n in (0, 7))) for n in range(8)]),
        ([5, 5], 0, [(5, 5, 2)]),
        ([99, 100], 0, [(99, 99, 1), (100, 100, 1)]),
        ([0, 1234], 0, [(0, 199, 1), *((n, n + 199, 0) for n in range(200, 1200, 200)), (1200, 1399, 1)]),
        (["-0.5", "0.1"], 1, [(n, n, int(n in (-0.5, 0.1))) for n in (-0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1)]),
    ],
)  # fmt: skip
def test_classes_are_of_one_round_width_without_a_gap(values, places, classes):
    found = numbers.summarise(numbers.numbers(values), places)
    assert [(float(one.least), float(one.most), one.count) for one in found.classes] == classes


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=40))
def test_every_number_is_in_exactly_one_class(values):
    found = numbers.summarise(numbers.numbers(values))
    assert 1 <= len(found.classes) <= numbers.MOST_CLASSES
    assert sum(one.count for one in found.classes) == len(values)
    assert (found.classes[0].count, found.classes[-1].count) >= (1, 1)
    assert found.least <= found.lower_quartile <= found.median <= found.upper_quartile <= found.most
    assert quantile(sorted(numbers.numbers(values)), Fraction(1, 2)) == found.median


def test_numbers_leave_out_what_is_none():
    found = numbers.numbers([1, "2.5", None, "", " 3 ", float("nan"), float("inf"), "many", True, ["4"], "dont_know"])
    assert found == [1, Fraction(5, 2), 3]
    assert numbers.summarise([]) is None


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (Fraction(3), 0, "3"),
        (Fraction(5, 2), 0, "2.5"),
        (Fraction(9, 4), 0, "2.25"),
        (Fraction(1, 3), 0, "0.33"),
        (Fraction(-1, 8), 1, "-0.125"),
        (Fraction(-1, 1000), 0, "0"),
        (Fraction(1005, 100), 2, "10.05"),
        (Fraction(100), 2, "100"),
    ],
)
def test_number_text(value, places, words):
    assert number_text(value, places) == words


def test_days_are_counted_by_month_without_a_gap():
    # R: table(cut(as.Date(c("2025-12-31", "2026-02-01", "2026-02-28")), "month")): 1 0 2
    found = days.summarise(days.days(["2025-12-31", "2026-02-30", "2026-02-01", None, "", 7, "2026-02-28"]))
    assert (found.count, found.first, found.last) == (3, date(2025, 12, 31), date(2026, 2, 28))
    assert found.periods == ((date(2025, 12, 1), 1), (date(2026, 1, 1), 0), (date(2026, 2, 1), 2))
    assert days.summarise([]) is None


def test_a_long_time_is_counted_by_year():
    within = days.summarise([date(2024, 1, 31), date(2025, 12, 1)])  # 24 months
    assert (within.by_year, len(within.periods)) == (False, 24)
    found = days.summarise([date(2024, 1, 1), date(2026, 1, 1), date(2026, 5, 5)])
    assert found.by_year
    assert found.periods == ((date(2024, 1, 1), 1), (date(2025, 1, 1), 0), (date(2026, 1, 1), 2))
