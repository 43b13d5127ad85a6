"""Which parts of a definition an editor may change, and how a form's fields become an entry again.

Codes are given when an entry is created and never change: answers, notes and marks are stored under them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ctnat.ui.digits import whole_number
from ctnat.ui.lazy import StrOrPromise
from instruments.item_types import CHOICES, MULTIPLE, PATTERN_LABELS, ROW, bound_from
from instruments.schema import SOURCE_LANGUAGE

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
BLANK_ROWS = 3  # offered for new options; saving gives as many again
MOST_ROWS = 500


@dataclass(frozen=True)
class Field:
    """One field of an entry. `kind`: text, long, line, number, bound, flag, choice, offer, codes."""

    name: str
    label: StrOrPromise
    kind: str = "text"
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    required: bool = False
    help: StrOrPromise = ""
    more: bool = False  # seldom needed: folded away


@dataclass(frozen=True)
class Table:
    """Named entries that are edited as rows of their parent: options, points, prompts, matrix rows, cells."""

    name: str
    label: StrOrPromise
    columns: tuple[Field, ...]
    fixed: bool = False  # no rows may be added or removed
    new: tuple[tuple[str, str], ...] = ()  # what a new row carries beside its columns


@dataclass(frozen=True)
class Shape:
    """What the editor offers for one kind of entry."""

    label: StrOrPromise
    fields: tuple[Field, ...]
    table: Table | None = None
    shared: Table | None = None  # what the rows of the table have in common

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for table in (self.table, self.shared) if table)


TEXT = Field("text", _("Text"), "long", required=True)
SHORT = Field("short", _("Short label for charts"))
TITLE = Field("title", _("Title"), required=True)
CHAPTER = Field("report_section", _("Chapter of the report"), "line")
PARAGRAPH = Shape(_("Paragraph"), (TEXT, Field("heading", _("This is a heading"), "flag")))
PROFILES = tuple((name, name.capitalize()) for name in ("country", "role", "tenure", "experience", "age", "sex"))
SOURCES = (("", _("the list below")), ("countries", _("the list of countries")))
DONT_KNOW_CHOICES = (
    ("", _("where nothing else is asked of the answer")),
    ("yes", _("yes")),
    ("no", "no"),
)
OPTIONS = Table(
    "options",
    _("Options"),
    (
        Field("text", _("Text"), required=True),
        SHORT,
        Field("open", _("Asks for free text"), "flag"),
        Field("exclusive", _("Excludes all others"), "flag"),
    ),
)
ITEM = Shape(
    _("Item"),
    (
        TEXT,
        SHORT,
        Field("hint", _("Hint")),
        Field("type", _("Type"), "choice", CHOICES, required=True),
        Field(
            "min",
            _("At least"),
            "bound",
            help=_("The fewest choices, the lowest number, or the first day, such as 2026-03-31."),
        ),
        Field("max", _("At most"), "bound", help=_("The most choices, the highest number, or the last day.")),
        Field("ranks", _("Places to rank"), "number", help=_("For a ranking: the number of places. 1 is the highest.")),
        Field(
            "pattern",
            _("Form of a text"),
            "choice",
            (("", _("any")), *PATTERN_LABELS.items()),
            more=True,
        ),
        Field("min_length", _("Fewest characters of a text"), "number", more=True),
        Field("max_length", _("Most characters of a text"), "number", more=True),
        Field("places", _("Decimal places"), "number", help=_("For a decimal number: 1 to 6.")),
        Field("low", _("Lowest number means"), help=_("For a rating in numbers, such as: not at all.")),
        Field("high", _("Highest number means")),
        Field("required", _("An answer is required"), "flag"),
        Field("source", _("Options from"), "choice", SOURCES, more=True),
        Field("choices_of", _("Options are those chosen in item"), "line", more=True),
        Field("dont_know", _("Offer “don’t know”"), "offer", DONT_KNOW_CHOICES, more=True),
        Field(
            "constraint_message",
            _("Which answers are allowed, in words"),
            help=_("Shown with the question, and where an answer breaks one of its rules."),
            more=True,
        ),
        Field("profile", _("Describes the respondent"), "choice", (("", "nothing"), *PROFILES), more=True),
    ),
    OPTIONS,
)
MATRIX = Shape(
    _("Matrix"),
    (TEXT, SHORT, Field("scale", _("Scale"), "line", required=True)),
    Table(
        "rows",
        _("Rows"),
        (
            Field("text", _("Text"), required=True),
            SHORT,
            Field("reverse", _("Other end of the scale is favourable"), "flag"),
        ),
        new=(("type", ROW),),
    ),
)
CHOICES_MATRIX = Shape(
    _("Matrix of several choices"),
    (TEXT, SHORT),
    Table("rows", _("Rows"), (Field("text", _("Text"), required=True), SHORT), new=(("type", MULTIPLE),)),
    Table("options", _("Options of each row"), tuple(column for column in OPTIONS.columns if column.name != "open")),
)
SCALE = Shape(
    _("Scale"),
    (
        Field("dont_know", _("“Don’t know” reads"), help=_("Leave blank if it is not offered.")),
        Field(
            "favourable",
            _("Favourable end"),
            "choice",
            (("", _("not set")), ("first", _("the first point")), ("last", _("the last point"))),
            help=_("Until you choose, no balance is calculated and the charts use neutral colours."),
        ),
        Field("neutral", _("Neutral point"), "line"),
    ),
    Table("points", pgettext_lazy("rating scale", "Points"), (Field("text", _("Text"), required=True), SHORT)),
)
SURVEY_SECTION = Shape(_("Section"), (TITLE, Field("instruction", _("Instruction"), "long"), CHAPTER))
GUIDE_SECTION = Shape(_("Section"), (TITLE, Field("heading", _("Heading")), CHAPTER))
QUESTION = Shape(
    _("Question"),
    (TEXT, Field("suggests_contacts", _("The answer suggests colleagues for the survey"), "flag")),
    Table("prompts", _("Prompts"), (Field("text", _("Text"), required=True),)),
)
ROUTING = Shape(
    _("Routing"),
    (
        Field("instruction", _("Instruction"), "long", required=True),
        Field("decide_from", _("Decide from questions"), "codes", required=True),
        Field("always", _("Sections that are always asked"), "codes", required=True),
        Field("choose_from", _("Sections to choose from"), "codes", required=True),
        Field("min", _("Choose at least"), "number", required=True),
        Field("max", _("Choose at most"), "number", required=True),
    ),
)
CATEGORY = Shape(
    _("Category"),
    (
        TITLE,
        SHORT,
        Field("interview_section", _("Interview section"), "line", required=True),
        Field("survey_section", _("Survey section"), "line", required=True),
        Field("report_section", _("Findings in chapter"), "line", required=True),
        Field("recommendation_section", _("Recommendations in chapter"), "line", required=True),
        Field("priorities", _("Priorities of the survey that belong here"), "codes"),
    ),
)
CRITERION = Shape(
    _("Criterion"),
    (
        TEXT,
        SHORT,
        Field("interview", _("Related interview questions"), "codes"),
        Field("survey", _("Related survey items"), "codes"),
    ),
    Table("cells", _("Cells"), (Field("text", _("Text"), required=True),), fixed=True),
)
WORDS = Shape(_("Text"), (Field("", _("Text"), "long", required=True),))

# name of a field -> its label, where an editor has it
FIELD_LABELS: Mapping[str, StrOrPromise] = {
    field.name: field.label
    for shape in [value for value in globals().values() if isinstance(value, Shape)]
    for field in (*shape.fields, *(column for table in shape.tables for column in table.columns))
    if field.name
}

SHAPES: Mapping[str, tuple[tuple[str, Shape], ...]] = {  # kind -> patterns of paths, the first that fits counts
    "survey": (
        (r"title", WORDS),
        (r"(introduction|closing)/[^/]+", PARAGRAPH),
        (r"scales/[^/]+", SCALE),
        (r"sections/[^/]+", SURVEY_SECTION),
        (r"sections/[^/]+/items/[^/]+", ITEM),
    ),
    "interview_guide": (
        (r"title", WORDS),
        (r"routing", ROUTING),
        (r"(instructions|information_note|header|final_instructions)/[^/]+", PARAGRAPH),
        (r"sections/[^/]+", GUIDE_SECTION),
        (r"sections/[^/]+/questions/[^/]+", QUESTION),
    ),
    "indicators": (
        (r"title", WORDS),
        (r"categories/[^/]+", CATEGORY),
        (r"categories/[^/]+/criteria/[^/]+", CRITERION),
    ),
}


def shape_of(kind: str, path: str, entry: Any) -> Shape | None:
    """How the entry at `path` is edited; `None` where there is nothing to edit."""
    found = next((shape for pattern, shape in SHAPES[kind] if re.fullmatch(pattern, path)), None)
    if found is ITEM and isinstance(entry, dict) and "rows" in entry:
        return CHOICES_MATRIX if "options" in entry else MATRIX
    return found


def condition_field(kind: str, path: str) -> str:
    """The field of what is at `path` that says for whom it is: `relevant` of a section, an item, a matrix or a row,
    `offered_if` of an option; blank where there is none."""
    if kind != "survey":
        return ""
    if re.fullmatch(r"sections/[^/]+(/items/[^/]+(/rows/[^/]+)?)?", path):
        return "relevant"
    return "offered_if" if re.fullmatch(r"sections/[^/]+/items/[^/]+/options/[^/]+", path) else ""


def has_constraint(kind: str, path: str, entry: Mapping[str, Any]) -> bool:
    """Whether answers to what is at `path` may be limited: an item, or a row of a matrix."""
    found = re.fullmatch(r"sections/[^/]+/items/[^/]+(/rows/[^/]+)?", path)
    return kind == "survey" and found is not None and "rows" not in entry


def get(entry: Mapping[str, Any], name: str) -> Any:
    """A field's value; "" is the entry itself."""
    return entry.get(name) if name else entry


