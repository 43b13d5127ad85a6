"""Annex D as a document: sections of items and of matrices whose rows share a rating scale."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Discriminator, Field, Tag, model_validator

from instruments import words
from instruments.logic.evaluate import holds
from instruments.logic.tree import LogicError, Tree, all_of, each_once, from_stored, options_named, references
from instruments.schema.base import (
    Document,
    Frozen,
    Name,
    Paragraph,
    Text,
    doubled,
    entries,
    names,
    quotes_in,
    refuse,
)
from instruments.schema.items import (
    ACKNOWLEDGED,
    DONT_KNOW,
    ITEM_TYPES,
    AcknowledgeItem,
    Condition,
    Item,
    Option,
    OptionsItem,
    RatingItem,
    SelectItem,
    SelectMultipleItem,
    SelectOneItem,
)

NO_FILTERS: Mapping[str, Tree] = MappingProxyType({})
NONE: frozenset[str] = frozenset()
QUOTING: Mapping[str, tuple[str, ...]] = {  # part of a survey -> its texts that may quote earlier answers
    "section": ("title", "instruction"),
    "matrix": ("text",),
    "item": ("text", "hint", "constraint_message"),
    "option": ("text",),
}


class Scale(Frozen):
    """An ordered rating scale.

    `favourable`: which end is the good one; None as long as it is unknown, and then there is no balance and no
    colour that rates. `dont_know`: offered beside the points and never in the percentage base; None: not offered.
    """

    name: Name
    points: tuple[Option, ...] = Field(min_length=2)
    favourable: Literal["first", "last"] | None = None
    neutral: Name | None = None
    dont_know: Text | None = None

    @model_validator(mode="after")
    def check(self) -> "Scale":
        found = [point.name for point in self.points]
        faults = doubled([*found, DONT_KNOW], "point")
        if any(point.offered_if for point in self.points):
            faults.append("is a scale, which offers all of its points; remove offered_if")
        if self.neutral and self.neutral not in found:
            faults.append(f"neutral point {self.neutral} is not one of its points")
        refuse(faults)
        return self

    @cached_property
    def reverse(self) -> "Scale":
        """The same scale, for items for which its other end is favourable."""
        end = {"first": "last", "last": "first", None: None}[self.favourable]
        return Scale.model_construct(**{**dict(self), "favourable": end})

    @cached_property
    def from_favourable(self) -> tuple[str, ...]:
        """Point names, the favourable end first; in the order of the form where `favourable` is None."""
        found = tuple(point.name for point in self.points)
        return found[::-1] if self.favourable == "last" else found


def _row_kind(row: Any) -> str:
    return f"type:{row.get('type') if isinstance(row, dict) else getattr(row, 'type', '')}"


MATRIX_ROWS = (SelectOneItem, SelectMultipleItem)
if TYPE_CHECKING:
    MatrixRow = SelectOneItem | SelectMultipleItem
else:
    MatrixRow = Annotated[
        Union[*(Annotated[cls, Tag(f"type:{name}")] for name, cls in ITEM_TYPES.items() if cls in MATRIX_ROWS)],
        Discriminator(_row_kind),
    ]


class Matrix(Frozen):
    """Rows that share a rating scale, of which each has one answer; or `options`, of which each may have several."""

    name: Name
    type: Literal["matrix"] = "matrix"
    text: Text
    short: Text | None = None  # a label for charts
    scale: Name | None = None
    options: tuple[Option, ...] = ()
    relevant: Condition | None = None
    rows: tuple[MatrixRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def check(self) -> "Matrix":
        kinds = {isinstance(row, SelectMultipleItem) for row in self.rows}
        faults = doubled([option.name for option in self.options], "option")
        if bool(self.scale) == bool(self.options):
            faults.append("needs a scale, or options of which several may be chosen")
        elif kinds != {bool(self.options)}:
            faults.append("has rows of another type: with a scale one answer is chosen, with options several")
        if any(option.open or option.offered_if for option in self.options):
            faults.append("has an option that asks for free text or is not always offered; ask a question of its own")
        for row in self.rows:
            if isinstance(row, SelectMultipleItem) and max(row.min or 0, row.max or 0) > len(self.options) > 0:
                faults.append(f"row {row.name} asks for more choices than there are options")
        refuse(faults)
        return self

    @property
    def label(self) -> Text:
        return self.short or self.text

    @property
    def items(self) -> tuple[Item, ...]:
        """The rows as items with the scale or the options of the matrix."""
        shared = {"options": self.options} if self.options else {"scale": self.scale}
        return tuple(row.model_copy(update=shared) for row in self.rows)


def _entry_kind(entry: Any) -> str | None:
    """Which class an entry is meant for, so that a fault is reported once; None where its type is missing."""
    if isinstance(entry, Matrix) or (isinstance(entry, dict) and (entry.get("type") == "matrix" or "rows" in entry)):
        return "matrix"
    kind = entry.get("type") if isinstance(entry, dict) else getattr(entry, "type", "text")
    return f"type:{kind}" if isinstance(kind, str) else None


if TYPE_CHECKING:
    Entry = Matrix | Item
else:  # the same, with each class's tag: made from the table of types, so that a new type needs no line here
    Entry = Annotated[
        Union[
            Annotated[Matrix, Tag("matrix")],
            *(Annotated[cls, Tag(f"type:{name}")] for name, cls in ITEM_TYPES.items()),
        ],
        Discriminator(_entry_kind),
    ]


class SurveySection(Frozen):
    name: Name
    title: Text
    instruction: Text | None = None
    report_section: str | None = None  # the chapter of the report that it feeds
    relevant: Condition | None = None
    items: tuple[Entry, ...] = Field(min_length=1)


class Survey(Document):
    kind: Literal["survey"]
    title: Text
    introduction: tuple[Paragraph, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    scales: tuple[Scale, ...] = ()
    sections: tuple[SurveySection, ...] = Field(min_length=1)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every answerable item in the order of the form; a matrix row carries the scale or options of its matrix."""
        found: list[Item] = []
        for section in self.sections:
            for entry in section.items:
                if isinstance(entry, Matrix):
                    found += entry.items
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

    def scale_of(self, item: Item) -> Scale | None:
        """The rating scale that gives an item its options, if one does, with the end that is favourable for it."""
        if not isinstance(item, SelectOneItem) or not item.scale:
            return None
        scale = self.scale(item.scale)
        return scale.reverse if item.reverse and scale.favourable else scale

    def options(self, item: Item) -> tuple[Option, ...]:
        """The options an item offers: scale points without `dont_know`, the numbers of a rating, the box of an
        acknowledgement; not the list of countries. Empty for the rest."""
        if scale := self.scale_of(item):
            return scale.points
        if isinstance(item, SelectItem) and item.choices_of:
            return self.options(self.by_name[item.choices_of])
        if isinstance(item, AcknowledgeItem):
            return (self._acknowledged(),)
        if isinstance(item, RatingItem):
            return self._points(item)
        return item.options if isinstance(item, OptionsItem) else ()

    def option_names(self, item: Item) -> tuple[str, ...]:
        """The names of `options`, found once for the questionnaire: every form that is checked asks for them."""
        if self.by_name.get(item.name) is item:
            return self._option_names[item.name]
        return tuple(option.name for option in self.options(item))

    @cached_property
    def _option_names(self) -> Mapping[str, tuple[str, ...]]:
        return {item.name: tuple(option.name for option in self.options(item)) for item in self.items}

    def _acknowledged(self) -> Option:
        """The box of an acknowledgement, in the words of the site."""
        languages = {*words.WORDS.languages_with("acknowledged"), self.source_language}
        texts = {language: words.translate("acknowledged", language) for language in sorted(languages)}
        text = Text.model_validate(texts, context={"source_language": self.source_language})
        return Option(name=ACKNOWLEDGED, text=text)

    def _points(self, item: RatingItem) -> tuple[Option, ...]:
        """The numbers of a rating as options; the ends say what they mean."""
        known = words.WORDS.languages_with("acknowledged")
        languages = frozenset({*known, *self.title.languages, self.source_language})
        texts = {number: _in_digits(number, languages, self.source_language) for number in item.points}
        for number, meaning in ((item.min, item.low), (item.max, item.high)):
            if meaning:
                named = {language: f"{number} ({end})" for language, end in meaning.root.items()}
                texts[number] = Text.model_validate(named, context={"source_language": self.source_language})
        return tuple(Option(name=str(number), text=text) for number, text in texts.items())

    def dont_know(self, item: Item) -> Text | bool:
        """The label of "don't know" beside the options of `item`. True: the usual words; False: it is not offered."""
        if scale := self.scale_of(item):
            return scale.dont_know or False
        if not isinstance(item, SelectItem):
            return False
        if item.dont_know is not None:
            return item.dont_know
        constrained = item.required or item.choices_of or item.profile or item.source
        return not (constrained or (isinstance(item, SelectMultipleItem) and (item.min or item.max)))

    def offers_dont_know(self, item: Item) -> bool:
        """Whether `dont_know` is offered, found once as `option_names` are."""
        return item.name in self._with_dont_know if self.by_name.get(item.name) is item else bool(self.dont_know(item))

    @cached_property
    def _with_dont_know(self) -> frozenset[str]:
        return frozenset(item.name for item in self.items if self.dont_know(item))

    def columns(self, matrix: Matrix) -> list[Text]:
        """The heads of a matrix: what its rows offer; "don't know" last, where the questionnaire words it."""
        first = self.by_name[matrix.rows[0].name]
        dont_know = self.dont_know(first)
        return [*(option.text for option in self.options(first)), *([dont_know] if isinstance(dont_know, Text) else [])]

    def profile_item(self, profile: str) -> Item | None:
        return next((item for item in self.items if item.profile == profile), None)

    @cached_property
    def conditions(self) -> Mapping[str, Tree]:
        """Code of each item that is not asked of everybody -> when it is: with the conditions of what it is in."""
        found: dict[str, Tree] = {}
        for section in self.sections:
            for entry in section.items:
                matrix = entry.relevant if isinstance(entry, Matrix) else None
                for item in entry.rows if isinstance(entry, Matrix) else (entry,):
                    condition = all_of([section.relevant, matrix, self.own_condition(item)])
                    if condition is not None:
                        found[item.name] = condition
        return found

    def filters(self, item: Item) -> Mapping[str, Tree]:
        """Option of `item` -> on which earlier answers it is offered; only those that are not always offered."""
        return self._filters.get(item.name, NO_FILTERS) if self.by_name.get(item.name) is item else _filters_of(item)

    @cached_property
    def _filters(self) -> Mapping[str, Mapping[str, Tree]]:
        return {item.name: filters for item in self.items if (filters := _filters_of(item))}

    def own_condition(self, item: Item) -> Tree | None:
        """When an item is asked of those who are asked what it is in; None: of all of them."""
        return all_of([item.relevant, self._something_offered(item)])

    def _something_offered(self, item: Item) -> Tree | None:
        """When an item has an option left, without which it is not asked; None: always."""
        filters = self.filters(item)
        if not filters or len(filters) < len(self.options(item)):
            return None
        trees = each_once(filters.values())
        return trees[0] if len(trees) == 1 else ["or", *trees]

    def not_offered(self, item: Item, answers: Mapping[str, Any], today: date) -> frozenset[str]:
        """The options of `item` that are not offered, given the clean `answers` to the items before it."""
        filters = self.filters(item)
        return frozenset(name for name, tree in filters.items() if not holds(tree, answers, today)) if filters else NONE

    @cached_property
    def quotes(self) -> Mapping[str, frozenset[str]]:
        """Code of each section, matrix and item whose texts quote earlier answers -> the codes that they quote.

        Those of a matrix with those of its rows, those of an item with those of its options.
        """
        found: dict[str, frozenset[str]] = {}
        for section in self.sections:
            found[section.name] = _quoted(section, "section")
            for entry in section.items:
                rows = entry.rows if isinstance(entry, Matrix) else (entry,)
                for item in rows:
                    options = (_quoted(option, "option") for option in self.options(item))
                    found[item.name] = _quoted(item, "item").union(*options)
                if isinstance(entry, Matrix):
                    found[entry.name] = _quoted(entry, "matrix").union(*(found[row.name] for row in rows))
        return {code: codes for code, codes in found.items() if codes}

    def is_relevant(self, item: Item, answers: Mapping[str, Any], today: date) -> bool:
        """Whether `item` is asked on the day `today`, given the clean `answers` to the items before it.

        What was not asked must not be among the answers: it is blank for what comes after it.
        """
        return holds(self.conditions.get(item.name), answers, today)

    def depends_on(self, item: Item) -> tuple[str, ...]:
        """Codes of the earlier items that decide whether it is asked or what it offers."""
        earlier = item.choices_of if isinstance(item, SelectItem) else None
        trees = [self.conditions.get(item.name), *self.filters(item).values()]
        found = [code for tree in trees if tree for code in references(tree)]
        return tuple(dict.fromkeys([*([earlier] if earlier else []), *found]))


