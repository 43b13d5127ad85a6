"""The results of a release are the same after they were stored as JSON."""

import json
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from analysis.item_types.answers import Counted
from analysis.releases.stored import (
    NO_RATING,
    POOLED_CODE,
    SIDES,
    Group,
    from_json,
    groups_from_json,
    groups_to_json,
    to_json,
)
from analysis.statistics.counts import Counts
from analysis.statistics.days import DaySummary, Period
from analysis.statistics.numbers import NumberClass, NumberSummary
from analysis.statistics.ranking import Ranking, ranked

COUNTS = Counts(19, 12, 4, 3, MappingProxyType({"adequate": 7, "absent": 5}))
BASES: dict[str, Any] = {"asked": 19, "answered": 12, "dont_know": 4, "skipped": 3}
STORED = BASES | {"counts": {"adequate": 7, "absent": 5}}
NUMBERS = NumberSummary(
    12,
    *(Fraction(value) for value in ("1/2", "3/4", "5/3", "7/2", "9")),
    (NumberClass(Fraction(0), Fraction(4), 8), NumberClass(Fraction(5), Fraction("19/2"), 4)),
    2,
)
OPEN = NumberSummary(
    12,
    None,
    None,
    Fraction("5/3"),
    None,
    None,
    (NumberClass(None, Fraction(4), 7), NumberClass(Fraction(5), None, 5)),
    0,
    5,
)
DAYS = DaySummary(12, date(2016, 1, 20), date(2016, 3, 1), False, (Period(date(2016, 1, 1), date(2016, 2, 1), 12),))
YEARS_OPEN = DaySummary(12, None, None, True, (Period(None, date(2014, 1, 1), 5), Period(date(2015, 1, 1), None, 7)), 5)

CASES = [
    (Counted(COUNTS), STORED),
    (
        Counted(COUNTS, Ranking(COUNTS, (ranked("adequate", [3, 1]), ranked("absent", [0, 5])))),
        STORED | {"ranking": {"adequate": [3, 1], "absent": [0, 5]}},
    ),
    (
        Counted(COUNTS, numbers=NUMBERS),
        STORED
        | {
            "numbers": {
                "count": 12,
                "values": ["1/2", "3/4", "5/3", "7/2", "9"],
                "classes": [["0", "4", 8], ["5", "19/2", 4]],
                "places": 2,
                "k": 1,
            }
        },
    ),
    (
        Counted(COUNTS, numbers=OPEN),
        STORED
        | {
            "numbers": {
                "count": 12,
                "values": [None, None, "5/3", None, None],
                "classes": [[None, "4", 7], ["5", None, 5]],
                "places": 0,
                "k": 5,
            }
        },
    ),
    (
        Counted(COUNTS, days=DAYS),
        STORED
        | {
            "days": {
                "count": 12,
                "range": ["2016-01-20", "2016-03-01"],
                "by_year": False,
                "periods": [["2016-01-01", "2016-02-01", 12]],
                "k": 1,
            }
        },
    ),
    (
        Counted(COUNTS, days=YEARS_OPEN),
        STORED
        | {
            "days": {
                "count": 12,
                "range": [None, None],
                "by_year": True,
                "periods": [[None, "2014-01-01", 5], ["2015-01-01", None, 7]],
                "k": 5,
            }
        },
    ),
]


@pytest.mark.parametrize(("counted", "stored"), CASES)
def test_results_of_an_item_are_the_same_after_storing_them(counted: Counted, stored: dict[str, Any]) -> None:
    found = json.loads(json.dumps(to_json(counted)))
    assert found == stored
    assert from_json(found, 5) == counted


def test_the_mean_place_of_a_ranked_option_is_computed_from_what_is_stored() -> None:
    found = from_json(STORED | {"ranking": {"adequate": [3, 1], "absent": [0, 0]}}, 5)
    assert found.ranking is not None
    assert [(row.first, row.ranked, row.mean) for row in found.ranking.options] == [
        (3, 4, Fraction(5, 4)),
        (0, 0, None),
    ]
    assert found.ranking.base == found.counts == COUNTS


def test_groups_are_the_same_after_storing_them() -> None:
    groups = (Group(("female",), 6), Group(("male", "other"), 8), Group(("x", "y"), 5, is_pooled=True))
    stored = [
        {"values": ["female"], "size": 6, "pooled": False},
        {"values": ["male", "other"], "size": 8, "pooled": False},
        {"values": ["x", "y"], "size": 5, "pooled": True},
    ]
    assert json.loads(json.dumps(groups_to_json(groups))) == stored
    assert groups_from_json(stored) == groups
    assert [group.code for group in groups] == ["female", "male+other", "pooled"]


def test_names_that_stored_releases_contain_stay_the_same() -> None:
    assert (*SIDES, NO_RATING, POOLED_CODE) == ("favourable", "middle", "unfavourable", "no_rating", "pooled")


def test_invalid_answers_and_bases_are_stored_where_there_are_any() -> None:
    counts = Counts(19, 12, 4, 1, COUNTS.counts, 2, MappingProxyType({"absent": 9}))
    stored = STORED | {"skipped": 1, "invalid": 2, "bases": {"absent": 9}}
    assert to_json(Counted(counts)) == stored
    assert from_json(json.loads(json.dumps(stored)), 5) == Counted(counts)


NUMBERS_BEFORE = {
    "count": 6,
    "values": ["1", "2", "3", "4", "9"],
    "classes": [["1", "4", 4], ["5", "9", 2]],
    "places": 0,
}
DAYS_BEFORE = [4, "2016-01-20", "2016-03-01", False, [["2016-01-01", 2], ["2016-02-01", 0], ["2016-03-01", 2]]]


def test_numbers_and_dates_stored_without_protection_are_made_coarser() -> None:
    read = from_json(STORED | {"numbers": NUMBERS_BEFORE, "days": DAYS_BEFORE}, 2)
    low, high = NumberClass(None, Fraction(4), 4), NumberClass(Fraction(5), None, 2)
    assert read.numbers == NumberSummary(6, None, Fraction(2), Fraction(3), Fraction(4), None, (low, high), 0, 2)
    january, february, march = (date(2016, month, 1) for month in (1, 2, 3))
    periods = (Period(None, january, 2), Period(february, february, 0), Period(march, None, 2))
    assert read.days == DaySummary(4, None, None, False, periods, 2)
    assert from_json(STORED | {"numbers": NUMBERS_BEFORE, "days": DAYS_BEFORE}, 5).days is None


def test_numbers_and_dates_stored_without_protection_are_as_they_were_where_one_is_enough() -> None:
    read = from_json(STORED | {"numbers": NUMBERS_BEFORE, "days": DAYS_BEFORE}, 1)
    assert read.numbers is not None
    assert read.days is not None
    assert (read.numbers.least, read.numbers.most, read.numbers.k) == (Fraction(1), Fraction(9), 1)
    assert (read.days.first, read.days.last, read.days.k) == (date(2016, 1, 20), date(2016, 3, 1), 1)
