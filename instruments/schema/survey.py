"""Annex D as a document: sections of items and of matrices whose rows share a rating scale."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from instruments.schema.base import Frozen, Name, Paragraph, Text, doubled, entries, names, refuse

DONT_KNOW = "dont_know"
LARGEST = 1_000_000_000


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
        found = [point.name for point in self.points]
        faults = doubled([*found, DONT_KNOW], "point")
        if self.neutral and self.neutral not in found:
            faults.append(f"neutral point {self.neutral} is not one of its points")
        refuse(faults)
        return self

    @cached_property
    def from_favourable(self) -> tuple[str, ...]:
        """Point names, the favourable end first."""
        found = tuple(point.name for point in self.points)
        return found if self.favourable == "first" else found[::-1]


class Relevant(Frozen):
    """Ask only if one of `options` was chosen in the earlier item `item`."""

    item: Name
    options: tuple[Name, ...] = Field(min_length=1)


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
    min: int | None = Field(default=None, ge=0, le=LARGEST)  # how many options, or the smallest integer
    max: int | None = Field(default=None, ge=1, le=LARGEST)
    ranks: int | None = Field(default=None, ge=1, le=LARGEST)  # rank: how many places are given, 1 is highest
    required: bool = False
    profile: Literal["country", "role", "tenure", "experience", "age", "sex"] | None = None
    scale: Name | None = None
    relevant: Relevant | None = None

    @model_validator(mode="after")
    def check(self) -> "Item":
        faults = doubled([option.name for option in self.options], "option")
        origins = [bool(self.options), bool(self.source), bool(self.choices_of), bool(self.scale)]
        if sum(origins) > 1:
            faults.append("takes its options from more than one place; keep one of options, source, choices_of, scale")
        if self.type == "rank":
            if not self.options:
                faults.append("ranks nothing: it needs options")
            elif not (self.ranks and self.ranks <= len(self.options)):
                faults.append("needs `ranks`, at most as many as it has options")
        elif self.ranks:
            faults.append("has `ranks`, which only an item of type rank may have")
        if self.type in ("text", "integer"):
            if any(origins):
                faults.append(f"has options, which an item of type {self.type} cannot offer")
        elif self.type != "rank":
            faults += self._choice_faults()
        if self.min is not None and self.max is not None and self.min > self.max:
            faults.append("min is larger than max")
        refuse(faults)
        return self

    def _choice_faults(self) -> Iterator[str]:
        if self.type == "select_multiple":
            if not (self.options or self.source or self.choices_of):
                yield "needs options"
            if self.options and max(self.min or 0, self.max or 0) > len(self.options):
                yield "asks for more choices than it has options"

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
    short: Text | None = None  # a label for charts
    scale: Name
    rows: tuple[Item, ...] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return self.short or self.text


def _entry_kind(entry: Any) -> str:
    if isinstance(entry, Matrix) or (isinstance(entry, dict) and (entry.get("type") == "matrix" or "rows" in entry)):
        return "matrix"
    return "item"


Entry = Annotated[
    Annotated[Matrix, Tag("matrix")] | Annotated[Item, Tag("item")],
    Discriminator(_entry_kind),  # so that a fault is reported once, for the kind that was meant
]


class SurveySection(Frozen):
    name: Name
    title: Text
    instruction: Text | None = None
    report_section: str | None = None  # the chapter of the report that it feeds
    items: tuple[Entry, ...] = Field(min_length=1)


class Survey(Frozen):
    kind: Literal["survey"]
    title: Text
    introduction: tuple[Paragraph, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    scales: tuple[Scale, ...] = ()
    sections: tuple[SurveySection, ...] = Field(min_length=1)

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

    def is_relevant(self, item: Item, answers: Mapping[str, Any]) -> bool:
        """Whether `item` is asked, given `answers` (item code -> option or list of options)."""
        if item.relevant is None:
            return True
        given = answers.get(item.relevant.item)
        chosen = given if isinstance(given, list | tuple) else [given]
        return any(option in item.relevant.options for option in chosen)


def survey_faults(document: Any) -> list[str]:
    """Faults between the parts of a survey's raw document: doubled codes, and references that lead nowhere."""
    sections = entries(document, "sections")
    groups = [entry for section in sections for entry in entries(section, "items")]
    rows = [row for entry in groups for row in entries(entry, "rows")]
    scales = entries(document, "scales")
    faults = doubled(names(sections), "section") + doubled(names(groups) + names(rows), "item")
    faults += doubled(names(scales), "scale")
    faults += _taken_by_free_text(groups + rows)
    for part in ("introduction", "closing"):
        faults += doubled(names(entries(document, part)), f"{part} paragraph")
    faults += doubled([item["profile"] for item in groups + rows if isinstance(item.get("profile"), str)], "profile")
    points = {scale["name"]: names(entries(scale, "points")) for scale in scales if isinstance(scale.get("name"), str)}
    return [f"survey: {fault}" for fault in [*faults, *_reference_faults(groups, points)]]


