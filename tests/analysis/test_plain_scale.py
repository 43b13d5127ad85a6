"""A scale from a plain XLSForm: while its favourable end is unknown, no answer is called favourable or unfavourable."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from analysis.charts.spec import ordered
from analysis.item_types.presentation import rated
from analysis.results import for_assessment
from analysis.results.comparison import side_by_side
from assessments.models import Assessment
from instruments.models import Instrument
from instruments.xlsform import from_xlsform
from surveys.models import Survey
from tests.analysis.builders import make_survey, release, respond
from tests.instruments.test_xlsform import AGREE, HEADER, workbook

pytestmark = pytest.mark.django_db


def survey_of(assessment: Assessment, favourable: str | None) -> Survey:
    """Row q1 of a matrix on the scale sd, d, a, sa of an external form; three respondents answered sa."""
    matrix = [["begin_group", "m", "Rate", "", "", "table-list"], ["select_one agree", "q1", "Roads"], ["end_group"]]
    definition = from_xlsform(workbook([HEADER, *matrix], AGREE), language="en").definition
    if favourable:
        definition["scales"][0]["favourable"] = favourable
    version = Instrument.objects.create(kind="survey", key="plain", version=1, definition=definition)
    survey = make_survey(assessment, questionnaire=version)
    for number in (1, 2, 3):
        respond(survey, number, {"q1": "sa"})
    release(assessment, k=1)
    return survey


def analysed(reference: str) -> dict[str, object]:
    out = StringIO()
    call_command("analyse", reference, stdout=out)
    found: dict[str, object] = json.loads(out.getvalue())["survey"]["items"]["q1"]
    return found


def test_nothing_is_favourable_until_an_end_is_named(assessment, client_as):
    survey_of(assessment, favourable=None)
    item = analysed("AZE-2016")
    assert item["counts"] == {"sa": 3}
    assert not item.get("balance")
    page = client_as("lead").get(reverse("analysis:survey_item", args=["AZE-2016", "q1"])).content.decode()
    assert "avourable" not in page

    [line] = side_by_side([for_assessment(assessment)]).items
    assert line.cells == ("favourable end of the scale not stated",)


@pytest.mark.parametrize(
    ("end", "sides"), [("last", "3 favourable, 0 unfavourable of 3"), ("first", "0 favourable, 3 unfavourable of 3")]
)
def test_the_named_end_decides_which_answers_are_favourable(assessment, end, sides):
    survey_of(assessment, favourable=end)
    [line] = side_by_side([for_assessment(assessment)]).items
    assert line.cells == (sides,)


def test_reversed_statement_counts_the_other_way_and_its_table_has_neutral_colours(assessment):
    matrix = [["begin_group", "m", "Rate", "", "", "table-list"]]
    matrix += [["select_one agree", name, name] for name in ("q1", "q2")]
    definition = from_xlsform(workbook([HEADER, *matrix, ["end_group"]], AGREE), language="en").definition
    definition["scales"][0]["favourable"] = "last"
    definition["sections"][0]["items"][0]["rows"][1]["reverse"] = True
    version = Instrument.objects.create(kind="survey", key="plain", version=1, definition=definition)
    survey = make_survey(assessment, questionnaire=version)
    for number in (1, 2, 3):
        respond(survey, number, {"q1": "sa", "q2": "sa"})
    release(assessment, k=1)
    results = for_assessment(assessment)
    cells = [line.cells for line in side_by_side([results]).items]
    assert cells == [("3 favourable, 0 unfavourable of 3",), ("0 favourable, 3 unfavourable of 3",)]
    chart = rated(results, [results.survey.items[code] for code in ("q1", "q2")], "m", "Rate")
    assert [series.colour for series in chart.series] == list(ordered(("sd", "d", "a", "sa")).values())
    assert [series.values for series in chart.series] == [(0, 0), (0, 0), (0, 0), (3, 3)]
