"""Answers that break a rule: bases and counts, worked out by hand, from the form to the report."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from analysis.exports.worksheet import save
from analysis.results import Results
from analysis.statistics.counts import INVALID, Counts, count_answers, is_blank
from analysis.statistics.ranking import rank
from reports.document import sentences
from surveys.models import Response, Survey
from surveys.services.responses import enter_response
from tests.analysis.builders import release
from tests.surveys.factories import SurveyFactory


def test_an_invalid_answer_is_asked_and_neither_answered_nor_skipped() -> None:
    found = count_answers(["a", INVALID, None, "dont_know", "b", INVALID, "a"], ["a", "b"])
    assert (found.asked, found.answered, found.dont_know, found.skipped, found.invalid) == (7, 3, 1, 1, 2)
    assert found.counts == {"a": 2, "b": 1}
    assert found.asked == found.answered + found.dont_know + found.skipped + found.invalid
    assert is_blank(INVALID)


def test_an_invalid_ranking_gives_no_place() -> None:
    found = rank([["a", "b"], INVALID, None], ["a", "b"], 2)
    assert (found.base.asked, found.base.answered, found.base.skipped, found.base.invalid) == (3, 1, 1, 1)
    assert [(one.option, one.by_place) for one in found.options] == [("a", (1, 0)), ("b", (0, 1))]


RANKED = ["women", "men", "girls", "boys"]
# Eight forms. 2.2 asks for exactly three, 2.4 for all four places, 2.2.1 depends on 2.2.
FORMS: list[dict[str, Any]] = [
    {"1.6": "male", "2.2": ["slavery", "prostitution", "forced_labour"], "2.2.1": "slavery", "2.4": RANKED},
    {"1.6": "male", "2.2": ["slavery", "prostitution", "forced_labour", "organ_removal"], "2.2.1": "slavery"},  # four
    {"1.6": "female", "2.2": ["slavery"], "2.4": ["women", "men"]},  # one of three, two of four
    {"1.6": ["male", "female"], "2.6": "Poverty"},  # two ticks
    {"1.6": "female"},
    {"1.6": "female", "1.2": "academic", "1.2_other": "Nurse"},  # words without their tick, beside a valid answer
    {"1.6": "male", "1.2_other": "Clown"},  # words without any tick
    {"2.6": "Greed"},
]  # fmt: skip
BASES = {  # asked, answered, skipped, invalid
    "1.6": (8, 6, 1, 1),
    "2.2": (8, 1, 5, 2),
    "2.2.1": (2, 2, 0, 0),  # the second form answered it, though 2.2 is not valid
    "2.4": (8, 1, 6, 1),
    "1.2": (8, 1, 6, 1),
    "2.6": (8, 2, 6, 0),
}


@pytest.fixture
def results(assessment: Any) -> Results:
    survey: Survey = SurveyFactory(assessment=assessment)
    keys = ["2.2", "2.4", "1.6", "1.2_other", "2.2.1"]
    for answers in FORMS:
        enter_response(
            survey=survey, answers=answers, as_given=keys, language="en", source="paper", uuid=uuid4(), by=None
        )
    Survey.objects.update(status=Survey.Status.CLOSED)
    release(assessment, k=2)
    return Results(assessment)


@pytest.mark.django_db
def test_bases_and_counts_of_a_release_are_those_worked_out_by_hand(results: Results) -> None:
    items = results.survey.items

    def bases(counts: Counts) -> tuple[int, ...]:
        return counts.asked, counts.answered, counts.skipped, counts.invalid

    assert {code: bases(items[code].counts) for code in BASES if not items[code].is_pooled} == {
        code: bases for code, bases in BASES.items() if not items[code].is_pooled
    }
    assert items["2.2"].counts.given == {"prostitution": 1, "forced_labour": 1, "slavery": 1}
    assert items["2.2.1"].counts.given == {"slavery": 2}
    assert {"2.2", "2.2.1", "2.4", "2.6"} <= {code for code in BASES if not items[code].is_pooled}


@pytest.mark.django_db
def test_what_is_not_valid_is_named_in_the_limits_and_survives_in_the_release(results: Results) -> None:
    named = dict(results.survey.not_valid)
    assert (named["2.2"], named["2.4"]) == (2, 1)
    assert any("2.2 (2)" in sentence and "2.4 (1)" in sentence for sentence in results.coverage.sentences)
    assert "2.2 (2)" in sentences.not_valid(results)
    Response.objects.update(invalid={})  # the release was made before, and is only looked up
    assert dict(Results(results.assessment).survey.not_valid) == named


@pytest.mark.django_db
def test_the_worksheet_names_what_is_not_valid_of_each_response_and_item(results: Results) -> None:
    save(results, content := BytesIO())
    book = load_workbook(content)
    head, *rows = list(book["Survey responses"].iter_rows(values_only=True))
    at = head.index("Not valid")
    assert sorted(str(row[at] or "") for row in rows) == sorted(["", "2.2", "2.2, 2.4", "1.6", "", "", "1.2", ""])
    head, *rows = list(book["Survey frequencies"].iter_rows(values_only=True))
    found = {row[head.index("Item")]: row[head.index("Not valid")] for row in rows}
    assert (found["2.2"], found["2.6"]) == (2, 0)


@pytest.mark.django_db
def test_nothing_is_said_where_every_answer_is_valid(assessment: Any) -> None:
    survey = SurveyFactory(assessment=assessment)
    for _ in range(3):
        enter_response(survey=survey, answers={"2.6": "x"}, language="en", source="paper", uuid=uuid4(), by=None)
    Survey.objects.update(status=Survey.Status.CLOSED)
    release(assessment, k=2)
    results = Results(assessment)
    assert (results.survey.not_valid, sentences.not_valid(results)) == ((), "")


@pytest.mark.django_db
def test_survey_item_shows_how_many_did_not_answer_validly(client_as: Any, results: Results) -> None:
    page = " ".join(client_as("lead").get("/a/AZE-2016/analysis/survey/2.2/").content.decode().split())
    assert '<p class="figure">2</p>' in page
    assert "not validly answered" in page
    assert "not validly answered" not in client_as("lead").get("/a/AZE-2016/analysis/survey/2.6/").content.decode()