def _taken_by_free_text(items: list[dict[str, Any]]) -> Iterator[str]:
    """Answers to an open option are kept under `CODE_other` (`Item.other_key`), which no item may be called."""
    is_open = [item for item in items if any(option.get("open") is True for option in entries(item, "options"))]
    kept = {f"{name}_other" for name in names(is_open)}
    for name in names(items):
        if name in kept:
            yield f"item {name} has the code of the free text beside {name.removesuffix('_other')}; give it another"


def _reference_faults(groups: list[dict[str, Any]], points: Mapping[str, list[str]]) -> Iterator[str]:
    offered: dict[str, list[str] | None] = {}  # earlier item -> its options; None where they are outside the document
    for entry in groups:
        scale = entry.get("scale")
        if isinstance(scale, str) and scale not in points:
            yield f"item {entry.get('name')} uses scale {scale}, which is not defined"
        for item in entries(entry, "rows") if _entry_kind(entry) == "matrix" else [entry]:
            yield from _shape_faults(item, in_matrix=item is not entry)
            yield from _dependence_faults(item, offered)
            if isinstance(item.get("name"), str):
                offered[item["name"]] = _offers(item, scale, offered, points)


def _shape_faults(item: dict[str, Any], *, in_matrix: bool) -> Iterator[str]:
    origins = [key for key in ("options", "source", "choices_of", "scale") if item.get(key)]
    if in_matrix and (item.get("type") != "select_one" or origins):
        yield f"item {item.get('name')} is a row of a matrix: its type must be select_one, its scale the matrix’s"
    elif not in_matrix and item.get("type") == "select_one" and not origins:
        yield f"item {item.get('name')} needs options"


def _offers(
    item: dict[str, Any], scale: Any, offered: Mapping[str, list[str] | None], points: Mapping[str, list[str]]
) -> list[str] | None:
    if item.get("type") not in ("select_one", "select_multiple", "rank"):
        return []
    if item.get("source"):
        return None
    if isinstance(scale, str):
        return points.get(scale)
    earlier = item.get("choices_of")
    return offered.get(earlier) if isinstance(earlier, str) else names(entries(item, "options"))


def _dependence_faults(item: dict[str, Any], offered: Mapping[str, list[str] | None]) -> Iterator[str]:
    code, relevant = item.get("name"), item.get("relevant")
    relevant = relevant if isinstance(relevant, dict) else {}
    for earlier in (item.get("choices_of"), relevant.get("item")):
        if isinstance(earlier, str):
            if earlier not in offered:
                yield f"item {code} depends on {earlier}, which does not come before it"
            elif offered[earlier] == []:
                yield f"item {code} depends on {earlier}, which offers no options"
    known = offered.get(relevant["item"]) if isinstance(relevant.get("item"), str) else None
    wanted = relevant.get("options")
    if known and isinstance(wanted, list | tuple):
        for option in (option for option in wanted if option not in known):
            yield f"item {code} depends on option {option} of {relevant['item']}, which does not exist"
