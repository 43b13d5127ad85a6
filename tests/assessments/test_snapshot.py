"""Several queries in one: the same rows, in the same order, with the same types as each gives by itself."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Count, QuerySet

from analysis import frames
from assessments import steps
from assessments.models import Assessment, Document, Membership
from assessments.snapshot import PreparedSnapshot, _compiled, snapshot
from interviews.models import Interview
from tests.factories import AssessmentFactory, DocumentFactory, MembershipFactory
from tests.interviews.factories import AnswerFactory, InterviewFactory
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


def queries(assessment: Any) -> dict[str, QuerySet[Any, Any]]:
    own = {"assessment": assessment}
    return {
        "joined": Interview.objects.filter(**own)
        .order_by("-held_at", "answers__pk")
        .values("code", "held_at", "completed_at", "sections", "women", "organisation__in_capital", "answers__text"),
        "grouped": Document.objects.filter(**own).values("reviewed").annotate(number=Count("pk")).order_by("-number"),
        "ordered by the model": Document.objects.filter(**own).values("code", "themes", "reviewed"),
        "grouped with a day": Workshop.objects.filter(**own).with_turnout().values("held_on", "group_count"),
        "nothing": Membership.objects.filter(**own, role="observer").values("pk", "role"),
        "never": Membership.objects.none().values("pk"),
    }


@pytest.fixture
def rows(assessment: Any) -> None:
    for number, day in ((1, 3), (2, 20)):
        held = datetime(2016, 2, day, 9, 30, tzinfo=UTC)
        interview = InterviewFactory(assessment=assessment, held_at=held, sections=["1", "7"][:number])
        AnswerFactory(interview=interview, question="1.1", text="ქართული “quoted” \\ and\na line")
    InterviewFactory(assessment=assessment)
    for reviewed in (True, False, True):
        DocumentFactory(assessment=assessment, reviewed=reviewed)
    Workshop.objects.create(assessment=assessment, held_on=date(2016, 4, 25))
    MembershipFactory(assessment=assessment, role="lead")


def test_snapshot_gives_what_each_query_gives(assessment: Any, rows: None, django_assert_num_queries: Any) -> None:
    alone = {name: list(query) for name, query in queries(assessment).items()}
    assert [len(found) for found in alone.values()] == [3, 2, 3, 1, 0, 0]
    with django_assert_num_queries(1):
        together = snapshot(queries(assessment))
    assert together == alone
    assert type(together["joined"][0]["held_at"]) is datetime
    assert type(together["grouped"][0]["reviewed"]) is bool


def test_snapshot_of_one_query(assessment: Any, rows: None) -> None:
    query = Document.objects.filter(assessment=assessment).values("code")
    assert snapshot({"documents": query}) == {"documents": list(query)}


def test_prepared_snapshot_reads_the_rows_of_each_assessment_as_they_are_now(
    assessment: Any, rows: None, django_assert_num_queries: Any
) -> None:
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    read = PreparedSnapshot(queries)
    assert read(other) == snapshot(queries(other))
    DocumentFactory(assessment=other)
    with django_assert_num_queries(1):
        found = read(assessment)
    assert found == snapshot(queries(assessment))
    assert found["joined"] != []
    assert [row["number"] for row in read(other)["grouped"]] == [1]


def test_prepared_snapshot_of_queries_without_rows_sends_no_query(
    assessment: Any, django_assert_num_queries: Any
) -> None:
    read = PreparedSnapshot(lambda _: {"never": Document.objects.none().values("pk")})
    with django_assert_num_queries(0):
        assert read(assessment) == {"never": []}


@pytest.mark.parametrize("prepared", [steps._rows, frames._read])
def test_prepared_queries_depend_on_the_key_of_the_assessment_alone(prepared: PreparedSnapshot) -> None:
    """Compiled for the stand-in, they are what they are for an assessment in another stage at another time."""
    blank = _compiled(prepared.queries(Assessment(pk=prepared.STAND_IN)))
    filled = Assessment(pk=prepared.STAND_IN, reference="AZE-2016", country="AZE", stage="final", interviews_planned=9)
    assert _compiled(prepared.queries(filled)) == blank
    assert prepared.STAND_IN in blank.parameters
