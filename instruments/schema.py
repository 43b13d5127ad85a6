"""What an instrument's definition may contain: frozen objects parsed from plain JSON or YAML.

`parse(kind, document)` returns an `InterviewGuide`, a `Survey` or an `IndicatorMatrix`, or raises
`DefinitionError` whose `faults` each name the path in plain words. Codes (`name`) are the tool's own numbers;
they are unique within one instrument only, and order is position, never the code's string (4.1.10 follows 4.1.9).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator

PLACEHOLDERS = frozenset(
    [
        "assessment",
        "country",
        "commissioner",
        "office",
        "deadline",
        "survey_contact",
        "interviewer_contact",
        "research_contact",
    ]
)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
SOURCE_LANGUAGE = "en"
DONT_KNOW = "dont_know"


class DefinitionError(ValueError):
    """A document that is no valid definition. `faults` is a list of `path: what is wrong` lines."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


def _check_text(value: dict[str, str]) -> dict[str, str]:
    if not value.get(SOURCE_LANGUAGE, "").strip():
        raise ValueError("needs a text in English (en)")
    for language, text in value.items():
        if unknown := set(PLACEHOLDER.findall(text)) - PLACEHOLDERS:
            raise ValueError(f"unknown placeholder {{{sorted(unknown)[0]}}} in {language}")
    return value


class Text(RootModel[Annotated[dict[str, str], AfterValidator(_check_text)]]):
    """One text in several languages: {"en": ..., "az": ...}. English is the source and always there."""

    model_config = ConfigDict(frozen=True)

    def say(self, language: str = SOURCE_LANGUAGE, **values: str) -> str:
        """The text in `language`, else in English, with `{placeholders}` filled from `values`."""
        text = self.root.get(language) or self.root[SOURCE_LANGUAGE]
        return PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(language for language, text in self.root.items() if text.strip())

    def __str__(self) -> str:
        return self.root[SOURCE_LANGUAGE]


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]


def _unique(names: list[str], what: str) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"{what} {doubled[0]} is used twice")


class Option(Frozen):
    name: Name
    text: Text
    short: Text | None = None  # a label for charts
    open: bool = False  # asks for free text ("Other, please specify")

    @property
    def label(self) -> Text:
        return self.short or self.text


class Scale(Frozen):
    """An ordered rating scale. `dont_know` is offered beside the points and never in the percentage base."""

    name: Name
    points: tuple[Option, ...] = Field(min_length=2)
    favourable: Literal["first", "last"]
    neutral: Name | None = None
    dont_know: Text

    @model_validator(mode="after")
    def check(self) -> "Scale":
        names = [point.name for point in self.points]
        _unique([*names, DONT_KNOW], "point")
        if self.neutral and self.neutral not in names:
            raise ValueError(f"neutral point {self.neutral} is not one of its points")
        return self

    @cached_property
    def from_favourable(self) -> tuple[str, ...]:
        """Point names, the favourable end first."""
        names = tuple(point.name for point in self.points)
        return names if self.favourable == "first" else names[::-1]


class Item(Frozen):
    """One answerable item. A matrix row is an item whose `scale` is given by its matrix."""

    name: Name
    type: Literal["select_one", "select_multiple", "rank", "text", "integer"]
    text: Text
    short: Text | None = None  # a label for charts
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    source: Literal["countries"] | None = None  # options come from a list outside the document
    choices_of: Name | None = None  # options are those chosen in an earlier item
    min: int | None = Field(default=None, ge=0)  # how many options, or the smallest integer
    max: int | None = Field(default=None, ge=1)
    ranks: int | None = Field(default=None, ge=1)  # rank: how many places are given, 1 is highest
    required: bool = False
    profile: Literal["country", "role", "tenure", "experience", "age", "sex"] | None = None
    scale: Name | None = None

    @model_validator(mode="after")
    def check(self) -> "Item":
        _unique([option.name for option in self.options], "option")
        selects = self.type in ("select_one", "select_multiple", "rank")
        if selects and not (self.options or self.source or self.choices_of or self.scale):
            raise ValueError("needs options")
        if self.type == "rank" and not (self.ranks and self.ranks <= len(self.options)):
            raise ValueError("needs `ranks`, at most as many as it has options")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is larger than max")
        if self.type == "select_multiple" and self.options and max(self.min or 0, self.max or 0) > len(self.options):
            raise ValueError("asks for more choices than it has options")
        return self

    @property
    def label(self) -> Text:
        return self.short or self.text

    @cached_property
    def open_options(self) -> frozenset[str]:
        return frozenset(option.name for option in self.options if option.open)

    @property
    def other_key(self) -> str:
        """The answers' key of the free text beside an open option."""
        return f"{self.name}_other"


