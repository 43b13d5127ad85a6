"""One dot is one group. The ballots below are those of the 2016 reconstruction (fixtures/demo/aze/validation.yaml)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories import AssessmentFactory, InstrumentFactory, instruments_2016
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import counts, counts_of, make_group, make_workshop
from workshops.priorities import priority_item
from workshops.results import GroupWords, count_places, results_of
from workshops.services.verdicts import give_verdict
from workshops.services.workshops import close_workshop, reopen_workshop

BALLOTS = {"Group 1": "JAN", "Group 2": "JBL", "Group 3": "JEG", "Group 4": "M"}


@pytest.fixture
def workshop(assessment: Any) -> Any:
    workshop = make_workshop(assessment)
    for name, ballot in BALLOTS.items():
        make_group(workshop, name, ballot)
    return workshop


def test_count_places_by_hand() -> None:
    found = count_places([["J", "A", "N"], ["A", "J"], ["X"]], ["A", "J", "N", "C"], 3)
    assert found == {"A": (1, 1, 0), "J": (1, 1, 0), "N": (0, 0, 1), "C": (0, 0, 0)}


def test_priority_item_is_8_1_with_17_letters(assessment: Any) -> None:
    item = priority_item(assessment)
    assert (item.name, item.ranks) == ("8.1", 3)
    assert "".join(option.name for option in item.options) == "ABCDEFGHIJKLMNOPQ"


def test_a_survey_without_the_priorities_is_reported(db: Any) -> None:
    definition = instruments_2016()["survey"]
    bare = {**definition, "sections": definition["sections"][:7]}
    assessment = AssessmentFactory(questionnaire=InstrumentFactory(kind="survey", version=9, definition=bare))
    with pytest.raises(ValidationError):
        priority_item(assessment)
    found = counts_of(make_workshop(assessment, opened=False))
    assert (found.rows, found.ballots) == ((), 0)


def test_the_published_rows_that_are_certain(workshop: Any) -> None:
    """J was chosen by three groups; C, F, I, K, O and Q were not chosen."""
    found = counts(workshop)
    assert found["J"] == 3
    assert [found[letter] for letter in "CFIKOQ"] == [0] * 6
    assert sum(found.values()) == 10


def test_tally_shows_ties_in_the_order_of_the_survey(workshop: Any) -> None:
    found = counts_of(workshop)
    assert (found.ballots, found.groups) == (4, 4)
    assert [(row.letter, row.groups, row.places, row.place, row.tied) for row in found.chosen[:3]] == [
        ("J", 3, (3, 0, 0), 1, False),
        ("A", 1, (0, 1, 0), 2, True),
        ("B", 1, (0, 1, 0), 2, True),
    ]
    assert [row.letter for row in found.rows[-3:]] == ["O", "P", "Q"]
    assert (found.rows[-1].place, found.rows[-1].tied) == (0, False)


def test_tally_is_frozen_at_closing(workshop: Any) -> None:
    closed = close_workshop(workshop=workshop, by=None)
    group = workshop.groups.get(name="Group 4")
    group.ballot.delete()
    assert counts_of(closed).ballots == 4
    assert counts(closed)["M"] == 1
    reopen_workshop(workshop=closed, by=None, reason="Test.")
    closed.refresh_from_db()
    assert counts_of(closed).ballots == 3


def test_a_planned_workshop_counts_nothing(assessment: Any) -> None:
    workshop = make_workshop(assessment, opened=False)
    make_group(workshop)
    assert sum(counts(workshop).values()) == 0


def test_verdicts_live_and_frozen_are_equal(assessment: Any) -> None:
    make_mark(assessment, "1.1/F1")
    row = make_recommendation(assessment, "train inspectors")
    workshop = make_workshop(assessment)
    one, two = make_group(workshop, "One"), make_group(workshop, "Two")
    give_verdict(group=one, target="cell:1.1/F1", choice="agree")
    give_verdict(group=one, target=f"recommendation:{row.pk}", choice="agree")
    give_verdict(group=two, target=f"recommendation:{row.pk}", choice="amend", words="And police.")
    live = results_of(workshop).verdicts
    assert [(found.text, found.agree, found.amend, found.disagree, found.words) for found in live] == [
        ("train inspectors", 1, 1, 0, (GroupWords("Two", "amend", "And police.", language="en"),)),
        ("NRM specific to THB is in place", 1, 0, 0, ()),
    ]
    assert results_of(close_workshop(workshop=workshop, by=None)).verdicts == live
