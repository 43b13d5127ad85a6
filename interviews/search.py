"""Full-text search across the notes of an assessment, in any script."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import ExpressionWrapper, F, TextField

from assessments.fields import opener_of
from assessments.models import Assessment
from ctnat.ui.matching import contains_all, find, search_terms, snippets
from interviews.guides import guide_of
from interviews.models import Answer
from interviews.querysets import AnswerQuerySet


@dataclass(frozen=True)
class Note:
    """What of an answer is searched, and its place. `answer` and `interview` are keys."""

    answer: int
    interview: int
    code: str
    question: str
    text: str


def notes_in(answers: AnswerQuerySet) -> Iterator[Note]:
    """The notes of `answers` in the order of the interviews' numbers. No rows are made of those with whom they were
    held: an assessment has tens of thousands of notes, of which a page shows fifty."""
    stored = ExpressionWrapper(F("text"), output_field=TextField())
    rows = answers.order_by("interview__number", "pk").values_list(
        "pk", "interview", "interview__code", "question", stored
    )
    opened = opener_of(Answer, "text")
    for answer, interview, code, question, text in rows.iterator(chunk_size=500):
        yield Note(answer, interview, code, question, opened(text))


@dataclass(frozen=True)
class Hit:
    """An answer that contains every term, on a page that shows it."""

    answer: Answer
    terms: list[str]

    @cached_property
    def snippets(self) -> list[list[tuple[str, bool]]]:
        """The surroundings of the terms as pieces of (words, marked)."""
        return snippets(self.answer.text, find(self.answer.text, self.terms))


def search_notes(
    assessment: Assessment, query: str, *, section: str = "", read: Callable[[str], str] = str
) -> list[Note]:
    """The notes that contain every term. They are read through: case and accents of every script are folded alike on
    each database, and an assessment's notes are some megabytes at most.

    `read` returns a text as the member may read it: what is withheld is not found either.
    """
    terms = search_terms(query)
    if not terms:
        return []
    answers = Answer.objects.for_assessment(assessment)
    if section:
        questions = guide_of(assessment).section(section).questions
        answers = answers.filter(question__in=[question.name for question in questions])
    found = []
    for note in notes_in(answers):
        if contains_all(note.text, terms):
            text = read(note.text)
            if text == note.text:
                found.append(note)
            elif contains_all(text, terms):
                found.append(replace(note, text=text))
    return found


def hits_of(assessment: Assessment, query: str, found: Iterable[Note]) -> list[Hit]:
    """Some of the notes found, with the answers and interviews of which they are."""
    notes, terms = list(found), search_terms(query)
    answers = Answer.objects.with_interview().in_bulk([note.answer for note in notes])
    hits = []
    for note in notes:
        if answer := answers.get(note.answer):  # it may have been removed meanwhile
            answer.interview.assessment = assessment  # its address names it
            answer.text = note.text
            hits.append(Hit(answer, terms))
    return hits
