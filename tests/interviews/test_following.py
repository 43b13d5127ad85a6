"""Codings follow the notes: where a passage is stored, when it is lost, when it comes back, and who is notified."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import Assessment, AuditEvent
from interviews.models import Answer, Coding
from interviews.services.answers import save_answer
from interviews.services.codings import code_passage, release_passage, remove_coding, withhold_passage
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory

pytestmark = pytest.mark.django_db
TEXT = "So they say. The police find them."


@pytest.fixture
def answer(assessment: Assessment) -> Answer:
    return AnswerFactory(interview=InterviewFactory(assessment=assessment, code="AZEint1"), text=TEXT)


def edit(answer: Answer, text: str) -> Coding:
    save_answer(interview=answer.interview, question=answer.question, text=text, by=None)
    return Coding.objects.get()


def test_a_mark_is_stored_with_the_end_that_the_edit_left_it(answer: Answer) -> None:
    CodingFactory(answer=answer, start=13, end=34)
    coding = edit(answer, "They say. The police often find them. More.")
    assert (coding.start, coding.end, coding.quote) == (10, 37, "The police often find them.")
    assert (coding.length, coding.lost) == (21, False)


def test_a_mark_below_half_of_what_was_marked_is_lost_with_its_last_words_stored(answer: Answer) -> None:
    CodingFactory(answer=answer, start=13, end=34)  # 21 characters
    coding = edit(answer, "So they say. The police.")  # "The police", 10 characters, and the full stop
    assert (coding.quote, coding.lost) == ("The police.", False)
    coding = edit(answer, "So they say. The.")
    assert (coding.quote, coding.lost) == ("The police.", True)


@pytest.mark.parametrize(("length", "lost"), [(20, False), (21, True)])
def test_half_of_what_was_marked_is_enough(answer: Answer, length: int, lost: bool) -> None:
    CodingFactory(answer=answer, start=13, end=23, length=length)  # 10 characters were left by earlier edits
    assert edit(answer, "Well. " + TEXT).lost is lost


def test_a_lost_mark_comes_back_with_its_words_at_the_nearest_place(answer: Answer) -> None:
    CodingFactory(answer=answer, start=13, end=23)
    assert edit(answer, "So they say.").lost
    coding = edit(answer, "The police? So they say. So the police. The police find them.")
    assert (coding.start, coding.end, coding.quote, coding.lost) == (0, 10, "The police", False)


def test_a_mark_whose_words_and_place_stay_is_not_written(answer: Answer, django_assert_num_queries: Any) -> None:
    CodingFactory(answer=answer, start=0, end=12)
    before = Coding.objects.values().get()
    edit(answer, TEXT + " More.")
    assert Coding.objects.values().get() == before


@pytest.mark.parametrize(
    ("start", "end", "stored"),
    [
        (0, 34, (0, 34)),
        (12, 23, (13, 23)),  # without the space before it
        (13, 24, (13, 23)),  # nor the one after it
        (12, 24, (13, 23)),
        (0, 1, (0, 1)),
        (33, 34, (33, 34)),
    ],
)
def test_code_passage_stores_its_edges(answer: Answer, start: int, end: int, stored: tuple[int, int]) -> None:
    theme = ThemeFactory(assessment=answer.interview.assessment)
    coding = code_passage(answer=answer, theme=theme, start=start, end=end, by=None)
    assert (coding.start, coding.end, coding.length) == (*stored, stored[1] - stored[0])
    assert coding.quote == TEXT[stored[0] : stored[1]]


@pytest.mark.parametrize(("start", "end"), [(34, 35), (0, 35), (-1, 3), (3, 3), (12, 13)])
def test_code_passage_refuses_what_is_no_passage(answer: Answer, start: int, end: int) -> None:
    theme = ThemeFactory(assessment=answer.interview.assessment)
    with pytest.raises(ValidationError, match="Select some text"):
        code_passage(answer=answer, theme=theme, start=start, end=end, by=None)


@pytest.mark.parametrize(
    ("start", "quote", "stored"),
    [
        (4, "they", (3, 7)),
        (30, "them", (29, 33)),
        (0, "they say", (3, 11)),
        (0, "e", (5, 6)),
        (3, "they", (3, 7)),
        (-2, "So", (0, 2)),
    ],
)
def test_code_passage_takes_the_words_that_were_seen(
    answer: Answer, start: int, quote: str, stored: tuple[int, int]
) -> None:
    theme = ThemeFactory(assessment=answer.interview.assessment)
    coding = code_passage(answer=answer, theme=theme, start=start, end=start + len(quote), quote=quote, by=None)
    assert (coding.start, coding.end, coding.quote) == (*stored, quote)


@pytest.mark.parametrize(
    ("quote", "message"), [("gone", "no longer in the notes"), (" ", "Select some text"), ("", "Select some text")]
)
def test_code_passage_refuses_words_that_are_not_there(answer: Answer, quote: str, message: str) -> None:
    theme = ThemeFactory(assessment=answer.interview.assessment)
    with pytest.raises(ValidationError, match=message):
        code_passage(answer=answer, theme=theme, start=5, end=5 + len(quote) + 1, quote=quote, by=None)


def test_code_passage_takes_the_occurrence_nearest_to_where_the_words_begin(answer: Answer) -> None:
    save_answer(interview=answer.interview, question="3.1", text="it it", by=None)
    theme = ThemeFactory(assessment=answer.interview.assessment)
    coding = code_passage(answer=answer, theme=theme, start=0, end=2, quote="it", by=None)
    assert (coding.start, coding.end) == (0, 2)


def test_words_marked_again_where_a_lost_mark_was_are_a_new_mark(answer: Answer) -> None:
    lost = CodingFactory(answer=answer, start=0, end=12, lost=True)
    coding = code_passage(answer=answer, theme=lost.theme, start=0, end=12, by=None)
    assert (coding.pk == lost.pk, coding.lost) == (False, False)
    again = code_passage(answer=answer, theme=lost.theme, start=0, end=12, by=None)
    assert again == coding


def test_a_mark_that_was_not_released_has_no_release_to_lose(answer: Answer) -> None:
    CodingFactory(answer=answer, start=13, end=34)
    assert edit(answer, "So they say. The police often find them.").withdrawn_at is None
    assert edit(answer, "So.").withdrawn_at is None
    assert not AuditEvent.objects.filter(action="coding.release_withdrawn").exists()


def test_withholding_settles_a_release_that_was_withdrawn(answer: Answer) -> None:
    release_passage(coding=CodingFactory(answer=answer, start=13, end=34), by=None)
    coding = edit(answer, TEXT.replace("find", "seldom find"))
    assert coding.withdrawn_at is not None
    withhold_passage(coding=coding, by=None)
    assert Coding.objects.get().withdrawn_at is None


def test_each_act_is_in_the_audit_log_with_its_place(answer: Answer, member: Any) -> None:
    theme = ThemeFactory(assessment=answer.interview.assessment, code="police")
    lead, how = member("lead"), {"by": member("lead")}
    coding = code_passage(answer=answer, theme=theme, start=13, end=34, **how)
    pk = coding.pk
    coding = release_passage(coding=coding, **how)
    assert (coding.approved_by, coding.approved_quote) == (lead, "The police find them.")
    assert coding.approved_at is not None
    edit(answer, TEXT.replace("find", "seldom find"))
    coding = release_passage(coding=coding, **how)
    withhold_passage(coding=coding, **how)
    remove_coding(coding=coding, **how)
    events = AuditEvent.objects.filter(action__startswith="coding.").order_by("pk")
    assert [(event.action, event.object_label) for event in events] == [
        ("coding.added", "AZEint1/3.1: police"),
        ("coding.released", "AZEint1/3.1: police"),
        ("coding.release_withdrawn", "AZEint1/3.1"),
        ("coding.released", "AZEint1/3.1: police"),
        ("coding.withheld", "AZEint1/3.1: police"),
        ("coding.removed", "AZEint1/3.1: police"),
    ]
    assert {event.assessment for event in events} == {answer.interview.assessment}
    assert {(event.object_type, event.object_id) for event in events} == {("interviews.coding", str(pk))}
    assert [event.actor for event in events] == [lead, lead, None, lead, lead, lead]


def test_a_release_stays_when_its_words_only_move_away_from_it_and_back(answer: Answer) -> None:
    coding = release_passage(coding=CodingFactory(answer=answer, start=13, end=34), by=None)
    coding = edit(answer, "First: " + TEXT)
    assert (coding.start, coding.released, coding.withdrawn_at) == (20, True, None)


def test_withholding_leaves_other_passages_released(answer: Answer, assessment: Assessment) -> None:
    one, shorter, inside, elsewhere = (
        release_passage(coding=coding, by=None)
        for coding in (
            CodingFactory(answer=answer, start=0, end=12),
            CodingFactory(answer=answer, start=0, end=11),
            CodingFactory(answer=answer, start=3, end=12),
            CodingFactory(answer=AnswerFactory(interview=answer.interview, question="3.2", text=TEXT), end=12),
        )
    )
    withhold_passage(coding=one, by=None)
    released = {coding.pk for coding in Coding.objects.filter(released=True)}
    assert released == {shorter.pk, inside.pk, elsewhere.pk}
