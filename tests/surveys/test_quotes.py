"""Earlier answers on the respondent's page: quoted in texts, and deciding which options are offered."""

import json
import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from surveys.models import Response, SealedAnswer, Survey
from surveys.questionnaire import rendering
from surveys.questionnaire.quotes import BLANK, Quotes
from tests.factories import InstrumentFactory
from tests.surveys.factories import SurveyFactory
from tests.surveys.quoting_survey import definition, document, item, text

SECRET = "<b>Quartz & Co</b>"


@pytest.fixture
def survey(assessment: Any) -> Survey:
    questionnaire = InstrumentFactory(key="quotes", kind="survey", definition=definition())
    languages = ["en", "ar", "fr"]
    return SurveyFactory(assessment=assessment, questionnaire=questionnaire, open_slug="open", languages=languages)


def quoted(html: str) -> list[tuple[str, str]]:
    """(code, words) of each quoted answer of a page, without those of its table of contents."""
    questions = html[html.index('class="part"') :]
    return [(code, unescape(said)) for code, said in re.findall(r'<bdi data-answer="(.*?)">(.*?)</bdi>', questions)]


# -- on the server -----------------------------------------------------------------------------------------------------
def words(answers: dict[str, Any], code: str, language: str = "en") -> str:
    return Quotes(document(), language, {}, answers).words(code)


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ({"what": " two\n lines "}, "what", "two lines"),
        ({"what": "x" * 121}, "what", "x" * 119 + "…"),
        ({"what": "dont_know"}, "what", "dont_know"),
        ({"region": "north"}, "region", "The North"),
        ({"region": "dont_know"}, "region", ""),
        ({"town": "other", "what": "place"}, "town", "Other place"),
        ({"town": "other"}, "town", "Other …"),
        ({"town": "other", "town_other": "Calais"}, "town", "Calais"),
        ({"town": "other", "town_other": "Calais"}, "town_other", "Calais"),
        ({"several": ["arras", "lille", "other"], "several_other": "Calais"}, "several", "Arras, Lille and Calais"),
        ({"land": "AZE"}, "land", "Azerbaijan"),
        ({"order": ["b", "a"]}, "order", "Bees and Ants"),
        ({"whole": 12000}, "whole", "12000"),
        ({"part": 2.5}, "part", "2.5"),
        ({"day": "2026-03-31"}, "day", "31 March 2026"),
        ({"row": "good"}, "row", "Good"),
        ({}, "day", ""),
    ],
)
def test_an_answer_is_quoted_in_words(answers: dict[str, Any], code: str, said: str):
    assert words(answers, code) == said


def test_numbers_dates_and_labels_are_those_of_the_language():
    assert words({"part": 2.5}, "part", "ru") == "2,5"
    assert words({"day": "2026-03-31"}, "day", "ru") == "31 марта 2026\u202fг."
    assert words({"land": "AZE"}, "land", "ru") == "Азербайджан"
    assert words({"several": ["arras", "lille"]}, "several", "ar") == "ع Arras وع Lille"


@pytest.mark.django_db
def test_a_blank_page_shows_a_blank_for_each_quote_and_its_place_without_a_script(client: Client, survey: Survey):
    html = client.get("/s/open/", {"lang": "en"}).content.decode()
    assert {said for _, said in quoted(html)} == {BLANK}
    assert '<bdi data-answer="what">…</bdi><noscript> [answer to what]</noscript>' in html
    assert "{answer" not in html


@pytest.mark.django_db
def test_a_page_that_is_shown_again_quotes_what_is_valid_and_was_asked_and_the_next_page_nothing(
    client: Client, survey: Survey
):
    fields = {"what": SECRET, "region": "south", "town": "lille", "whole": "many", "x": "hidden", "_uuid": uuid4()}
    shown = client.post("/s/open/", {**fields, "_do": "send"})
    assert shown.status_code == 422
    found = dict(quoted(shown.content.decode()))
    assert (found["what"], found["region"]) == (SECRET, "South")
    assert (found["town"], found["whole"], found["x"]) == (BLANK, BLANK, BLANK)  # not offered, no number, not asked
    assert SECRET not in shown.content.decode()  # escaped
    fields["town"] = "nice"
    again = client.post("/s/open/", {**fields, "_do": "send"}).content.decode()
    assert '<a href="#s-B">About <bdi data-answer="town">Nice</bdi></a>' in again
    for language in ("en", "ar"):  # another respondent's page
        other = client.get("/s/open/", {"lang": language}).content.decode()
        assert "Quartz" not in other
        assert {said for _, said in quoted(other)} == {BLANK}


@pytest.mark.django_db
def test_what_pages_have_in_common_contains_no_answer(client: Client, survey: Survey):
    client.post("/s/open/", {"what": SECRET, "region": "south", "town": "lille", "_do": "send", "_to": "ar"})
    client.post("/s/open/", {"what": SECRET, "region": "south", "town": "lille", "_do": "send"})
    assert not [key for key, kept in rendering._cache.items() if "Quartz" in f"{key} {kept}"]


