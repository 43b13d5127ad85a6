"""The numbers of one assessment, from what the rooms below store to the document that `analyse` prints."""

import json

import pytest

from analysis.results import for_assessment
from tests.analysis.builders import code, make_interview, make_survey, make_theme, make_workshop, mark, respond

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(assessment):
    """Three interviews, four responses, two ballots: small enough to count by hand."""
    first = make_interview(
        assessment, 1, {"2.1": "Weak law", "1.1": "x"}, sector="state", women=1, men=2, sections=["1", "2", "7", "8"]
    )
    second = make_interview(assessment, 2, {"1.1": "Weak law"}, sector="state", men=1)
    make_interview(assessment, 3, {"2.1": "Nothing"}, sector="ngo", women=2, sections=["1", "2", "7", "8"])
    weak = make_theme(assessment, "weak-law", label="The law is weak", area="2")
    make_theme(assessment, "unheard", label="Nobody said it", area="2", kind="trend")
    code(first, "2.1", weak, 0, 4)
    code(first, "2.1", weak, 5, 8)
    code(second, "1.1", weak, 0, 4)  # raised without having been asked section 2
    survey = make_survey(assessment)
    respond(survey, 1, {"1.6": "female", "3.1.5": "adequate", "8.1": ["J", "A", "B"], "2.2": ["forced_marriage"]})
    respond(survey, 2, {"1.6": "male", "3.1.5": "inadequate", "8.1": ["J", "B", "A"]})
    respond(survey, 3, {"1.6": "male", "3.1.5": "dont_know"})
    respond(survey, 4, {"1.6": "male"})
    respond(survey, 5, {"3.1.5": "adequate"}, is_test=True)
    make_workshop(assessment, ["J", "C", "D"], ["C", "J"])
    mark(assessment, "1.1", "F1", "in_place", evidence=["document:Aze 1"])
    return assessment


def test_as_json_counts_what_was_entered(filled):
    found = json.loads(json.dumps(for_assessment(filled).as_json()))
    assert found["assessment"] == "AZE-2016"
    assert found["interviews"] == {
        "count": 3,
        "people": 6,
        "women": 3,
        "men": 3,
        "other": 0,
        "sectors": {"state": 2, "ngo": 1},
        "sections": {
            "1": {"asked": 3, "answered": 2},
            "2": {"asked": 2, "answered": 2},
            **{section: {"asked": 0, "answered": 0} for section in "3456"},
            "7": {"asked": 3, "answered": 0},
            "8": {"asked": 3, "answered": 0},
        },
    }
    assert found["survey"]["responses"] == 4
    assert found["survey"]["items"]["3.1.5"] == {
        "asked": 4,
        "answered": 2,
        "dont_know": 1,
        "skipped": 1,
        "counts": {"adequate": 1, "inadequate": 1},
    }
    assert {letter: dots for letter, dots in found["priorities"]["survey"].items() if dots} == {"A": 2, "B": 2, "J": 2}
    assert {letter: dots for letter, dots in found["priorities"]["workshop"].items() if dots} == {
        "C": 2,
        "D": 1,
        "J": 2,
    }
    assert found["themes"] == [
        {"name": "The law is weak", "code": "weak-law", "interviews": 1, "asked": 2, "mentions": 3},
        {"name": "Nobody said it", "code": "unheard", "interviews": 0, "asked": 2, "mentions": 0},
    ]
    assert found["matrix"]["1.1"] == {
        "F1": "in_place",
        "F2": "not_assessed",
        "O1": "not_assessed",
        "O2": "not_assessed",
    }
    assert len(found["matrix"]) == 25


def test_as_json_of_an_empty_assessment(assessment):
    found = for_assessment(assessment).as_json()
    assert found["interviews"]["count"] == found["survey"]["responses"] == 0
    assert found["themes"] == []
    assert found["survey"]["items"]["3.1.5"] == {
        "asked": 0,
        "answered": 0,
        "dont_know": 0,
        "skipped": 0,
        "counts": {},
    }


def test_every_topic_costs_one_query(filled, django_assert_num_queries):
    assessment = type(filled).objects.with_instruments().get(pk=filled.pk)
    with django_assert_num_queries(5):  # interviews, survey, ballots, themes, marks
        for_assessment(assessment).as_json()