@lru_cache(maxsize=1_000)  # a rating has up to eleven, and they are needed for each form that is checked
def _in_digits(number: int, languages: frozenset[str], source: str) -> Text:
    """A number as a text, the same in each of `languages`."""
    texts = dict.fromkeys(sorted(languages), str(number))
    return Text.model_validate(texts, context={"source_language": source})


def _filters_of(item: Item) -> dict[str, Tree]:
    found = item.options if isinstance(item, OptionsItem) else ()
    return {option.name: option.offered_if for option in found if option.offered_if is not None}


def _quoted(part: SurveySection | Matrix | Item | Option, kind: str) -> frozenset[str]:
    texts = [getattr(part, field) for field in QUOTING[kind]]
    return frozenset(code for text in texts if text for code in text.quotes)


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
    rest = {key: value for key, value in document.items() if key != "sections"} if isinstance(document, dict) else {}
    if quotes_in(rest):
        faults.append("only sections and items quote earlier answers; take {answer:...} out of its other texts")
    return [f"survey: {fault}" for fault in [*faults, *_reference_faults(sections, points)]]


def _taken_by_free_text(items: list[dict[str, Any]]) -> Iterator[str]:
    """Answers to an open option are stored under `CODE_other` (`Item.other_key`), which may not be an item's code."""
    is_open = [item for item in items if any(option.get("open") is True for option in entries(item, "options"))]
    kept = {f"{name}_other" for name in names(is_open)}
    for name in names(items):
        if name in kept:
            yield f"item {name} has the code of the free text beside {name.removesuffix('_other')}; give it another"


