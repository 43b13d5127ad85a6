"""Who was asked an item, and what they answered, over two versions of a questionnaire."""

from typing import Any

import pandas as pd
import pytest

from analysis.frames import RESPONSE_COLUMNS, SurveyFrames, Version
from analysis.releases.answers import Answers
from analysis.statistics.counts import INVALID
from tests.analysis.generated import question, survey

NEW = survey(
    question("q", "a", "b"),
    question("after", "x", "y", relevant={"item": "q", "options": ["a"]}),
    question("many", "a", "b") | {"type": "select_multiple"},
    {"name": "which", "type": "select_one", "text": {"en": "which"}, "choices_of": "many"},
    question("added", "x", "y"),
)
OLD = survey(question("q", "a", "b"), question("dropped", "x", "y"))
CELLS: dict[str, list[Any]] = {
    #         the new version         the old one
    "q": ["a", "b", None, "b", "a", None],
    "after": ["x", None, None, "y", None, None],
    "many": [["a", "b"], None, ["b"], [], None, None],
    "which": ["a", None, None, None, None, None],
    "added": [None, "x", None, "y", None, None],
    "dropped": [None, None, None, None, "x", None],
}


@pytest.fixture
def answers() -> Answers:
    rows = [[f"s{n}", "en", "web", 2 if n < 5 else 1, n] for n in range(1, 7)]
    return Answers(
        SurveyFrames(
            pd.DataFrame(rows, columns=RESPONSE_COLUMNS),
            pd.DataFrame(CELLS, dtype=object),
            (Version(2, "new", NEW, 2), Version(1, "old", OLD, 1)),
        )
    )


def test_the_wording_is_that_of_the_newest_version_with_the_item(answers: Answers) -> None:
    assert {code: answers.home(code).label for code in CELLS} == {
        **dict.fromkeys(["q", "after", "many", "which", "added"], "new"),
        "dropped": "old",
    }


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("q", [1, 2, 3, 4, 5, 6]),
        ("added", [1, 2, 3, 4]),
        ("dropped", [5, 6]),
        ("after", [1, 4]),  # who chose "a" in the version that has it; the fourth answered all the same
        ("which", [1, 3]),  # who chose anything
    ],
)
def test_an_item_is_asked_of_those_whose_version_and_routing_have_it(
    answers: Answers, code: str, asked: list[int]
) -> None:
    mask = answers.asked(code)
    assert mask.dtype == bool
    assert list(answers.frames.responses["pk"][mask]) == asked


def test_without_responses_an_item_was_asked_of_none(answers: Answers) -> None:
    frames = answers.frames
    none = Answers(SurveyFrames(frames.responses[:0], frames.answers[:0], frames.versions))
    for code in ("q", "after"):
        assert (none.asked(code).dtype, none.given(code)) == (bool, [])


def test_the_answers_are_one_per_respondent_who_was_asked(answers: Answers) -> None:
    assert answers.given("q") == ["a", "b", None, "b", "a", None]
    assert answers.given("after") == ["x", "y"]
    assert answers.given("which") == ["a", None]
    assert answers.given("dropped") == ["x", None]


def in_versions(*rows: tuple[int, Any, list[str]]) -> Answers:
    """Forms with an item "q" of the options a, b, c (version 2) or a, b (version 1): version, answer, invalid codes."""
    newer, older = survey(question("q", "a", "b", "c")), survey(question("q", "a", "b"))
    return Answers(
        SurveyFrames(
            pd.DataFrame([[f"s{n}", "en", "web", row[0], n] for n, row in enumerate(rows)], columns=RESPONSE_COLUMNS),
            pd.DataFrame({"q": [row[1] for row in rows]}, dtype=object),
            (Version(2, "newer", newer, 2), Version(1, "older", older, 1)),
            invalid=tuple(frozenset(row[2]) for row in rows),
        )
    )


def test_the_base_of_an_option_is_those_who_answered_and_were_offered_it() -> None:
    rows = [
        (2, "c", []),
        (2, "a", []),
        (2, None, []),
        (2, "c", ["q"]),
        (2, "dont_know", []),
        (1, "a", []),
        (1, None, []),
    ]
    assert in_versions(*rows).bases("q", 2) == {"c": 2}
    assert in_versions(*(row for row in rows if row[0] == 2)).bases("q", 2) == {}
    assert in_versions(*rows[1:2], *rows[5:], *rows[5:]).bases("q", 2) == {}, "one form of the newer version"


def test_answers_of_the_only_form_of_a_version_are_left_out_where_fewer_than_k_are() -> None:
    alone = in_versions((2, "c", []), (1, "a", []), (1, "b", []))
    assert alone.given("q") == ["c", "a", "b"]
    assert alone.given("q", 2) == ["a", "b"]
    assert list(alone.in_small_versions("q", 2)) == [True, False, False]
    assert list(in_versions((2, "c", [])).in_small_versions("q", 2)) == [False], "there is no other version"


def test_an_invalid_answer_is_asked_and_counted_as_invalid() -> None:
    answers = in_versions((2, "a", []), (1, ["a", "b"], ["q"]))
    assert list(answers.asked("q")) == [True, True]
    assert answers.given("q") == ["a", INVALID]


def test_an_item_in_one_version_alone_has_one_base() -> None:
    assert in_versions((2, "c", []), (2, "a", [])).bases("q", 1) == {}


def with_towns(kind: str, *rows: tuple[Any, Any]) -> Answers:
    """Forms with a region (north, south), and a town: lille in the north, nice in the south, other in both."""
    town = question("town", "lille", "nice", "other") | {"type": kind}
    for option, region in zip(town["options"], ("north", "south"), strict=False):
        option["offered_if"] = ["=", ["item", "region"], ["str", region]]
    return Answers(
        SurveyFrames(
            pd.DataFrame([[f"s{n}", "en", "web", 1, n] for n, _row in enumerate(rows)], columns=RESPONSE_COLUMNS),
            pd.DataFrame({"region": [row[0] for row in rows], "town": [row[1] for row in rows]}, dtype=object),
            (Version(1, "only", survey(question("region", "north", "south"), town), 1),),
        )
    )


def test_the_base_of_an_option_is_those_whose_earlier_answer_offers_it() -> None:
    found = with_towns(
        "select_one",
        ("north", "lille"),
        ("north", "other"),
        ("north", None),
        ("south", "nice"),
        ("south", "dont_know"),
        (None, "other"),
    )
    assert found.bases("town", 5) == {"lille": 2, "nice": 1}
    assert list(found.asked("town")) == [True] * 6


def test_an_option_that_was_offered_to_nobody_has_a_base_of_zero() -> None:
    assert with_towns("select_multiple", ("north", ["lille", "other"])).bases("town", 5) == {"nice": 0}


def test_what_was_chosen_was_offered_even_where_the_earlier_answer_is_not_valid() -> None:
    assert with_towns("select_one", (None, "lille"), ("south", "nice")).bases("town", 5) == {"lille": 1, "nice": 1}
