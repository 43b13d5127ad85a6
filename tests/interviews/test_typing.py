"""Somebody else is here: a page that types is told of colleagues in the same answer, of the trash, of other hands."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from interviews.models import Answer, Interview, Typing
from interviews.services.interviews import trash_interview, update_interview
from interviews.services.typing import HOLDS, RENEWED, forget_typing
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    return InterviewFactory(assessment=assessment, code="AZEint1", interviewer="Ana")


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", "AZEint1", *args])


def look(client: Any, page: str, at: str = "") -> dict[str, Any]:
    reply: dict[str, Any] = client.get(url("notes_state"), {"client": page, "at": at}).json()
    return reply


def save(client: Any, page: str, question: str = "3.1", text: str = "Said.", **more: Any) -> dict[str, Any]:
    sent = {"text": text, "client": page, "sequence": "1", "base": "0"} | more
    reply: dict[str, Any] = client.post(url("answer_save", question), sent).json()
    return reply


def test_colleagues_in_the_same_answer_are_told_before_a_conflict(interview: Interview, client_as: Any) -> None:
    lead, colleague = client_as("lead"), client_as("consultant")
    assert look(lead, "page-1", "3.1")["here"] == {}
    assert look(colleague, "page-2", "4.1")["here"] == {"3.1": "Also in this answer: Lead"}
    assert save(lead, "page-1")["here"] == {"4.1": "Also in this answer: Consultant"}
    assert save(colleague, "page-2", "observations")["here"] == {"3.1": "Also in this answer: Lead"}
    assert look(lead, "page-3")["here"] == {
        "3.1": "You have this answer open on another page as well.",
        "observations": "Also in this answer: Consultant",
    }
    look(lead, "page-1")  # the cursor left the answer
    assert look(colleague, "page-2", "observations")["here"] == {}


def test_it_expires_by_itself_and_stores_no_words(interview: Interview, client_as: Any) -> None:
    lead, colleague = client_as("lead"), client_as("consultant")
    look(lead, "page-1", "3.1")
    first = Typing.objects.get().seen_at
    look(lead, "page-1", "3.1")
    assert Typing.objects.get().seen_at == first  # it is not stored with each request
    Typing.objects.update(seen_at=timezone.now() - RENEWED)
    look(lead, "page-1", "3.1")
    assert Typing.objects.get().seen_at > first
    Typing.objects.update(seen_at=timezone.now() - HOLDS - timedelta(seconds=1))
    assert look(colleague, "page-2")["here"] == {}
    assert not Typing.objects.exists()
    look(lead, "page-1", "3.1")
    Typing.objects.update(seen_at=timezone.now() - HOLDS - timedelta(seconds=1))
    assert forget_typing() == 1


@pytest.mark.parametrize("at", ["99.99", "x" * 5000, "<b>", "ə"])
def test_what_no_page_sends_is_not_stored(at: str, interview: Interview, client_as: Any) -> None:
    reply = client_as("lead").get(url("notes_state"), {"client": "q" * 500, "at": at})
    assert reply.status_code == 200
    assert set(Typing.objects.values_list("question", flat=True)) <= {"3.1"}


def test_a_move_to_the_trash_or_to_other_hands_is_told_and_loses_nothing(
    interview: Interview, client_as: Any, member: Any
) -> None:
    client = client_as("consultant")
    assert (look(client, "p")["interviewer"], look(client, "p")["trashed"]) == ("Ana", None)
    update_interview(interview=interview, by=member("lead"), interviewer="Ben")
    reply = save(client, "p", text="Typed after that.")
    assert (reply["status"], reply["interviewer"]) == ("saved", "Ben")
    trash_interview(interview=Interview.objects.get(), by=member("lead"))
    reply = save(client, "p", text="Typed after that too.", sequence="2")
    assert (reply["status"], reply["trashed"]["by"]) == ("saved", "Lead")
    assert Answer.objects.get().text == "Typed after that too."
