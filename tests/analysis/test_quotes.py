"""Questions that quote an earlier answer, and options that depend on one: in results, charts and exports."""

import pyreadstat
import pytest

from analysis import gallery
from analysis.exports.responses import sav
from analysis.results.assessment import for_assessment
from tests.analysis.builders import make_survey, release, respond
from tests.factories import InstrumentFactory
from tests.surveys.quoting_survey import definition

TYPED = "Quartz"


@pytest.fixture
def results(assessment):
    assessment.questionnaire = InstrumentFactory(key="quotes", kind="survey", definition=definition())
    assessment.save()
    survey = make_survey(assessment, questionnaire=assessment.questionnaire)
    towns = [("north", "lille"), ("north", "arras"), ("north", "lille"), ("south", "nice"), ("south", "other")]
    for number, (region, town) in enumerate([*towns, *towns], start=1):
        respond(survey, number, {"what": TYPED, "region": region, "town": town})
    release(assessment, k=5)
    return for_assessment(assessment)


@pytest.mark.django_db
def test_labels_show_the_place_of_a_quoted_answer_and_never_the_answer(results, client_as):
    item = results.survey.items["town"]
    assert item.label == "In [answer to region]?"
    assert item.labels["other"] == "Other [answer to what]"
    chart = gallery.chart(results, "survey-town")
    assert TYPED not in f"{chart}"
    assert "Other [answer to what]" in chart.categories
    page = client_as("lead").get("/a/AZE-2016/analysis/survey/").content.decode()
    assert "In [answer to region]?" in page
    assert TYPED not in page
    assert "{answer:" not in page


@pytest.mark.django_db
def test_the_base_of_an_option_is_those_who_were_offered_it(results):
    counts = results.survey.items["town"].counts
    assert (counts.answered, dict(counts.counts)) == (10, {"arras": 2, "lille": 4, "nice": 2, "other": 2})
    assert dict(counts.bases) == {"arras": 6, "lille": 6, "nice": 4}
    chart = gallery.chart(results, "survey-town")
    assert dict(zip(chart.codes or chart.categories, chart.bases, strict=True))
    assert sorted(chart.bases) == [4, 6, 6, 10]
    assert chart.note.count("Which options town offered depends on an earlier answer") == 1
    assert "was offered to" not in chart.note


@pytest.mark.django_db
def test_labels_of_an_spss_file_show_the_place_of_a_quoted_answer(results, tmp_path):
    path = tmp_path / "responses.sav"
    path.write_bytes(sav(results))
    _frame, found = pyreadstat.read_sav(str(path))
    assert "town In [answer to region]?" in found.column_names_to_labels.values()
    assert "Other [answer to what]" in str(found.variable_value_labels)
    assert not {TYPED, "{answer:"} & set(str(found.column_names_to_labels).split())
