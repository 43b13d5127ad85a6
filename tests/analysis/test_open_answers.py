"""Open answers are coded with the interviews' codebook; respondents are counted separately from interviews."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from analysis.models import OpenCoding
from analysis.results import for_assessment
from analysis.services.open_answers import code_open_answer
from assessments.models import AuditEvent
from interviews.services.themes import merge_themes
from tests.analysis.builders import make_theme
from tests.factories import AssessmentFactory

pytestmark = pytest.mark.django_db
URL = reverse("analysis:open_coding", args=["AZE-2016", "8.3"])


@pytest.fixture
def theme(filled):
    return filled.themes.get(code="weak-law")


@pytest.fixture
def response(filled):
    return filled.survey.responses.get(code="AZEsur2")  # wrote "Train the judges" at 8.3


def test_open_coding_allows_the_right_roles(theme, check_roles):
    data = {"response": "AZEsur2", "theme": theme.pk, "do": "add"}
    check_roles(URL, allowed="consultant", denied="observer", method="post", wrong="get", ok=302, data=data)
    assert OpenCoding.objects.get().theme == theme


def test_a_coded_answer_counts_a_respondent_and_no_interview(filled, theme, response, member):
    before = next(count for count in for_assessment(filled).themes.counts if count.theme == theme.pk)
    for _ in range(2):  # twice is once
        code_open_answer(response=response, item="8.3", theme=theme, by=member("lead"))
    found = for_assessment(filled).themes
    assert found.respondents == {theme.pk: 1}
    assert next(count for count in found.counts if count.theme == theme.pk) == before
    assert AuditEvent.objects.filter(action="open_answer.coded").count() == 1


def test_each_coder_has_a_mark_and_the_answer_counts_once(filled, theme, response, member, client_as):
    for role in ("lead", "consultant"):
        code_open_answer(response=response, item="8.3", theme=theme, by=member(role))
    assert {coding.coder for coding in OpenCoding.objects.all()} == {member("lead"), member("consultant")}
    found = for_assessment(filled).themes
    assert (found.respondents, len(found.open_codings)) == ({theme.pk: 1}, 1)

    page = client_as("lead").post(URL, {"response": "AZEsur2", "theme": theme.pk, "do": "remove"}, follow=True)
    assert "Another coder has also coded this theme here." in page.content.decode()
    assert OpenCoding.objects.get().coder == member("consultant")

    client_as("lead").post(URL, {"response": "AZEsur2", "theme": theme.pk, "do": "remove"})
    assert OpenCoding.objects.count() == 0


def test_the_theme_shows_what_was_written_to_those_who_may_see_rows(filled, theme, response, member, client_as):
    code_open_answer(response=response, item="8.3", theme=theme, by=member("lead"))
    url = reverse("analysis:theme", args=["AZE-2016", theme.pk])
    assert "Train the judges" in client_as("consultant").get(url).content.decode()
    assert "Train the judges" not in client_as("observer").get(url).content.decode()


def test_open_coding_is_removed_also_after_its_theme_was_merged(filled, theme, response, member, client_as):
    other = make_theme(filled, "judges", label="Judges")
    code_open_answer(response=response, item="8.3", theme=other, by=member("lead"))
    merge_themes(theme=other, into=theme, by=member("lead"))
    assert for_assessment(filled).themes.respondents == {theme.pk: 1}
    client_as("lead").post(URL, {"response": "AZEsur2", "theme": theme.pk, "do": "remove"})
    assert OpenCoding.objects.count() == 0


@pytest.mark.parametrize("item", ["3.1.5", "8.2", "9.9"])
def test_an_answer_without_words_is_not_coded(theme, response, member, item):
    with pytest.raises(ValidationError, match="has no words of its own"):
        code_open_answer(response=response, item=item, theme=theme, by=member("lead"))


def test_a_theme_of_another_assessment_is_refused(response, member):
    stranger = make_theme(AssessmentFactory(reference="ARM-2016", country="ARM"), "other")
    with pytest.raises(ValidationError, match="no longer in use"):
        code_open_answer(response=response, item="8.3", theme=stranger, by=member("lead"))


@pytest.mark.parametrize("chosen", ["", "nonsense", "9" * 30, "-1"])
def test_no_theme_chosen_is_explained(filled, client_as, chosen):
    page = client_as("lead").post(URL, {"response": "AZEsur2", "theme": chosen, "do": "add"}, follow=True)
    assert "Choose a theme from the codebook first." in page.content.decode()
    assert OpenCoding.objects.count() == 0


def test_an_unknown_response_is_not_found(theme, client_as):
    assert client_as("lead").post(URL, {"response": "AZEsur99", "theme": theme.pk}).status_code == 404
