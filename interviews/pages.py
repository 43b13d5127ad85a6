"""What the pages show of a guide and its notes: sections, questions and answers in one language. Read-only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from instruments.schema import SOURCE_LANGUAGE, GuideSection, Question, Text
from interviews.documents import dropped_questions
from interviews.models import Answer, Coding, Interview, SetAside
from interviews.text import count_words


@dataclass(frozen=True)
class QuestionNotes:
    """A question with its prompts and what was noted; `answer` is None where nothing was saved yet."""

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
        said = spoken_in([section.title, *(question.text for question in section.questions)], language)
        questions = tuple(question_notes(question, said) for question in section.questions)
        return SectionNotes(
            name=section.name,
            title=section.title.translate(said, **values),
            heading=section.heading.translate(said, **values) if section.heading else "",
            planned=section.name in interview.sections or any(q.notes or q.set_asides for q in questions),
            language=said,
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
    """Notes under questions that the present version of the guide no longer has: they are shown wherever notes are."""
    assessment, language = interview.assessment, language or interview.language
    dropped = [answer for answer in answers if answer.question not in interview.guide.by_name]
    questions = dropped_questions(assessment, [answer.question for answer in dropped])
    values = assessment.placeholders_in(language)
    words = {code: question.text.translate(language, **values) for code, question in questions.items()}
    return [
        QuestionNotes(
            name=answer.question,
            text=words.get(answer.question, ""),
            prompts=(),
            suggests_contacts=False,
            **_notes_on(answer.question, answer, unsaved, faults),
        )
        for answer in sorted(dropped, key=lambda answer: answer.pk)
        if answer.text or getattr(answer, "waiting", ())
    ]


def _notes_on(
    code: str, answer: Answer | None, unsaved: dict[str, str] | None, faults: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "answer": answer,
        "set_asides": getattr(answer, "waiting", ()),
        "unsaved": (unsaved or {}).get(code),
        "fault": (faults or {}).get(code, ""),
    }


def spoken_in(texts: Iterable[Text], language: str) -> str:
    """`language` where every text has it, else English: a page's direction follows what it really says."""
    return language if all(language in text.languages for text in texts) else SOURCE_LANGUAGE


@dataclass(frozen=True)
class Coverage:
    """How many interviews asked each section, by sector of the respondent's organisation."""

    sectors: tuple[str, ...]  # labels of the columns
    rows: tuple[tuple[str, str, tuple[int, ...], int], ...]  # section, title, counts in the order of `sectors`, total
    interviews: tuple[int, ...]  # held with each sector

    @property
    def total(self) -> int:
        """Interviews held with all sectors."""
        return sum(self.interviews)

    @property
    def labelled(self) -> list[tuple[str, str, list[tuple[str, int]], int]]:
        """The rows with each count beside its sector, as a phone shows them."""
        return [(code, title, [*zip(self.sectors, counts, strict=True)], n) for code, title, counts, n in self.rows]

    @property
    def held(self) -> list[tuple[str, int]]:
        return [*zip(self.sectors, self.interviews, strict=True)]


def coverage_of(
    interviews: Sequence[Interview], sections: Iterable[tuple[str, str]], sectors: dict[str, str]
) -> Coverage:
    """`sections` are (code, title), `sectors` code -> label; interviews without an organisation count under ""."""
    seen = {i.organisation.sector if i.organisation else "" for i in interviews}
    columns = [code for code in sectors if code in seen] + ([""] if "" in seen else [])
    by_sector = {
        code: [i for i in interviews if (i.organisation.sector if i.organisation else "") == code] for code in columns
    }

    def row(code: str, title: str) -> tuple[str, str, tuple[int, ...], int]:
        counts = tuple(sum(code in interview.sections for interview in by_sector[column]) for column in columns)
        return code, title, counts, sum(counts)

    return Coverage(
        sectors=tuple(sectors.get(code, "Not given") for code in columns),
        rows=tuple(row(code, title) for code, title in sections),
        interviews=tuple(len(by_sector[column]) for column in columns),
    )


def marked_pieces(text: str, codings: Iterable[Coding]) -> list[tuple[str, tuple[str, ...]]]:
    """`text` cut where passages begin and end: (words, labels of the themes that mark them). Joins to the whole."""
    standing = [coding for coding in codings if not coding.lost]
    edges = sorted({0, len(text), *(coding.start for coding in standing), *(coding.end for coding in standing)})
    return [
        (
            text[first:last],
            tuple(dict.fromkeys(c.theme.label for c in standing if c.start <= first and last <= c.end)),
        )
        for first, last in pairwise(edges)
    ]
