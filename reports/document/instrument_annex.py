"""An instrument printed as an annex: its texts in one language, with its placeholders filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instruments.schema import IndicatorMatrix, InterviewGuide, Item, Matrix, Survey
from reports.document.item_types import has_options_on_paper, is_in_line, paper_mark


def cell_column(cell: str, words: Mapping[str, str]) -> str:
    """The head over a cell of the matrix, for narrow screens: "Framework · Level 1" for F1."""
    return f"{words['framework' if cell[0] == 'F' else 'operational']} · {words[f'level_{cell[1]}']}"


@dataclass(frozen=True)
class InstrumentTexts:
    """The texts of an instrument in one language, as the annex template expects them."""

    language: str
    placeholders: Mapping[str, str]
    words: Mapping[str, str]

    def __call__(self, text: Any) -> str:
        return text.translate(self.language, **self.placeholders) if text else ""

    def document(self, document: InterviewGuide | Survey | IndicatorMatrix) -> dict[str, Any]:
        """What the annex's template shows of an instrument of any kind."""
        if isinstance(document, InterviewGuide):
            return self.guide(document)
        return self.survey(document) if isinstance(document, Survey) else self.matrix(document)

    def paragraphs(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        return [{"text": self(entry.text), "heading": entry.heading} for entry in found]

    def guide(self, guide: InterviewGuide) -> dict[str, Any]:
        return {
            "introduction": self.paragraphs(guide.instructions),
            "note": self.paragraphs(guide.information_note),
            "header": [self(entry.text) for entry in guide.header],
            "routing": self(guide.routing.instruction),
            "sections": [
                {
                    "code": section.name,
                    "title": self(section.title),
                    "questions": [
                        {
                            "code": question.name,
                            "text": self(question.text),
                            "prompts": [self(prompt.text) for prompt in question.prompts],
                        }
                        for question in section.questions
                    ],
                }
                for section in guide.sections
            ],
            "closing": self.paragraphs(guide.final_instructions),
        }

    def survey(self, survey: Survey) -> dict[str, Any]:
        return {
            "introduction": self.paragraphs(survey.introduction),
            "sections": [
                {
                    "code": section.name,
                    "title": self(section.title),
                    "instruction": self(section.instruction),
                    "entries": [self.entry(survey, entry) for entry in section.items],
                }
                for section in survey.sections
            ],
            "closing": self.paragraphs(survey.closing),
        }

    def entry(self, survey: Survey, entry: Matrix | Item) -> dict[str, Any]:
        if isinstance(entry, Matrix):
            return {
                "code": entry.name,
                "text": self(entry.text),
                "points": [self(column) for column in survey.columns(entry)],
                "box": "□" if entry.options else "○",
                "rows": [{"code": row.name, "text": self(row.text)} for row in entry.rows],
            }
        options = survey.options(entry) if has_options_on_paper(entry) else ()
        marked = [(paper_mark(entry, option), self(option.text)) for option in options]
        return {
            "code": entry.name,
            "text": self(entry.text),
            "hint": self(entry.hint),
            "options": [{"mark": mark, "text": text} for mark, text in marked],
            "in_line": is_in_line(entry),
        }

    def matrix(self, matrix: IndicatorMatrix) -> dict[str, Any]:
        return {
            "categories": [
                {
                    "title": self(category.title),
                    "criteria": [
                        {
                            "code": criterion.name,
                            "text": self(criterion.text),
                            "cells": [
                                {"text": self(cell.text), "column": cell_column(cell.name, self.words)}
                                for cell in criterion.cells
                            ],
                        }
                        for criterion in category.criteria
                    ],
                }
                for category in matrix.categories
            ]
        }