def shown(entry: Mapping[str, Any], field: Field, source: str = SOURCE_LANGUAGE) -> Any:
    """What the form shows for a field: text in the language `source`, codes joined by spaces, a flag as truth."""
    value = get(entry, field.name)
    if field.kind == "flag":
        return bool(value)
    if field.kind == "offer":
        return "" if value is None else "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return value.get(source, "")
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


class FormFault(ValueError):
    """What is wrong with one input: (name of the input, what to do)."""

    def __init__(self, faults: list[tuple[str, str]]):
        self.faults = faults
        super().__init__("; ".join(fault for _, fault in faults))


def read(
    shape: Shape, entry: Mapping[str, Any], data: Mapping[str, str], source: str = SOURCE_LANGUAGE
) -> dict[str, Any]:
    """The entry that the form's `data` describes; translations of `entry` are kept. Raises `FormFault`."""
    faults: list[tuple[str, str]] = []
    becomes = _fields(shape.fields, entry, data, "", faults, source)
    for table in shape.tables:
        rows = _rows(table, entry, data, faults, source)
        becomes.pop(table.name, None)
        if rows:
            becomes[table.name] = rows
    if faults:
        raise FormFault(faults)
    return becomes


def _fields(
    fields: tuple[Field, ...],
    entry: Mapping[str, Any],
    data: Mapping[str, str],
    prefix: str,
    faults: list[tuple[str, str]],
    source: str,
) -> dict[str, Any]:
    becomes = dict(entry)
    for field in fields:
        typed = data.get(f"{prefix}{field.name or 'text'}", "").replace("\r\n", "\n").strip()
        try:
            kind = data.get(f"{prefix}type") or entry.get("type", "")
            value = _value(field, typed, get(entry, field.name), source, kind)
        except ValueError as error:
            faults.append((f"{prefix}{field.name or 'text'}", f"{field.label}: {error}"))
            continue
        if not field.name:
            whole: dict[str, Any] = value
            return whole
        if value is None:
            becomes.pop(field.name, None)
        else:
            becomes[field.name] = value
    return becomes


