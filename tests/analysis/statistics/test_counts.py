"""Hand-worked tables. "2016" is the published assessment: the figures are its own."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.counts import INVALID, Counts, count_answers, is_blank
from analysis.statistics.likert import balance, sides
from analysis.statistics.participants import participants, participants_by, response_rate
from analysis.statistics.priorities import vote
from analysis.statistics.ranking import rank
from analysis.statistics.rounding import PercentageRule, half_away, one_decimal, percent
from analysis.statistics.routing import was_asked

TEN, FIVE = PercentageRule(10), PercentageRule(5)
ADEQUACY = ["adequate", "somewhat_adequate", "neither", "somewhat_inadequate", "inadequate", "absent"]


@pytest.mark.parametrize(
    ("count", "base", "published"),
    # 2016: men and women of 92 participants, of 36 in Azerbaijan, women of 19 survey respondents
    [(53, 92, 58), (39, 92, 42), (28, 36, 78), (8, 36, 22), (13, 19, 68)],
)
def test_percent_rounds_as_published(count, base, published):
    assert percent(count, base) == published


@pytest.mark.parametrize(("count", "whole"), [(1, 1), (-1, -1), (3, 2), (-3, -2), (0, 0)])
def test_a_half_goes_away_from_zero(count, whole):
    assert percent(count, 200) == whole  # 0.5, -0.5, 1.5, -1.5, 0


def test_no_base_has_no_percentage():
    assert percent(0, 0) is None


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30))
def test_half_away_is_the_nearest_whole_number(numerator, denominator):
    value = Fraction(numerator, denominator)
    distance = abs(half_away(value) - value)
    assert distance < Fraction(1, 2) or (distance == Fraction(1, 2) and abs(half_away(value)) > abs(value))


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (TEN.share(4, 7), "4 of 7"),
        (TEN.share(53, 92), "58% (53 of 92)"),
        (TEN.share(5, 10), "50% (5 of 10)"),
        (TEN.share(0, 0), "0 of 0"),
        (PercentageRule(0).share(0, 0), "0 of 0"),
        (FIVE.share(4, 7), "57% (4 of 7)"),
    ],
)
def test_share_shows_counts_below_its_threshold(share, words):
    assert str(share) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(5, 2), "2.5"),
        (Fraction(7, 3), "2.3"),
        (Fraction(27, 10), "2.7"),
        (Fraction(9), "9.0"),
        (Fraction(-1, 4), "-0.3"),
        (Fraction(-10), "-10.0"),
        (Fraction(0), "0.0"),
        (Fraction(-1, 100), "0.0"),  # never "-0.0"
        (None, ""),
    ],
)
def test_one_decimal(value, words):
    assert one_decimal(value) == words


def test_rate_counts_dont_know_and_skipped_separately():
    # 2016, 3.1.5 with the words that add up: four adequate, three inadequate of seven. Two more are added here.
    found = count_answers(["adequate"] * 4 + ["inadequate"] * 3 + ["dont_know", None], ADEQUACY)
    assert (found.asked, found.answered, found.dont_know, found.skipped) == (9, 7, 1, 1)
    assert dict(found.counts) == {
        "adequate": 4,
        "somewhat_adequate": 0,
        "neither": 0,
        "somewhat_inadequate": 0,
        "inadequate": 3,
        "absent": 0,
    }
    assert found.given == {"adequate": 4, "inadequate": 3}
    assert str(found.share("adequate", TEN)) == "4 of 7"


@given(st.lists(st.sampled_from([*ADEQUACY, "dont_know", None, "", "  ", float("nan"), []])))
def test_bases_always_add_up(answers):
    found = count_answers(answers, ADEQUACY)
    assert found.asked == len(answers) == found.answered + found.dont_know + found.skipped
    assert found.answered == sum(found.counts.values())


@pytest.mark.parametrize(
    ("value", "blank"),
    [(None, True), (float("nan"), True), ("", True), (" \n", True), ([], True), (0, False), ("0", False)],
)
def test_is_blank_takes_nought_for_an_answer(value, blank):
    assert is_blank(value) == blank


def test_balance_of_a_scale_with_a_neutral_point():
    # 3 + 1 favourable, 2 neutral, 1 + 1 + 4 unfavourable of 12: (4 - 6) / 12 = -16.7 points
    # R: x <- rep(1:6, c(3, 1, 2, 1, 1, 4)); 100 * (mean(x < 3) - mean(x > 3)): -16.66667
    answers = (
        ["adequate"] * 3
        + ["somewhat_adequate"]
        + ["neither"] * 2
        + ["somewhat_inadequate", "inadequate"]
        + ["absent"] * 4
    )
    found = balance(count_answers(answers, ADEQUACY), ADEQUACY, "neither", TEN)
    assert (found.favourable, found.neutral, found.unfavourable, found.base) == (4, 2, 6, 12)
    assert (found.net, found.net_percent) == (-2, -17)


def test_balance_of_few_is_a_count_only():
    found = balance(count_answers(["adequate"] * 4 + ["inadequate"] * 3, ADEQUACY), ADEQUACY, "neither", TEN)
    assert (found.net, found.net_percent) == (1, None)


@pytest.mark.parametrize(("smallest", "points"), [(5, 14), (7, 14), (8, None), (20, None)])
def test_balance_is_in_points_from_the_smallest_base_on(smallest, points):
    # 4 favourable and 3 unfavourable of 7: (4 - 3) / 7 = 14.3 points
    found = balance(
        count_answers(["adequate"] * 4 + ["inadequate"] * 3, ADEQUACY), ADEQUACY, "neither", PercentageRule(smallest)
    )
    assert found.net_percent == points


def test_sides_without_a_neutral_point():
    assert sides(["a", "b", "c", "d"], None) == (["a", "b"], ["c", "d"])
    assert sides(["a", "b", "c"], None) is None  # whether b is favourable is unknown
    assert balance(Counts(0, 0, 0, 0, dict.fromkeys(ADEQUACY, 0)), ADEQUACY, "neither", TEN) is None


def test_choose_counts_options_not_combinations():
    found = count_answers(
        [["origin", "transit"], ["origin"], ["transit", "transit"], []], ["origin", "transit", "destination"]
    )
    assert dict(found.counts) == {"origin": 2, "transit": 2, "destination": 0}
    assert (found.asked, found.answered, found.skipped) == (4, 3, 1)


def test_dont_know_beside_an_option_is_no_option():
    found = count_answers([["dont_know", "origin"], ["dont_know"], "dont_know"], ["origin"])
    assert (found.answered, found.dont_know, dict(found.counts)) == (1, 2, {"origin": 1})


def test_choose_counts_an_option_of_another_version():
    assert list(count_answers(["old", "new"], ["new"]).counts.items()) == [("new", 1), ("old", 1)]


def test_was_asked_follows_the_earlier_item():
    # 2.2.1 is asked of those who answered 2.2; one wrote an answer on paper without it.
    assert was_asked(["a", None, "a", None], [True, True, False, False]) == [True, True, True, False]


def test_rank_counts_places_and_means_with_their_own_base():
    # women: 1, 1, 2 -> mean 4/3; men: 2, 3 -> 5/2; girls: 3, 2, 1 -> 2; boys never ranked
    # R, columns women, men, girls, boys: colMeans(rbind(c(1, 2, 3, NA), c(1, 3, 2, NA), c(2, NA, 1, NA)), na.rm = TRUE)
    # 1.333 2.5 2 NaN
    found = rank([["women", "men", "girls"], ["women", "girls", "men"], ["girls", "women"], None], ["women", "men", "girls", "boys"], 4)  # fmt: skip  # noqa: E501
    assert (found.base.asked, found.base.answered) == (4, 3)
    rows = {row.option: (row.by_place, row.first, row.ranked, row.mean) for row in found.options}
    assert rows == {
        "women": ((2, 1, 0, 0), 2, 3, Fraction(4, 3)),
        "men": ((0, 1, 1, 0), 0, 2, Fraction(5, 2)),
        "girls": ((1, 1, 1, 0), 1, 3, Fraction(2)),
        "boys": ((0, 0, 0, 0), 0, 0, None),
    }


def test_vote_counts_dots_points_and_shared_places():
    # J: 3 ballots, places 1, 1, 3 -> 3+3+1 points. A: 2 ballots, 2+2. B: 2 ballots, 1+1: shares a place with A.
    found = vote([["J", "A", "B"], ["J", "A", "B"], ["C", "x", "J"], []], ["A", "B", "C", "D", "J"])
    rows = {row.option: (row.named, row.first, row.points, row.place, row.tied) for row in found.options}
    assert rows == {
        "A": (2, 0, 4, 2, True),
        "B": (2, 0, 2, 2, True),
        "C": (1, 1, 3, 4, True),
        "D": (0, 0, 0, None, False),
        "J": (3, 2, 7, 1, False),
        "x": (1, 0, 2, 4, True),
    }
    assert (found.base.answered, [row.option for row in found.top]) == (3, ["J"])


def test_vote_shares_places_as_r_ranks():
    # R: rank(-c(2, 2, 1, 0, 3, 1), ties.method = "min") is 2 2 4 6 1 4; an option that was never named has no place
    found = vote([["a", "b", "e"], ["a", "e", "c"], ["e", "b", "f"]], ["a", "b", "c", "d", "e", "f"])
    assert [row.named for row in found.options] == [2, 2, 1, 0, 3, 1]
    assert [row.place for row in found.options] == [2, 2, 4, None, 1, 4]


def test_options_that_were_never_named_are_not_tied():
    found = vote([["a"]], ["a", "b", "c"])
    assert [(row.option, row.named, row.place, row.tied) for row in found.options] == [
        ("a", 1, 1, False),
        ("b", 0, None, False),
        ("c", 0, None, False),
    ]


def test_without_votes_there_is_no_winner():
    assert vote([], ["A", "B"]).top == ()


INTERVIEWS = pd.DataFrame(
    [("i1", "state", 1, 4, 0), ("i2", "state", 0, 2, 0), ("i3", "ngo", 3, 0, 1), ("i4", None, 0, 0, 0)],
    columns=["interview", "sector", "women", "men", "other"],
)


def test_participants_counts_people_and_interviews_apart():
    found = participants(INTERVIEWS)
    assert (found.interviews, found.people, found.women, found.men, found.other, found.uncounted) == (4, 11, 4, 6, 1, 1)


def test_participants_by_sector_has_most_interviews_first():
    # R: aggregate(cbind(women, men, other) ~ sector, interviews, sum): "" 0 0 0; ngo 3 0 1; state 1 6 0
    found = participants_by(INTERVIEWS)
    assert [(name, who.interviews, who.people) for name, who in found.items()] == [
        ("state", 2, 7),
        ("", 1, 0),
        ("ngo", 1, 4),
    ]


def test_participants_of_nothing():
    assert participants(INTERVIEWS.iloc[:0]).people == 0
    assert participants_by(INTERVIEWS.iloc[:0]) == {}


def test_response_rate_needs_invitations():
    assert str(response_rate(20, 7, TEN)) == "35% (7 of 20)"
    assert str(response_rate(20, 7, PercentageRule(21))) == "7 of 20"
    assert response_rate(0, 7, TEN) is None  # an open link has no base


def test_answers_that_are_not_valid_are_neither_answered_nor_skipped() -> None:
    counted = count_answers(["a", INVALID, None, INVALID, "dont_know", INVALID], ["a", "b"])
    assert (counted.asked, counted.answered, counted.dont_know, counted.skipped, counted.invalid) == (6, 1, 1, 1, 3)
    assert dict(counted.counts) == {"a": 1, "b": 0}
    assert is_blank(INVALID)
    assert repr(INVALID) == "INVALID", "as faults of tests name it"


def test_nobody_answered_invalidly_unless_it_is_said() -> None:
    assert Counts(2, 1, 0, 1, {"a": 1}).invalid == 0
