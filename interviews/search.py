"""Full-text search across the notes of an assessment, in any script."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.models import Assessment
from interviews.documents import guide_of
from interviews.models import Answer
from interviews.text import find, search_terms, snippets


@dataclass(frozen=True)
class Hit:
    """An answer that holds every term: their surroundings as pieces of (words, marked), and how many stand there."""

    answer: Answer
    snippets: list[list[tuple[str, bool]]]
    count: int


def search_notes(assessment: Assessment, query: str, *, section: str = "") -> list[Hit]:
    """Interviews in the order of their numbers. The notes are read through: case and accents of every script are
    folded alike on each database, and an assessment's notes are some megabytes at most."""
    terms = search_terms(query)
    return list(_hits(assessment, terms, section)) if terms else []


def _hits(assessment: Assessment, terms: list[str], section: str) -> Iterator[Hit]:
    answers = Answer.objects.for_assessment(assessment).with_interview()
    if section:
        questions = guide_of(assessment).section(section).questions
        answers = answers.filter(question__in=[question.name for question in questions])
    for answer in answers.iterator(chunk_size=500):
        if spans := find(answer.text, terms):
            yield Hit(answer, snippets(answer.text, spans), len(spans))