def _reference_faults(sections: list[dict[str, Any]], points: Mapping[str, list[str]]) -> Iterator[str]:
    offered: dict[str, list[str] | None] = {}  # earlier item -> its options; None where they are outside the document
    for section in sections:
        yield from _condition_faults(f"section {section.get('name')}", section, offered)
        yield from _quote_faults(f"section {section.get('name')}", section, "section", offered)
        for entry in entries(section, "items"):
            yield from _entry_faults(entry, offered, points)


def _entry_faults(
    entry: dict[str, Any], offered: dict[str, list[str] | None], points: Mapping[str, list[str]]
) -> Iterator[str]:
    scale, is_matrix = entry.get("scale"), _entry_kind(entry) == "matrix"
    if isinstance(scale, str) and scale not in points:
        yield f"item {entry.get('name')} uses scale {scale}, which is not defined"
    if is_matrix:
        yield from _condition_faults(f"item {entry.get('name')}", entry, offered)
        yield from _quote_faults(f"item {entry.get('name')}", entry, "matrix", offered)
        for option in entries(entry, "options"):
            yield from _quote_faults(
                f"option {option.get('name')} of item {entry.get('name')}", option, "option", offered
            )
    for item in entries(entry, "rows") if is_matrix else [entry]:
        yield from _shape_faults(item, in_matrix=is_matrix)
        yield from _dependence_faults(item, offered)
        if isinstance(item.get("name"), str):
            offered[item["name"]] = _offers(
                {**item, "options": entry.get("options") or item.get("options")}, scale, offered, points
            )
            if any(option.get("open") is True for option in entries(item, "options")):
                offered[f"{item['name']}_other"] = []


