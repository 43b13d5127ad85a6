import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.analysis.builders import make_survey, release, respond

pytestmark = pytest.mark.django_db


def analyse(*arguments):
    out = StringIO()
    call_command("analyse", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_analyse_prints_the_document(assessment):
    found = analyse("AZE-2016")
    assert list(found) == ["assessment", "interviews", "survey", "priorities", "workshops", "themes", "matrix"]


def test_analyse_by_sex_where_there_are_no_groups_fails_with_a_message(assessment):
    survey = make_survey(assessment)
    for number, sex in enumerate(["female", *["male"] * 6], start=1):
        respond(survey, number, {"1.6": sex, "3.1.5": "adequate" if number > 3 else "inadequate"})
    release(assessment)
    with pytest.raises(CommandError, match="there are no groups large enough to be compared") as refused:
        analyse("AZE-2016", "--by", "1.6")
    assert refused.value.returncode == 2


def test_analyse_by_sex_gives_the_released_tables(assessment):
    survey = make_survey(assessment)
    for number in range(24):
        sex, answer = ("female", "male")[number % 2], ("adequate", "neither", "inadequate")[number % 3]
        respond(survey, number + 1, {"1.6": sex, "3.1.5": answer})
    release(assessment, one_in=0)
    found = analyse("AZE-2016", "--by", "1.6")["breakdown"]
    assert (found["by"], found["groups"]) == ("sex", {"Female": 12, "Male": 12})
    table = found["items"]["3.1.5"]
    assert table["counts"] == {"adequate": [4, 4], "neither": [4, 4], "inadequate": [4, 4]}
    assert (table["answered"], table["dont_know"], table["skipped"]) == ([12, 12], [0, 0], [0, 0])
    assert found["items"]["3.1.4"] is not None  # no one answered it, so the total discloses that all skipped it
    assert "2.2.1" not in found["items"]  # depends on another question
    assert "1.6" not in found["items"]


@pytest.mark.parametrize("by", ["3.1.5", "nonsense"])
def test_analyse_by_something_else_is_refused_in_words(assessment, by):
    with pytest.raises(CommandError) as refused:
        analyse("AZE-2016", "--by", by)
    assert refused.value.returncode == 2


def test_analyse_before_the_results_are_released_gives_the_number_of_responses(assessment):
    respond(make_survey(assessment, status="open"), 1, {"3.1.5": "adequate"})
    found = analyse("AZE-2016")
    assert found["survey"] == {
        "responses": 1,
        "note": "1 response so far. Results appear when the survey is closed.",
        "items": {},
    }
    assert found["priorities"]["survey"] == {}


def test_analyse_of_an_unknown_assessment(db):
    with pytest.raises(CommandError, match="There is no assessment XXX-1") as refused:
        analyse("XXX-1")
    assert refused.value.returncode == 2
