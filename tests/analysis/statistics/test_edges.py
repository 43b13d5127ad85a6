"""Edge cases, each for a small change of the code (`dev.py mutate`) that the other tests did not notice."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from analysis.statistics import days, likert, numbers, themes
from analysis.statistics.agreement import compare
from analysis.statistics.counts import Counts, is_blank
from analysis.statistics.coverage import sections_by_sector
from analysis.statistics.participants import Participants, participants
from analysis.statistics.profiles import PROFILES, SKIPPED
from analysis.statistics.ranking import rank
from analysis.statistics.rounding import PercentageRule
from instruments.schema import parse
from tests.factories import instruments_2016

RULE = PercentageRule(10)


def test_a_rule_without_a_threshold_still_needs_a_base_above_zero() -> None:
    assert not PercentageRule(0).allows(0)
    assert PercentageRule(0).percent(0, 0) is None
    assert PercentageRule(1).percent(1, 1) == 100


def test_an_option_that_was_never_offered_has_a_share_of_zero() -> None:
    counts = Counts(asked=12, answered=12, dont_know=0, skipped=0, counts={"a": 12})
    assert counts.share("b", RULE).count == 0


@pytest.mark.parametrize(("value", "blank"), [(0.0, False), (2.5, False), (float("nan"), True), (7, False)])
def test_a_decimal_number_is_an_answer_and_nan_is_none(value: float, blank: bool) -> None:
    assert is_blank(value) is blank


def test_a_scale_without_a_middle_has_no_balance_although_it_was_answered() -> None:
    counts = Counts(asked=3, answered=3, dont_know=0, skipped=0, counts={"good": 1, "fair": 1, "bad": 1})
    assert likert.balance(counts, ["good", "fair", "bad"], None, RULE) is None


def test_a_scale_without_a_neutral_point_has_no_neutral_answers() -> None:
    counts = Counts(asked=3, answered=3, dont_know=0, skipped=0, counts={"good": 2, "bad": 1})
    found = likert.balance(counts, ["good", "bad"], None, RULE)
    assert found is not None
    assert (found.favourable, found.neutral, found.unfavourable) == (2, 0, 1)


@pytest.mark.parametrize(("last", "by_year", "periods"), [("2025-12-31", False, 24), ("2026-01-01", True, 3)])
def test_days_within_24_months_are_counted_by_month_and_beyond_by_year(last: str, by_year: bool, periods: int) -> None:
    found = days.summarise([date(2024, 1, 1), date.fromisoformat(last)])
    assert found is not None
    assert (found.by_year, len(found.periods)) == (by_year, periods)


def test_classes_are_one_two_or_five_wide() -> None:
    """0 to 39 by 5 are eight classes; by 6 they would be seven, by 2 twenty."""
    found = numbers.summarise([Fraction(0), Fraction(39)])
    assert found is not None
    assert [(part.first, part.last) for part in found.classes][:2] == [(0, 4), (5, 9)]
    assert (len(found.classes), found.places) == (8, 0)


def test_what_is_no_number_is_left_out_whatever_it_is() -> None:
    assert numbers.numbers(["", None, float("nan"), True, False, [], ["1"], (2,), "two", "1", 2.5]) == [
        1,
        Fraction(5, 2),
    ]


def test_a_number_has_two_decimals_more_than_the_answers() -> None:
    assert numbers.number_text(Fraction(1, 3)) == "0.33"
    assert numbers.number_text(Fraction(1, 3), 1) == "0.333"


def test_agreement_names_the_marks_of_the_first_coder_and_themes_that_one_alone_used() -> None:
    codings = pd.DataFrame(
        [("A", "i1", 1, "t1"), ("A", "i1", 2, "t1"), ("A", "i1", 1, "t2"), ("B", "i1", 1, "t1")],
        columns=["coder", "interview", "answer", "theme"],
    )
    notes = pd.DataFrame({"interview": ["i1", "i1", "i1"], "answer": [1, 2, 3]})
    (pair,) = compare(codings, notes)
    assert (pair.overall.first, pair.overall.second) == (2, 0)
    assert set(pair.by_theme) == {"t1", "t2"}


def test_themes_are_compared_whatever_kind_of_key_they_have() -> None:
    codings = pd.DataFrame(
        [("A", "i1", 1, 7), ("A", "i1", 1, "new"), ("B", "i1", 1, 7)],
        columns=["coder", "interview", "answer", "theme"],
    )
    (pair,) = compare(codings, pd.DataFrame({"interview": ["i1"], "answer": [1]}))
    assert list(pair.by_theme) == [7, "new"]


def test_sections_by_sector_has_every_section_and_interviews_without_a_sector() -> None:
    interviews = pd.DataFrame({"interview": ["i1", "i2"], "sector": ["state", None], "section": ["x", "y"]})
    planned = pd.DataFrame({"interview": ["i1", "i2"], "section": ["1", "1"]})
    table = sections_by_sector(interviews, planned, ["2", "1"])
    assert list(table.index) == ["2", "1"]
    assert table.loc["1"].to_dict() == {"": 1, "state": 1}
    assert table.loc["2"].to_dict() == {"": 0, "state": 0}


def test_answers_are_broken_down_by_each_characteristic_of_the_questionnaire() -> None:
    survey = parse("survey", instruments_2016()["survey"])
    asked = {item.profile for item in survey.items if item.profile}
    assert asked - set(PROFILES) == {"experience"}, "a number of years, which is no group"
    assert set(PROFILES) <= asked
    assert SKIPPED == "skipped", "the name under which results are stored"


def test_interviews_without_numbers_of_people_are_counted_as_such() -> None:
    table = pd.DataFrame({"interview": ["i1", "i2"], "women": [2, None], "men": [1, None], "other": [None, "many"]})
    assert participants(table) == Participants(interviews=2, women=2, men=1, other=0, uncounted=1)
    assert Participants(1, 0, 0, 0).uncounted == 0


def test_places_beyond_those_that_were_asked_for_are_not_counted() -> None:
    found = rank([["a", "b", "c"]], ["a", "b", "c"], 2)
    assert [(ranked.option, ranked.by_place) for ranked in found.options] == [
        ("a", (1, 0)),
        ("b", (0, 1)),
        ("c", (0, 0)),
    ]


THEME_COLUMNS = ["interview", "answer", "start", "end", "theme", "coder"]


def test_a_theme_of_no_section_is_counted_over_all_interviews() -> None:
    table = pd.DataFrame([(1, "Trend", None, "trend")], columns=["theme", "label", "area", "kind"])
    interviews = pd.DataFrame({"interview": ["i1", "i2"], "sector": ["state", None]})
    planned = pd.DataFrame({"interview": ["i1"], "section": ["2"]})
    (found,) = themes.frequencies(pd.DataFrame(columns=THEME_COLUMNS), table, interviews, planned)
    assert (found.area, found.asked, found.interviews, found.unprompted) == ("", 2, 0, 0)


def test_a_theme_without_mentions_has_both_rows_and_interviews_without_a_sector() -> None:
    interviews = pd.DataFrame({"interview": ["i1", "i2", "i3"], "sector": ["state", None, "ngo"]})
    found = themes.by_sector(pd.DataFrame(columns=THEME_COLUMNS), 1, interviews, {"i1", "i2"})
    assert found.to_dict() == {"": {"mentioned": 0, "not_mentioned": 1}, "state": {"mentioned": 0, "not_mentioned": 1}}


def test_themes_are_set_against_each_other_in_the_order_asked_for() -> None:
    codings = pd.DataFrame(
        [("i1", "a", 0, 3, 1, "x"), ("i1", "a", 4, 6, 1, "x"), ("i2", "b", 0, 3, 2, "x"), ("i2", "b", 0, 3, 1, "x")],
        columns=THEME_COLUMNS,
    )
    found = themes.co_occurrence(codings, [3, 2, 1])
    assert (list(found.index), list(found.columns)) == ([3, 2, 1], [3, 2, 1])
    assert found.to_numpy().tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 2]]
