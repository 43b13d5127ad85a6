import pytest
from django.urls import reverse

from tests.analysis.builders import code as code_passage
from tests.analysis.builders import make_interview, make_survey, make_theme, respond

pytestmark = pytest.mark.django_db

PAGES = ["overview", "participants", "survey", "priorities", "themes", "coverage", "evidence_search", "disagreements"]


def url(name, *args, reference="AZE-2016"):
    return reverse(f"analysis:{name}", args=[reference, *args])


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_an_empty_assessment_teach(assessment, client_as, name):
    response = client_as("observer").get(url(name))
    assert response.status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_pages_walk_the_ladder(filled, ladder, name):
    ladder(url(name), allowed="observer", wrong="post")


@pytest.mark.parametrize("name", PAGES)
def test_pages_need_no_more_queries_for_more_rows(assessment, client_as, name, django_assert_max_num_queries):
    def fill(number):
        theme = make_theme(assessment, f"theme-{number}", area="2")
        interview = make_interview(assessment, number, {"2.1": "text"}, sector="state", women=1, sections=["2"])
        code_passage(interview, "2.1", theme)
        respond(survey, number, {"3.1.5": "adequate", "8.1": ["J"]})

    survey = make_survey(assessment)
    client = client_as("lead")
    fill(1)
    client.get(url(name))
    with django_assert_max_num_queries(100) as one:
        client.get(url(name))
    fill(2)
    fill(3)
    with django_assert_max_num_queries(len(one)):
        assert client.get(url(name)).status_code == 200
