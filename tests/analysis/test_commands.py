import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.analysis.builders import make_survey, respond

pytestmark = pytest.mark.django_db


def analyse(*arguments):
    out = StringIO()
    call_command("analyse", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_analyse_prints_the_document(assessment):
    found = analyse("AZE-2016")
    assert list(found) == ["assessment", "interviews", "survey", "priorities", "workshops", "themes", "matrix"]


def test_analyse_by_sex_hides_the_only_woman(assessment):
    survey = make_survey(assessment)
    for number, sex in enumerate(["female", *["male"] * 6], start=1):
        respond(survey, number, {"1.6": sex, "3.1.5": "adequate" if number > 3 else "inadequate"})
    found = analyse("AZE-2016", "--by", "1.6")["breakdown"]
    assert found["by"] == ["sex"]
    assert found["items"]["3.1.5"]["groups"] == {"Female": 1, "Male": 6}
    hidden = {count for column in found["items"]["3.1.5"]["counts"].values() for count in column.values()}
    assert hidden == {None, 0}  # zero only in rows that nobody chose


def test_analyse_by_two_characteristics_says_nothing_of_small_groups(assessment):
    survey = make_survey(assessment)
    respond(survey, 1, {"1.6": "female", "1.5": "age_18_34", "3.1.5": "adequate"})
    found = analyse("AZE-2016", "--by", "sex", "--by", "age")["breakdown"]
    assert found["items"]["3.1.5"]["groups"] == found["items"]["3.1.5"]["counts"] == {}


@pytest.mark.parametrize("by", [["3.1.5"], ["nonsense"], ["sex", "sex"], ["sex", "age", "role"]])
def test_analyse_by_something_else_is_refused_in_words(assessment, by):
    with pytest.raises(CommandError) as refused:
        analyse("AZE-2016", *(part for code in by for part in ("--by", code)))
    assert refused.value.returncode == 2


def test_analyse_of_an_unknown_assessment(db):
    with pytest.raises(CommandError, match="There is no assessment XXX-1") as refused:
        analyse("XXX-1")
    assert refused.value.returncode == 2
