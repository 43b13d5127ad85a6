"""The numbers of one assessment, from the stored rows to the document that `analyse` prints."""

import json

import pytest

from analysis.results import for_assessment
from tests.analysis.builders import make_interview

pytestmark = pytest.mark.django_db


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
        {"name": "The law is weak", "code": "weak-law", "interviews": 1, "asked": 2, "unprompted": 1, "mentions": 3},
        {"name": "Nobody said it", "code": "unheard", "interviews": 0, "asked": 2, "unprompted": 0, "mentions": 0},
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


def test_all_topics_cost_one_query(filled, django_assert_num_queries):
    assessment = type(filled).objects.with_instruments().get(pk=filled.pk)
    with django_assert_num_queries(1):
        for_assessment(assessment).as_json()


def test_people_by_sex_and_sector_are_protected(assessment):
    """State 9 women and 8 men, NGO 2 and 6: the 2 is hidden, and with it the three cells that would give it back."""
    for number, (sector, women, men) in enumerate([("state", 9, 8), ("ngo", 2, 6)], start=1):
        make_interview(assessment, number, {}, sector=sector, women=women, men=men)
    found = for_assessment(assessment).interviews
    assert found.sexes_in("ngo") == ["·", "·", 0]
    assert found.sexes_in("state") == ["·", "·", 0]
    assert (found.participants.women, found.participants.men) == (11, 14)


def test_people_by_sex_and_sector_are_shown_where_every_cell_is_large(assessment):
    for number, (sector, women, men) in enumerate([("state", 9, 8), ("ngo", 5, 6)], start=1):
        make_interview(assessment, number, {}, sector=sector, women=women, men=men)
    found = for_assessment(assessment).interviews
    assert (found.sexes_in("ngo"), found.sexes_in("state")) == ([5, 6, 0], [9, 8, 0])


def test_no_interviews_have_no_sexes_to_show(assessment):
    assert for_assessment(assessment).interviews.sexes_note == ""
