"""XLSForm to a survey's definition. A row that cannot be taken is left out and noted; the rest is imported."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ctnat.ui.tables import TableError, read_workbook
from instruments import item_types, paths, words
from instruments.import_notes import CHANGED, CONDITION, LEFT_OUT, Note
from instruments.item_types import UNKNOWN_TYPES, xlsform_type
from instruments.schema import DONT_KNOW, ITEM_TYPES, SOURCE_LANGUAGE, DefinitionError, OptionsItem, SelectItem, parse
from instruments.schema.items import DecimalItem, RankItem, SelectOneItem
from instruments.xlsform.cells import Cells, Entry, Row, Tables, has_extras, new_code
from instruments.xlsform.conditions import (
    FILTER,
    SELECTED,
    NotTakenError,
    bounds,
    is_false,
    is_true,
    joined,
    relevant,
)
from instruments.xlsform.names import (
    EXTRAS,
    ROLE_INSTRUCTION,
    ROLE_OTHER,
    ROLE_PARAGRAPH,
    ROLE_RANK,
    from_name,
)

MOST_CELLS = 100_000  # forms with lists of places have as many
MOST_OPTIONS = 500  # of one item; a page shows them all
MOST_NOTES = 2_000  # beside conditions, which are always listed
MOST_DEPTH = 20  # groups inside groups


@dataclass(frozen=True)
class Reading:
    """A definition, checked, and what of the form it does not hold."""

    definition: Entry
    notes: tuple[Note, ...]


def from_xlsform(content: bytes, *, language: str = "") -> Reading:
    """The definition, checked, and what of the form it does not hold.

    `language` is that of the texts whose columns name none. Raises `DefinitionError` if there is no question to take.
    """
    try:
        tables = read_workbook(content, cells=MOST_CELLS)
    except TableError as error:
        raise DefinitionError([str(error)]) from None
    definition, notes = read_plain(tables, roles=has_extras(tables), language=language)
    definition = _with_extras(definition, tables.get(EXTRAS) or [])
    parse("survey", definition)
    return Reading(definition, tuple(notes))


def read_plain(tables: Tables, *, roles: bool, language: str = "") -> tuple[Entry, list[Note]]:
    """The definition that the plain sheets give, not yet checked as a whole, and the notes on it.

    With `roles`, our own column says which rows belong together.
    """
    reader = _Reader(tables, roles=roles, asked=language)
    definition = reader.read()
    conditions = [note for note in reader.notes if note.kind == CONDITION]
    others = [note for note in reader.notes if note.kind != CONDITION]
    if len(others) > MOST_NOTES:
        rest = Note("survey", 0, "", LEFT_OUT, f"{len(others) - MOST_NOTES} more remarks are not listed")
        others = [*others[:MOST_NOTES], rest]
    return definition, sorted([*conditions, *others], key=lambda note: (note.sheet != "survey", note.sheet, note.row))


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


class _Reader(Cells):
    def __init__(self, tables: Tables, *, roles: bool, asked: str):
        super().__init__(tables, roles=roles, asked=asked)
        self.lists: dict[str, list[Entry]] = {}
        self.codes: dict[str, dict[str, str]] = {}  # list -> name of an option in the form -> its code
        self.scales: dict[str, Entry] = {}
        self.sections: list[Entry] = []
        self.parts: dict[str, list[Entry]] = {"introduction": [], "closing": []}
        self.section: Entry | None = None  # where the next question goes, if one is open
        self.groups: list[Entry] = []  # name and title of the open groups
        self.pending: list[Pending] = []
        self.taken: set[str] = set()  # codes of items
        self.section_codes: set[str] = set()
        self.seen: dict[str, Entry] = {}  # name in the form -> item
        self.items: dict[str, Entry] = {}  # code -> item
        self.list_of: dict[str, str] = {}  # code of an item -> its list

    # -- the form as a whole ---------------------------------------------------------------------------------------
    def read(self) -> Entry:
        if not self.tables.get("survey"):
            raise DefinitionError(["sheet survey: is missing. An XLSForm has the sheets survey and choices."])
        for row in self.rows("choices"):
            self._choice(row)
        self._walk(self._tree(), [])
        self._settle_notes(None)
        title = self.settings.get("form_title") or self.settings.get("form_id") or "Survey"
        heading = self.clean(Row("settings", 2, {}, {}), title) or "Survey"
        definition: Entry = {"kind": "survey", "title": {self.source: heading}}
        if self.source != SOURCE_LANGUAGE:
            definition["source_language"] = self.source
        definition |= {part: found for part, found in self.parts.items() if found}
        if self.scales:
            written = {name.removeprefix("scale_") if self.roles else name: n for n, name in enumerate(self.lists)}
            definition["scales"] = sorted(self.scales.values(), key=lambda scale: written.get(scale["name"], 0))
        definition["sections"] = [section for section in self.sections if section["items"]]
        if not definition["sections"]:
            left = [f"sheet {note.sheet}, row {note.row}: {note.reason}." for note in self.notes if note.row]
            raise DefinitionError(["sheet survey: holds no question that can be taken.", *left[:50]])
        return definition

    def _choice(self, row: Row) -> None:
        name, option = row["list_name"], row.name
        if not name or not option:
            self.note(row, LEFT_OUT, "has no list_name or no name")
            return
        codes, options = self.codes.setdefault(name, {}), self.lists.setdefault(name, [])
        if option in codes:
            self.note(row, LEFT_OUT, f"the list {name} has the option {option} already")
            return
        code = option if self.roles else new_code(option, set(codes.values()), f"option_{len(options) + 1}")
        if code != option:
            self.note(row, CHANGED, f"the code of this option is {code}")
        codes[option] = code
        options.append({"name": code, "text": self.label(row)})

    def _tree(self) -> Group:
        """The rows of the survey sheet as groups. What is damaged is repaired and noted."""
        root = Group()
        open_groups = [root]
        for row in self.rows("survey"):
            kind, _ = xlsform_type(row["type"])
            if not row["type"]:
                self.note(row, LEFT_OUT, "has no type")
            elif is_true(row["disabled"]):
                self.note(row, LEFT_OUT, "is disabled in the form")
            elif kind == item_types.END:
                if len(open_groups) == 1:
                    self.note(row, LEFT_OUT, "ends a group that was not begun")
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
                self.note(group.row, CHANGED, "this group has no end; it goes to the end of the form")
        return root

    # -- groups ----------------------------------------------------------------------------------------------------
    def _walk(self, group: Group, conditions: list[Entry], depth: int = 0) -> None:
        for part in group.parts:
            if isinstance(part, Row):
                self._row(part, conditions)
                continue
            row = part.row
            assert row is not None  # noqa: S101 - only the form itself has no row
            if part.kind in (item_types.REPEAT, item_types.MATRIX) or depth == MOST_DEPTH:
                repeated = part.kind == item_types.REPEAT
                reason = "questions repeated for several things" if repeated else "a table of this kind"
                self._leave_out(
                    part, f"{reason} cannot be asked" if depth < MOST_DEPTH else "groups inside too many groups"
                )
                continue
            own, never = self._group_conditions(row)
            if never:
                self._leave_out(part, "belongs to a group that is never shown")
                continue
            inner = [*conditions, *own]
            if part.kind == item_types.SCORE:
                self._score(part, row, inner)
            elif part.kind == item_types.RANKING:
                self._ranking(part, row, inner)
            elif (name := self._matrix_list(part)) is not None:
                self._matrix(part, row, name, inner)
            else:
                self._group(part, row, inner, depth)

    def _leave_out(self, group: Group, reason: str) -> None:
        for row in group.all_rows():
            self.note(row, LEFT_OUT, reason)

    def _group_conditions(self, row: Row) -> tuple[list[Entry], bool]:
        """The conditions of a whole group, and whether it is never shown."""
        if is_false(row["relevant"]):
            return [], True
        found, reasons = relevant(row["relevant"], self.seen, self._code_of)
        for reason in reasons:
            self.note(
                row,
                CONDITION,
                f"a condition of the group is left out ({reason}); more people are asked than in the form",
            )
        return found, False

    def _group(self, group: Group, row: Row, conditions: list[Entry], depth: int) -> None:
        """A section of its own; later questions go into a section with the title of the enclosing group."""
        title = self.text(row, "label")
        if title is None and self.groups and self.section is not None:  # nothing that a reader would see
            self._walk(group, conditions, depth + 1)
            return
        self.groups.append({"name": row.name, "title": title})
        self.section = self._new_section()
        self._walk(group, conditions, depth + 1)
        self.groups.pop()
        self.section = None

    def _new_section(self) -> Entry:
        """A section for the innermost open group, or for questions outside groups; it is kept if a question comes."""
        title = self.settings.get("form_title") or "Questions"
        name, heading = f"section_{len(self.sections) + 1}", None
        if self.groups:
            name, heading = self.groups[-1]["name"], self.groups[-1]["title"]
        code = from_name(name) if self.roles and self.groups else new_code(name, self.section_codes, "section")
        section: Entry = {"name": code, "title": heading or {self.source: title}, "items": []}
        self.sections.append(section)
        return section

    def _entries(self) -> list[Entry]:
        """Where the next question goes."""
        if self.section is None:
            self.section = self._new_section()
        self._settle_notes(self.section)
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
        if row["relevant"]:
            self.note(row, CHANGED, "is shown to everybody: the condition of a note is left out")
        self.pending.append(Pending(row, text, self.section))

    def _settle_notes(self, section: Entry | None) -> None:
        """Notes before the questions of a section are its instruction, before all questions the introduction.

        `section` is where a question comes next; None at the end of the form.
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
            elif first or section is None:
                part = "introduction" if first else "closing"
                used = {paragraph["name"] for paragraph in self.parts[part]}
                name = new_code(note.row.name or part, used, part)
                self.parts[part].append({"name": name, "text": note.text})
            else:
                self.note(
                    note.row, LEFT_OUT, "a note between questions; write it into the hint of the question after it"
                )
        if section is not None and instruction:
            languages = dict.fromkeys(code for text in instruction for code in text)
            section["instruction"] = {
                code: "\n\n".join(text[code] for text in instruction if code in text)[:5_000] for code in languages
            }
        self.pending = []

    # -- questions -------------------------------------------------------------------------------------------------
    def _row(self, row: Row, conditions: list[Entry]) -> None:
        kind, rest = xlsform_type(row["type"])
        if kind == item_types.METADATA:
            self.note(row, LEFT_OUT, "data about the device or the moment are not collected")
        elif kind == item_types.CALCULATION:
            self.note(row, LEFT_OUT, "a value that the form works out, not a question")
        elif kind == item_types.NOTE:
            self._note_row(row)
        elif kind in ITEM_TYPES:
            self._question(row, kind, rest, conditions)
        else:
            what = UNKNOWN_TYPES.get(kind)
            self.note(row, LEFT_OUT, f"{what} cannot be asked" if what else f"the type “{row['type'][:60]}” is unknown")

    def _code(self, row: Row) -> str:
        if self.roles:
            self.taken.add(from_name(row.name))
            return from_name(row.name)
        code = new_code(row.name, self.taken, f"question_{row.number}")
        if code != row.name:
            self.note(row, CHANGED, f"its code is {code}" if row.name else f"has no name; its code is {code}")
        return code

    def _question(self, row: Row, kind: str, rest: str, conditions: list[Entry]) -> None:
        role = row[EXTRAS] if self.roles else ""
        if role == ROLE_OTHER:
            self._open_option(row)
            return
        if role == ROLE_RANK:
            self._rank_part(row, kind, rest, conditions)
            return
        item: Entry = {"type": kind}
        cls = ITEM_TYPES[kind]
        if issubclass(cls, OptionsItem) and not self._options(item, row, rest):
            return
        if cls is DecimalItem and not self.roles:
            item["places"] = 6  # the form has no limit
        self._place(item, row, conditions, rest.partition(" ")[0])

    def _place(self, item: Entry, row: Row, conditions: list[Entry], list_name: str = "") -> None:
        """Finish an item, and put it where the next question goes."""
        condition = self._condition(row, conditions)
        if condition is None:
            return
        entries = self._entries()
        item |= {"name": self._code(row), "text": self.label(row)} | condition
        self._finish(item, row)
        entries.append(self._ordered(item))
        self._remember(entries[-1], row, list_name)

    def _remember(self, item: Entry, row: Row, list_name: str) -> None:
        self.seen[row.name] = self.items[item["name"]] = item
        self.list_of[item["name"]] = list_name
        if any(option.get("open") for option in item.get("options", ())):
            self.taken.add(f"{item['name']}_other")

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
            self.note(
                row, CHANGED, "an answer is required only in some cases, which is not possible: it is not required"
            )
        if row["constraint"]:
            found, reasons = bounds(row["constraint"], ITEM_TYPES[item["type"]])
            most = len(item.get("options", ()))
            if most and found.get("min", 0) > most:
                reasons.append(f"at least {found['min']} choices, of {most} options")
            item |= {name: bound for name, bound in found.items() if not most or bound <= most}
            for reason in reasons:
                self.note(row, CHANGED, f"{reason}; it is left out")
        if row["default"] and not self.roles:
            self.note(row, CHANGED, "the answer filled in beforehand is left out")

    # -- options ---------------------------------------------------------------------------------------------------
    def _options(self, item: Entry, row: Row, rest: str) -> bool:
        """Set the options of an item; whether there are any. Notes the row as left out if not."""
        cls = ITEM_TYPES[item["type"]]
        name, _, suffix = rest.partition(" ")
        filtered = FILTER.fullmatch(row["choice_filter"])
        if filtered and issubclass(cls, SelectItem) and self._is_offered(filtered[1]):
            item["choices_of"] = self.seen[filtered[1]]["name"]
            return True
        options = [dict(option) for option in self.lists.get(name, ())]
        if not options:
            self.note(row, LEFT_OUT, f"the list “{name or '(blank)'}” is not on the sheet choices")
            return False
        if len(options) > MOST_OPTIONS:
            self.note(
                row, LEFT_OUT, f"the list “{name}” has {len(options)} options; at most {MOST_OPTIONS} can be offered"
            )
            return False
        if row["choice_filter"]:
            self.note(row, CHANGED, "all options are offered: the choice_filter cannot be taken")
        if " ".join(suffix.lower().split("_")) in ("or other", "or specify other"):
            other = {code: words.translate("other_option", code) for code in self._translated_languages()}
            used = {option["name"] for option in options}
            options.append({"name": new_code("other", used, "other"), "text": other, "open": True})
        if not self.roles and issubclass(cls, SelectItem):
            dont_know = next((option["text"] for option in options if option["name"] == DONT_KNOW), False)
            options = [option for option in options if option["name"] != DONT_KNOW]
            if not options:
                self.note(row, LEFT_OUT, f"the list “{name}” has no option beside “don’t know”")
                return False
            item["dont_know"] = dont_know
        item["options"] = options
        if issubclass(cls, RankItem):
            item["ranks"] = len(options)
        return True

    def _translated_languages(self) -> list[str]:
        """The form's languages in which we have words of our own, the source language first."""
        return list(
            dict.fromkeys([self.source, *(code for code in self.languages.values() if code in words.WORDS.languages)])
        )

    def _is_offered(self, name: str) -> bool:
        earlier = self.seen.get(name)
        return earlier is not None and issubclass(ITEM_TYPES[earlier["type"]], OptionsItem)

    def _code_of(self, item: Entry, option: str) -> str | None:
        """The code of an option that a condition names."""
        code = self.codes.get(self.list_of.get(item["name"], ""), {}).get(option, option)
        offered = item
        while "choices_of" in offered:
            offered = self.items[offered["choices_of"]]
        options = offered.get("options") or self.scales.get(offered.get("scale", ""), {}).get("points", ())
        known = {option["name"] for option in options} | ({DONT_KNOW} if offered.get("dont_know") else set())
        return code if code in known or self.roles else None

    # -- conditions ------------------------------------------------------------------------------------------------
    def _condition(self, row: Row, conditions: Sequence[Entry]) -> Entry | None:
        """The field `relevant` of an item, if it has one; None if it is never asked. Notes what is left out."""
        if is_false(row["relevant"]):
            self.note(row, LEFT_OUT, "is never asked: its condition is always false")
            return None
        own, reasons = relevant(row["relevant"], self.seen, self._code_of)
        for reason in reasons:
            self.note(row, CONDITION, f"a condition is left out ({reason}); more people are asked than in the form")
        try:
            kept, left = joined([*conditions, *own], self.items)
        except NotTakenError as error:
            self.note(row, LEFT_OUT, str(error))
            return None
        for condition in left:
            options = " or ".join(condition["options"])
            self.note(
                row,
                CONDITION,
                f"it depends on several questions at once; “{condition['item']} is {options}” is left out",
            )
        return {"relevant": kept} if kept else {}

    # -- matrices --------------------------------------------------------------------------------------------------
    @staticmethod
    def _matrix_list(group: Group) -> str | None:
        """The list that the rows of a group share, if the form shows it as a table."""
        row = group.row
        shown = "table-list" in (row["appearance"] if row else "")
        questions: list[tuple[str, str]] = []
        for part in group.rows:
            kind, rest = xlsform_type(part["type"])
            if ITEM_TYPES.get(kind) is SelectOneItem and not part["choice_filter"]:
                questions.append((rest, part["appearance"]))
            elif kind in ITEM_TYPES or kind in UNKNOWN_TYPES:
                return None
        shown = shown or any("list-nolabel" in appearance for _, appearance in questions)
        asked = [name for name, appearance in questions if appearance.strip() != "label"]
        if not shown or not asked or len({name for name, _ in questions}) > 1 or len(group.rows) < len(group.parts):
            return None
        return asked[0]

    def _matrix(self, group: Group, row: Row, list_name: str, conditions: list[Entry]) -> None:
        head = next((part for part in group.rows if part["appearance"].strip() == "label"), None)
        text = self.text(row, "label") or (self.text(head, "label") if head else None)
        rows = [part for part in group.rows if part is not head]
        self._add_matrix(row, text, list_name, rows, conditions)

    def _score(self, group: Group, row: Row, conditions: list[Entry]) -> None:
        """A rating table as Kobo's form builder writes it."""
        rows = [part for part in group.rows if xlsform_type(part["type"])[0] == item_types.SCORE_ROW]
        self._add_matrix(row, self.text(row, "label"), row["kobo--score-choices"], rows, conditions)

    def _add_matrix(
        self, row: Row, text: Mapping[str, str] | None, list_name: str, rows: list[Row], conditions: list[Entry]
    ) -> None:
        scale = self._scale(list_name, row)
        if scale is None:
            for part in rows:
                self.note(part, LEFT_OUT, "belongs to a table that is left out")
            return
        entries = self._entries()
        matrix: Entry = {"name": self._code(row), "type": "matrix", "text": text or {self.source: row.name or "?"}}
        if text is None:
            self.note(row, CHANGED, "the table has no label; its name is used instead")
        matrix |= {"scale": scale, "rows": []}
        for part in rows:
            kind, _ = xlsform_type(part["type"])
            if kind not in ITEM_TYPES and kind != item_types.SCORE_ROW:
                self.note(part, LEFT_OUT, "a table holds only its rows")
                continue
            if (condition := self._condition(part, conditions)) is None:
                continue
            item: Entry = {"name": self._code(part), "type": item_types.ROW, "text": self.label(part)} | condition
            self._finish(item, part)
            matrix["rows"].append(item)
            self._remember(item, part, list_name)
            self.items[item["name"]] = item | {"scale": scale}
            self.seen[part.name] = self.items[item["name"]]
        if matrix["rows"]:
            entries.append(matrix)

    def _scale(self, name: str, row: Row) -> str | None:
        """The code of the scale that a list becomes; None where the list has too few points, which is noted."""
        code = name.removeprefix("scale_") if self.roles else name
        if code in self.scales:
            return code
        points = [dict(point) for point in self.lists.get(name, ())]
        dont_know = next((point["text"] for point in points if point["name"] == DONT_KNOW), None)
        points = [point for point in points if point["name"] != DONT_KNOW]
        if not 2 <= len(points) <= MOST_OPTIONS:
            self.note(row, LEFT_OUT, f"the list “{name or '(blank)'}” of this table needs two points or more")
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
    def _ranking(self, group: Group, row: Row, conditions: list[Entry]) -> None:
        """A ranking as Kobo's form builder writes it: its options are a list, its places the rows."""
        item: Entry = {"type": item_types.RANK}
        if not self._options(item, row, row["kobo--rank-items"]):
            return
        places = sum(xlsform_type(part["type"])[0] == item_types.RANKING_LEVEL for part in group.rows)
        item["ranks"] = min(places or len(item["options"]), len(item["options"]))
        self._place(item, row, conditions, row["kobo--rank-items"])

    def _open_option(self, row: Row) -> None:
        items = self._entries()
        chosen = {match[2] for match in SELECTED.finditer(row["relevant"])}
        options = items[-1].get("options", ()) if items else ()
        for option in options:
            if option["name"] in chosen:
                option["open"] = True
        if not any(option["name"] in chosen for option in options):
            self.note(row, LEFT_OUT, "this free text belongs to an option of the question above it, and none is named")

    def _rank_part(self, row: Row, kind: str, rest: str, conditions: list[Entry]) -> None:
        name, _, place = row.name.rpartition("_")
        items = self.section["items"] if self.section else []
        if place != "1":
            if items and items[-1]["name"] == from_name(name):
                items[-1]["ranks"] = items[-1].get("ranks", 0) + 1
            else:
                self.note(row, LEFT_OUT, "the first place of this ranking is missing")
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
