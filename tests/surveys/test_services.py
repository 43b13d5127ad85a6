"""Surveys open and close, answers are stored once, codes have no gaps."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, User
from surveys.models import Response, Survey
from surveys.services.invitations import mark_opened
from surveys.services.responses import AnswersError, enter_response, import_responses
from surveys.services.sealed_answers import NotAccepted, seal_response
from surveys.services.surveys import close_survey, create_survey, open_survey, survey_closed, update_survey
from tests.factories import InstrumentFactory
from tests.surveys.factories import VALID, InvitationFactory, SurveyFactory
from tests.surveys.opening import count_forms

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(assessment: Assessment) -> Survey:
    return SurveyFactory(assessment=assessment)


def enter(survey: Survey, **changes):  # type: ignore[no-untyped-def]
    typed = {"answers": VALID, "language": "en", "source": "paper", "uuid": uuid4(), "by": None} | changes
    return enter_response(survey=survey, **typed)


def send(survey: Survey, **changes) -> str:  # type: ignore[no-untyped-def]
    """Send a form by link; return the receipt."""
    return seal_response(survey=survey, **({"answers": VALID, "language": "en", "uuid": uuid4()} | changes))


def test_notes_of_items_are_no_mail_text(survey, member) -> None:
    update_survey(survey=survey, by=member("lead"), texts={"item_notes": {"3.1.5": "Filler: not in the source."}})
    survey.refresh_from_db()
    assert survey.texts["item_notes"] == {"3.1.5": "Filler: not in the source."}


def actions(assessment: Assessment) -> list[str]:
    return list(AuditEvent.objects.for_assessment(assessment).order_by("pk").values_list("action", flat=True))


def test_create_open_close_and_reopen_are_logged(assessment, member) -> None:
    lead = member("lead")
    survey = create_survey(assessment=assessment, by=lead, languages=["az", "en"])
    assert (survey.status, survey.languages, len(survey.open_slug)) == ("draft", ["az", "en"], 10)
    open_survey(survey=survey, by=lead)
    assert survey.is_accepting
    close_survey(survey=survey, by=lead)
    assert not survey.is_accepting
    open_survey(survey=survey, by=lead)
    expected = ["survey.created", "survey.opened", "survey.closed", "survey.reopened"]
    assert actions(assessment) == expected


def test_one_survey_an_assessment(survey, assessment) -> None:
    with pytest.raises(ValidationError, match="already has a survey"):
        create_survey(assessment=assessment, by=None)


def test_opening_needs_a_published_version_and_a_deadline_to_come(assessment) -> None:
    draft = InstrumentFactory(version=9, published_at=None)
    survey = create_survey(assessment=assessment, by=None, questionnaire=draft)
    with pytest.raises(ValidationError, match="Publish this version"):
        open_survey(survey=survey, by=None)
    update_survey(survey=survey, by=None, questionnaire=assessment.questionnaire)
    survey.deadline = timezone.now() - timedelta(minutes=1)
    with pytest.raises(ValidationError, match="deadline has passed"):
        open_survey(survey=survey, by=None)


def test_the_deadline_closes_an_open_survey(survey) -> None:
    now = timezone.now()
    assert survey.is_accepting
    survey.deadline = now - timedelta(seconds=1)
    assert not survey.is_accepting
    survey.deadline, survey.opens_at = now + timedelta(days=1), now + timedelta(hours=1)
    assert not survey.is_accepting


def test_update_refuses_a_deadline_before_the_opening_and_no_language(survey, member) -> None:
    now, before = timezone.now(), survey.languages
    with pytest.raises(ValidationError, match="must be later than the opening"):
        update_survey(survey=survey, by=member("lead"), opens_at=now, deadline=now)
    survey.refresh_from_db()
    with pytest.raises(ValidationError, match="at least one language"):
        update_survey(survey=survey, by=member("lead"), languages=[])
    with pytest.raises(ValidationError, match="“xx” is not a known language"):
        update_survey(survey=survey, by=member("lead"), languages=["en", "xx"])
    survey.refresh_from_db()
    assert survey.languages == before


@pytest.mark.parametrize("language", ["ro", "am", "prs", "az-Cyrl"])
def test_no_language_is_dropped_when_a_survey_is_set_up_or_changed(assessment, language) -> None:
    """Also one in which some of our words are missing, or all of them."""
    survey = create_survey(assessment=assessment, by=None, languages=["en", language])
    assert survey.languages == ["en", language]
    update_survey(survey=survey, by=None, languages=[language, "sw", language])
    survey.refresh_from_db()
    assert survey.languages == [language, "sw"]


def test_codes_follow_without_gaps_and_tests_have_their_own(survey) -> None:
    codes = [enter(survey).code, enter(survey, is_test=True).code, enter(survey).code]
    assert codes == ["AZEsur1", "AZEtest1", "AZEsur2"]
    assert Response.objects.for_counting().count() == 2


def test_the_same_uuid_is_one_row(survey) -> None:
    uuid = uuid4()
    first, again = enter(survey, uuid=uuid), enter(survey, uuid=uuid, answers={"2.6": "other words"})
    assert (again.pk, again.answers, Response.objects.count()) == (first.pk, VALID, 1)
    assert enter(survey).code == "AZEsur2"


def test_a_stale_survey_does_not_give_a_code_twice(survey) -> None:
    stale = Survey.objects.get(pk=survey.pk)
    assert [enter(survey).code, enter(stale).code, enter(survey).code] == ["AZEsur1", "AZEsur2", "AZEsur3"]


def test_answers_that_break_the_questionnaire_are_not_stored(survey) -> None:
    with pytest.raises(AnswersError) as refused:
        enter(survey, answers={"2.2": ["slavery"], "9.9": "x"})
    assert refused.value.messages == [
        "2.2: Choose exactly 3, or none to skip the question; you chose 1.",
        "9.9: This question is not part of the survey. The page may be out of date: open your link again.",
    ]
    with pytest.raises(AnswersError):
        send(survey, answers={"9.9": "x"})
    assert (count_forms(), Survey.objects.get().last_response) == (0, 0)


def test_an_invitation_serves_once(survey) -> None:
    invitation = InvitationFactory(survey=survey)
    uuid = uuid4()
    first = send(survey, invitation=invitation, uuid=uuid)
    assert survey.answered == Survey.objects.get().answered == [invitation.pk]
    assert send(survey, invitation=invitation, uuid=uuid) == first
    with pytest.raises(NotAccepted, match="has been used"):
        send(survey, invitation=invitation)
    assert count_forms() == 1


def test_sealing_takes_two_queries(survey, django_assert_num_queries) -> None:
    invitation = InvitationFactory(survey=survey)
    with django_assert_num_queries(2):
        send(survey, invitation=invitation)


def test_a_respondents_answer_leaves_no_event_and_a_members_does(survey, assessment, member) -> None:
    send(survey)
    assert actions(assessment) == []
    enter(survey, by=member("consultant"))
    assert actions(assessment) == ["response.entered"]


def test_note_opened_stores_a_sorted_list(survey) -> None:
    first, second = InvitationFactory(survey=survey), InvitationFactory(survey=survey)
    stale = Survey.objects.get(pk=survey.pk)
    mark_opened(survey=survey, invitation=second)
    mark_opened(survey=stale, invitation=first)
    mark_opened(survey=stale, invitation=first)
    assert Survey.objects.get().opened == [first.pk, second.pk]


def test_closing_forgets_who_was_reminded(survey) -> None:
    invitation = InvitationFactory(survey=survey, reminders=2, send_key="m1")
    close_survey(survey=survey, by=None)
    invitation.refresh_from_db()
    assert (invitation.reminders, invitation.send_key) == (0, "")


def test_closing_notifies_the_makers_of_results(survey, member) -> None:
    heard = []

    def hear(survey: Survey, by: User, **kwargs: object) -> None:
        heard.append((survey.status, by))

    survey_closed.connect(hear)
    try:
        close_survey(survey=survey, by=member("lead"))
        with pytest.raises(ValidationError):
            close_survey(survey=survey, by=member("lead"))
    finally:
        survey_closed.disconnect(hear)
    assert heard == [("closed", member("lead"))]


def test_import_continues_the_codes_and_adds_nothing_twice(survey, assessment) -> None:
    enter(survey)
    rows = [{"answers": {}, "language": "en", "source": "paper", "uuid": uuid4()} for _ in range(2)]
    made = import_responses(survey=survey, rows=rows, by=None)
    assert [response.code for response in made] == ["AZEsur2", "AZEsur3"]
    assert import_responses(survey=survey, rows=rows, by=None) == []
    assert enter(survey).code == "AZEsur4"
