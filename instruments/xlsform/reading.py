"""XLSForm to a survey's definition. A row that cannot be taken is left out and noted; the rest is imported."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ctnat.ui.tables import TableError
from instruments import item_types, paths, words
from instruments.import_notes import CHANGED, LEFT_OUT, TAKEN, Decision, Note, reason_text
from instruments.item_types import UNKNOWN_TYPES, xlsform_type
from instruments.logic import grammar
from instruments.logic.tree import (
    ALWAYS,
    NEVER,
    LogicError,
    Tree,
    all_of,
    check,
    from_stored,
    joined_by_and,
    options_named,
    references,
    walk,
)
from instruments.logic.writing import write
from instruments.removing import remove
from instruments.schema import (
    DONT_KNOW,
    ITEM_TYPES,
    SOURCE_LANGUAGE,
    DefinitionError,
    Item,
    OptionsItem,
    SelectItem,
    parse,
)
from instruments.schema.base import CONTROL, TEXT_LIMIT
from instruments.schema.items import DecimalItem, RankItem, SelectOneItem, TextItem
from instruments.schema.survey import MATRIX_ROWS
from instruments.xlsform.cells import Cells, Entry, Row, Tables, has_extras, new_code
from instruments.xlsform.decisions import Dropped, Repeated, decisions_of
from instruments.xlsform.expressions import Names, NotTakenError, any_of, constraint, is_false, is_true, parts_of
from instruments.xlsform.files import read_form
from instruments.xlsform.filters import folded, with_columns
from instruments.xlsform.names import (
    EXTERNAL,
    EXTRAS,
    ROLE_INSTRUCTION,
    ROLE_OTHER,
    ROLE_PARAGRAPH,
    ROLE_RANK,
    ROLE_WORDS,
    from_name,
)
from instruments.xlsform.patterns import text_rule
from instruments.xlsform.quoting import (
    IN_FORM,
    LABEL_OF,
    UNKNOWN,
    as_words,
    has_quotes,
    joined,
    without_quotes,
)

# How an option and its free text are called that asks to specify something else.
OTHER = re.compile(
    r"(?<![^\W_])(oth|others?|autres?|otr[oa]s?|outr[oa]s?|diğer|digər|друг\w*|иное|иной|инше|أخرى|اخرى|آخر|غير ذلك|"
    r"სხვა|այլ|nyingine|lainnya|96|77|specify|préciser|especifique)(?![^\W_])",
    re.IGNORECASE,
)
MOST_OPTIONS = 500  # of one item; a page shows them all
MOST_NOTES = 2_000  # beside conditions, which are always listed
MOST_ATTEMPTS = 20  # to find items with faults
MOST_DEPTH = 20  # groups inside groups


@dataclass(frozen=True)
class Reading:
    """A definition, checked; remarks on the rows of the form; and the decisions that it leaves to a person."""

    definition: Entry
    notes: tuple[Note, ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def taken(self) -> tuple[Note, ...]:
        """One for each row that became a question, or belongs to one."""
        return tuple(note for note in self.notes if note.kind == TAKEN)

    @property
    def left_out(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.kind == LEFT_OUT)


def from_xlsform(content: bytes, *, name: str = "form.xlsx", language: str = "") -> Reading:
    """`read` of a file; `name` is that of the file. Raises `DefinitionError`."""
    try:
        tables = read_form(content, name)
    except TableError as error:
        raise DefinitionError([str(error)]) from None
    return read(tables, language=language)


def read(tables: Tables, *, language: str = "") -> Reading:
    """The definition, checked, and what of the form it does not hold.

    `tables` are the sheets by name; `language` is that of the texts whose columns name none. Raises `DefinitionError`
    only if there is no question to take, never for a row.
    """
    own = has_extras(tables)
    reader = read_plain(tables, roles=own, language=language)
    definition = _with_extras(reader.definition, tables.get(EXTRAS) or [])
    if own:
        parse("survey", definition)
    else:
        _leave_out_faulty(definition, reader)
    found = decisions_of(definition, reader.repeated, reader.dropped, reader.list_of)
    return Reading(definition, tuple(sorted_notes(reader.notes)), () if own else tuple(found))


def _leave_out_faulty(definition: Entry, reader: "Reader") -> None:
    """Take items out of `definition` in which a fault is found after all, and note them. Raises `DefinitionError`."""
    rows = {note.reason: note for note in reader.notes if note.kind == TAKEN}
    for _attempt in range(MOST_ATTEMPTS):
        try:
            parse("survey", definition)
        except DefinitionError as error:
            faulty = [code for code in rows if any(_names(fault, code) for fault in error.faults)]
            if not faulty:
                raise
            for code in faulty:
                note = rows.pop(code)
                why = next(fault for fault in error.faults if _names(fault, code))
                reader.notes.remove(note)
                reason = gettext_noop("It cannot be imported: {why}.")
                reader.notes.append(Note(note.sheet, note.row, note.name, LEFT_OUT, reason, {"why": why}))
            remove(definition, faulty)
        else:
            return
    parse("survey", definition)


def _names(fault: str, code: str) -> bool:
    """Whether a fault is about the item with a code."""
    return f" › {code} › " in fault or f"item {code} " in fault


def read_plain(tables: Tables, *, roles: bool, language: str = "") -> "Reader":
    """What the plain sheets give, not yet checked as a whole. With `roles`, our own column says which rows belong
    together."""
    reader = Reader(tables, roles=roles, asked=language)
    reader.read()
    return reader


def sorted_notes(notes: list[Note]) -> list[Note]:
    """In the order of the form, the sheet `survey` first; not more than a page can show."""
    taken = [note for note in notes if note.kind == TAKEN]
    others = [note for note in notes if note.kind != TAKEN]
    if len(others) > MOST_NOTES:
        reason = gettext_noop("{n} more remarks are not listed.")
        rest = Note("survey", 0, "", LEFT_OUT, reason, {"n": str(len(others) - MOST_NOTES)})
        others = [*others[:MOST_NOTES], rest]
    return sorted([*taken, *others], key=lambda note: (note.sheet != "survey", note.sheet, note.row))


def _with_extras(definition: Entry, rows: list[list[str]]) -> Entry:
    faults = []
    for number, row in enumerate(rows[1:], 2):
        path, name, content = [*row, "", "", ""][:3]
        if not name:
            continue
        try:
            value = json.loads(content)
            holder = paths.at(definition, path)
            holder[name] = value
            if value is None:
                del holder[name]
        except (ValueError, RecursionError):
            faults.append(f"sheet {EXTRAS}, row {number}: the value is no valid JSON. Take it from a fresh export.")
        except (paths.PathError, TypeError):
            continue  # the item was removed from the form, and so its extras are dropped
    if faults:
        raise DefinitionError(faults)
    return definition


_GROUPS = frozenset([item_types.BEGIN, item_types.REPEAT, item_types.SCORE, item_types.RANKING, item_types.MATRIX])


@dataclass
class Group:
    """A group with what is in it; `kind` as `xlsform_type` gives it. The form itself is a group without a row."""

    row: Row | None = None
    kind: str = item_types.BEGIN
    parts: list["Group | Row"] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [part for part in self.parts if isinstance(part, Row)]

    def all_rows(self) -> Iterator[Row]:
        """Its own row and every row inside it."""
        if self.row:
            yield self.row
        for part in self.parts:
            yield from part.all_rows() if isinstance(part, Group) else (part,)


@dataclass
class Pending:
    """A note of the form whose role depends on the question after it."""

    row: Row
    text: dict[str, str]
    section: Entry | None
    conditions: "Conditions"


@dataclass(frozen=True)
class Conditions:
    """Those of the groups around a question: what was taken of them, from outside in, and what could not be."""

    taken: tuple[Tree, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def inside(self, outer: "Conditions") -> Tree | None:
        """What of these is not among those of a group further out; None where nothing is."""
        return all_of(self.taken[len(outer.taken) :])


class SameNames(dict[str, str]):
    """In a form that we exported, options are called by their codes."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        return name