def _value(field: Field, typed: str, old: Any, source: str, kind: str) -> Any:
    """What is stored for `typed` in a field; `kind` is the type of an item. Raises `ValueError`."""
    if field.kind == "flag":
        return True if typed else None
    if not typed:
        if field.required:
            raise ValueError("this field is required.")
        return None
    if field.kind in ("text", "long"):
        return {**(old if isinstance(old, dict) else {}), source: typed}
    if field.kind == "number":
        number = whole_number(typed)
        if number is None or not 0 <= number < 1_000_000_000:
            raise ValueError("write a whole number, such as 3.")
        return number
    if field.kind == "bound":
        return bound_from(kind, typed)
    if field.kind == "offer":
        return (old if isinstance(old, dict) else True) if typed == "yes" else False
    if field.kind == "codes":
        return re.split(r"[\s,;]+", typed.strip(" ,;"))
    return typed


def _rows(
    table: Table,
    entry: Mapping[str, Any],
    data: Mapping[str, str],
    faults: list[tuple[str, str]],
    source: str,
) -> list[dict[str, Any]]:
    old = {row["name"]: row for row in entry.get(table.name, ())}
    found: list[tuple[float, int, dict[str, Any]]] = []
    for index in range(row_count(table, data)):
        prefix = f"{table.name}-{index}-"
        was, code = data.get(f"{prefix}was", ""), data.get(f"{prefix}name", "").strip()
        words = any(data.get(f"{prefix}{field.name}", "").strip() for field in table.columns if field.kind != "flag")
        if (data.get(f"{prefix}remove") and not table.fixed) or not (was or code or words):
            continue
        if was in old:
            row = old[was]
        elif table.fixed or was:
            continue
        elif not CODE.fullmatch(code):
            faults.append(
                (
                    f"{prefix}name",
                    gettext("{label}: give the new row a code of letters, digits and _.").format(label=table.label),
                )
            )
            continue
        else:
            row = {"name": code, **dict(table.new)}
        order = _order(data.get(f"{prefix}place", "").strip(), index + 1)
        found.append((order, index, _fields(table.columns, row, data, prefix, faults, source)))
    return [row for _, _, row in sorted(found, key=lambda each: each[:2])]


def _order(typed: str, place: int) -> float:
    """The sort key of a row: one moved up comes before the row that had its new place, one moved down after it."""
    number = whole_number(typed)
    wanted = place if number is None or not 0 <= number < 10_000 else number
    return wanted + (wanted > place) * 0.5 - (wanted < place) * 0.5


def row_count(table: Table, data: Mapping[str, str]) -> int:
    count = data.get(f"{table.name}-count", "")
    return min(int(count), MOST_ROWS) if re.fullmatch(r"[0-9]{1,4}", count) else 0
