"""Annex C as a document: information note, form head, routing and sections of questions with prompts."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from instruments.schema.base import Document, Frozen, Name, Paragraph, Text, doubled, entries, names


class Prompt(Frozen):
    name: Name
    text: Text


class Question(Frozen):
    name: Name
    text: Text
    prompts: tuple[Prompt, ...] = ()
    suggests_contacts: bool = False  # its answer names colleagues who may be invited to the survey


class GuideSection(Frozen):
    name: Name
    title: Text
    heading: Text | None = None
    report_section: str | None = None  # the chapter of the report that it feeds
    questions: tuple[Question, ...] = Field(min_length=1)


class Routing(Frozen):
    decide_from: tuple[Name, ...]
    always: tuple[Name, ...]
    choose_from: tuple[Name, ...]
    min: int = Field(ge=0, le=100)
    max: int = Field(ge=1, le=100)
    instruction: Text


class InterviewGuide(Document):
    kind: Literal["interview_guide"]
    title: Text
    instructions: tuple[Paragraph, ...] = ()
    information_note: tuple[Paragraph, ...] = Field(min_length=1)
    header: tuple[Paragraph, ...] = ()  # the labels of the form's head
    routing: Routing
    sections: tuple[GuideSection, ...] = Field(min_length=1)
    final_instructions: tuple[Paragraph, ...] = ()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        return {question.name: question for question in self.questions}

    @cached_property
    def section_of(self) -> Mapping[str, str]:
        """Question code -> section code."""
        return {question.name: section.name for section in self.sections for question in section.questions}

    def section(self, name: str) -> GuideSection:
        return next(section for section in self.sections if section.name == name)


PARAGRAPHS = ("instructions", "information_note", "header", "final_instructions")


def guide_faults(document: Any) -> list[str]:
    """Faults between the parts of a guide's raw document: doubled codes, and a routing that misses a section."""
    sections = entries(document, "sections")
    questions = [question for section in sections for question in entries(section, "questions")]
    faults = doubled(names(sections), "section") + doubled(names(questions), "question")
    for question in questions:
        faults += doubled(names(entries(question, "prompts")), f"prompt of question {question.get('name')}:")
    for part in PARAGRAPHS:
        faults += doubled(names(entries(document, part)), f"{part} paragraph")
    return [f"interview guide: {fault}" for fault in faults] + _routing_faults(
        document.get("routing") if isinstance(document, dict) else None, names(sections), names(questions)
    )


def _routing_faults(routing: Any, sections: list[str], questions: list[str]) -> list[str]:
    if not isinstance(routing, dict):
        return []  # the parser says that it is missing
    lists = {key: routing.get(key) for key in ("decide_from", "always", "choose_from")}
    decide_from, always, choose_from = (
        [name for name in found if isinstance(name, str)] if isinstance(found, list | tuple) else []
        for found in lists.values()
    )
    faults = doubled([*always, *choose_from], "section")
    faults += [f"{name} is no section" for name in [*always, *choose_from] if name not in sections]
    faults += [f"leaves section {name} out" for name in sections if name not in [*always, *choose_from]]
    faults += [f"decides from {name}, which is no question" for name in decide_from if name not in questions]
    least, most = routing.get("min"), routing.get("max")
    if isinstance(least, int) and isinstance(most, int):
        if least > most:
            faults.append("min is larger than max")
        if most > len(choose_from):
            faults.append("max is larger than the number of sections to choose from")
    return [f"routing: {fault}" for fault in faults]