def _shape_faults(item: dict[str, Any], *, in_matrix: bool) -> Iterator[str]:
    origins = [key for key in ("options", "source", "choices_of", "scale") if item.get(key)]
    if in_matrix and origins:
        yield f"item {item.get('name')} is a row of a matrix, which gives it its options"
    elif not in_matrix and ITEM_TYPES.get(str(item.get("type"))) in MATRIX_ROWS and not origins:
        yield f"item {item.get('name')} needs options"


def _offers(
    item: dict[str, Any], scale: Any, offered: Mapping[str, list[str] | None], points: Mapping[str, list[str]]
) -> list[str] | None:
    cls = ITEM_TYPES.get(item["type"]) if isinstance(item.get("type"), str) else None
    if cls is None or not issubclass(cls, OptionsItem):
        return []
    if item.get("source"):
        return None
    if isinstance(scale, str):
        return points.get(scale)
    earlier = item.get("choices_of")
    return offered.get(earlier) if isinstance(earlier, str) else names(entries(item, "options"))


def _dependence_faults(item: dict[str, Any], offered: Mapping[str, list[str] | None]) -> Iterator[str]:
    code, earlier = item.get("name"), item.get("choices_of")
    if isinstance(earlier, str):
        if earlier not in offered:
            yield f"item {code} depends on {earlier}, which does not come before it"
        elif offered[earlier] == []:
            yield f"item {code} depends on {earlier}, which offers no options"
    yield from _condition_faults(f"item {code}", item, offered)
    yield from _condition_faults(f"item {code}", item, offered, "constraint")
    yield from _quote_faults(f"item {code}", item, "item", offered)
    for option in entries(item, "options"):
        what = f"option {option.get('name')} of item {code}"
        yield from _condition_faults(what, option, offered, "offered_if")
        yield from _quote_faults(what, option, "option", offered)


