"""A guide and its notes as the pages show them: sections, questions and answers in one language. Read-only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from instruments.schema import GuideSection, Question, Text
from interviews.guides import dropped_questions
from interviews.models import Answer, Interview, SetAside
from interviews.text import count_words


@dataclass(frozen=True)
class QuestionNotes:
    """A question with its prompts and notes; `answer` is None where nothing was saved yet."""

    name: str
    text: str
    prompts: tuple[str, ...]
    suggests_contacts: bool
    answer: Answer | None
    set_asides: Sequence[SetAside] = ()
    unsaved: str | None = None  # typed, but refused: it stays on the screen
    fault: str = ""

    @property
    def notes(self) -> str:
        return self.unsaved if self.unsaved is not None else self.answer.text if self.answer else ""

    @property
    def revision(self) -> int:
        return self.answer.revision if self.answer else 0

    @property
    def words(self) -> int:
        return count_words(self.notes)


@dataclass(frozen=True)
class SectionNotes:
    name: str
    title: str
    heading: str
    planned: bool  # or holding notes: another version of the guide may have moved a question here
    language: str  # in which it is shown: English where it was not translated whole
    questions: tuple[QuestionNotes, ...]


def sections_of(
    interview: Interview,
    answers: Iterable[Answer],
    *,
    language: str = "",
    unsaved: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> list[SectionNotes]:
    """The guide's sections in order, planned or not, with the notes in `answers`."""
    language = language or interview.language
    guide, values = interview.guide, interview.assessment.placeholders_in(language)
    by_question = {answer.question: answer for answer in answers}

    def question_notes(question: Question, language: str) -> QuestionNotes:
        return QuestionNotes(
            name=question.name,
            text=question.text.translate(language, **values),
            prompts=tuple(prompt.text.translate(language, **values) for prompt in question.prompts),
            suggests_contacts=question.suggests_contacts,
            **_notes_on(question.name, by_question.get(question.name), unsaved, faults),
        )

    def section_notes(section: GuideSection) -> SectionNotes:
        shown_in = available_language([section.title, *(question.text for question in section.questions)], language)
        questions = tuple(question_notes(question, shown_in) for question in section.questions)
        return SectionNotes(
            name=section.name,
            title=section.title.translate(shown_in, **values),
            heading=section.heading.translate(shown_in, **values) if section.heading else "",
            planned=section.name in interview.sections or any(q.notes or q.set_asides for q in questions),
            language=shown_in,
            questions=questions,
        )

    return [section_notes(section) for section in guide.sections]


def dropped_of(
    interview: Interview,
    answers: Iterable[Answer],
    *,
    language: str = "",
    unsaved: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> list[QuestionNotes]:
    """Notes under questions that the interview's guide does not have: they are shown wherever notes are."""
    assessment, language = interview.assessment, language or interview.language
    dropped = [answer for answer in answers if answer.question not in interview.guide.by_name]
    asked = [answer.question for answer in dropped]
    questions = dropped_questions(assessment, asked, interview.guide_version_id)
    values = assessment.placeholders_in(language)
    words = {code: question.text.translate(language, **values) for code, question in questions.items()}
    shown = [answer for answer in dropped if answer.text or _waiting_on(answer)]
    return [
        QuestionNotes(
            name=answer.question,
            text=words.get(answer.question, ""),
            prompts=(),
            suggests_contacts=False,
            **_notes_on(answer.question, answer, unsaved, faults),
        )
        for answer in sorted(shown, key=lambda answer: answer.pk)
    ]


def without_notes(question: QuestionNotes) -> QuestionNotes:
    """The question alone, for a page that may lie on a device in clear."""
    return replace(question, answer=None, set_asides=(), unsaved=None, fault="")


def _waiting_on(answer: Answer | None) -> Sequence[SetAside]:
    """The second texts that wait for a choice, where they were read with the answers."""
    waiting: Sequence[SetAside] = getattr(answer, "waiting", ())
    return waiting


def _notes_on(
    code: str, answer: Answer | None, unsaved: dict[str, str] | None, faults: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "answer": answer,
        "set_asides": _waiting_on(answer),
        "unsaved": (unsaved or {}).get(code),
        "fault": (faults or {}).get(code, ""),
    }


def available_language(texts: Iterable[Text], language: str) -> str:
    """`language` where every text has it, else the source: a page's direction is that of the text it shows."""
    shown = list(texts)
    if all(language in text.languages for text in shown):
        return language
    return shown[0].source_language