class Reader(Cells):
    def __init__(self, tables: Tables, *, roles: bool, asked: str):
        super().__init__(tables, roles=roles, asked=asked)
        self.lists: dict[str, list[Entry]] = {}
        self.codes: dict[str, dict[str, str]] = {}  # list -> name of an option in the form -> its code
        self.option_codes: defaultdict[str, set[str]] = defaultdict(set)  # list -> the codes given to its options
        self.scales: dict[str, Entry] = {}
        self.sections: list[Entry] = []
        self.parts: dict[str, list[Entry]] = {"introduction": [], "closing": []}
        self.section: Entry | None = None  # where the next question goes, if one is open
        self.groups: list[Entry] = []  # name and title of the open groups
        self.pending: list[Pending] = []
        self.before: list[Pending] = []  # notes for the hint of the question that is read
        self.taken: set[str] = set()  # codes of items
        self.section_codes: set[str] = set()
        self.names = Names({}, {}, set(), self._options_of)
        self.placed_in: dict[str, Conditions] = {}  # code of an item -> the conditions around it
        self.within = Conditions()  # those of the section that is open
        self.items: dict[str, Entry] = {}  # code -> item
        self.list_of: dict[str, str] = {}  # code of an item -> its list
        self.dropped: list[Dropped] = []
        self.repeated: list[Repeated] = []
        # Calculation -> what it gives, and the conditions without which it is blank.
        self.calculated: dict[str, tuple[Tree, list[Tree]]] = {}
        self.around = Conditions()  # those of the row that is read
        self.columns: dict[tuple[str, str], Mapping[str, str]] = {}  # (list, code of an option) -> its cells
        self.read_lists = set[str]()  # sheets and files beside `choices` whose options were read
        self.definition: Entry = {}

    # -- the form as a whole ---------------------------------------------------------------------------------------
    def read(self) -> None:
        """Sets `definition`. Raises `DefinitionError` if there is no question to take."""
        if not self.tables.get("survey"):
            raise DefinitionError(
                [_("The file has no sheet “survey”. An XLSForm has the sheets “survey” and “choices”.")]
            )
        for row in self.rows("choices"):
            self._choice(row)
        tree = self._tree()
        self.names.later = {row.name for row in tree.all_rows() if row.name}
        self._walk(tree, Conditions())
        self._settle_notes(None)
        title = self.settings.get("form_title") or self.settings.get("form_id") or "Survey"
        heading = self.plain(self.clean(Row("settings", 2, {}, {}), title) or "Survey")
        definition: Entry = {"kind": "survey", "title": {self.source: heading}}
        if self.source != SOURCE_LANGUAGE:
            definition["source_language"] = self.source
        definition |= {part: found for part, found in self.parts.items() if found}
        if self.scales:
            written = {name.removeprefix("scale_") if self.roles else name: n for n, name in enumerate(self.lists)}
            definition["scales"] = sorted(self.scales.values(), key=lambda scale: written.get(scale["name"], 0))
        definition["sections"] = [section for section in self.sections if section["items"]]
        if not definition["sections"]:
            line = _("Sheet {sheet}, row {row}: {reason}")
            left = [
                line.format(sheet=note.sheet, row=note.row, reason=note.text)
                for note in self.notes
                if note.row and note.kind == LEFT_OUT
            ]
            raise DefinitionError([_("The sheet “survey” has no question that can be taken."), *left[:50]])
        self.definition = definition

    def _choice(self, row: Row) -> None:
        name, option = row["list_name"], row.name
        if not name or not option:
            self.note(row, LEFT_OUT, gettext_noop("It has no list_name or no name."))
            return
        codes, options = self.codes.setdefault(name, {}), self.lists.setdefault(name, [])
        if option in codes:
            reason = gettext_noop("The list “{list}” has the option “{option}” already.")
            self.note(row, LEFT_OUT, reason, list=name, option=option)
            return
        code = option if self.roles else new_code(option, self.option_codes[name], f"option_{len(options) + 1}")
        if code != option:
            self.note(row, CHANGED, gettext_noop("The code of this option is {code}."), code=code)
        codes[option] = code
        options.append({"name": code, "text": self.label(row)})
        self.columns[name, code] = row.cells

    def _tree(self) -> Group:
        """The rows of the survey sheet as groups. What is damaged is repaired and noted."""
        root = Group()
        open_groups = [root]
        for row in self.rows("survey"):
            kind, _ = xlsform_type(row["type"])
            if not row["type"] and not row["name"] and not row.texts:
                continue
            if not row["type"]:
                self.note(row, LEFT_OUT, gettext_noop("It has no type."))
            elif is_true(row["disabled"]):
                self.note(row, LEFT_OUT, gettext_noop("It is disabled in the form."))
            elif kind == item_types.END:
                if len(open_groups) == 1:
                    self.note(row, LEFT_OUT, gettext_noop("It ends a group that was not begun."))
                else:
                    open_groups.pop()
            elif kind in _GROUPS:
                group = Group(row, kind)
                open_groups[-1].parts.append(group)
                open_groups.append(group)
            else:
                open_groups[-1].parts.append(row)
        for group in open_groups[1:]:
            if group.row:
                reason = gettext_noop("This group has no end; it goes to the end of the form.")
                self.note(group.row, CHANGED, reason)
        return root

    # -- groups ----------------------------------------------------------------------------------------------------
    def _walk(self, group: Group, conditions: Conditions, depth: int = 0) -> None:
        for part in group.parts:
            if isinstance(part, Row):
                self._row(part, conditions)
                continue
            row = part.row
            assert row is not None  # noqa: S101 - only the form itself has no row
            if part.kind == item_types.MATRIX or depth == MOST_DEPTH:
                reason = gettext_noop("Tables of this kind cannot be asked.")
                if depth == MOST_DEPTH:
                    reason = gettext_noop("It is inside too many groups.")
                self._leave_out(part, reason)
                continue
            inner = self._inside(row, conditions)
            if inner is None:
                self._leave_out(part, gettext_noop("It belongs to a group that is never shown."))
                continue
            if part.kind == item_types.SCORE:
                self._score(part, row, inner)
            elif part.kind == item_types.RANKING:
                self._ranking(part, row, inner)
            elif part.kind == item_types.REPEAT:
                self._repeat(part, row, inner, depth)
            elif (name := self._matrix_list(part)) is not None:
                self._matrix(part, row, name, inner)
            else:
                self._group(part, row, inner, depth)

    def _leave_out(self, group: Group, reason: str) -> None:
        for row in group.all_rows():
            self.note(row, LEFT_OUT, reason)

    def _inside(self, row: Row, conditions: Conditions) -> Conditions | None:
        """The conditions inside a group; None if it is never shown."""
        if is_false(row["relevant"]):
            return None
        own, dropped = self._own_condition(row, conditions)
        taken = conditions.taken if own is None else (*conditions.taken, own)
        return Conditions(taken, (*conditions.dropped, *dropped))

    def _own_condition(self, row: Row, conditions: Conditions) -> tuple[Tree | None, list[Dropped]]:
        """The condition of a row by itself, and what could not be taken of it."""
        if not row["relevant"]:
            return None, []
        self.names.alike.clear()
        tree, reason, left = self.names.condition(row["relevant"])
        for written, option in self.names.alike.items():
            alike = gettext_noop("Its condition asks for “{written}”. It was read as the option “{option}”.")
            self.note(row, CHANGED, alike, written=written, option=option)
        try:
            check(all_of([*conditions.taken, tree]) or ["true"])
        except LogicError as error:
            why = gettext_noop("With the conditions of its groups it is too long: {why}.")
            tree, reason, left = None, NotTakenError(why, why=error), row["relevant"]
        dropped = [Dropped(row, reason.reason, reason.values, left)] if reason else []
        self.dropped += dropped
        return tree, dropped

    def _repeat(self, group: Group, row: Row, conditions: Conditions, depth: int) -> None:
        """Its questions as they are asked once; a person decides whether they are, or are left out."""
        before = set(self.items)
        found = Repeated(row, "")
        self.repeated.append(found)  # before those inside it
        self._group(group, row, conditions, depth)
        found.items += [code for code in self.items if code not in before]
        titles = row.texts.get("label", {})
        found.title = titles.get(self.source) or next(iter(titles.values()), row.name)
        if found.items:
            reason = gettext_noop("The form repeats these questions for several people or things. Decide about them.")
            self.note(row, CHANGED, reason)

    def _group(self, group: Group, row: Row, conditions: Conditions, depth: int) -> None:
        """A section of its own; later questions go into a section with the title of the enclosing group."""
        title = self.text(row, "label")
        if title is None and self.groups and self.section is not None:  # nothing that a reader would see
            self._walk(group, conditions, depth + 1)
            return
        self.groups.append({"name": row.name, "title": title, "conditions": conditions})
        self.section = self._new_section()
        self._walk(group, conditions, depth + 1)
        self.groups.pop()
        self.section = None

    def _new_section(self) -> Entry:
        """A section for the innermost open group, or for questions outside groups; it is kept if a question comes."""
        title = self.plain(self.settings.get("form_title") or "Questions")
        name, heading = f"section_{len(self.sections) + 1}", None
        if self.groups:
            name, heading = self.groups[-1]["name"], self.groups[-1]["title"]
        code = from_name(name) if self.roles and self.groups else new_code(name, self.section_codes, "section")
        section: Entry = {"name": code, "title": heading or {self.source: title}}
        self.within = self.groups[-1]["conditions"] if self.groups else Conditions()
        if (condition := all_of(self.within.taken)) is not None:
            section["relevant"] = condition
        section["items"] = []
        self.sections.append(section)
        return section

    def _entries(self, item: Row | None = None) -> list[Entry]:
        """Where the next question goes. `item` is its row, if notes before it can go into its hint."""
        if self.section is None:
            self.section = self._new_section()
        self._settle_notes(self.section, item)
        entries: list[Entry] = self.section["items"]
        return entries

    # -- notes -----------------------------------------------------------------------------------------------------
    def _note_row(self, row: Row) -> None:
        role = row[EXTRAS] if self.roles else ""
        text = self.label(row)
        if role == ROLE_PARAGRAPH:
            part, _, name = row.name.partition("_")
            if part in self.parts and name:
                self.parts[part].append({"name": name, "text": text})
                return
        if role == ROLE_INSTRUCTION and self.section is not None and "instruction" not in self.section:
            self.section["instruction"] = text
            return
        self.pending.append(Pending(row, text, self.section, self.around))

    def _settle_notes(self, section: Entry | None, item: Row | None = None) -> None:
        """Notes before the questions of a section are its instruction, before all questions the introduction.

        `section` is where a question comes next, None at the end of the form; `item` is its row. Other notes are for
        the hint of that question, if they are shown whenever it is asked.
        """
        first = not any(each["items"] for each in self.sections)
        instruction: list[dict[str, str]] = []
        for note in self.pending:
            if (
                section is not None
                and note.section is section
                and not section["items"]
                and "instruction" not in section
            ):
                instruction.append(note.text)
                self._shown_to_all(note.row)
            elif first or section is None:
                self._shown_to_all(note.row)
                part = "introduction" if first else "closing"
                used = {paragraph["name"] for paragraph in self.parts[part]}
                name = new_code(note.row.name or part, used, part)
                if has_quotes(note.text):
                    reason = gettext_noop("Only texts of questions can quote answers; “…” is used instead.")
                    self.note(note.row, CHANGED, reason)
                self.parts[part].append({"name": name, "text": without_quotes(note.text)})
            elif item and note.section is section and self._goes_with(note, item):
                self.before.append(note)
            else:
                reason = gettext_noop("Notes between questions cannot be shown. Write it into the hint of a question.")
                self.note(note.row, LEFT_OUT, reason)
        if section is not None and instruction:
            section["instruction"] = joined(instruction)
        self.pending = []

    def _shown_to_all(self, row: Row) -> None:
        if row["relevant"]:
            self.note(row, CHANGED, gettext_noop("The condition of a note is left out: it is shown to everybody."))

    def _goes_with(self, note: Pending, item: Row) -> bool:
        return not self.roles and note.conditions == self.around and note.row["relevant"] in ("", item["relevant"])

    # -- questions -------------------------------------------------------------------------------------------------
    def _row(self, row: Row, conditions: Conditions) -> None:
        self.around = conditions
        kind, rest = xlsform_type(row["type"])
        if kind in ITEM_TYPES and row["calculation"] and is_true(row["readonly"] or row["read_only"]):
            kind = item_types.CALCULATION  # shown, and not answered
        if kind == item_types.METADATA:
            self.note(row, LEFT_OUT, gettext_noop("Data about the device or the moment are not collected."))
            if row["type"].strip().lower() == "today":
                self._means(row, ["today"])
        elif kind == item_types.CALCULATION:
            self._calculation(row, conditions)
        elif kind == item_types.NOTE:
            self._note_row(row)
        elif kind == item_types.RATING:
            asked = item_types.slider(row["parameters"])
            if asked is None:
                self.note(row, CHANGED, gettext_noop("The slider is asked as a number, whatever its steps are."))
            self._place(asked or item_types.number_between(row["parameters"]), row, conditions)
        elif kind in ITEM_TYPES:
            self._question(row, kind, rest, conditions)
        elif kind in item_types.OUTSIDE_LISTS:
            self._question(row, item_types.OUTSIDE_LISTS[kind], rest, conditions)
        elif kind in item_types.STAND_INS:
            other, reason = item_types.STAND_INS[kind]
            self.note(row, CHANGED, reason)
            self._question(row, other, "", conditions)
        else:
            unknown = gettext_noop("The type “{type}” is unknown.")
            self.note(row, LEFT_OUT, UNKNOWN_TYPES.get(kind, unknown), type=row["type"][:60])

    def _means(self, row: Row, tree: Tree) -> None:
        """What the name of a row stands for in expressions after it."""
        self.names.later.discard(row.name)
        self.names.trees.setdefault(row.name, tree)

    def note(self, row: Row, kind: str, reason: str, **values: Any) -> None:
        super().note(row, kind, reason, **values)
        if kind == LEFT_OUT and row.sheet == "survey" and row.name:
            why = gettext_noop("It depends on “{name}”, which is left out.")
            self.names.later.discard(row.name)
            self.names.refused.setdefault(row.name, NotTakenError(why, name=row.name))

    def quote(self, name: str) -> str | None:
        if name in self.calculated:
            return as_words(self.calculated[name][0])
        return as_words(self.names.trees[name]) if name in self.names.trees else None

    def quotes_exactly(self, name: str) -> bool:
        tree, when = self.calculated.get(name, ([], []))
        known = [*self.around.taken]
        for code in references(tree) if tree else ():
            known += self.placed_in[code].taken if code in self.placed_in else ()
            known += joined_by_and(self.items.get(code, {}).get("relevant", ["true"]))
        return all(condition in known for condition in when)

    def _calculation(self, row: Row, conditions: Conditions) -> None:
        """A value that the form calculates is put in where conditions use it, and where texts quote it."""
        if self.roles and row[EXTRAS].startswith(ROLE_WORDS):
            self.calculated[row.name] = (["item", row[EXTRAS].removeprefix(ROLE_WORDS)], [])
            return
        own, _dropped = self._own_condition(row, conditions)
        when = [part for tree in (*conditions.taken, own) if tree for part in joined_by_and(tree)]
        if (label := LABEL_OF.fullmatch(row["calculation"])) and (code := self._one_choice(label[1] or label[2])):
            self.calculated[row.name] = (["item", code], when)
        try:
            given, tree = self.names.calculation(row["calculation"], all_of([*conditions.taken, own]))
        except NotTakenError as error:
            self.note(row, LEFT_OUT, gettext_noop("It is a value that the form calculates, not a question."))
            why = gettext_noop("It depends on the calculation “{name}”. {why}")
            reason = reason_text(error.reason, error.values)
            self.names.refused[row.name] = NotTakenError(why, name=row.name, why=reason)
        else:
            self._means(row, tree)
            self.calculated.setdefault(row.name, (given, when))
            reason = gettext_noop("It is a value that the form calculates. It is put in where conditions use it.")
            self.note(row, LEFT_OUT, reason)

    def _one_choice(self, name: str) -> str | None:
        """The code of the item with one choice that a name of the form means."""
        match self.names.trees.get(name):
            case ["item", code] if ITEM_TYPES.get(self.items.get(code, {}).get("type", "")) is SelectOneItem:
                return str(code)
        return None

    def _code(self, row: Row) -> str:
        if self.roles:
            self.taken.add(from_name(row.name))
            return from_name(row.name)
        code = new_code(row.name, self.taken, f"question_{row.number}")
        if code != row.name:
            reason = (
                gettext_noop("Its code is {code}.") if row.name else gettext_noop("It has no name; its code is {code}.")
            )
            self.note(row, CHANGED, reason, code=code)
        return code

    def _question(self, row: Row, kind: str, rest: str, conditions: Conditions) -> None:
        role = row[EXTRAS] if self.roles else ""
        if role == ROLE_OTHER:
            self._open_option(row)
            return
        if role == ROLE_RANK:
            self._rank_part(row, kind, rest, conditions)
            return
        cls = ITEM_TYPES[kind]
        if cls is TextItem and not self.roles and self._is_other(row, conditions):
            return
        item: Entry = {"type": kind}
        if issubclass(cls, OptionsItem) and not self._options(item, row, rest):
            return
        if cls is DecimalItem and not self.roles:
            item["places"] = 6  # the form has no limit
        self._place(item, row, conditions, rest.partition(" ")[0])

    def _place(self, item: Entry, row: Row, conditions: Conditions, list_name: str = "") -> None:
        """Finish an item, and put it where the next question goes."""
        if self._is_never_asked(row):
            return
        code = self._code(row)
        entries = self._entries(row)
        before, self.before = self.before, []
        self.placed_in[code] = conditions
        item |= {"name": code, "text": self.label(row)} | self._condition(row, conditions, code)
        self._finish(item, row)
        if before:
            item["hint"] = joined([*(note.text for note in before), *([item["hint"]] if "hint" in item else [])])
        entries.append(self._ordered(item))
        for note in before:
            self._taken(note.row, item)
        self._remember(entries[-1], row, list_name)

    def _remember(self, item: Entry, row: Row, list_name: str) -> None:
        self._taken(row, item)
        self._means(row, ["item", item["name"]])
        self.items[item["name"]] = item
        self.list_of[item["name"]] = list_name
        if any(option.get("open") for option in item.get("options", ())):
            self.taken.add(f"{item['name']}_other")

    def _taken(self, row: Row, item: Entry) -> None:
        if not self.roles:
            self.note(row, TAKEN, item["name"])

    @staticmethod
    def _ordered(item: Entry) -> Entry:
        return {key: item[key] for key in ("name", "type", "text") if key in item} | item

    def _finish(self, item: Entry, row: Row) -> None:
        """Hint, bounds and whether an answer is required."""
        if hint := self.text(row, "hint"):
            item["hint"] = hint
        if is_true(row["required"]):
            item["required"] = True
        elif row["required"] and not is_false(row["required"]):
            reason = gettext_noop(
                "An answer is required only in some cases, which is not possible: it is not required."
            )
            self.note(row, CHANGED, reason)
        if row["constraint"] and not is_true(row["constraint"]):
            self._constraint(item, row)
        if row["default"] and not self.roles:
            reason = gettext_noop("The answer that the form fills in beforehand is left out: it would sway people.")
            self.note(row, CHANGED, reason)

    def _constraint(self, item: Entry, row: Row) -> None:
        if message := self.text(row, "constraint_message"):
            item["constraint_message"] = message
        read: list[Tree] = []
        for tree, unread in parts_of(row["constraint"], own=True):
            if not isinstance(unread, NotTakenError):
                read.append(tree)
            elif not self._pattern(item, unread.values["text"]):
                self._unapplied(item, row, unread.values["text"])
        whole = all_of(read)
        if whole is None:
            return
        options = [option["name"] for option in item.get("options", ())]
        found = constraint(whole, ITEM_TYPES[item["type"]], options)
        item |= found.fields
        for option in item.get("options", ()):
            if option["name"] in found.alone:
                option["exclusive"] = True
        if found.rest is not None:
            try:
                item["constraint"] = from_stored(self.names.resolved(found.rest), own=True)
            except (NotTakenError, LogicError):
                self._unapplied(item, row, write(found.rest))

    @staticmethod
    def _pattern(item: Entry, part: str) -> bool:
        """Take a part of a constraint as a named pattern of a text; whether that is all that it says."""
        found = text_rule(part) if ITEM_TYPES[item["type"]] is TextItem else None
        if not found or found[0].keys() & item.keys():
            return False
        item |= found[0]
        return found[1]

    def _unapplied(self, item: Entry, row: Row, part: str) -> None:
        """Note a part of a constraint that is not applied. Only the export has it, unless it names other questions."""
        self.note(row, CHANGED, gettext_noop("A part of the constraint is left out: {part}"), part=part)
        if "${" not in part and "unapplied" not in item and len(part) <= TEXT_LIMIT:
            item["unapplied"] = CONTROL.sub("", part)

    # -- options ---------------------------------------------------------------------------------------------------
    def _options(self, item: Entry, row: Row, rest: str) -> bool:
        """Set the options of an item; whether there are any. Notes the row as left out if not."""
        cls = ITEM_TYPES[item["type"]]
        name, _, suffix = rest.partition(" ")
        if row.kind in item_types.OUTSIDE_LISTS:
            name = self._outside_list(row, name)
        if (earlier := self._chosen_in(row["choice_filter"])) is not None and issubclass(cls, SelectItem):
            item["choices_of"] = earlier
            return True
        options = [dict(option) for option in self.lists.get(name, ())]
        if not options:
            reason = gettext_noop("The list “{list}” is not on the sheet “choices”.")
            if row.kind in item_types.OUTSIDE_LISTS:
                reason = UNKNOWN_TYPES[row.kind]
            self.note(row, LEFT_OUT, reason, list=name)
            return False
        if len(options) > MOST_OPTIONS:
            reason = gettext_noop("The list “{list}” has {n} options; at most {most} can be offered.")
            self.note(row, LEFT_OUT, reason, list=name, n=len(options), most=MOST_OPTIONS)
            return False
        options = self._filtered(options, row, name, cls)
        if not options:
            self.note(
                row, LEFT_OUT, gettext_noop("No earlier answer offers an option of the list “{list}”."), list=name
            )
            return False
        for option in options:
            option["text"] = {code: self.with_quotes(row, words) for code, words in option["text"].items()}
        if " ".join(suffix.lower().split("_")) in ("or other", "or specify other"):
            other = {code: words.translate("other_option", code) for code in self._translated_languages()}
            used = {option["name"] for option in options}
            options.append({"name": new_code("other", used, "other"), "text": other, "open": True})
        if not self.roles and issubclass(cls, SelectItem):
            found = next((option["text"] for option in options if option["name"] == DONT_KNOW), None)
            dont_know = without_quotes(found) if found else False
            options = [option for option in options if option["name"] != DONT_KNOW]
            if not options:
                reason = gettext_noop("The list “{list}” has no option beside “don’t know”.")
                self.note(row, LEFT_OUT, reason, list=name)
                return False
            item["dont_know"] = dont_know
        item["options"] = options
        if issubclass(cls, RankItem):
            item["ranks"] = len(options)
        return True

    def _filtered(self, options: list[Entry], row: Row, name: str, cls: type[Item]) -> list[Entry]:
        """The options with the answers on which each is offered, without those that are never offered."""
        if not row["choice_filter"]:
            return options
        try:
            tree = grammar.parse(row["choice_filter"], columns=True)
            if not issubclass(cls, SelectItem):
                raise NotTakenError(gettext_noop("A ranking offers all of its options."))
            self.names.value(tree)
            columns = sorted({part[1].lower() for part in walk(tree) if part[0] == "column"})
            known: dict[tuple[str, ...], Tree] = {}  # many options have the same cells
            found = []
            for option in options:
                cells = self.columns[name, option["name"]]
                key = tuple(cells.get(column, "") for column in columns)
                if key not in known:
                    known[key] = self._offered_if(tree, cells)
                found.append((option, known[key]))
        except (LogicError, NotTakenError) as error:
            why = reason_text(error.reason, error.values) if isinstance(error, NotTakenError) else str(error)
            reason = gettext_noop("All options are offered: the choice_filter cannot be taken. {why}")
            self.note(row, CHANGED, reason, why=why)
            return options
        left = [(option, condition) for option, condition in found if condition != NEVER]
        if 0 < len(left) < len(found):
            reason = gettext_noop("Of the list “{list}”, {n} options are left out: no earlier answer offers them.")
            self.note(row, CHANGED, reason, list=name, n=len(found) - len(left))
        return [option | ({} if condition == ALWAYS else {"offered_if": condition}) for option, condition in left]

    def _offered_if(self, tree: Tree, cells: Mapping[str, str]) -> Tree:
        """On which answers an option is offered. Raises `NotTakenError`, `LogicError`."""
        condition = folded(self.names.value(with_columns(tree, cells)))
        if condition in (ALWAYS, NEVER):
            return condition
        return from_stored(folded(self.names.with_options(condition, strict=False)))

    def _outside_list(self, row: Row, name: str) -> str:
        """The name under which a list that is not on the sheet `choices` is kept, once it was read."""
        if row.kind == "select_one_external":
            key, sheet = f"{EXTERNAL}:{name}", EXTERNAL
        else:
            key = sheet = PurePosixPath(name.lower()).name
        if sheet not in self.read_lists:
            self.read_lists.add(sheet)
            columns = dict(re.findall(r"(value|label)\s*=\s*(\S+)", row["parameters"]))
            for option in self.outside_rows(sheet, columns):
                code = f"{EXTERNAL}:{option['list_name']}" if sheet == EXTERNAL else key
                self._choice(Row(sheet, option.number, {**option.cells, "list_name": code}, option.texts))
        return key

    def _translated_languages(self) -> list[str]:
        """The form's languages in which we have a text for the option “other”, the source language first."""
        known = words.WORDS.languages_with("other_option")
        return list(dict.fromkeys([self.source, *(code for code in self.languages.values() if code in known)]))

    def _chosen_in(self, choice_filter: str) -> str | None:
        """The earlier item whose chosen options are offered, if that is what a filter says."""
        try:
            tree = grammar.parse(choice_filter, columns=True) if choice_filter else []
        except LogicError:
            return None
        match tree:
            case ["selected", ["item", name], ["column", "name"]]:
                code = self.names.trees.get(name, ["", ""])[1]
                earlier = self.items.get(code)
                return code if earlier and issubclass(ITEM_TYPES[earlier["type"]], OptionsItem) else None
        return None

    def _options_of(self, code: str) -> Mapping[str, str] | None:
        """The codes of the options of an item by their names in the form; None if it has no options."""
        item = self.items.get(code)
        if item is None or not issubclass(ITEM_TYPES[item["type"]], OptionsItem):
            return None
        if self.roles:
            return SameNames()
        offered = item
        while "choices_of" in offered:
            offered = self.items[offered["choices_of"]]
        options = offered.get("options") or self.scales.get(offered.get("scale", ""), {}).get("points", ())
        known = {option["name"] for option in options} | ({DONT_KNOW} if self._has_dont_know(offered) else set())
        codes = self.codes.get(self.list_of.get(offered["name"], ""), {})
        return {name: option for name, option in codes.items() if option in known} | {name: name for name in known}

    def _has_dont_know(self, item: Entry) -> bool:
        return bool(item.get("dont_know") or self.scales.get(item.get("scale", ""), {}).get("dont_know"))

    # -- conditions ------------------------------------------------------------------------------------------------
    def _is_never_asked(self, row: Row) -> bool:
        if is_false(row["relevant"]):
            self.note(row, LEFT_OUT, gettext_noop("It is never asked: its condition is always false."))
            return True
        return False

    def _condition(self, row: Row, conditions: Conditions, code: str, within: Conditions | None = None) -> Entry:
        """The field `relevant` of an item, if it has one. `within` are the conditions of what it is in."""
        own, dropped = self._own_condition(row, conditions)
        for each in (*conditions.dropped, *dropped):
            each.items.append(code)
        tree = all_of([conditions.inside(within or self.within), own])
        return {"relevant": tree} if tree else {}

    # -- matrices --------------------------------------------------------------------------------------------------
    @staticmethod
    def _matrix_list(group: Group) -> str | None:
        """The list that the rows of a group share, if the form shows it as a table."""
        row = group.row
        shown = "table-list" in (row["appearance"] if row else "")
        questions: list[tuple[str, str]] = []
        kinds: set[str] = set()
        for part in group.rows:
            kind, rest = xlsform_type(part["type"])
            if ITEM_TYPES.get(kind) in MATRIX_ROWS and not part["choice_filter"] and " " not in rest:
                questions.append((rest, part["appearance"]))
                kinds |= {kind} if part["appearance"].strip() != "label" else set()
            elif kind in ITEM_TYPES or kind in UNKNOWN_TYPES or kind in item_types.STAND_INS:
                return None
        shown = shown or any("list-nolabel" in appearance for _, appearance in questions)
        asked = [name for name, appearance in questions if appearance.strip() != "label"]
        if not shown or not asked or len({name for name, _ in questions}) > 1 or len(group.rows) < len(group.parts):
            return None
        if len(kinds) > 1:
            return None
        return asked[0]

    def _matrix(self, group: Group, row: Row, list_name: str, conditions: Conditions) -> None:
        head = next((part for part in group.rows if part["appearance"].strip() == "label"), None)
        text = self.text(row, "label") or (self.text(head, "label") if head else None)
        rows = [part for part in group.rows if part is not head]
        self._add_matrix(row, text, list_name, rows, conditions)
        if head and self.section and self.section["items"] and "rows" in self.section["items"][-1]:
            self._taken(head, self.section["items"][-1])

    def _score(self, group: Group, row: Row, conditions: Conditions) -> None:
        """A rating table as Kobo's form builder writes it."""
        rows = [part for part in group.rows if xlsform_type(part["type"])[0] == item_types.SCORE_ROW]
        self._add_matrix(row, self.text(row, "label"), row["kobo--score-choices"], rows, conditions)

    def _add_matrix(
        self, row: Row, text: Mapping[str, str] | None, list_name: str, rows: list[Row], conditions: Conditions
    ) -> None:
        kinds = {xlsform_type(part["type"])[0] for part in rows}
        shared: Entry = {"type": item_types.MULTIPLE if item_types.MULTIPLE in kinds else item_types.ROW}
        if shared["type"] == item_types.MULTIPLE:
            is_left_out = not self._options(shared, row, list_name)
        else:
            shared["scale"] = self._scale(list_name, row)
            is_left_out = shared["scale"] is None
        if is_left_out:
            for part in rows:
                self.note(part, LEFT_OUT, gettext_noop("It belongs to a table that is left out."))
            return
        entries = self._entries()
        matrix: Entry = {"name": self._code(row), "type": "matrix", "text": text or {self.source: self.plain(row.name)}}
        if text is None:
            self.note(row, CHANGED, gettext_noop("The table has no label; its name is used instead."))
        columns = {key: shared[key] for key in ("scale", "options") if key in shared}
        matrix |= columns | {"rows": []}
        if (condition := conditions.inside(self.within)) is not None:
            matrix["relevant"] = condition
        alone: list[tuple[Row, set[str]]] = []
        for part in rows:
            kind, _ = xlsform_type(part["type"])
            if kind not in ITEM_TYPES and kind != item_types.SCORE_ROW:
                self.note(part, LEFT_OUT, gettext_noop("A table has only its rows, and nothing between them."))
                continue
            if self._is_never_asked(part):
                continue
            code = self._code(part)
            item: Entry = {"name": code, "type": shared["type"], "text": self.label(part)}
            item |= {key: shared[key] for key in ("dont_know",) if key in shared}
            item |= self._condition(part, conditions, code, within=conditions)
            if "options" in shared:  # a constraint may speak of them
                item["options"] = [dict(option) for option in shared["options"]]
            self._finish(item, part)
            alone.append((part, {option["name"] for option in item.pop("options", ()) if option.get("exclusive")}))
            matrix["rows"].append(item)
            self._remember(item, part, list_name)
            self.items[item["name"]] = item | columns
        self._exclude(matrix, alone)
        if matrix["rows"]:
            entries.append(matrix)

    def _exclude(self, matrix: Entry, alone: list[tuple[Row, set[str]]]) -> None:
        """Options that exclude all others do so in each row, or in none."""
        everywhere = set.intersection(*(names for _, names in alone)) if alone else set()
        for option in matrix.get("options", ()):
            if option["name"] in everywhere:
                option["exclusive"] = True
        for row, names in alone:
            if names - everywhere:
                reason = gettext_noop("An option excludes the others in some rows of the table only: it does not here.")
                self.note(row, CHANGED, reason)

    def _scale(self, name: str, row: Row) -> str | None:
        """The code of the scale that a list becomes; None where the list has too few points, which is noted."""
        code = name.removeprefix("scale_") if self.roles else name
        if code in self.scales:
            return code
        points = [
            {**point, "text": {code: IN_FORM.sub(UNKNOWN, words) for code, words in point["text"].items()}}
            for point in self.lists.get(name, ())
        ]
        dont_know = next((point["text"] for point in points if point["name"] == DONT_KNOW), None)
        points = [point for point in points if point["name"] != DONT_KNOW]
        if not 2 <= len(points) <= MOST_OPTIONS:
            reason = gettext_noop("The list “{list}” of this table needs two points or more.")
            self.note(row, LEFT_OUT, reason, list=name)
            return None
        if not self.roles:
            code = new_code(name, {scale["name"] for scale in self.scales.values()}, "scale")
        scale: Entry = {"name": code, "points": points}
        if self.roles:
            scale["favourable"] = "first"  # a form that we exported says on its own sheet where it is otherwise
        if dont_know:
            scale["dont_know"] = dont_know
        self.scales[code] = scale
        return code

    # -- rankings, and what belongs to an item before it -----------------------------------------------------------
    def _ranking(self, group: Group, row: Row, conditions: Conditions) -> None:
        """A ranking as Kobo's form builder writes it: its options are a list, its places the rows."""
        item: Entry = {"type": item_types.RANK}
        if not self._options(item, row, row["kobo--rank-items"]):
            return
        places = sum(xlsform_type(part["type"])[0] == item_types.RANKING_LEVEL for part in group.rows)
        item["ranks"] = min(places or len(item["options"]), len(item["options"]))
        self._place(item, row, conditions, row["kobo--rank-items"])

    def _open_option(self, row: Row) -> None:
        items = self.section["items"] if self.section else []
        chosen = {option for _, _, option in options_named(grammar.parse(row["relevant"] or "true()"))}
        options = items[-1].get("options", ()) if items else ()
        for option in options:
            if option["name"] in chosen:
                option["open"] = True
                self._means(row, ["item", f"{items[-1]['name']}_other"])
        if not any(option["name"] in chosen for option in options):
            reason = gettext_noop("This free text belongs to an option of the question above it, and none is named.")
            self.note(row, LEFT_OUT, reason)

    def _is_other(self, row: Row, conditions: Conditions) -> bool:
        """Whether a text belongs to an option “other” of the question before it, of which it is made the free text."""
        items = self.section["items"] if self.section else []
        item = items[-1] if items and "options" in items[-1] else None
        if item is None or not row["relevant"] or row["constraint"]:
            return False
        tree, reason, _left = self.names.condition(row["relevant"])
        asked = any_of(tree, item["name"]) if tree and not reason else ()
        others = [option for option in item["options"] if option["name"] in asked]
        if not others or not issubclass(ITEM_TYPES[item["type"]], SelectItem):
            return False
        if not all(OTHER.search(f"{option['name']} {option['text'][self.source]}") for option in others):
            return False
        code = f"{item['name']}_other"
        if code in self.taken or self.placed_in.get(item["name"]) != conditions:
            return False
        for option in others:
            option["open"] = True
        self.taken.add(code)
        self._means(row, ["item", code])
        self._taken(row, item)
        return True

    def _rank_part(self, row: Row, kind: str, rest: str, conditions: Conditions) -> None:
        name, _, place = row.name.rpartition("_")
        items = self.section["items"] if self.section else []
        if place != "1":
            if items and items[-1]["name"] == from_name(name):
                items[-1]["ranks"] = items[-1].get("ranks", 0) + 1
                self._means(row, ["item", items[-1]["name"]])
            else:
                self.note(row, LEFT_OUT, gettext_noop("The first place of this ranking is missing."))
            return
        item: Entry = {"type": item_types.RANK}
        if not self._options(item, row, rest):
            return
        self._place(
            item, Row(row.sheet, row.number, {**row.cells, "name": name, "constraint": ""}, row.texts), conditions, rest
        )
        items = self.section["items"] if self.section else []
        items[-1]["text"] = {code: label.removesuffix(" (1)") for code, label in items[-1]["text"].items()}
        items[-1]["ranks"] = 1