def _quote_faults(
    what: str, entry: dict[str, Any], kind: str, offered: Mapping[str, list[str] | None]
) -> Iterator[str]:
    """Faults of the earlier answers that the texts of one entry of a kind quote."""
    for field, value in entry.items():
        if field in ("items", "rows", "options"):
            continue
        for code in quotes_in(value):
            if field not in QUOTING[kind]:
                yield f"{what} quotes the answer to {code} in {field}, where no answer can be shown"
            elif code not in offered:
                yield f"{what} quotes the answer to {code}, which does not come before it"


def _condition_faults(
    what: str, entry: dict[str, Any], offered: Mapping[str, list[str] | None], field: str = "relevant"
) -> Iterator[str]:
    """Faults of the references in the condition of an item, a matrix or a section, or in a constraint."""
    try:
        tree = from_stored(entry[field], own=field == "constraint") if entry.get(field) else ["true"]
    except LogicError:
        return  # the parser reports it
    for earlier in references(tree):
        if earlier not in offered:
            yield f"{what} depends on {earlier}, which does not come before it"
    for operator, earlier, named in options_named(tree):
        known = offered.get(earlier)
        if known == [] and operator == "selected":
            yield f"{what} depends on {earlier}, which offers no options"
        for option in named.split() if known else ():
            if known and option not in (*known, DONT_KNOW):
                yield f"{what} depends on option {option} of {earlier}, which does not exist"
