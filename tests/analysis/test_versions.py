"""Two versions of a questionnaire in one analysis: aligned by item code, and shown as two versions."""

import copy

import pytest

from analysis import gallery
from analysis.results import for_assessment
from instruments.models import Instrument
from tests.analysis.builders import make_survey, release, respond
from tests.factories import instruments_2016

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_version(assessment):
    """Version 2: item 3.1.7 was removed, 3.1.8 is new, and 2.5 has lost an option."""
    definition = copy.deepcopy(instruments_2016()["survey"])
    for section in definition["sections"]:
        for entry in section["items"]:
            if entry["name"] == "3.1":
                entry["rows"] = [row for row in entry["rows"] if row["name"] != "3.1.7"]
                entry["rows"].append({"name": "3.1.8", "type": "select_one", "text": {"en": "A new row"}})
            if entry["name"] == "2.5":
                entry["options"] = [option for option in entry["options"] if option["name"] != "neither"]
    return Instrument.objects.create(
        kind="survey", key="ct-nat-2016", version=2, definition=definition, parent=assessment.questionnaire
    )


@pytest.fixture
def mixed(assessment, second_version):
    survey = make_survey(assessment, questionnaire=second_version)
    old = assessment.questionnaire
    respond(survey, 1, {"3.1.5": "adequate", "3.1.7": "adequate", "2.5": "neither"}, questionnaire=old)
    respond(survey, 2, {"3.1.5": "inadequate", "3.1.8": "absent", "2.5": "growing"})
    respond(survey, 3, {"3.1.5": "adequate"})
    release(assessment, k=1)
    return for_assessment(assessment)


def test_an_item_of_both_versions_is_counted_together(mixed):
    item = mixed.survey.items["3.1.5"]
    assert (item.counts.asked, item.counts.given) == (3, {"adequate": 2, "inadequate": 1})
    assert item.versions == ("ct-nat-2016 version 2", "ct-nat-2016 version 1")


def test_an_item_of_one_version_is_asked_of_its_respondents_only(mixed):
    gone, new = mixed.survey.items["3.1.7"], mixed.survey.items["3.1.8"]
    assert (gone.counts.asked, gone.counts.answered, gone.versions) == (1, 1, ("ct-nat-2016 version 1",))
    assert (new.counts.asked, new.counts.answered, new.counts.skipped) == (2, 1, 1)


def test_an_option_of_the_older_version_is_kept_and_named_so(mixed):
    item = mixed.survey.items["2.5"]
    assert item.counts.given == {"growing": 1, "neither": 1}
    assert item.labels["neither"] == "Neither growing nor declining (option of another version)"


def test_a_chart_notes_that_versions_were_joined(mixed):
    chart = gallery.chart(mixed, "survey-3.1")
    assert chart.codes == ("3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.1.6", "3.1.8")
    assert chart.note == (
        "3.1.8 was asked in ct-nat-2016 version 2 only. "
        "Answers to 2 versions of the questionnaire are joined by item code."
    )


def test_the_page_shows_that_versions_were_joined(mixed, client_as):
    html = client_as("lead").get("/a/AZE-2016/analysis/survey/").content.decode()
    assert "Responses to 2 versions of the questionnaire are counted together by item code" in html


def test_a_gone_item_is_listed_with_its_section(mixed, client_as):
    html = client_as("lead").get("/a/AZE-2016/analysis/survey/").content.decode()
    assert 'href="/a/AZE-2016/analysis/survey/3.1.7/"' in html


def test_versions_cost_one_more_query(mixed, django_assert_num_queries, assessment):
    fresh = type(assessment).objects.with_instruments().get(pk=assessment.pk)
    with django_assert_num_queries(2):
        assert for_assessment(fresh).survey.responses == 3


def test_a_page_of_two_versions_costs_at_most_six_queries(mixed, client_as, django_assert_max_num_queries):
    client = client_as("lead")
    with django_assert_max_num_queries(6):
        client.get("/a/AZE-2016/analysis/survey/")
