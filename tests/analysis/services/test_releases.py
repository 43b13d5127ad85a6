"""Releasing the results of a survey: which responses, under which conditions, and what is logged."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django_tasks_db.models import DBTaskResult

from analysis.models import BreakdownPlan, DataRelease
from analysis.releases.plans import Characteristic, default_plan
from analysis.services.breakdown_plans import stored_plan_of
from analysis.services.releases import difference, release_results, warning
from assessments.models import Assessment, AuditEvent
from instruments.models import Instrument
from surveys.models import Response, Survey
from tests.analysis.builders import make_survey, respond
from tests.analysis.generated import question
from tests.factories import AssessmentFactory, InstrumentFactory

pytestmark = pytest.mark.django_db

ITEMS = [question("1", "f", "m", profile="sex"), question("2", "x", "y")]
DEFINITION = {
    "kind": "survey",
    "title": {"en": "Small"},
    "sections": [{"name": "1", "title": {"en": "One"}, "items": ITEMS}],
}


@pytest.fixture
def small() -> Instrument:
    return InstrumentFactory(kind="survey", key="small", definition=DEFINITION)


@pytest.fixture
def answered(assessment: Assessment, small: Instrument) -> Callable[..., Survey]:
    """answered(5) -> a survey with so many responses, beside one of another assessment with a release."""
    other = make_survey(AssessmentFactory(), questionnaire=small)
    DataRelease.objects.create(survey=other, number=8, k=5, one_in=0, members=[0])

    def make(responses: int, **fields: Any) -> Survey:
        made = make_survey(assessment, questionnaire=small, **fields)
        Response.objects.bulk_create(
            Response(survey=made, questionnaire=small, number=number, code=f"AZEsur{number}", answers={"2": "x"})
            for number in range(1, responses + 1)
        )
        return made

    return make


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def members_of(survey: Survey) -> list[int]:
    return sorted(survey.responses.filter(is_test=False, deleted_at=None).values_list("pk", flat=True))


# When results can be released ----------------------------------------------------------------------------------------


def test_results_of_an_open_survey_are_not_released(answered: Any) -> None:
    with pytest.raises(ValidationError, match=r"The survey is open\. Close it first"):
        release_results(survey=answered(12, status="open"), by=None)


def test_the_status_is_read_anew_from_the_database(answered: Any) -> None:
    survey = answered(12)
    Survey.objects.filter(pk=survey.pk).update(status="open")
    with pytest.raises(ValidationError, match="The survey is open"):
        release_results(survey=survey, by=None)


def test_results_are_released_from_the_threshold_on(answered: Any, small: Instrument) -> None:
    survey = answered(4, smallest_group=5)
    respond(survey, 100, {}, is_test=True)
    words = "There are 4 responses. Results can be released when there are at least 5."
    with pytest.raises(ValidationError, match=re.escape(words)):
        release_results(survey=survey, by=None)
    respond(survey, 5, {})
    assert release_results(survey=survey, by=None).members == members_of(survey)
    assert len(members_of(survey)) == 5


def test_a_higher_threshold_stated_to_respondents_is_used(answered: Any) -> None:
    survey = answered(6, smallest_group=7)
    with pytest.raises(ValidationError, match="at least 7"):
        release_results(survey=survey, by=None)
    respond(survey, 7, {})
    assert release_results(survey=survey, by=None).k == 7


def test_an_unreadable_secret_of_the_lot_stops_the_release(answered: Any, settings: Any) -> None:
    survey = answered(6)
    stored_plan_of(survey.assessment)
    settings.FIELD_KEYS = ["0" * 43 + "="]
    with pytest.raises(ValidationError, match=r"its key is missing from FIELD_KEYS\. Tell the person who runs"):
        release_results(survey=survey, by=None)
    assert not DataRelease.objects.for_assessment(survey.assessment).exists()


# What is stored and logged -------------------------------------------------------------------------------------------


def test_a_first_release_stores_responses_and_plan_and_is_logged(answered: Any, member: Any) -> None:
    survey = answered(6)
    characteristics = [Characteristic("sex").to_json()]
    stored_plan_of(survey.assessment)
    BreakdownPlan.objects.filter(assessment=survey.assessment).update(characteristics=characteristics, one_in=7)
    made = release_results(survey=survey, by=member("lead"))
    assert (made.survey, made.number, made.requested_by) == (survey, 1, member("lead"))
    assert made.members == members_of(survey)
    assert (made.k, made.one_in, made.plan, made.names_everybody) == (5, 7, characteristics, False)
    assert made.made_at
    assert made.results["responses"] == 6
    [event] = events("results.released")
    assert (event.actor, event.assessment) == (member("lead"), survey.assessment)
    assert (event.object_type, event.object_id, event.object_label) == ("analysis.datarelease", str(made.pk), "1")
    assert event.detail == {"responses": 6}


def test_the_first_release_stores_the_default_plan(answered: Any, small: Instrument) -> None:
    survey = answered(6)
    made = release_results(survey=survey, by=None)
    default = [one.to_json() for one in default_plan(small.document)]
    assert made.plan == BreakdownPlan.objects.get(assessment=survey.assessment).characteristics == default
    assert made.one_in == 20


def test_a_release_names_everybody_where_the_lead_gave_a_reason(answered: Any) -> None:
    survey = answered(6)
    BreakdownPlan.objects.create(assessment=survey.assessment, named_because="They agreed.")
    assert release_results(survey=survey, by=None).names_everybody is True


# A later release -----------------------------------------------------------------------------------------------------


def test_a_difference_is_counted_from_the_newest_release_in_both_directions(answered: Any) -> None:
    survey = answered(6)
    assert difference(survey) == (None, 0)
    first = release_results(survey=survey, by=None)
    assert difference(survey) == (first, 0)
    respond(survey, 7, {})
    respond(survey, 100, {}, is_test=True)
    second = release_results(survey=survey, by=None, confirmed=True)
    assert difference(survey) == (second, 0)
    respond(survey, 8, {})
    survey.responses.filter(number__in=[1, 2]).delete()
    assert difference(survey) == (second, 3)


def test_nothing_is_released_where_nothing_has_changed(answered: Any) -> None:
    survey = answered(6)
    release_results(survey=survey, by=None)
    for confirmed in (False, True):
        with pytest.raises(ValidationError, match=r"Nothing has changed since the last release\."):
            release_results(survey=survey, by=None, confirmed=confirmed)
    assert DataRelease.objects.filter(survey=survey).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda survey: Survey.objects.filter(pk=survey.pk).update(smallest_group=6),
        lambda survey: BreakdownPlan.objects.update(characteristics=[]),
        lambda survey: BreakdownPlan.objects.update(named_because="They agreed."),
    ],
    ids=["threshold", "characteristics", "named_because"],
)
def test_the_same_responses_are_released_again_under_another_rule(answered: Any, change: Any) -> None:
    survey = answered(6)
    release_results(survey=survey, by=None)
    change(survey)
    again = release_results(survey=survey, by=None)
    assert (again.number, again.members) == (2, members_of(survey))
    assert events("results.released")[-1].detail == {"responses": 6, "differs": 0}


def test_other_responses_are_released_again_when_confirmed(answered: Any) -> None:
    survey = answered(6)
    release_results(survey=survey, by=None)
    respond(survey, 7, {})
    with pytest.raises(ValidationError, match=re.escape(warning(1))):
        release_results(survey=survey, by=None)
    assert DataRelease.objects.filter(survey=survey).count() == 1
    again = release_results(survey=survey, by=None, confirmed=True)
    assert (again.number, len(again.members)) == (2, 7)
    assert events("results.released")[-1].object_label == "2"
    assert events("results.released")[-1].detail == {"responses": 7, "differs": 1}


def test_the_warning_names_the_number_of_responses() -> None:
    assert "by 1 response. Whoever has both can work out what this respondent answered." in warning(1)
    assert "by 2 responses. Whoever has both can work out what these 2 answered." in warning(2)


# In the background ---------------------------------------------------------------------------------------------------


def test_a_release_of_fewer_than_forty_responses_is_worked_out_at_once(
    answered: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        made = release_results(survey=answered(39), by=None)
    assert callbacks == []
    assert made.made_at


def test_a_release_of_forty_responses_is_worked_out_by_the_worker_and_started_again_when_requested_again(
    answered: Any, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    survey = answered(40)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        made = release_results(survey=survey, by=None)
    assert (len(callbacks), made.made_at) == (1, None)
    [job] = DBTaskResult.objects.all()
    assert job.args_kwargs == {"args": [made.pk], "kwargs": {}}
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            again = release_results(survey=survey, by=None)
        assert (again, DataRelease.objects.filter(survey=survey).count()) == (made, 1)
        respond(survey, 41 + DBTaskResult.objects.count(), {})
    assert [job.args_kwargs["args"] for job in DBTaskResult.objects.all()] == [[made.pk]] * 3
    assert len(events("results.released")) == 1
