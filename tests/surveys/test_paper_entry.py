"""Paper as it comes: what breaks a rule is stored as given once the typist confirms it, and nothing is invented."""

import html
import re
from typing import Any

import pytest

from instruments.schema import Survey as Document
from instruments.schema import parse
from surveys.models import Response, Survey
from surveys.questionnaire.validation import check, check_as_given
from surveys.responses.presentation import shown_answers
from surveys.services.responses import AnswersError, enter_response
from tests.surveys.factories import document_2016

HOME = "/a/AZE-2016/survey/enter/"
DOCUMENT = document_2016()


def text(response: Any) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def required(document: Document, code: str) -> Document:
    raw = document.model_dump(mode="json", exclude_none=True)
    for section in raw["sections"]:
        for entry in section["items"]:
            for item in entry.get("rows", [entry]):
                if item["name"] == code:
                    item["required"] = True
    changed = parse("survey", raw)
    assert isinstance(changed, Document)
    return changed


@pytest.mark.parametrize(
    ("raw", "answers", "invalid"),
    [
        # four of "choose three"
        (
            {"2.2": ["slavery", "prostitution", "forced_labour", "other"], "2.2_other": "Begging", "1.6": "male"},
            {"1.6": "male"},
            {"2.2": "choose_exactly", "2.2_other": "choose_exactly"},
        ),
        # two of four ranked
        ({"2.4": ["women", "men"], "1.6": "male"}, {"1.6": "male"}, {"2.4": "rank_all"}),
        # text without its tick
        ({"1.2": "academic", "1.2_other": "Nurse"}, {"1.2": "academic"}, {"1.2_other": "other_not_chosen"}),
        ({"1.2_other": "Nurse"}, {}, {"1.2_other": "other_not_chosen"}),
        # two ticks where one was asked for
        ({"1.6": ["male", "female"]}, {}, {"1.6": "one_only"}),
        # a question that was not to be answered
        ({"2.2.1": "slavery"}, {}, {"2.2.1": "not_chosen"}),
    ],
)
def test_what_breaks_a_rule_is_kept_as_given_and_is_no_answer(raw, answers, invalid) -> None:
    found = check_as_given(DOCUMENT, raw)
    assert (found.answers, found.errors) == (answers, ())
    assert {key: what["code"] for key, what in found.invalid.items()} == invalid
    assert {key: what["given"] for key, what in found.invalid.items()} == {key: raw[key] for key in invalid}


def test_a_required_question_left_blank_is_invalid_with_nothing_given() -> None:
    found = check_as_given(required(DOCUMENT, "1.6"), {"1.2": "academic"})
    assert (found.answers, found.invalid) == ({"1.2": "academic"}, {"1.6": {"given": None, "code": "required"}})


def test_only_what_was_confirmed_is_kept() -> None:
    raw = {"2.2": ["slavery"], "2.4": ["women"]}
    found = check_as_given(DOCUMENT, raw, ["2.4"])
    assert (list(found.invalid), [error.key for error in found.errors]) == (["2.4"], ["2.2"])
    assert check_as_given(DOCUMENT, raw, []).errors == check(DOCUMENT, raw).errors


def test_a_column_or_field_of_no_question_is_never_kept() -> None:
    assert [error.code for error in check_as_given(DOCUMENT, {"9.9": "x", "8.3": "x" * 10_001}).errors] == [
        "too_long",
        "unknown_item",
    ]


@pytest.mark.django_db
def test_response_enter_offers_as_on_paper_and_stores_what_was_confirmed(client_as: Any, survey: Survey) -> None:
    typist = client_as("focal_point")
    sent = {"source": "paper", "language": "en", "1.6": "2", "2.2": "1 2 3 4", "2.4": "1 3", "1.2_other": "Nurse"}
    refused = typist.post(HOME, sent)
    assert (refused.status_code, Response.objects.count()) == (422, 0)
    assert text(refused).count("As on paper") == 3 + 1  # each of the three, and what to do
    half = typist.post(HOME, sent | {"_as_given": ["2.2"]})
    assert (half.status_code, Response.objects.count()) == (422, 0)
    assert re.search(r'value="2\.2"\s+checked', half.content.decode())
    typist.post(HOME, sent | {"_as_given": ["2.2", "2.4", "1.2_other", "1.6"]})
    response = Response.objects.get()
    assert response.answers == {"1.6": "male"}
    assert response.invalid == {
        "2.2": {"given": ["prostitution", "other_sexual", "forced_labour", "slavery"], "code": "choose_exactly"},
        "2.4": {"given": ["women", "girls"], "code": "rank_all"},
        "1.2_other": {"given": "Nurse", "code": "other_not_chosen"},
    }
    page = text(client_as("lead").get(f"/a/AZE-2016/survey/responses/{response.code}/"))
    assert "Not valid, as given: Adult females; Female children" in page
    assert "Not valid, as given: Nurse" in page


@pytest.mark.django_db
def test_response_enter_offers_nothing_where_nothing_on_paper_can_be_the_reason(client_as: Any, survey: Survey) -> None:
    sent = {"source": "paper", "language": "en", "9.9": "x", "1.6": "1", "_as_given": ["9.9"]}
    refused = client_as("focal_point").post(HOME, sent)
    assert (refused.status_code, Response.objects.count()) == (422, 0)
    assert "As on paper" not in text(refused)


@pytest.mark.django_db
def test_a_form_by_link_is_never_stored_with_what_breaks_a_rule(survey: Survey) -> None:
    with pytest.raises(AnswersError):
        enter_response(
            survey=survey,
            answers={"2.2": ["slavery"]},
            language="en",
            source="paper",
            uuid=Response().uuid,
            by=None,
        )


def test_what_was_left_blank_is_shown_as_left_blank() -> None:
    invalid = {"1.6": {"given": None, "code": "required"}, "8.1": {"given": {"J": "1", "A": "1"}, "code": "rank_twice"}}
    shown = {code: words for _, lines in shown_answers(DOCUMENT, {}, invalid) for code, _, words in lines}
    assert shown == {"1.6": "Not valid, as given: left blank", "8.1": "Not valid, as given: J: 1, A: 1"}