class Matrix(Frozen):
    """Rows that share one rating scale."""

    name: Name
    type: Literal["matrix"] = "matrix"
    text: Text
    scale: Name
    rows: tuple[Item, ...] = Field(min_length=1)


class SurveySection(Frozen):
    name: Name
    title: Text
    instruction: Text | None = None
    items: tuple[Matrix | Item, ...] = Field(min_length=1)


class Paragraph(Frozen):
    name: Name
    text: Text
    heading: bool = False


class Survey(Frozen):
    kind: Literal["survey"]
    title: Text
    introduction: tuple[Paragraph, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    scales: tuple[Scale, ...] = ()
    sections: tuple[SurveySection, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def check(self) -> "Survey":
        groups = [entry for section in self.sections for entry in section.items]
        _unique([section.name for section in self.sections], "section")
        _unique(
            [entry.name for entry in groups] + [row.name for m in groups if isinstance(m, Matrix) for row in m.rows],
            "item",
        )
        scales = {scale.name for scale in self.scales}
        seen: dict[str, Item] = {}
        for entry in groups:
            if isinstance(entry, Matrix) and entry.scale not in scales:
                raise ValueError(f"item {entry.name} uses scale {entry.scale}, which is not defined")
            if isinstance(entry, Item):
                if entry.choices_of and entry.choices_of not in seen:
                    raise ValueError(f"item {entry.name} depends on {entry.choices_of}, which does not come before it")
                if entry.scale and entry.scale not in scales:
                    raise ValueError(f"item {entry.name} uses scale {entry.scale}, which is not defined")
                seen[entry.name] = entry
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every answerable item in the order of the form; a matrix row carries its matrix's scale."""
        found: list[Item] = []
        for section in self.sections:
            for entry in section.items:
                if isinstance(entry, Matrix):
                    found += [row.model_copy(update={"scale": entry.scale}) for row in entry.rows]
                else:
                    found.append(entry)
        return tuple(found)

    @cached_property
    def by_name(self) -> Mapping[str, Item]:
        return {item.name: item for item in self.items}

    @cached_property
    def section_of(self) -> Mapping[str, str]:
        """Item code -> section code."""
        return {
            row.name: section.name
            for section in self.sections
            for entry in section.items
            for row in (entry.rows if isinstance(entry, Matrix) else (entry,))
        }

    def scale(self, name: str) -> Scale:
        return next(scale for scale in self.scales if scale.name == name)

    def options(self, item: Item) -> tuple[Option, ...]:
        """The options a select or rank item offers (scale points without `dont_know`; not the country list)."""
        if item.scale:
            return self.scale(item.scale).points
        if item.choices_of:
            return self.options(self.by_name[item.choices_of])
        return item.options

    def profile_item(self, profile: str) -> Item | None:
        return next((item for item in self.items if item.profile == profile), None)


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
    questions: tuple[Question, ...] = Field(min_length=1)


class Routing(Frozen):
    decide_from: tuple[Name, ...]
    always: tuple[Name, ...]
    choose_from: tuple[Name, ...]
    min: int = Field(ge=0)
    max: int = Field(ge=1)
    instruction: Text


class InterviewGuide(Frozen):
    kind: Literal["interview_guide"]
    title: Text
    instructions: tuple[Paragraph, ...] = ()
    information_note: tuple[Paragraph, ...] = Field(min_length=1)
    header: tuple[Paragraph, ...] = ()  # the labels of the form's head
    routing: Routing
    sections: tuple[GuideSection, ...] = Field(min_length=1)
    final_instructions: tuple[Paragraph, ...] = ()

    @model_validator(mode="after")
    def check(self) -> "InterviewGuide":
        _unique([section.name for section in self.sections], "section")
        _unique([question.name for question in self.questions], "question")
        known = {section.name for section in self.sections}
        routed = [*self.routing.always, *self.routing.choose_from]
        _unique(routed, "routed section")
        if set(routed) != known:
            raise ValueError(f"routing must name every section once; check {sorted(set(routed) ^ known)}")
        if missing := set(self.routing.decide_from) - set(self.by_name):
            raise ValueError(f"routing decides from {sorted(missing)[0]}, which is no question")
        return self

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


CELLS = ("F1", "F2", "O1", "O2")  # framework level 1, 2; operational level 1, 2


class Cell(Frozen):
    name: Literal["F1", "F2", "O1", "O2"]
    text: Text


class Criterion(Frozen):
    name: Name
    text: Text
    cells: tuple[Cell, Cell, Cell, Cell]
    interview: tuple[Name, ...] = ()  # questions of the interview guide that speak to it
    survey: tuple[Name, ...] = ()  # items of the survey that speak to it

    @model_validator(mode="after")
    def check(self) -> "Criterion":
        if tuple(cell.name for cell in self.cells) != CELLS:
            raise ValueError(f"needs the cells {', '.join(CELLS)}, in this order")
        return self


class Category(Frozen):
    name: Name
    title: Text
    interview_section: Name
    survey_section: Name
    report_section: Name  # findings
    recommendation_section: Name
    priorities: tuple[Name, ...] = ()  # letters of the survey's priority item
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class IndicatorMatrix(Frozen):
    kind: Literal["indicators"]
    title: Text
    categories: tuple[Category, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def check(self) -> "IndicatorMatrix":
        _unique([category.name for category in self.categories], "category")
        _unique([criterion.name for criterion in self.criteria], "criterion")
        return self

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


Definition = InterviewGuide | Survey | IndicatorMatrix
KINDS: Mapping[str, type[InterviewGuide] | type[Survey] | type[IndicatorMatrix]] = {
    "interview_guide": InterviewGuide,
    "survey": Survey,
    "indicators": IndicatorMatrix,
}


def _path(location: tuple[int | str, ...], document: Any) -> str:
    """`sections › 3.1 › options › A`: list positions are said by the entry's own name where it has one."""
    words: list[str] = []
    here = document
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            if step in ("Matrix", "Item"):  # the union's branch, no part of the document
                continue
            here = None
        own = here.get("name") if isinstance(here, dict) and isinstance(step, int) else None
        words.append(str(own or (step + 1 if isinstance(step, int) else step)))
    return " › ".join(words) or "document"


def _faults(error: ValidationError, document: Any) -> Iterator[str]:
    for fault in error.errors():
        message = fault["msg"].removeprefix("Value error, ")
        yield f"{_path(fault['loc'], document)}: {message}"


def parse(kind: str, document: Any) -> Definition:
    """The frozen definition in `document` (decoded JSON). Raises `DefinitionError` naming each fault's path."""
    if kind not in KINDS:
        raise DefinitionError([f"kind: {kind!r} is none of {', '.join(KINDS)}"])
    try:
        return KINDS[kind].model_validate(document)
    except ValidationError as error:
        raise DefinitionError(list(dict.fromkeys(_faults(error, document)))) from None
