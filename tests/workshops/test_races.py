"""Several people at the same moment: one wins, the others get a message, nothing is lost or counted twice.

SQLite lets one writer in at a time and its test database lives in one connection, so these run on PostgreSQL.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from ctnat.ui.errors import ConflictError
from indicators.models import Mark, MarkChange
from tests.factories import AssessmentFactory
from tests.indicators.factories import make_mark
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Ballot
from workshops.services.ballots import cast_ballot
from workshops.services.groups import join_group
from workshops.services.workshops import close_workshop
from workshops.words import GroupError

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


def at_once(verbs: Sequence[Callable[[], Any]]) -> list[type | None]:
    """Run all at the same moment. For each the class of its refusal, or None where it went through."""
    found: list[type | None] = [None] * len(verbs)
    start = threading.Barrier(len(verbs))

    def run(place: int) -> None:
        start.wait()
        try:
            verbs[place]()
        except ValidationError as refusal:
            found[place] = type(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


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
