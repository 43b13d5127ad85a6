"""Numbers and dates, against values from R 4.2 (the call is beside each) and against sorting by hand."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.statistics import days, numbers
from analysis.statistics.classes import joined
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
    assert [(float(one.first), float(one.last), one.count) for one in found.classes] == classes


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


def months(found):
    return [(one.first and f"{one.first:%Y-%m}", one.last and f"{one.last:%Y-%m}", one.count) for one in found.periods]


def test_days_are_counted_by_month_without_a_gap():
    # R: table(cut(as.Date(c("2025-12-31", "2026-02-01", "2026-02-28")), "month")): 1 0 2
    found = days.summarise(days.days(["2025-12-31", "2026-02-30", "2026-02-01", None, "", 7, "2026-02-28"]))
    assert (found.count, found.first, found.last) == (3, date(2025, 12, 31), date(2026, 2, 28))
    assert months(found) == [("2025-12", "2025-12", 1), ("2026-01", "2026-01", 0), ("2026-02", "2026-02", 2)]
    assert days.summarise([]) is None


def test_a_long_time_is_counted_by_year():
    within = days.summarise([date(2024, 1, 31), date(2025, 12, 1)])  # 24 months
    assert (within.by_year, len(within.periods)) == (False, 24)
    found = days.summarise([date(2024, 1, 1), date(2026, 1, 1), date(2026, 5, 5)])
    assert found.by_year
    assert [(one.first.year, one.last.year, one.count) for one in found.periods] == [
        (2024, 2024, 1),
        (2025, 2025, 0),
        (2026, 2026, 2),
    ]


# -- nothing that fewer than k answered -----------------------------------------------------------------------------
# x <- c(0,1,1,2,2,3,3,3,4,5,5,6,7,8,8,9,10,12,12,15,18,20,25,41)
# quantile(x, type = 7): 0 3 6.5 12 41
# table(cut(x, c(-Inf, 4, 6, 8, 10, 12, 14, Inf), right = FALSE)): 8 3 2 3 1 2 5
# table(cut(x, c(-Inf, 4, 8, 14, Inf), right = FALSE)): 8 5 6 5
YEARS = [0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 12, 12, 15, 18, 20, 25, 41]
# table(cut(d, "month")): 1 in June 1987, 2025-11 1, 2025-12 1, 2026-01 3, 02 1, 03 0, 04 5, 05 3, 06 1, 09 1
DATES = [  # in order
    "1987-06-01", "2025-11-02", "2025-12-24", "2026-01-05", "2026-01-19", "2026-01-20",
    "2026-02-03", "2026-04-01", "2026-04-08", "2026-04-09", "2026-04-10", "2026-04-11",
    "2026-05-02", "2026-05-03", "2026-05-20", "2026-06-30", "2026-09-01",
]  # fmt: skip


def classes(found):
    return [(one.first, one.last, one.count) for one in found.classes]


def test_bars_of_few_are_joined_and_the_ends_of_few_are_not_shown():
    """By 2, as from the 5th lowest (2) to the 5th highest (15): 8 3 2 3 1 2 5."""
    found = numbers.summarise(numbers.numbers(YEARS), k=5)
    assert (found.least, found.lower_quartile, found.median, found.upper_quartile, found.most) == (
        None, 3, Fraction(13, 2), 12, None,
    )  # fmt: skip
    assert classes(found) == [(None, 3, 8), (4, 7, 5), (8, 13, 6), (14, None, 5)]


def test_an_end_that_enough_gave_is_shown():
    found = numbers.summarise(numbers.numbers([0] * 5 + YEARS), k=5)  # six gave the lowest answer
    assert (found.least, found.most, classes(found)[0][0]) == (0, None, 0)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1, 2, 3, 4], None),
        ([1, 2, 3, 4, 5], None),  # whichever value: fewer than five are at or below it, or at or above it
        ([1, 1, 1, 1, 1], (1, 1, 1, 1, 1, [(1, 1, 5)])),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], (None, None, 5, None, None, [])),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], (None, None, 5.5, None, None, [(None, 5, 5), (6, None, 5)])),
        # quantile(1:17, type = 7): 1 5 9 13 17; of 17 five are at or below the lower quartile, of 16 only four
        (list(range(1, 18)), (None, 5, 9, 13, None, [(None, 5, 5), (6, 11, 6), (12, None, 6)])),
        (list(range(1, 17)), (None, None, 8.5, None, None, [(None, 5, 5), (6, 10, 5), (11, None, 6)])),
    ],
)
def test_a_value_is_shown_if_enough_are_at_or_below_and_at_or_above_it(values, shown):
    found = numbers.summarise(numbers.numbers(values), k=5)
    if shown is None:
        assert found is None
        return
    assert (
        *(found.least, found.lower_quartile, found.median, found.upper_quartile, found.most),
        classes(found),
    ) == shown


def test_periods_of_few_are_joined_and_the_first_and_last_day_of_few_are_not_shown():
    """The dates from the fifth (19 January) to the fifth from the end (2 May): one in 1987 does not count by year."""
    found = days.summarise(days.days(DATES), k=5)
    assert (found.count, found.first, found.last, found.by_year) == (17, None, None, False)
    assert months(found) == [(None, "2026-01", 6), ("2026-02", "2026-04", 6), ("2026-05", None, 5)]
    assert days.summarise(days.days(DATES[:4]), k=5) is None
    assert days.summarise(days.days(DATES[:5]), k=5) is None
    assert days.summarise(days.days(DATES[:9]), k=5) is None
    same = days.summarise(days.days(DATES[:1] * 5), k=5)
    assert (same.first, same.last, months(same)) == (date(1987, 6, 1), date(1987, 6, 1), [("1987-06", "1987-06", 5)])


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.integers(1, 7))
def test_bars_have_nobody_or_enough_and_leave_no_gap(values, k):
    found = numbers.summarise(numbers.numbers(values), k=k)
    if found is None:
        assert k > 1
        return
    assert all(one.count == 0 or one.count >= k for one in found.classes)
    assert sum(one.count for one in found.classes) in (0, len(values))
    for one, other in zip(found.classes, found.classes[1:], strict=False):
        assert one.last + 1 == other.first
    for one in found.classes:
        low, high = (one.first if one.first is not None else -51), (one.last if one.last is not None else 51)
        assert one.count == sum(low <= value <= high for value in values)
    for value in (found.least, found.lower_quartile, found.median, found.upper_quartile, found.most):
        if value is not None:
            assert min(sum(one <= value for one in values), sum(one >= value for one in values)) >= k


@given(st.lists(st.integers(0, 200), min_size=3, max_size=40), st.integers(2, 7), st.integers(1, 10**9))
def test_how_far_out_the_extremes_are_changes_nothing(values, k, further):
    """Whoever knows all other answers does not learn from the summary that somebody is far from them."""
    ordered = sorted(values)
    assume(len(ordered) >= k and ordered[0] < ordered[1] and ordered[-2] < ordered[-1])
    moved = [ordered[0] - further, *ordered[1:-1], ordered[-1] + further]
    assert numbers.summarise(numbers.numbers(ordered), k=k) == numbers.summarise(numbers.numbers(moved), k=k)
    dates, others = ([date(2020, 1, 1) + timedelta(days=day) for day in ordered] for _ in range(2))
    others[0], others[-1] = date(1950, 1, 1), date(2090, 1, 1)
    assert days.summarise(dates, k) == days.summarise(others, k)


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 6))
def test_joined_bars_are_all_bars_in_order(counts, k):
    parts = joined(counts, k)
    assert [at for part in parts for at in part] == list(range(len(counts)))
    sizes = [sum(counts[at] for at in part) for part in parts]
    assert all(size == 0 or size >= k for size in sizes) or (len(parts) == 1 and sum(counts) < k)


def test_what_was_stored_before_is_made_coarser_until_it_is_known_to_be_safe():
    before = numbers.summarise(numbers.numbers(YEARS))
    after = numbers.coarser(before, 5)
    assert (after.least, after.lower_quartile, after.median, after.upper_quartile, after.most) == (
        None, 3, Fraction(13, 2), 12, None,
    )  # fmt: skip
    # hist(x, breaks = seq(0, 45, 5), right = FALSE)$counts would be nine classes; by 10: 16 5 2 0 1
    assert classes(before) == [(0, 9, 16), (10, 19, 5), (20, 29, 2), (30, 39, 0), (40, 49, 1)]
    assert classes(after) == [(None, 9, 16), (10, None, 8)]
    few = numbers.coarser(numbers.summarise(numbers.numbers(YEARS[:10])), 5)
    assert (few.lower_quartile, few.median, few.upper_quartile) == (None, 2.5, None)
    assert numbers.coarser(numbers.summarise(numbers.numbers(YEARS[:6])), 5) is None
    assert numbers.coarser(before, 1) == before
    dates = days.coarser(days.summarise(days.days(DATES[1:])), 5)
    assert months(dates) == [(None, "2026-01", 5), ("2026-02", "2026-04", 6), ("2026-05", None, 5)]
    assert days.coarser(days.summarise(days.days(DATES[1:6])), 5) is None


# Small cases worked by hand, with the exact result

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in range(1, 5))
SIX_DAYS = [date(2026, month, day) for month, day in ((1, 5), (1, 20), (2, 1), (2, 10), (4, 2), (4, 30))]
BY_MONTH = (
    days.Period(None, JANUARY, 2),
    days.Period(FEBRUARY, FEBRUARY, 2),
    days.Period(MARCH, MARCH, 0),
    days.Period(APRIL, None, 2),
)


def test_months_are_open_at_the_ends_that_fewer_than_k_gave():
    assert days.summarise(SIX_DAYS, 2) == days.DaySummary(6, None, None, False, BY_MONTH, 2)
    same = [date(2026, 1, 5)] * 2
    periods = (days.Period(JANUARY, JANUARY, 2), days.Period(FEBRUARY, None, 2))
    assert days.summarise([*same, *SIX_DAYS[2:4]], 2) == days.DaySummary(4, same[0], None, False, periods, 2)
    late = [date(2026, 2, 10)] * 2
    periods = (days.Period(None, JANUARY, 2), days.Period(FEBRUARY, FEBRUARY, 2))
    assert days.summarise([*SIX_DAYS[:2], *late], 2) == days.DaySummary(4, None, late[0], False, periods, 2)


def test_one_month_that_is_open_is_no_result():
    early, late = date(2026, 1, 5), date(2026, 1, 20)
    assert days.summarise([early, early, late], 2) == days.DaySummary(3, early, None, False, (), 2)
    assert days.summarise([early, late, late], 2) == days.DaySummary(3, None, late, False, (), 2)
    assert days.summarise([early], 1) == days.DaySummary(1, early, early, False, (days.Period(JANUARY, JANUARY, 1),), 1)
    assert days.summarise([early, late, date(2026, 3, 1), date(2026, 5, 1)], 3) is None
    assert numbers.summarise(numbers.numbers([1, 1, 1, 5]), k=3).classes == ()
    assert numbers.summarise(numbers.numbers([1, 5, 5, 5]), k=3).classes == ()


def test_years_begin_in_january():
    given = [date(2020, 5, 1), date(2020, 6, 1), date(2023, 1, 2), date(2023, 7, 9)]
    years = [date(year, 1, 1) for year in range(2020, 2024)]
    periods = tuple(days.Period(year, year, count) for year, count in zip(years, (2, 0, 0, 2), strict=True))
    assert days.summarise(given) == days.DaySummary(4, given[0], given[-1], True, periods, 1)


def test_a_summary_of_all_dates_is_made_coarser():
    before = days.summarise(SIX_DAYS)
    assert days.coarser(before, 1) == before
    assert days.coarser(before, 2) == days.DaySummary(6, None, None, False, BY_MONTH, 2)


@pytest.mark.parametrize(
    ("count", "median", "quartiles"), [(4, False, False), (5, True, False), (8, True, False), (9, True, True)]
)
def test_a_summary_of_all_numbers_is_made_coarser_with_what_k_must_have_given(count, median, quartiles):
    before = numbers.summarise(numbers.numbers(range(count)))
    after = numbers.coarser(before, 3)
    assert (after is not None) == median
    if after:
        assert (after.least, after.median, after.most, after.k) == (None, before.median, None, 3)
        shown = (before.lower_quartile, before.upper_quartile) if quartiles else (None, None)
        assert (after.lower_quartile, after.upper_quartile) == shown


def test_a_pair_of_numbers_is_not_shown_where_two_must_have_given_it():
    assert numbers.coarser(numbers.summarise(numbers.numbers([1, 2])), 2) is None
    assert numbers.coarser(numbers.summarise(numbers.numbers([1, 2])), 1) is not None


def test_without_another_word_one_answer_is_enough():
    assert days.DaySummary(1, None, None, False, ()).k == 1
    assert numbers.NumberSummary(1, None, None, None, None, None, (), 0).k == 1
