"""Full-text search across the notes of an assessment, in any script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from assessments.models import Assessment
from ctnat.ui.matching import contains_all, find, search_terms, snippets
from interviews.guides import guide_of
from interviews.models import Answer


@dataclass(frozen=True)
class Hit:
    """An answer that contains every term."""

    answer: Answer
    terms: list[str]

    @cached_property
    def snippets(self) -> list[list[tuple[str, bool]]]:
        """The surroundings of the terms as pieces of (words, marked). Computed only for hits that a page shows."""
        return snippets(self.answer.text, find(self.answer.text, self.terms))


def search_notes(
    assessment: Assessment, query: str, *, section: str = "", read: Callable[[str], str] = str
) -> list[Hit]:
    """Interviews in the order of their numbers. The notes are read through: case and accents of every script are
    folded alike on each database, and an assessment's notes are some megabytes at most.

    `read` returns a text as the member may read it: what is withheld is not found either.
    """
    terms = search_terms(query)
    if not terms:
        return []
    answers = Answer.objects.for_assessment(assessment).with_interview()
    if section:
        questions = guide_of(assessment).section(section).questions
        answers = answers.filter(question__in=[question.name for question in questions])
    found = [answer for answer in answers.iterator(chunk_size=500) if contains_all(answer.text, terms)]
    for answer in found:
        answer.interview.assessment = assessment  # its address names it
        answer.text = read(answer.text)
    hits = [Hit(answer, terms) for answer in found if contains_all(answer.text, terms)]
    return hits
