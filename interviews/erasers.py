"""Erasing interviews and passages of their notes permanently."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as N_

from assessments.erasers import (
    AssessmentRows,
    Eraser,
    Line,
    Part,
    erases,
    expires,
    find_known,
    holds_rows,
    identity,
    retains,
    to_number,
)
from assessments.models import Assessment, User
from assessments.personal_data import Person, Place, Table
from assessments.uses import Use
from ctnat.ui.errors import InputError
from ctnat.ui.formats import page_day
from ctnat.ui.stored import stored_text
from interviews.models import (
    Answer,
    AnswerRevision,
    Begun,
    Coding,
    FollowUp,
    InformationNote,
    Interview,
    NotesImport,
    Participant,
    Photograph,
    SetAside,
    Theme,
)
from interviews.personal_data import places_of_respondents, tables_of_respondent
from interviews.services.erasure import (
    erase_interview,
    erase_revision,
    forget_notes,
    forget_respondents,
    spans_of,
    strike_observations,
    strike_passage,
)
from interviews.services.imports import forget_unfinished_imports
from interviews.services.photographs import drop_all_photographs, drop_photographs
from interviews.services.typing import forget_typing
from interviews.struck import Mark, find_words, follow, mark_of, occurrences
from interviews.text import clean_text

OBSERVATIONS = "observations"
PASSAGE = stored_text(N_("Passage of {n} characters in {code}, question {question}"))
PASSAGE_OF_OBSERVATIONS = stored_text(N_("Passage of {n} characters in {code}, observations"))
EARLIER_TEXT = stored_text(N_("Text {number} of {code}, question {question}"))
INTERVIEW = stored_text(N_("Interview {code}"))
PHOTOGRAPH = stored_text(N_("Photograph {number} of {code}"))
SHORTEST = 2  # characters of a passage


def _interviews(assessment: Assessment) -> list[tuple[str, str]]:
    rows = Interview.objects.filter(assessment=assessment).in_order()
    return [
        (
            str(row.pk),
            (gettext("{code}, {day}, in the trash") if row.deleted_at else "{code}, {day}").format(
                code=row.code, day=page_day(row.held_at)
            ),
        )
        for row in rows
    ]


def _of_assessment(assessment: Assessment, key: str) -> Interview:
    rows = Interview.objects.filter(assessment=assessment, pk=to_number(key))
    found: Interview | None = rows.select_related("assessment").first()
    if found is None:
        raise InputError(
            gettext("This interview does not exist any more. Cancel the request, or choose another interview.")
        )
    return found


@dataclass(frozen=True)
class Passage:
    """Words in the notes of one answer, or in the observations where `answer` is None."""

    interview: Interview
    answer: Answer | None
    words: str
    texts: list[str]  # every text that contains them, or an earlier form of them
    codings: list[Coding]  # from which something is struck out


@erases
class PassageEraser(Eraser):
    kind = "passage"
    label = gettext_lazy("A passage of notes")
    help = gettext_lazy(
        "The words are replaced by “[erased]” in the notes, in all their earlier texts, in texts that were set aside, "
        "and in the quotes of codings. Other codings stay where they are."
    )
    order = 1

    def read(self, assessment: Assessment, typed: Mapping[str, Any], by: User) -> tuple[str, dict[str, Any]]:
        key, words = (
            _place_typed(assessment, str(typed.get("which", ""))),
            clean_text(str(typed.get("words", ""))).strip(),
        )
        if len(words) < SHORTEST:
            raise InputError(
                {"words": gettext("Paste the words that are to be erased, exactly as they are in the notes.")}
            )
        if words.casefold() in str(typed.get("note", "")).casefold():
            raise InputError({"note": gettext("Give the reason without repeating the words that are to be erased.")})
        mark = mark_of(words)
        _, _, texts = self._place(assessment, key)
        if find_words(texts, mark) is None:
            raise InputError(
                {"words": gettext("These words are not in these notes or their earlier texts. Copy them exactly.")}
            )
        return key, {"mac": mark.mac, "length": mark.length}

    def _place(self, assessment: Assessment, key: str) -> tuple[Interview, Answer | None, list[str]]:
        """(interview, answer, all its texts, the present one first)."""
        if key.startswith(f"{OBSERVATIONS}:"):
            interview = _of_assessment(assessment, key.removeprefix(f"{OBSERVATIONS}:"))
            return interview, None, [interview.observations]
        rows = Answer.objects.filter(interview__assessment=assessment, pk=to_number(key))
        answer = rows.select_related("interview__assessment").first()
        if answer is None:
            raise InputError(gettext("These notes do not exist any more. Cancel the request."))
        return answer.interview, answer, [answer.text, *_earlier(answer)]

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Passage:
        interview, answer, texts = self._place(assessment, key)
        words = find_words(texts, Mark(place["mac"], place["length"]))
        if words is None:
            raise InputError(
                gettext("These words are no longer in the notes or their earlier texts. Cancel the request.")
            )
        present = texts[0]
        with_words = [text for text in texts if spans_of(text, present, words)]
        spans = occurrences(present, words)
        codings = [
            coding
            for coding in (answer.codings.all() if answer else ())
            if (words in coding.quote or words in coding.approved_quote)
            or any(first < coding.end and coding.start < last for first, last in spans if not coding.lost)
        ]
        return Passage(interview, answer, words, with_words, codings)

    def name(self, target: Passage) -> str:
        n, code = len(target.words), target.interview.code
        if target.answer is None:
            return PASSAGE_OF_OBSERVATIONS.format(n=n, code=code)
        return PASSAGE.format(n=n, code=code, question=target.answer.question)

    def parts(self, target: Passage) -> list[Part]:
        if target.answer is None:
            return [Part(N_("places in the observations"), target.interview.observations.count(target.words))]
        spans = occurrences(target.answer.text, target.words)
        gone = [c for c in target.codings if not c.lost and follow(c.start, c.end, spans) is None]
        return [
            Part(N_("places in the notes"), len(spans)),
            Part(N_("texts with them, earlier and set-aside ones included"), len(target.texts)),
            Part(N_("codings that lose words"), len(target.codings) - len(gone)),
            Part(N_("codings with no other words, which are removed"), len(gone)),
            Part(N_("quotes that are no longer released"), sum(coding.released for coding in target.codings)),
        ]

    def words(self, target: Passage) -> list[str]:
        return [target.words, *(coding.approved_quote for coding in target.codings if coding.released)]

    def uses(self, target: Passage) -> list[Use]:
        """Other notes of the assessment that contain the same words: they are not erased with these."""
        assessment = target.interview.assessment
        answers = Answer.objects.filter(interview__assessment=assessment).select_related("interview")
        if target.answer:
            answers = answers.exclude(pk=target.answer.pk)
        texts = (
            AnswerRevision.objects.filter(answer__interview__assessment=assessment),
            SetAside.objects.filter(answer__interview__assessment=assessment),
        )
        earlier = {
            row.answer_id
            for rows in texts
            for row in rows.only("answer", "text").iterator(chunk_size=500)
            if target.words in row.text
        }
        in_notes, in_observations, in_follow_up = (
            gettext("The same words in {code}, {question}"),
            gettext("The same words in the observations of {code}"),
            gettext("The same words in a follow-up of {code}"),
        )
        found = [
            Use(in_notes.format(code=row.interview.code, question=row.question), f"interviews/{row.interview.code}/")
            for row in answers.order_by("interview__number", "pk").iterator(chunk_size=500)
            if row.pk in earlier or target.words in row.text
        ]
        if target.interview.photographs.exists():
            found.append(
                Use(
                    gettext("Photographs of notes of {code}: look whether they show these words").format(
                        code=target.interview.code
                    ),
                    f"interviews/{target.interview.code}/",
                )
            )
        seen = Interview.objects.filter(assessment=assessment)
        if target.answer is None:
            seen = seen.exclude(pk=target.interview.pk)
        return (
            found
            + [
                Use(in_observations.format(code=row.code), f"interviews/{row.code}/")
                for row in seen
                if target.words in row.observations
            ]
            + [
                Use(in_follow_up.format(code=row.interview.code), f"interviews/{row.interview.code}/")
                for row in FollowUp.objects.filter(interview__assessment=assessment).select_related("interview")
                if target.words in row.what or target.words in row.outcome
            ]
        )

    def lines(self, target: Passage) -> list[Line]:
        mark = mark_of(target.words)
        where = {"question": target.answer.question if target.answer else ""}
        return [identity(target.interview) | where | {"mac": mark.mac, "length": mark.length}]

    def erase(self, target: Passage, *, by: User | None) -> None:
        if target.answer:
            strike_passage(answer=target.answer, words=target.words, by=by)
        else:
            strike_observations(interview=target.interview, words=target.words, by=by)

    def again(self, line: Line) -> bool:
        interview = _known_interview(line)
        if interview is None:
            return False
        mark = Mark(line["mac"], line["length"])
        answer = interview.answers.filter(question=line["question"]).first() if line["question"] else None
        texts = [answer.text, *_earlier(answer)] if answer else [interview.observations]
        words = find_words(texts, mark)
        if words is None:
            return False
        self.erase(Passage(interview, answer, words, [], []), by=None)
        return True


def _place_typed(assessment: Assessment, typed: str) -> str:
    """ "AZEint3 3.1" -> the id of the answer, "AZEint3 observations" -> "observations:<id of the interview>"."""
    words = clean_text(typed).split()
    if len(words) != 2:
        return typed
    interview = Interview.objects.filter(assessment=assessment, code__iexact=words[0][:20]).first()
    if interview is None:
        raise InputError(
            {
                "which": gettext("There is no interview {code}. Give its code and the number of the question.").format(
                    code=words[0][:20]
                )
            }
        )
    if words[1].casefold() == OBSERVATIONS:
        return f"{OBSERVATIONS}:{interview.pk}"
    answer = interview.answers.filter(question=words[1][:40]).first()
    if answer is None:
        message = gettext("{code} has no notes under question {question}.")
        raise InputError({"which": message.format(code=interview.code, question=words[1][:40])})
    return str(answer.pk)


def _earlier(answer: Answer) -> list[str]:
    """The earlier texts of an answer, and those that were set aside."""
    history = [row.text for row in answer.revisions.order_by("-revision")]
    return history + [row.text for row in answer.set_asides.all()]


def _known_interview(line: Line) -> Interview | None:
    return find_known(Interview.objects.select_related("assessment"), line)


@erases
class RevisionEraser(Eraser):
    kind = "revision"
    label = gettext_lazy("An earlier text of notes")
    help = gettext_lazy("One text of the version history is erased. The present notes stay as they are.")
    order = 2

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> AnswerRevision:
        rows = AnswerRevision.objects.filter(answer__interview__assessment=assessment, pk=to_number(key))
        revision = rows.select_related("answer__interview__assessment").first()
        if revision is None:
            raise InputError(gettext("This earlier text does not exist any more. Cancel the request."))
        if revision.revision >= revision.answer.revision:
            raise InputError(gettext("This is the present text. Erase a passage of it, or the interview."))
        return revision

    def name(self, target: AnswerRevision) -> str:
        return EARLIER_TEXT.format(
            number=target.revision, code=target.answer.interview.code, question=target.answer.question
        )

    def parts(self, target: AnswerRevision) -> list[Part]:
        return [Part(N_("earlier texts"), 1)]

    def words(self, target: AnswerRevision) -> list[str]:
        return [target.text]

    def lines(self, target: AnswerRevision) -> list[Line]:
        return [identity(target.answer.interview) | {"question": target.answer.question, "revision": target.pk}]

    def erase(self, target: AnswerRevision, *, by: User | None) -> None:
        erase_revision(revision=target, by=by)

    def again(self, line: Line) -> bool:
        interview = _known_interview(line)
        rows = AnswerRevision.objects.filter(answer__interview=interview, answer__question=line["question"])
        found = rows.filter(pk=line["revision"]).select_related("answer__interview__assessment").first()
        if interview is None or found is None:
            return False
        erase_revision(revision=found, by=None)
        return True


@erases
class InterviewEraser(Eraser):
    kind = "interview"
    label = gettext_lazy("An interview")
    help = gettext_lazy(
        "Its details, notes, earlier texts, photographs, codings and quotes are erased. Its number is never given "
        "again."
    )
    order = 3

    def choices(self, assessment: Assessment) -> list[tuple[str, str]] | None:
        return _interviews(assessment)

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Interview:
        return _of_assessment(assessment, key)

    def name(self, target: Interview) -> str:
        return INTERVIEW.format(code=target.code)

    def parts(self, target: Interview) -> list[Part]:
        codings = Coding.objects.filter(answer__interview=target)
        return [
            Part(N_("answers with notes"), len([row for row in target.answers.all() if row.text])),
            Part(N_("earlier texts"), AnswerRevision.objects.filter(answer__interview=target).count()),
            Part(N_("texts set aside"), SetAside.objects.filter(answer__interview=target).count()),
            Part(N_("codings"), codings.count()),
            Part(N_("released quotes"), codings.filter(released=True).count()),
            Part(N_("records of consent"), target.consents.count()),
            Part(N_("people in the table of who took part"), target.participants.count()),
            Part(N_("follow-ups"), target.follow_ups.count()),
            Part(N_("photographs"), target.photographs.count()),
        ]

    def cited_as(self, target: Interview) -> str:
        return f"interview:{target.code}"

    def seen(self, target: Interview) -> str:
        """It changes when the notes are edited."""
        revisions = sorted(target.answers.values_list("question", "revision"))
        return f"{super().seen(target)} {revisions} {target.observations_revision}"

    def words(self, target: Interview) -> list[str]:
        codings = Coding.objects.filter(answer__interview=target, released=True)
        names = [target.respondent_name, *target.participants.values_list("name", flat=True)]
        return [coding.approved_quote for coding in codings] + names

    def lines(self, target: Interview) -> list[Line]:
        return [identity(target)]

    def in_trash(self, assessment: Assessment, before: datetime) -> list[Interview]:
        return list(Interview.objects.filter(assessment=assessment, deleted_at__lt=before))

    def erase(self, target: Interview, *, by: User | None) -> None:
        erase_interview(interview=target)

    def again(self, line: Line) -> bool:
        if found := _known_interview(line):
            erase_interview(interview=found)
        return found is not None


@erases
class PhotographEraser(Eraser):
    """A photograph that was deleted on its page, which asks no second person: a backup does not bring it back."""

    kind = "photograph"
    label = gettext_lazy("A photograph of notes")
    help = gettext_lazy("A photograph is deleted with its description.")
    offered = False

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Photograph:
        raise InputError(gettext("Delete the photograph on its page."))

    def name(self, target: Photograph) -> str:
        return PHOTOGRAPH.format(number=target.pk, code=target.interview.code)

    def parts(self, target: Photograph) -> list[Part]:
        return [Part(N_("photographs"), 1)]

    def lines(self, target: Photograph) -> list[Line]:
        return [identity(target, born="added_at")]

    def erase(self, target: Photograph, *, by: User | None) -> None:
        drop_photographs(Photograph.objects.filter(pk=target.pk))

    def again(self, line: Line) -> bool:
        if found := find_known(Photograph.objects.all(), line, born="added_at"):
            self.erase(found, by=None)
        return found is not None


@holds_rows(3)
class InterviewRows(AssessmentRows):
    exported: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "interviews.Interview": ("interviews",),
        "interviews.ConsentRecord": ("consent",),
        "interviews.Participant": ("took_part",),
        "interviews.InformationNote": ("consent",),
        "interviews.Answer": ("notes",),
        "interviews.AnswerRevision": ("earlier_notes",),
        "interviews.SetAside": ("notes_set_aside",),
        "interviews.Coding": ("passages",),
        "interviews.FollowUp": ("follow_ups",),
        "interviews.Photograph": ("photographs",),
    }
    impersonal: ClassVar[Mapping[str, str]] = {
        "interviews.Theme": "the codebook",
        "interviews.StruckPassage": "marks of words that were erased",
        "interviews.Begun": "identifiers that devices gave to interviews without a connection",
        "interviews.NotesImport": "files that a member is importing, for a day at most",
        "interviews.Typing": "in which answer a member is typing at the moment",
    }

    def find_person(self, assessment: Assessment, words: str) -> list[Place]:
        return places_of_respondents(assessment, words)

    def tables_of(self, assessment: Assessment, person: Person) -> list[Table]:
        return tables_of_respondent(assessment, person)

    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("interviews"), Interview.objects.filter(assessment=assessment).count()),
            Part(N_("themes"), Theme.objects.filter(assessment=assessment).count()),
            Part(N_("photographs"), Photograph.objects.for_assessment(assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        drop_all_photographs(assessment)
        Coding.objects.filter(theme__assessment=assessment).delete()
        Coding.objects.filter(answer__interview__assessment=assessment).delete()
        Interview.objects.filter(assessment=assessment).delete()
        Begun.objects.filter(assessment=assessment).delete()
        InformationNote.objects.filter(assessment=assessment).delete()
        NotesImport.objects.filter(assessment=assessment).delete()
        themes = Theme.objects.filter(assessment=assessment)
        themes.update(merged_into=None)
        themes.delete()


@retains("names")
class Respondents(AssessmentRows):
    def parts(self, assessment: Assessment) -> list[Part]:
        rows = Interview.objects.filter(assessment=assessment)
        return [
            Part(
                N_("interviews with names or titles"),
                sum(bool(r.respondent_name or r.respondent_title) for r in rows),
            ),
            Part(
                N_("people in tables of who took part, with names or titles"),
                sum(bool(person.name or person.title) for person in Participant.objects.for_assessment(assessment)),
            ),
            Part(N_("names of imported files"), sum(bool(r.imported_from) for r in rows)),
            _unfinished(assessment),
            Part(
                N_("photographs of cards"),
                Photograph.objects.for_assessment(assessment).filter(kind=Photograph.Kind.CARD).count(),
            ),
        ]

    def erase(self, assessment: Assessment) -> None:
        forget_respondents(assessment=assessment)
        NotesImport.objects.filter(assessment=assessment).delete()


@retains("notes")
class Notes(AssessmentRows):
    def parts(self, assessment: Assessment) -> list[Part]:
        answers = Answer.objects.filter(interview__assessment=assessment)
        codings = Coding.objects.filter(answer__interview__assessment=assessment)
        return [
            Part(N_("answers with notes"), sum(bool(row.text) for row in answers)),
            Part(N_("earlier texts"), AnswerRevision.objects.filter(answer__in=answers).count()),
            Part(N_("texts set aside"), SetAside.objects.filter(answer__in=answers).count()),
            Part(
                N_("observations"),
                sum(bool(r.observations) for r in Interview.objects.filter(assessment=assessment)),
            ),
            Part(N_("quotes that were not released"), codings.filter(released=False).count()),
            Part(N_("follow-ups"), FollowUp.objects.filter(interview__assessment=assessment).count()),
            _unfinished(assessment),
            Part(N_("photographs"), Photograph.objects.for_assessment(assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        forget_notes(assessment=assessment)
        NotesImport.objects.filter(assessment=assessment).delete()


def _unfinished(assessment: Assessment) -> Part:
    return Part(N_("files with notes being imported"), NotesImport.objects.filter(assessment=assessment).count())


@expires
def unfinished_imports() -> int:
    """Files with notes that were not imported in time."""
    return forget_unfinished_imports()


@expires
def past_typing() -> int:
    """Who was typing is forgotten within a minute wherever somebody types; what is left elsewhere goes once a day."""
    return forget_typing()
