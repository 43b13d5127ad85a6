"""Releases of passages: given once, given again, and withdrawn when what was agreed has changed."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, AuditEvent
from assessments.services.organisations import update_organisation
from interviews.models import Coding, Interview
from interviews.services.answers import save_answer
from interviews.services.codings import (
    code_passage,
    release_passage,
    remove_coding,
    withdraw_outdated,
    withdraw_releases,
    withhold_passage,
)
from interviews.services.consents import record_consent
from interviews.services.interviews import update_interview
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coding(assessment: Assessment) -> Coding:
    made: Coding = CodingFactory(answer__interview=InterviewFactory(assessment=assessment))
    return made


def test_a_release_sent_twice_has_the_member_who_gave_it_first(coding: Coding, member: Any) -> None:
    first = release_passage(coding=coding, by=member("lead"))
    again = release_passage(coding=coding, by=member("consultant"))
    assert (again, again.approved_by, again.approved_at) == (coding, member("lead"), first.approved_at)
    assert AuditEvent.objects.filter(action="coding.released").count() == 1


def test_a_passage_withheld_is_released_again_in_the_same_words(coding: Coding, member: Any) -> None:
    release_passage(coding=coding, by=member("lead"))
    withhold_passage(coding=coding, by=member("lead"))
    release_passage(coding=coding, by=member("consultant"))
    coding.refresh_from_db()
    assert (coding.released, coding.approved_by) == (True, member("consultant"))


def test_a_mark_that_was_removed_is_not_released(coding: Coding, member: Any) -> None:
    remove_coding(coding=Coding.objects.get(), by=member("lead"))
    with pytest.raises(ValidationError, match="removed in the meantime"):
        release_passage(coding=coding, by=member("lead"))


def test_a_blank_quote_is_refused(coding: Coding) -> None:
    with pytest.raises(ValidationError) as refused:
        code_passage(answer=coding.answer, theme=coding.theme, start=0, end=10, by=None, quote=" ")
    assert refused.value.messages == ["Select some text in the notes first."]


def test_a_release_whose_facts_are_as_agreed_is_not_withdrawn(coding: Coding) -> None:
    release_passage(coding=coding, by=None, name_agency=True)
    withdraw_outdated(interviews=Interview.objects.all(), by=None)
    coding.refresh_from_db()
    assert (coding.released, coding.withdrawn_at) == (True, None)


def test_what_was_withheld_is_not_withdrawn_later(coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    withhold_passage(coding=coding, by=None)
    update_interview(interview=Interview.objects.get(), by=None, women=0, men=1)
    coding.refresh_from_db()
    assert (coding.released, coding.withdrawn_at) == (False, None)


def test_an_outdated_release_behind_one_that_is_not_is_withdrawn(coding: Coding) -> None:
    second = CodingFactory(answer=coding.answer, theme__assessment=coding.answer.interview.assessment)
    release_passage(coding=second, by=None)
    Interview.objects.update(women=0, men=1)
    release_passage(coding=coding, by=None)  # with the present facts
    withdraw_outdated(interviews=Interview.objects.all(), by=None)
    assert list(Coding.objects.order_by("pk").values_list("released", flat=True)) == [True, False]


@pytest.mark.parametrize(
    ("consent", "name_agency", "words"),
    [
        ({"to_quotes": "no"}, False, "does not want to be quoted"),
        ({"to_quotes": "unattributed"}, True, "only without attribution. Do not name the agency."),
    ],
)
def test_a_release_against_what_was_agreed_is_refused(
    coding: Coding, consent: dict[str, Any], name_agency: bool, words: str
) -> None:
    record_consent(interview=coding.answer.interview, by=None, **consent)
    with pytest.raises(ValidationError, match=words):
        release_passage(coding=coding, by=None, name_agency=name_agency)
    assert not Coding.objects.get().released
    if name_agency:
        assert release_passage(coding=coding, by=None).released


@pytest.fixture
def released(coding: Coding) -> list[Coding]:
    """Three released passages of an interview, which state nothing, attributes and the agency of the person."""
    interview = coding.answer.interview
    stated: list[dict[str, Any]] = [{}, {"attributes": {"sector": "ngo"}}, {"agency": "Shelter"}]
    for number, attribution in enumerate(stated, start=2):
        answer = AnswerFactory(interview=interview, question=f"3.{number}")
        CodingFactory(answer=answer, theme=coding.theme, released=True, attribution=attribution)
    return list(Coding.objects.filter(released=True).order_by("pk"))


def test_all_releases_of_an_interview_are_withdrawn_and_logged(released: list[Coding], member: Any) -> None:
    by, interview = member("lead"), released[0].answer.interview
    CodingFactory(answer=released[0].answer, theme=released[0].theme)  # never released
    elsewhere = CodingFactory(answer__interview=InterviewFactory(assessment=interview.assessment), released=True)
    assert withdraw_releases(interview=interview, by=by) == 3
    for coding in released:
        coding.refresh_from_db()
        assert (coding.released, coding.withdrawn_at is not None) == (False, True)
    assert Coding.objects.exclude(withdrawn_at=None).count() == 3
    events = AuditEvent.objects.filter(action="coding.release_withdrawn").order_by("position")
    assert [(event.actor, event.assessment, event.object_id, event.object_label) for event in events] == [
        (by, interview.assessment, str(coding.pk), f"{interview.code}/{coding.answer.question}") for coding in released
    ]
    assert Coding.objects.get(released=True) == elsewhere
    assert withdraw_releases(interview=interview, by=by) == 0


def test_releases_that_state_something_about_the_person_can_be_withdrawn_alone(released: list[Coding]) -> None:
    assert withdraw_releases(interview=released[0].answer.interview, by=None, attributed_only=True) == 2
    assert [Coding.objects.get(pk=coding.pk).released for coding in released] == [True, False, False]


def test_withdrawing_releases_writes_no_theme(released: list[Coding]) -> None:
    """Themes may be merged at the same moment: writing the whole row would undo that."""
    with CaptureQueriesContext(connection) as asked:
        withdraw_releases(interview=released[0].answer.interview, by=None)
    written = [query["sql"] for query in asked if query["sql"].startswith('UPDATE "interviews_coding"')]
    assert len(written) == 3
    assert not any("theme_id" in sql for sql in written)


def test_a_change_of_an_organisation_concerns_its_own_interviews(coding: Coding, assessment: Assessment) -> None:
    other = InterviewFactory(assessment=assessment)
    elsewhere = release_passage(coding=CodingFactory(answer=AnswerFactory(interview=other)), by=None)
    Interview.objects.filter(pk=other.pk).update(women=0, men=1)
    update_organisation(organisation=coding.answer.interview.organisation, by=None, entity_type="Clinic")
    elsewhere.refresh_from_db()
    assert elsewhere.released


@pytest.mark.parametrize("change", ["words", "facts"])
def test_a_withdrawal_writes_no_theme(coding: Coding, change: str) -> None:
    """Themes may be merged at the same moment: writing the whole row would undo that."""
    release_passage(coding=coding, by=None)
    interview = Interview.objects.get()
    with CaptureQueriesContext(connection) as asked:
        if change == "words":
            save_answer(interview=interview, question=coding.answer.question, text="The army. A hotline.", by=None)
        else:
            update_interview(interview=interview, by=None, women=0, men=1)
    written = [query["sql"] for query in asked if query["sql"].startswith('UPDATE "interviews_coding"')]
    assert written
    assert not any("theme_id" in sql for sql in written)