@pytest.mark.django_db
def test_in_another_language_the_labels_are_those_of_its_page(client: Client, survey: Survey):
    fields = {"region": "south", "day:day": "31", "day:month": "3", "day:year": "2026", "_to": "ar"}
    found = dict(quoted(client.post("/s/open/", fields).content.decode()))
    assert found["region"] == "ع South"
    assert found["day"] == "31 مارس 2026"
    french = client.post("/s/open/", {**fields, "_to": "fr"}).content.decode()  # texts fall back to English
    assert '<span lang="en" dir="ltr">In <bdi data-answer="region">South</bdi>?</span>' in french


@pytest.mark.django_db
def test_a_message_of_a_rule_quotes_the_answer(client: Client, assessment: Any):
    rule = {"constraint": ["<=", ["own"], ["item", "a"]], "constraint_message": text("At most {answer:a}")}
    items = [item("a", "integer"), item("b", "integer", **rule)]
    form = {"kind": "survey", "title": text("S"), "sections": [{"name": "1", "title": text("1"), "items": items}]}
    SurveyFactory(
        assessment=assessment,
        questionnaire=InstrumentFactory(key="rule", kind="survey", definition=form),
        open_slug="rule",
    )
    html = client.post("/s/rule/", {"a": "3", "b": "4", "_do": "send"}).content.decode()
    assert "</a>: At most 3" in html  # in the list of errors
    assert "</svg> At most 3</p>" in html  # beside its question
    assert 'At most <bdi data-answer="a">3</bdi>' in html  # where the rule is told
    assert "At most {answer:a}" in html.split("data-rules=")[-1].split(">")[0]  # which the script fills in


@pytest.mark.django_db
def test_without_a_script_all_options_are_shown_with_their_rule(client: Client, survey: Survey):
    html = unescape(client.get("/s/open/", {"lang": "en"}).content.decode())
    assert "Arras and Lille – Only if your answer to question region is: The North" in html
    assert "Nice – Only if your answer to question region is: South" in html
    assert html.count('value="lille"') == 2
    filters = re.search(r'data-item="town".*?data-filters="(.*?)"\s*>', unescape(html), re.DOTALL)
    assert filters
    assert json.loads(filters[1])["lille"] == ["=", ["item", "region"], ["str", "north"]]


@pytest.mark.django_db
def test_an_option_that_is_not_offered_is_refused_and_nothing_is_lost(client: Client, survey: Survey):
    fields = {"what": "why", "region": "south", "town": "lille", "_do": "send"}
    refused = client.post("/s/open/", fields)
    html = unescape(refused.content.decode())
    assert refused.status_code == 422
    assert "“Lille” cannot be chosen with your answer to question region. Choose another option, or" in html
    assert re.search(r'name="town" value="lille"\s+checked', html)
    assert not SealedAnswer.objects.exists()
    assert client.post("/s/open/", fields | {"town": "nice"}).status_code == 200
    assert SealedAnswer.objects.count() == 1


@pytest.mark.django_db
def test_a_required_question_without_an_option_left_is_not_asked(client: Client, survey: Survey):
    assert client.post("/s/open/", {"what": "why", "region": "west", "_do": "send"}).status_code == 200


# -- for those who do not answer: paper, the printed guide -----------------------------------------------------------
@pytest.mark.django_db
def test_who_types_paper_reads_the_rules_and_may_enter_an_option_that_is_not_offered_as_it_is_on_paper(
    client_as: Any, survey: Survey
):
    url = reverse("surveys:response_enter", args=[survey.assessment.reference])
    typist = client_as("lead")
    html = " ".join(unescape(typist.get(url).content.decode()).split())
    assert "“Arras” and “Lille”: offered only if region “region” is “The North”." in html
    assert "In [answer to region]?" in html
    sent = {"source": "paper", "language": "en", "region": "2", "town": "2", "what": "x"}
    assert "“Lille” cannot be chosen with your answer to" in unescape(typist.post(url, sent).content.decode())
    typist.post(url, sent | {"_as_given": ["town"]})
    stored = Response.objects.get()
    assert stored.answers == {"what": "x", "region": "south"}
    assert stored.invalid == {"town": {"given": "lille", "code": "not_offered"}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "place", "rule"),
    [
        ("en", "[answer to region]", "Nice – Only if your answer to question region is: South"),
        ("ar", "[الإجابة عن السؤال region]", "ع Nice – فقط إذا كانت إجابتك عن السؤال region: ع South"),
    ],
)
def test_the_printed_questionnaire_shows_places_of_answers_and_the_rules_of_options(
    client_as: Any, survey: Survey, language: str, place: str, rule: str
):
    url = reverse("instruments:instrument_print", args=[survey.questionnaire.pk])
    html = unescape(client_as("lead").get(url, {"language": language}).content.decode())
    html = " ".join(html.replace("\u2068", "").replace("\u2069", "").split())
    assert place in html
    assert rule in html
    assert "{answer:" not in html
