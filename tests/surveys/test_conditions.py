"""Conditions on the pages: as data for the script, in words without it, for who types paper; and what is stored."""

import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from instruments.logic.grammar import parse_condition
from surveys.models import Response, SealedAnswer, Survey
from tests.factories import InstrumentFactory
from tests.surveys.factories import SurveyFactory

IN_SECTION, IN_TABLE, IN_ROW, OF_ITEM = (
    "${x} = 'yes'",
    "selected(${m}, 'a') or selected(${m}, 'b')",
    "${m} = 'a'",
    "${n} > 3",
)


def text(words: str) -> dict[str, str]:
    return {"en": words, "ar": f"{words} ع"}


def options(**labels: str) -> list[dict[str, Any]]:
    return [{"name": name, "text": text(label)} for name, label in labels.items()]


def definition() -> dict[str, Any]:
    row = {"name": "r", "type": "select_one", "text": text("Row"), "relevant": parse_condition(IN_ROW)}
    table = {"name": "t", "type": "matrix", "text": text("Table"), "scale": "s", "rows": [row]}
    return {
        "kind": "survey",
        "title": text("Survey"),
        "scales": [{"name": "s", "points": options(good="Good", bad="Bad")}],
        "sections": [
            {
                "name": "A",
                "title": text("First"),
                "items": [
                    {
                        "name": "x",
                        "type": "select_one",
                        "text": text("Work here?"),
                        "options": options(yes="Yes", no="No"),
                    },
                    {
                        "name": "m",
                        "type": "select_multiple",
                        "text": text("Which?"),
                        "options": options(a="Ants", b="Bees"),
                    },
                    {"name": "n", "type": "integer", "text": text("How many?")},
                ],
            },
            {
                "name": "B",
                "title": text("Second"),
                "relevant": parse_condition(IN_SECTION),
                "items": [
                    table | {"relevant": parse_condition(IN_TABLE)},
                    {"name": "w", "type": "text", "text": text("Why?"), "relevant": parse_condition(OF_ITEM)},
                ],
            },
        ],
    }


@pytest.fixture
def survey(assessment: Any) -> Survey:
    questionnaire = InstrumentFactory(key="with-conditions", kind="survey", definition=definition())
    return SurveyFactory(assessment=assessment, questionnaire=questionnaire, open_slug="open", languages=["en", "ar"])


def page(client: Client, language: str = "en") -> str:
    return client.get("/s/open/", {"lang": language}).content.decode()


def test_the_page_has_each_condition_as_data_where_it_applies(client: Client, survey: Survey) -> None:
    html = page(client)
    assert [json.loads(unescape(part.split('"')[0])) for part in html.split('data-if="')[1:]] == [
        parse_condition(expression) for expression in (IN_SECTION, IN_TABLE, IN_ROW, OF_ITEM)
    ]
    assert f'data-today="{survey.today.isoformat()}"' in html
    assert html.index("js/logic.js") < html.index("js/surveys.js")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Only if your answer to question x is: Yes",
                "Only if your answer to question m is: Ants / Bees",
                "Only for people who gave certain answers to these questions: m",
                "Only for people who gave certain answers to these questions: n",
            ],
        ),
        (
            "ar",
            [
                "فقط إذا كانت إجابتك عن السؤال x: Yes ع",
                "فقط إذا كانت إجابتك عن السؤال m: Ants ع / Bees ع",
                "فقط لمن أجابوا بإجابات معيّنة عن هذه الأسئلة: m",
                "فقط لمن أجابوا بإجابات معيّنة عن هذه الأسئلة: n",
            ],
        ),
    ],
)
def test_without_a_script_the_page_shows_who_is_asked(
    client: Client, survey: Survey, language: str, lines: list[str]
) -> None:
    found = [part.split("</p>")[0] for part in page(client, language).split('<noscript><p class="hint">')[1:]]
    assert [line.replace("\u2068", "").replace("\u2069", "") for line in found] == lines


def test_an_answer_that_is_not_asked_for_comes_back_with_what_it_depends_on(client: Client, survey: Survey) -> None:
    fields = {"x": "no", "m": ["a"], "n": "5", "w": "because", "r": "good"}
    response = client.post("/s/open/", {**fields, "_do": "send"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "for people who gave a certain answer to question x, m." in html
    assert "for people who gave a certain answer to question x, n." in html
    assert "because" in html
    assert not SealedAnswer.objects.exists()
    accepted = client.post("/s/open/", {**fields, "x": "yes", "_do": "send"})
    assert accepted.status_code == 200
    assert SealedAnswer.objects.count() == 1


def test_who_types_paper_reads_the_condition_and_cannot_enter_what_is_not_asked(client_as: Any, survey: Survey) -> None:
    url = reverse("surveys:response_enter", args=[survey.assessment.reference])
    client = client_as("lead")
    html = " ".join(unescape(client.get(url).content.decode()).split())
    for line in (
        "Asked only if x “Work here?” is “Yes”.",
        "Asked only if m “Which?” includes “Ants” or “Bees”.",
        "Asked only if m “Which?” is only “Ants”.",
        "Asked only if n “How many?” is more than 3.",
    ):
        assert line in html
    typed = {"source": "paper", "language": "en", "x": "1", "m": "1 2", "n": "4", "w": "because"}
    assert "certain answer to question x, m." in client.post(url, typed | {"r": "1"}).content.decode()
    client.post(url, typed)
    assert Response.objects.get().answers == {"x": "yes", "m": ["a", "b"], "n": 4, "w": "because"}


def test_the_page_of_the_questionnaire_shows_when_each_part_is_asked(client_as: Any, survey: Survey) -> None:
    client = client_as("lead")
    html = client.get(reverse("instruments:instrument_detail", args=[survey.questionnaire.pk])).content.decode()
    found = " ".join(unescape(html).split())
    assert "Asked only if x “Work here?” is “Yes”." in found
    assert "Asked only if m “Which?” is only “Ants”." in found
    printed = client.get(reverse("instruments:instrument_print", args=[survey.questionnaire.pk]), {"language": "en"})
    assert "Only if your answer to question m is: Ants / Bees" in unescape(printed.content.decode())
