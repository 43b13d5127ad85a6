"""The life of an interview: codes, plans, completing, trash, suggested colleagues."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, Contact
from interviews.models import Interview
from interviews.querysets import Progress
from interviews.services.answers import save_answer
from interviews.services.interviews import (
    complete_interview,
    create_interview,
    plan_sections,
    reopen_interview,
    restore_interview,
    start_interview,
    suggest_contact,
    trash_interview,
    update_interview,
)
from tests.factories import AssessmentFactory
from tests.interviews.factories import AnswerFactory, InterviewFactory

pytestmark = pytest.mark.django_db
HELD = datetime(2016, 1, 18, 10, tzinfo=UTC)


def create(assessment: Assessment, **fields: Any) -> Interview:
    return create_interview(
        assessment=assessment, **{"by": None, "held_at": HELD, "women": 1, "sections": ["3", "4"]} | fields
    )


def faults(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return error.value.message_dict


def test_create_interview_gives_codes_without_gaps(assessment: Assessment, member: Any) -> None:
    made = [create(assessment, by=member("consultant")) for _ in range(3)]
    assert [interview.code for interview in made] == ["AZEint1", "AZEint2", "AZEint3"]
    assert made[0].sections == ["1", "3", "4", "7", "8"]
    event = AuditEvent.objects.filter(action="interview.created").last()
    assert event is not None
    assert (event.object_label, event.actor) == ("AZEint1", member("consultant"))


def test_create_interview_numbers_each_country_by_itself(assessment: Assessment) -> None:
    other = AssessmentFactory(country="GEO", reference="GEO-2016")
    assert [create(assessment).code, create(other).code] == ["AZEint1", "GEOint1"]


def test_a_refused_interview_uses_no_number(assessment: Assessment) -> None:
    with pytest.raises(ValidationError):
        create(assessment, women=0)
    assert create(assessment).code == "AZEint1"


def test_a_trashed_number_is_not_given_again(assessment: Assessment, member: Any) -> None:
    trash_interview(interview=create(assessment), by=member("lead"))
    assert create(assessment).code == "AZEint2"


def test_create_interview_encrypts_the_name_and_does_not_log_it(assessment: Assessment) -> None:
    interview = create(assessment, respondent_name="R. Spondent")
    with connection.cursor() as cursor:
        cursor.execute("SELECT respondent_name FROM interviews_interview WHERE id = %s", [interview.pk])
        stored = cursor.fetchone()[0]
    assert "Spondent" not in stored
    assert Interview.objects.get(pk=interview.pk).respondent_name == "R. Spondent"
    assert "Spondent" not in str(list(AuditEvent.objects.values()))


def test_create_interview_refuses_a_date_in_the_future(assessment: Assessment) -> None:
    with pytest.raises(ValidationError) as error:
        create(assessment, held_at=timezone.now() + timedelta(days=2))
    assert faults(error) == {"held_at": ["This date is in the future. Enter the day on which the interview was held."]}
    assert not Interview.objects.exists()


def test_create_interview_refuses_the_first_year(assessment: Assessment) -> None:
    with pytest.raises(ValidationError) as error:
        create(assessment, held_at=datetime(1, 1, 1, tzinfo=UTC))
    assert faults(error) == {"held_at": ["Check the year: it is before 1990."]}


def test_create_interview_refuses_zero_people(assessment: Assessment) -> None:
    with pytest.raises(ValidationError) as error:
        create(assessment, women=0)
    assert faults(error) == {"women": ["Enter the number of women, men or others who took part."]}


@pytest.mark.parametrize("number", [-1, 501, 10**9])
def test_create_interview_refuses_impossible_numbers_of_people(assessment: Assessment, number: int) -> None:
    with pytest.raises(ValidationError) as error:
        create(assessment, women=2, men=number)
    assert list(faults(error)) == ["men"]


def test_create_interview_without_sections_plans_those_always_asked(assessment: Assessment) -> None:
    interview = create(assessment, sections=None)
    assert (interview.sections, interview.has_chosen_sections) == (["1", "7", "8"], False)


@pytest.mark.parametrize("sections", [["2"], ["2", "3", "4", "5"], []])
def test_plan_sections_needs_a_reason_for_another_number(
    assessment: Assessment, member: Any, sections: list[str]
) -> None:
    interview = create(assessment)
    with pytest.raises(ValidationError) as error:
        plan_sections(interview=interview, sections=sections, by=member("consultant"))
    assert list(faults(error)) == ["sections_reason"]
    plan_sections(interview=interview, sections=sections, by=member("consultant"), reason="Little time.")
    interview.refresh_from_db()
    assert interview.sections == ["1", *sections, "7", "8"]
    assert interview.sections_reason == "Little time."


def test_plan_sections_refuses_an_unknown_section(assessment: Assessment, member: Any) -> None:
    with pytest.raises(ValidationError) as error:
        plan_sections(interview=create(assessment), sections=["3", "99"], by=member("lead"))
    assert list(faults(error)) == ["sections"]


def test_plan_sections_does_not_remove_a_section_with_notes(assessment: Assessment, member: Any) -> None:
    interview = create(assessment)
    AnswerFactory(interview=interview, question="3.1", text="Said.")
    with pytest.raises(ValidationError) as error:
        plan_sections(interview=interview, sections=["4", "5"], by=member("lead"))
    assert faults(error) == {"sections": ["Section 3 has notes. Keep it in the plan, or clear its answers first."]}


def test_complete_interview_needs_a_plan(assessment: Assessment, member: Any) -> None:
    interview = create(assessment, sections=None)
    with pytest.raises(ValidationError):
        complete_interview(interview=interview, by=member("lead"))
    plan_sections(interview=interview, sections=["2", "3"], by=member("lead"))
    complete_interview(interview=interview, by=member("lead"))
    assert Interview.objects.get().is_complete
    reopen_interview(interview=interview, by=member("lead"))
    assert not Interview.objects.get().is_complete


def test_a_planned_interview_counts_nowhere_until_it_is_started(assessment: Assessment, member: Any) -> None:
    later = timezone.now() + timedelta(days=9)
    planned = create(assessment, planned=True, held_at=later, women=0)
    assert list(Interview.objects.for_counting()) == []
    with pytest.raises(ValidationError, match="has not been started yet"):
        complete_interview(interview=planned, by=member("lead"))
    start_interview(interview=planned, by=member("lead"))
    stored = Interview.objects.for_counting().get()
    assert abs(stored.held_at - timezone.now()) < timedelta(minutes=1)
    start_interview(interview=stored, by=member("lead"))  # a double click
    assert AuditEvent.objects.filter(action="interview.started").count() == 1
    with pytest.raises(ValidationError, match="women, men"):
        complete_interview(interview=stored, by=member("lead"))
    update_interview(interview=stored, men=2, by=member("lead"))
    complete_interview(interview=stored, by=member("lead"))
    assert Interview.objects.get().is_complete


def test_the_first_notes_start_a_planned_interview(assessment: Assessment) -> None:
    planned = create(assessment, planned=True)
    save_answer(interview=planned, question="3.1", text="", by=None)
    assert Interview.objects.get().planned
    save_answer(interview=planned, question="3.1", text="Said.", by=None)
    stored = Interview.objects.get()
    assert (stored.planned, stored.held_at) == (False, HELD)


def test_progress_counts_what_is_not_in_the_trash(assessment: Assessment, member: Any) -> None:
    def progress() -> Progress:
        return Progress.of(assessment, Interview.objects.for_assessment(assessment).status_counts())

    assert (progress().text, progress().state) == ("0 of 14 complete", "todo")
    for _ in range(2):
        complete_interview(interview=create(assessment), by=None)
    create(assessment)
    trash_interview(interview=create(assessment), by=member("lead"))
    assert (progress().text, progress().state) == ("2 of 14 complete", "current")
    assessment.interviews_planned = 1
    assert progress().text == "2 of 3 complete"


def test_trash_and_restore(assessment: Assessment, member: Any) -> None:
    interview = InterviewFactory(assessment=assessment)
    trash_interview(interview=interview, by=member("lead"))
    assert list(Interview.objects.for_work()) == []
    restore_interview(interview=interview, by=member("lead"))
    assert list(Interview.objects.for_work()) == [interview]
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["interview.trashed", "interview.restored"]


def test_suggest_contact_makes_a_candidate_of_the_survey(assessment: Assessment, member: Any) -> None:
    interview = create(assessment)
    suggest_contact(
        interview=interview, by=member("consultant"), name="A colleague", email="colleague@example.org", sector="ngo"
    )
    contact = Contact.objects.for_assessment(assessment).for_inviting().get()
    assert (contact.name, contact.email, contact.suggested_in) == ("A colleague", "colleague@example.org", "AZEint1")


@pytest.mark.parametrize(
    ("fields", "at"), [({}, "name"), ({"email": "no address"}, "email"), ({"name": "\x00 "}, "name")]
)
def test_suggest_contact_refuses(assessment: Assessment, member: Any, fields: dict[str, str], at: str) -> None:
    with pytest.raises(ValidationError) as error:
        suggest_contact(interview=create(assessment), by=member("lead"), **fields)
    assert list(faults(error)) == [at]
    assert not Contact.objects.exists()
