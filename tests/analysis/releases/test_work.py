"""Working out the results of a release from the responses that it froze."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from analysis.models import BreakdownPlan, DataRelease
from analysis.releases import work
from analysis.releases.making import Settings
from analysis.releases.plans import Characteristic
from analysis.releases.work import work_out
from assessments.models import Assessment, AuditEvent
from surveys.models import Survey
from tests.analysis.builders import make_survey, respond
from tests.analysis.generated import question
from tests.factories import AssessmentFactory, InstrumentFactory

pytestmark = pytest.mark.django_db

DEFINITION = {
    "kind": "survey",
    "title": {"en": "Small"},
    "sections": [
        {
            "name": "1",
            "title": {"en": "One"},
            "items": [question("1", "f", "m", profile="sex"), question("2", "x", "y")],
        }
    ],
}
SEX = [{"profile": "sex", "groups": [["f", "m"]]}]


@pytest.fixture
def survey(assessment: Assessment) -> Survey:
    """Six responses, and the plan of the break-downs."""
    small = InstrumentFactory(kind="survey", key="small", definition=DEFINITION)
    BreakdownPlan.objects.create(assessment=AssessmentFactory(), characteristics=[])
    BreakdownPlan.objects.create(assessment=assessment, characteristics=SEX)
    made = make_survey(assessment, questionnaire=small)
    for number in range(1, 7):
        respond(made, number, {"1": "f", "2": "xy"[number % 2]})
    return made


def frozen(survey: Survey, number: int = 1, **fields: Any) -> DataRelease:
    members = sorted(survey.responses.values_list("pk", flat=True))
    values = {"k": 5, "one_in": 7, "plan": SEX, "members": members} | fields
    return DataRelease.objects.create(survey=survey, number=number, **values)


@pytest.fixture
def made_with(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The arguments with which results were made."""
    calls: list[Any] = []
    make = work.make_results

    def make_results(*args: Any) -> dict[str, Any]:
        calls.append(args)
        return make(*args)

    monkeypatch.setattr(work, "make_results", make_results)
    return calls


def test_results_of_the_frozen_responses_are_stored_and_logged(survey: Survey) -> None:
    release = frozen(survey)
    respond(survey, 7, {"2": "x"})  # after it was requested
    work_out(release.pk)
    release.refresh_from_db()
    assert release.results["responses"] == 6
    assert release.results["items"]["2"]["counts"] == {"x": 3, "y": 3}
    assert release.made_at is not None
    assert len(release.members) == 6
    [event] = AuditEvent.objects.filter(action="results.worked_out")
    assert (event.actor, event.assessment, event.object_label) == (None, survey.assessment, "1")
    assert (event.object_type, event.object_id) == ("analysis.datarelease", str(release.pk))


def test_results_that_are_worked_out_are_not_worked_out_again(survey: Survey, made_with: list[Any]) -> None:
    release = frozen(survey)
    work_out(release.pk)
    first = DataRelease.objects.get()
    survey.responses.filter(number=1).update(is_test=True)
    work_out(release.pk)
    second = DataRelease.objects.get()
    assert (second.made_at, second.members) == (first.made_at, first.members)
    assert (len(made_with), AuditEvent.objects.filter(action="results.worked_out").count()) == (1, 1)


def test_results_are_made_by_the_rule_that_was_frozen(survey: Survey, made_with: list[Any]) -> None:
    key = BreakdownPlan.objects.get(assessment=survey.assessment).lot_key
    work_out(frozen(survey, k=6, names_everybody=True).pk)
    BreakdownPlan.objects.update(characteristics=[], one_in=3)
    [(found, settings, earlier)] = made_with
    characteristics = (Characteristic("sex", (("f", "m"),)),)
    assert settings == Settings(6, 7, bytes.fromhex(key), characteristics, names_everybody=True)
    assert (len(found.responses), [version.pk for version in found.versions], earlier) == (
        6,
        [survey.questionnaire.pk],
        [],
    )


def test_responses_withdrawn_since_are_neither_counted_nor_members(survey: Survey) -> None:
    release = frozen(survey)
    survey.responses.filter(number=3).update(is_test=True)
    work_out(release.pk)
    release.refresh_from_db()
    kept = list(survey.responses.filter(is_test=False).order_by("pk").values_list("pk", flat=True))
    assert (release.results["responses"], release.members) == (5, kept)


def test_members_are_stored_in_the_order_of_their_keys(survey: Survey) -> None:
    release = frozen(survey)
    for place, response in enumerate(survey.responses.order_by("-pk"), start=100):
        survey.responses.filter(pk=response.pk).update(number=place)
    work_out(release.pk)
    release.refresh_from_db()
    assert release.members == sorted(survey.responses.values_list("pk", flat=True))


def test_responses_of_another_survey_are_not_counted(survey: Survey, made_with: list[Any]) -> None:
    other = respond(make_survey(AssessmentFactory()), 1, {})
    work_out(frozen(survey, members=[*survey.responses.values_list("pk", flat=True), other.pk]).pk)
    assert len(made_with[0][0].responses) == 6


def test_earlier_releases_are_given_with_their_responses_that_left(survey: Survey, made_with: list[Any]) -> None:
    everybody = sorted(survey.responses.values_list("pk", flat=True))
    first = frozen(survey, 1, results={"responses": 6, "k": 5})
    second = frozen(survey, 2, results={"responses": 5, "k": 5}, members=everybody[1:])
    frozen(survey, 4)
    other = make_survey(AssessmentFactory())
    frozen(other, 1, members=[everybody[0]])
    survey.responses.filter(pk=everybody[0]).update(is_test=True)  # it left, and is still stored
    work_out(frozen(survey, 3, members=everybody[1:]).pk)
    [(_, _, earlier)] = made_with
    assert [one.members for one in earlier] == [frozenset(everybody), frozenset(everybody[1:])]
    assert [one.results for one in earlier] == [first.results, second.results]
    left = earlier[0].left
    assert (list(left.responses["pk"]), list(left.answers["2"])) == ([everybody[0]], ["y"])
    assert [version.pk for version in left.versions] == [survey.questionnaire.pk]
    assert earlier[1].left is None


def test_a_response_of_another_survey_never_counts_as_one_that_left(survey: Survey, made_with: list[Any]) -> None:
    everybody = list(survey.responses.values_list("pk", flat=True))
    other = respond(make_survey(AssessmentFactory()), 1, {})
    frozen(survey, 1, members=[*everybody, other.pk], results={"responses": 6, "k": 5})
    work_out(frozen(survey, 2).pk)
    assert len(made_with[0][2][0].left.responses) == 0


def test_an_unreadable_secret_of_the_lot_changes_nothing(survey: Survey, settings: Any) -> None:
    release = frozen(survey)
    settings.FIELD_KEYS = ["0" * 43 + "="]
    with pytest.raises(ValidationError, match="The secret of the lot cannot be read"):
        work_out(release.pk)
    assert DataRelease.objects.get().made_at is None


def test_unreadable_answers_change_nothing(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    release = frozen(survey)
    read = work.responses_of

    def responses_of(*args: Any) -> Any:
        found = read(*args)
        object.__setattr__(found, "unreadable", 1)
        return found

    monkeypatch.setattr(work, "responses_of", responses_of)
    with pytest.raises(ValidationError, match="Answers cannot be read"):
        work_out(release.pk)
    assert DataRelease.objects.get().made_at is None
