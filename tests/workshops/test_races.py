"""Several people at the same moment: one succeeds, the others get a message, nothing is lost or counted twice."""

import pytest

from ctnat.ui.errors import ConflictError
from indicators.models import Mark, MarkChange
from tests.concurrency import at_once
from tests.factories import AssessmentFactory
from tests.indicators.factories import make_mark
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Ballot
from workshops.services.ballots import cast_ballot
from workshops.services.groups import join_group
from workshops.services.workshops import close_workshop
from workshops.words import GroupError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]


def test_first_marks_of_one_cell() -> None:
    assessment = AssessmentFactory(reference="AZE-2016")
    verbs = [lambda words=f"Reason {n}.": make_mark(assessment, rationale=words, revision=0) for n in range(6)]
    outcomes = at_once(verbs)
    assert (outcomes.count(None), outcomes.count(ConflictError)) == (1, 5)
    assert (Mark.objects.count(), MarkChange.objects.count()) == (1, 1)


def test_devices_of_one_group_and_its_ballots() -> None:
    workshop = make_workshop(AssessmentFactory(reference="AZE-2016"))
    group = make_group(workshop)
    joined = at_once([lambda: join_group(group=group)] * 5)
    assert (joined.count(None), joined.count(GroupError)) == (1, 4)
    ballots = [
        lambda letters=letters: cast_ballot(group=group, priorities=letters) for letters in ("JAN", "JBL", "JEG")
    ]
    assert at_once(ballots) == [None, None, None]
    assert (Ballot.objects.count(), Ballot.objects.get().revision) == (1, 3)


def test_ballots_at_the_moment_of_closing() -> None:
    workshop = make_workshop(AssessmentFactory(reference="AZE-2016"))
    groups = [make_group(workshop, f"Group {n}") for n in range(5)]
    late = [lambda group=group: cast_ballot(group=group, priorities="JAN") for group in groups]
    at_once([lambda: close_workshop(workshop=workshop, by=None), *late])
    workshop.refresh_from_db()
    frozen = sum(bool(group["ballot"]) for group in workshop.results["groups"])
    assert frozen == Ballot.objects.count()
