"""Erasing notes for good: a passage in every text that an answer has had, an earlier text, a whole interview."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment, User
from interviews.models import (
    Answer,
    AnswerRevision,
    Coding,
    ConsentRecord,
    FollowUp,
    Interview,
    Participant,
    Photograph,
    SetAside,
    StruckPassage,
)
from interviews.services.photographs import drop_all_photographs, drop_photographs
from interviews.struck import ERASED, Mark, earlier_form, find_marked, follow, mark_of, occurrences, strike


def spans_of(text: str, present: str, words: str, marks: Iterable[Mark] = ()) -> list[tuple[int, int]]:
    """Where `words` are in a text of an answer whose present text is `present`, or an earlier form of them."""
    spans = occurrences(text, words) or find_marked(text, list(marks))
    if not spans and (earlier := earlier_form(text, present, words)):
        spans = [earlier]
    return spans


@transaction.atomic
def strike_passage(*, answer: Answer, words: str, by: User | None) -> list[Mark]:
    """Strike `words` out of the answer, its history, the texts set aside and the quotes of its codings.

    The answer gets a new revision, so that pages on which it is being typed learn of it; what they send later is struck
    out too (`strike_late`). Gives the marks of all that was struck out: earlier forms of the words among them.
    """
    answer = Answer.objects.select_for_update(of=("self",)).select_related("interview__assessment").get(pk=answer.pk)
    present, gone = answer.text, {words}

    def struck(text: str) -> str:
        spans = spans_of(text, present, words)
        gone.update(text[start:end] for start, end in spans)
        return strike(text, spans)

    for revision in answer.revisions.all():
        _replace(revision, struck(revision.text))
    for aside in answer.set_asides.all():
        _replace(aside, struck(aside.text))
    text = struck(present)
    # A few letters of a half typed name are struck out in their place, and not looked for anywhere else.
    forms = sorted((form for form in gone if form == words or len(form) >= max(4, 0.6 * len(words))), key=len)[::-1]
    _strike_codings(answer, text, spans_of(present, present, words), forms)
    answer.text, answer.revision, answer.updated_by = text, answer.revision + 1, by
    answer.save()
    AnswerRevision.objects.create(answer=answer, revision=answer.revision, text=answer.text, by=by)
    marks = [mark_of(form) for form in forms]
    _keep_marks(answer.interview, answer.question, answer.revision, marks)
    return marks


def _replace(row: AnswerRevision, text: str) -> None:
    if text != row.text:
        row.text = text
        row.save(update_fields=["text"])


def _strike_codings(answer: Answer, text: str, spans: list[tuple[int, int]], forms: list[str]) -> None:
    """Move the codings to where their words are now. Those of which nothing is left are removed."""
    marks = [mark_of(form) for form in forms]
    for coding in answer.codings.all():
        before = coding.quote
        if coding.lost:
            inside = find_marked(before, marks)
            kept = follow(0, len(before), inside)
            place = (coding.start, coding.end) if kept else None
            coding.quote = strike(before, inside)
        else:
            place = follow(coding.start, coding.end, spans)
            coding.quote = text[place[0] : place[1]] if place else ""
        if place is None:
            coding.delete()
            continue
        coding.start, coding.end = place
        if coding.quote != before:
            coding.length = len(coding.quote)
        if coding.approved_quote and (coding.quote != before or find_marked(coding.approved_quote, marks)):
            if coding.released:
                coding.released, coding.withdrawn_at = False, timezone.now()
            coding.approved_quote = coding.approved_hash = ""
        coding.save()


def _keep_marks(interview: Interview, question: str, revision: int, marks: list[Mark]) -> None:
    for mark in marks:
        StruckPassage.objects.create(
            interview=interview, question=question, revision=revision, mac=mark.mac, length=mark.length
        )


def strike_late(*, interview: Interview, question: str, text: str, base: int | None) -> str:
    """A text that was typed before a passage was struck out, without that passage."""
    rows = StruckPassage.objects.filter(interview=interview, question=question)
    marks = [Mark(row.mac, row.length) for row in rows if base is not None and base < row.revision]
    return strike(text, find_marked(text, marks)) if marks else text


@transaction.atomic
def strike_observations(*, interview: Interview, words: str, by: User | None) -> list[Mark]:
    """Strike `words` out of the observations, which have no history."""
    interview = Interview.objects.select_for_update().get(pk=interview.pk)
    interview.observations = strike(interview.observations, occurrences(interview.observations, words))
    interview.observations_revision += 1
    interview.save(update_fields=["observations", "observations_revision", "updated_at"])
    marks = [mark_of(words)]
    _keep_marks(interview, "", interview.observations_revision, marks)
    return marks


@transaction.atomic
def erase_revision(*, revision: AnswerRevision, by: User | None) -> None:
    """Erase one text that an answer has had, and not the present one."""
    answer = revision.answer
    record(
        "answer.revision_erased",
        by=by,
        assessment=answer.interview.assessment,
        target=answer,
        label=f"{answer.interview.code}/{answer.question}",
        revision=revision.revision,
    )
    revision.delete()


@transaction.atomic
def erase_interview(*, interview: Interview) -> None:
    """Erase it with its notes, their history, codings and photographs. Its number is never given again."""
    drop_photographs(Photograph.objects.filter(interview=interview))
    Coding.objects.filter(answer__interview=interview).delete()
    interview.delete()


@transaction.atomic
def forget_respondents(*, assessment: Assessment) -> None:
    """Erase names and titles of everybody who was interviewed, the photographs of their cards, and the names of files,
    which may contain theirs. Who spoke and who listened stays."""
    drop_all_photographs(assessment, Photograph.Kind.CARD)
    for interview in Interview.objects.filter(assessment=assessment):
        interview.respondent_name = interview.respondent_title = interview.imported_from = ""
        interview.save(update_fields=["respondent_name", "respondent_title", "imported_from"])
    for person in Participant.objects.for_assessment(assessment):
        person.name = person.title = ""
        person.save(update_fields=["name", "title"])


@transaction.atomic
def forget_notes(*, assessment: Assessment) -> None:
    """Erase all notes, their history, observations, photographs, follow-ups and the reasons of withdrawals. Which
    questions were answered, the codings and the words that were released for quotation stay, so that counts and the
    report do."""
    drop_all_photographs(assessment)
    answers = Answer.objects.filter(interview__assessment=assessment)
    AnswerRevision.objects.filter(answer__in=answers).delete()
    SetAside.objects.filter(answer__in=answers).delete()
    for answer in answers:
        if answer.text:
            answer.text, answer.revision = ERASED, answer.revision + 1
            answer.save(update_fields=["text", "revision"])
            AnswerRevision.objects.create(answer=answer, revision=answer.revision, text=ERASED)
    for coding in Coding.objects.filter(answer__in=answers):
        if not coding.released:
            coding.quote, coding.approved_quote, coding.approved_hash = ERASED, "", ""
        coding.start, coding.end = 0, len(ERASED)
        coding.save(update_fields=["quote", "approved_quote", "approved_hash", "start", "end"])
    for consent in ConsentRecord.objects.for_assessment(assessment):
        if consent.reason:
            consent.reason = ERASED
            consent.save(update_fields=["reason"])
    FollowUp.objects.filter(interview__assessment=assessment).delete()
    for interview in Interview.objects.filter(assessment=assessment):
        interview.observations, interview.observations_revision = "", interview.observations_revision + 1
        interview.save(update_fields=["observations", "observations_revision"])
