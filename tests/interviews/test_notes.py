"""Saving notes: repeated, late and concurrent saves; what is typed is never lost."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import AuditEvent
from interviews.models import Answer, AnswerRevision, Interview, SetAside
from interviews.services.answers import restore_revision, save_answer, save_observations, settle_aside
from interviews.services.codings import release_passage
from interviews.text import ANSWER_LIMIT
from tests.interviews.factories import CodingFactory, InterviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview(assessment: Any) -> Interview:
    return InterviewFactory(assessment=assessment)


def save(interview: Interview, text: str, **how: Any) -> Any:
    return save_answer(interview=interview, question="3.1", text=text, **{"by": None} | how)


def texts() -> set[str]:
    """Every text in the database, by any author."""
    return {*AnswerRevision.objects.values_list("text", flat=True), *SetAside.objects.values_list("text", flat=True)}


def test_save_answer_stores_and_logs_without_the_words(interview: Interview, member: Any) -> None:
    saved = save(interview, "Secret words", by=member("consultant"))
    assert (saved.answer.text, saved.answer.revision, saved.set_aside) == ("Secret words", 1, None)
    event = AuditEvent.objects.get(action="answer.saved")
    assert (event.object_label, event.detail) == (f"{interview.code}/3.1", {"revision": 1})


def test_save_answer_recognises_a_repeated_save(interview: Interview) -> None:
    for _ in range(2):
        saved = save(interview, "Once", client="a", sequence=1, base=0)
        assert (saved.answer.revision, saved.set_aside) == (1, None)
    assert AnswerRevision.objects.count() == 1


def test_save_answer_ignores_a_save_overtaken_by_a_later_one(interview: Interview) -> None:
    save(interview, "One two", client="a", sequence=2, base=0)
    saved = save(interview, "One", client="a", sequence=1, base=0)
    assert (saved.answer.text, saved.set_aside) == ("One two", None)


def test_a_client_whose_reply_was_lost_makes_no_conflict_with_itself(interview: Interview) -> None:
    save(interview, "One", client="a", sequence=1, base=0)  # the reply never arrives: the client still has base 0
    saved = save(interview, "One two", client="a", sequence=2, base=0)
    assert (saved.answer.text, saved.answer.revision, saved.set_aside) == ("One two", 2, None)


def test_two_clients_on_one_answer_lose_neither_text(interview: Interview, member: Any) -> None:
    save(interview, "From the first", client="a", sequence=1, base=0)
    saved = save(interview, "From the second", client="b", sequence=1, base=0, by=member("consultant"))
    assert saved.answer.text == "From the first"
    assert saved.set_aside.text == "From the second"
    save(interview, "From the second, longer", client="b", sequence=2, base=0)
    assert list(SetAside.objects.for_settling().values_list("text", flat=True)) == ["From the second, longer"]


def test_a_conflict_is_settled_by_a_save_upon_the_newer_text(interview: Interview) -> None:
    save(interview, "First", client="a", sequence=1, base=0)
    save(interview, "Second", client="b", sequence=1, base=0)
    saved = save(interview, "First\n\nSecond", client="b", sequence=2, base=1)
    assert (saved.answer.text, saved.set_aside) == ("First\n\nSecond", None)
    assert not SetAside.objects.for_settling().exists()
    assert texts() == {"First", "Second", "First\n\nSecond"}


def test_the_same_text_from_two_clients_is_no_conflict(interview: Interview) -> None:
    save(interview, "Same", client="a", sequence=1, base=0)
    assert save(interview, "Same", client="b", sequence=1, base=0).set_aside is None


def test_a_plain_form_with_an_old_base_is_set_aside_once(interview: Interview) -> None:
    save(interview, "First", client="a", sequence=1, base=0)
    for _ in range(2):
        assert save(interview, "From the form", base=0).set_aside is not None
    assert SetAside.objects.count() == 1


@pytest.mark.parametrize(("join", "text"), [(True, "First\n\nSecond"), (False, "First")])
def test_settle_aside(interview: Interview, member: Any, join: bool, text: str) -> None:
    save(interview, "First", client="a", sequence=1, base=0)
    aside = save(interview, "Second", client="b", sequence=1, base=0).set_aside
    for _ in range(2):  # pressed twice
        settle_aside(set_aside=aside, by=member("lead"), join=join)
    assert Answer.objects.get().text == text
    assert not SetAside.objects.for_settling().exists()
    assert {"First", "Second"} <= texts()


def test_typing_shares_a_row_of_the_history_and_what_is_deleted_stays(interview: Interview) -> None:
    typed = ("A", "A long", "A long sentence", "A long sentenec", "A long", "A", "", "B", "B is new")
    for sequence, text in enumerate(typed, 1):
        save(interview, text, client="a", sequence=sequence, base=sequence - 1)
    kept = list(AnswerRevision.objects.order_by("revision").values_list("text", flat=True))
    assert kept == ["A long sentenec", "B is new"]
    assert Answer.objects.get().revision == 9


def test_replacing_everything_stores_what_was_replaced(interview: Interview) -> None:
    long = "A sentence that is clearly longer than forty characters."
    save(interview, long, client="a", sequence=1, base=0)
    save(interview, long[::-1], client="a", sequence=2, base=1)
    assert texts() == {long, long[::-1]}


def test_restore_revision_brings_back_an_earlier_text(interview: Interview, member: Any) -> None:
    save(interview, "Before")
    save(interview, "After")
    restore_revision(revision=AnswerRevision.objects.get(revision=1), by=member("lead"))
    assert Answer.objects.get().text == "Before"
    assert texts() == {"Before", "After"}


def test_save_answer_takes_100_kb_controls_and_marks_of_direction(interview: Interview) -> None:
    words = "ə" * 50_000 + "\u200fعربي\u200f"  # 100 kB in UTF-8
    saved = save(interview, f"\x00{words}\x1b\ud800")
    assert saved.answer.text == f"{words}\ufffd"
    assert Answer.objects.get().text == f"{words}\ufffd"


def test_save_answer_refuses_more_than_fits_and_changes_nothing(interview: Interview) -> None:
    save(interview, "Before")
    with pytest.raises(ValidationError, match="500,001 characters"):
        save(interview, "x" * (ANSWER_LIMIT + 1))
    assert Answer.objects.get().text == "Before"


@pytest.mark.parametrize("question", ["9.9", "", "\x00", "3.1'--"])
def test_save_answer_refuses_an_unknown_question(interview: Interview, question: str) -> None:
    with pytest.raises(ValidationError, match="The guide has no question"):
        save_answer(interview=interview, question=question, text="x", by=None)


def test_notes_of_a_section_that_was_not_planned_add_it_to_the_plan(interview: Interview) -> None:
    save_answer(interview=interview, question="5.1", text="", by=None)
    assert Interview.objects.get().sections == ["1", "3", "4", "7", "8"]
    save_answer(interview=interview, question="5.1", text="Asked after all.", by=None)
    assert Interview.objects.get().sections == ["1", "3", "4", "5", "7", "8"]


def test_save_observations_from_an_old_page_joins_both_texts(interview: Interview, member: Any) -> None:
    lead = member("lead")
    save_observations(interview=interview, text="First", by=lead, base=0)
    save_observations(interview=interview, text="Second", by=lead, base=0)
    assert Interview.objects.get().observations == "First\n\nSecond"
    save_observations(interview=interview, text="First\n\nSecond", by=lead, base=0)  # the reply was lost: sent again
    save_observations(interview=interview, text="Second", by=lead, base=1)
    assert Interview.objects.get().observations == "First\n\nSecond"
    save_observations(interview=interview, text="Only this", by=lead, base=2)
    assert Interview.objects.get().observations == "Only this"


def test_codings_follow_the_text_and_are_flagged_when_their_words_are_gone(interview: Interview) -> None:
    answer = save(interview, "The police find them. The hotline is known.").answer
    start = answer.text.index("The hotline")
    coding = CodingFactory(answer=answer, start=start, end=len(answer.text))
    release_passage(coding=coding, by=None)

    save(interview, "At night the police find them. The hotline is known.")
    coding.refresh_from_db()
    assert answer.__class__.objects.get().text[coding.start : coding.end] == "The hotline is known."
    assert (coding.quote, coding.lost, coding.released) == ("The hotline is known.", False, True)

    save(interview, "At night the police find them. The hotline is well known.")
    coding.refresh_from_db()
    assert (coding.quote, coding.lost, coding.released) == ("The hotline is well known.", False, False)

    save(interview, "At night the police find them.")
    coding.refresh_from_db()
    assert (coding.quote, coding.lost, coding.released) == ("The hotline is well known.", True, False)

    save(interview, "The hotline is well known.")
    coding.refresh_from_db()
    assert (coding.start, coding.end, coding.lost, coding.released) == (0, 26, False, False)


def test_a_passage_deleted_letter_by_letter_is_lost(interview: Interview) -> None:
    answer = save(interview, "The hotline is known.").answer
    coding = CodingFactory(answer=answer, start=0, end=21)
    for length in range(20, 8, -1):
        save(interview, "The hotline is known."[:length])
    coding.refresh_from_db()
    assert coding.lost
