"""The six steps and their states."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.access import ACTIONS
from assessments.models import Assessment, Role
from assessments.navigation import METHOD
from assessments.steps import frame_of, steps_of
from surveys.models import Response, Survey
from tests.factories import DocumentFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db


def step(assessment: Assessment, key: str) -> Any:
    return next(step for step in steps_of(assessment) if step.key == key)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("", []),
        ("documents/new/", [1]),
        ("tool/", [2]),
        ("interviews/", [3]),
        ("indicators/1.1/", [5]),
        ("report/", [5]),
        ("workshop/", [6]),
        ("members/", []),
    ],
)
def test_the_step_of_the_present_page_is_marked(assessment: Any, path: str, current: list[int]) -> None:
    steps = steps_of(assessment, f"/a/AZE-2016/{path}")
    assert [s.number for s in steps if s.current] == current


def test_steps_are_not_started_at_first(assessment: Any) -> None:
    assert [(s.number, s.state) for s in steps_of(assessment)] == [(n, "todo") for n in range(1, 7)]


def test_every_step_has_a_state(assessment: Any) -> None:
    from assessments import steps

    assert set(steps._states) == {method.key for method in METHOD}


def test_desk_review_counts(assessment: Any) -> None:
    DocumentFactory(assessment=assessment, reviewed=True, in_bibliography=True)
    DocumentFactory(assessment=assessment)
    found = step(assessment, "desk_review")
    assert (found.state, found.note) == ("current", "1 reviewed, 1 in the bibliography")
    assessment.stage, assessment.documents_reviewed = Assessment.Stage.ANALYSIS, 100
    found = step(assessment, "desk_review")
    assert (found.state, found.note) == ("done", "100 reviewed, 1 in the bibliography")


def test_desk_review_and_tool_are_done_once_data_are_collected(assessment: Any) -> None:
    document = DocumentFactory(assessment=assessment, reviewed=False)
    InterviewFactory(assessment=assessment)
    assert (step(assessment, "desk_review").state, step(assessment, "tool").state) == ("current", "done")
    document.reviewed = True
    document.save()
    assert step(assessment, "desk_review").state == "done"


def test_interviews_count_complete_of_planned(assessment: Any) -> None:
    InterviewFactory(assessment=assessment, completed_at=timezone.now())
    InterviewFactory(assessment=assessment, completed_at=None)
    found = step(assessment, "interviews")
    assert (found.state, found.note) == ("current", "1 of 14 complete")


def test_interviews_without_a_planned_number_are_never_done(assessment: Any) -> None:
    assessment.interviews_planned = None
    assert step(assessment, "interviews").note == "Number not set yet"
    InterviewFactory(assessment=assessment, completed_at=timezone.now())
    found = step(assessment, "interviews")
    assert (found.state, found.note) == ("current", "1 of 1 complete")


def _survey(assessment: Any, **fields: Any) -> Survey:
    return Survey.objects.create(
        assessment=assessment, questionnaire=assessment.questionnaire, status=Survey.Status.OPEN, **fields
    )


@pytest.mark.parametrize(
    ("days", "state", "note"),
    [
        (4, "current", "1 response, deadline in 4 days"),
        (1, "current", "1 response, deadline tomorrow"),
        (0, "current", "1 response, deadline today"),
        (-1, "late", "1 response, deadline passed"),
    ],
)
def test_survey_counts_responses_and_days(
    assessment: Any, days: int, state: str, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime(2016, 1, 20, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: today - timedelta(hours=3))
    survey = _survey(assessment, deadline=today + timedelta(days=days))
    for number, is_test in ((1, False), (2, True)):
        Response.objects.create(
            survey=survey,
            questionnaire=survey.questionnaire,
            number=number,
            code=f"AZEsur{number}",
            is_test=is_test,
            received_on=today.date(),
        )
    found = step(assessment, "survey")
    assert (found.state, found.note) == (state, note)


def test_the_navigation_costs_one_query(assessment: Any, django_assert_num_queries: Any) -> None:
    InterviewFactory(assessment=assessment)
    _survey(assessment)
    DocumentFactory(assessment=assessment)
    with django_assert_num_queries(1):
        steps_of(assessment)


def test_a_step_of_several_parts_leads_to_each(client_as: Any, assessment: Any) -> None:
    may = {action for action, roles in ACTIONS.items() if Role.OBSERVER in roles}
    rows = frame_of(assessment, "/a/AZE-2016/indicators/1.1/", may).rows
    assert [(part.url, part.current) for part in rows.parts] == [
        ("/a/AZE-2016/analysis/", ""),
        ("/a/AZE-2016/analysis/evidence/", ""),
        ("/a/AZE-2016/indicators/", "true"),
        ("/a/AZE-2016/indicators/recommendations/", ""),
        ("/a/AZE-2016/report/", ""),
    ]
    page = client_as("observer").get("/a/AZE-2016/analysis/").content.decode()
    assert '<li><a href="/a/AZE-2016/report/">Report</a></li>' in page
    assert 'class="parts"' not in client_as("observer").get("/a/AZE-2016/survey/").content.decode()
