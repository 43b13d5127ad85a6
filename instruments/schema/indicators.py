"""Annex E as a document: categories of criteria with four cells each, and their links to the other two instruments."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from instruments.schema.base import Document, Frozen, Name, Text, doubled, entries, names

CELLS = ("F1", "F2", "O1", "O2")  # framework level 1, 2; operational level 1, 2


class Cell(Frozen):
    name: Literal["F1", "F2", "O1", "O2"]
    text: Text


class Criterion(Frozen):
    name: Name
    text: Text
    short: Text | None = None  # a label for charts
    cells: tuple[Cell, Cell, Cell, Cell]
    interview: tuple[Name, ...] = ()  # related questions of the interview guide
    survey: tuple[Name, ...] = ()  # related items of the survey

    @model_validator(mode="after")
    def check(self) -> "Criterion":
        if tuple(cell.name for cell in self.cells) != CELLS:
            raise ValueError(f"needs the cells {', '.join(CELLS)}, in this order")
        return self

    @property
    def label(self) -> Text:
        return self.short or self.text


class Category(Frozen):
    name: Name
    title: Text
    short: Text | None = None  # a label for charts
    interview_section: Name
    survey_section: Name
    report_section: Name  # findings
    recommendation_section: Name
    priorities: tuple[Name, ...] = ()  # letters of the survey's priority item
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return self.short or self.title


class IndicatorMatrix(Document):
    kind: Literal["indicators"]
    title: Text
    categories: tuple[Category, ...] = Field(min_length=1)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for category in self.categories for criterion in category.criteria)

    @cached_property
    def by_name(self) -> Mapping[str, Criterion]:
        return {criterion.name: criterion for criterion in self.criteria}

    @cached_property
    def category_of(self) -> Mapping[str, str]:
        """Criterion code -> category code."""
        return {criterion.name: category.name for category in self.categories for criterion in category.criteria}


def matrix_faults(document: Any) -> list[str]:
    """Faults between the parts of a matrix's raw document: doubled codes and links."""
    categories = entries(document, "categories")
    criteria = [criterion for category in categories for criterion in entries(category, "criteria")]
    faults = doubled(names(categories), "category") + doubled(names(criteria), "criterion")
    for criterion in criteria:
        for link in ("interview", "survey"):
            found = criterion.get(link)
            codes = [code for code in found if isinstance(code, str)] if isinstance(found, list | tuple) else []
            faults += doubled(codes, f"criterion {criterion.get('name')}: {link} link")
    return [f"indicator matrix: {fault}" for fault in faults]
