"""XLSForm to a survey's definition, with a line for every row that cannot be taken."""

import json
from collections.abc import Mapping

from ctnat.ui.tables import TableError, read_workbook
from instruments import paths
from instruments.schema import DONT_KNOW, SOURCE_LANGUAGE, DefinitionError, parse
from instruments.xlsform.cells import Cells, Entry, Tables
from instruments.xlsform.conditions import FILTER, SELECTED, constrain, relevant
from instruments.xlsform.names import (
    EXTRAS,
    ROLE_INSTRUCTION,
    ROLE_OTHER,
    ROLE_PARAGRAPH,
    ROLE_RANK,
    from_name,
)

SKIPPED = frozenset(
    ["start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit", "start-geopoint"]
)
SUPPORTED = "select_one, select_multiple, rank, text, integer, note, begin_group and end_group"


def from_xlsform(content: bytes) -> Entry:
    """The definition, checked. Raises `DefinitionError` naming sheet and row of everything that cannot be taken."""
    try:
        tables = read_workbook(content)
    except TableError as error:
        raise DefinitionError([str(error)]) from None
    definition = read_plain(tables, roles=EXTRAS in tables)
    definition = _with_extras(definition, tables.get(EXTRAS) or [])
    parse("survey", definition)
    return definition


def read_plain(tables: Tables, *, roles: bool) -> Entry:
    """The definition that the plain sheets give, not yet checked as a whole.

    With `roles`, our own column says which rows belong together.
    """
    reader = _Reader(tables, roles=roles)
    definition = reader.read()
    if reader.faults:
        raise DefinitionError(reader.faults)
    return definition


def _with_extras(definition: Entry, rows: list[list[str]]) -> Entry:
    faults = []
    for number, row in enumerate(rows[1:], 2):
        path, field, said = [*row, "", "", ""][:3]
        if not field:
            continue
        try:
            value = json.loads(said)
            holder = paths.at(definition, path)
            holder[field] = value
            if value is None:
                del holder[field]
        except (ValueError, RecursionError):
            faults.append(f"sheet {EXTRAS}, row {number}: the value is no valid JSON. Take it from a fresh export.")
        except (paths.PathError, TypeError):
            continue  # the item was removed from the form: what was known of it goes with it
    if faults:
        raise DefinitionError(faults)
    return definition


class _Reader(Cells):
    def __init__(self, tables: Tables, *, roles: bool):
        super().__init__(tables)
        self.roles = roles
        self.scales: dict[str, Entry] = {}
        self.sections: list[Entry] = []
        self.parts: dict[str, list[Entry]] = {"introduction": [], "closing": []}
        self.group: Entry | None = None  # the section whose group is open
        self.loose: Entry | None = None  # the section of questions outside groups
        self.matrix: Entry | None = None
        self.seen: dict[str, Entry] = {}

    def read(self) -> Entry:
        for number, row in self._table("choices", required=False):
            self._choice(row, f"sheet choices, row {number}")
        for number, row in self._table("survey"):
            self._row(row, f"sheet survey, row {number}")
        if self.group is not None or self.matrix is not None:
            self.faults.append("sheet survey: a begin_group has no end_group. Add the row end_group.")
        title = self.settings.get("form_title") or "Survey"
        definition: Entry = {"kind": "survey", "title": {SOURCE_LANGUAGE: title}}
        definition |= {part: found for part, found in self.parts.items() if found}
        if self.scales:
            written = {name.removeprefix("scale_") if self.roles else name: n for n, name in enumerate(self.choices)}
            definition["scales"] = sorted(self.scales.values(), key=lambda scale: written.get(scale["name"], 0))
        definition["sections"] = [section for section in self.sections if section["items"]]
        if not definition["sections"] and not self.faults:
            self.faults.append("sheet survey: holds no question.")
        return definition

    # -- rows of the survey sheet --------------------------------------------------------------------------------
    def _row(self, row: Mapping[str, str], where: str) -> None:
        said = " ".join(row.get("type", "").split())
        kind, _, rest = said.partition(" ")
        kind = {
            "begin": f"begin_{rest}",
            "end": f"end_{rest}",
            "select1": "select_one",
            "string": "text",
            "int": "integer",
        }.get(kind, kind)
        if kind in SKIPPED:
            return
        if kind == "begin_group":
            self._begin(row, where)
        elif kind == "end_group":
            self._end(where)
        elif kind == "note":
            self._note(row, where)
        elif kind in ("select_one", "select_multiple", "rank", "text", "integer"):
            self._question(row, kind, rest, where)
        else:
            self.faults.append(f"{where}: the type {said or '(blank)'!r} cannot be taken. Possible are {SUPPORTED}.")

    def _code(self, row: Mapping[str, str], where: str) -> str:
        name = row.get("name", "")
        if not name:
            self.faults.append(f"{where}: has no name.")
        return from_name(name) if self.roles else name

    def _begin(self, row: Mapping[str, str], where: str) -> None:
        if row.get("relevant"):
            self.faults.append(f"{where}: a condition on a whole group cannot be taken. Put it on each question.")
        appearance = row.get("appearance", "")
        if "table-list" in appearance or (self.group is not None and "field-list" in appearance):
            if self.matrix is not None:
                self.faults.append(f"{where}: a matrix inside a matrix cannot be taken.")
            label = self._label(row, where) if "table-list" in appearance else {}
            self.matrix = {"name": self._code(row, where), "type": "matrix", "text": label, "scale": "", "rows": []}
        elif self.group is not None:
            self.faults.append(f"{where}: a group inside a group cannot be taken, unless it is a matrix (table-list).")
        else:
            section: Entry = {"name": self._code(row, where), "title": self._label(row, where), "items": []}
            self.sections.append(section)
            self.group, self.loose = section, None

    def _end(self, where: str) -> None:
        if self.matrix is not None:
            matrix, self.matrix = self.matrix, None
            if not matrix["rows"] or not matrix["text"]:
                self.faults.append(f"{where}: this matrix has no rows with appearance list-nolabel, or no label.")
            self._entries().append(matrix)
        elif self.group is not None:
            self.group = None
        else:
            self.faults.append(f"{where}: this end_group has no begin_group.")

    def _entries(self) -> list[Entry]:
        """Where the next question goes: the open group, or a section for the questions outside groups."""
        if self.group is None and self.loose is None:
            title = self.settings.get("form_title") or "Questions"
            name = f"section_{len(self.sections) + 1}"
            self.loose = {"name": name, "title": {SOURCE_LANGUAGE: title}, "items": []}
            self.sections.append(self.loose)
        items: list[Entry] = (self.group or self.loose or {})["items"]
        return items

    def _note(self, row: Mapping[str, str], where: str) -> None:
        text, role = self._label(row, where), row.get(EXTRAS, "") if self.roles else ""
        name = row.get("name", "")
        if role == ROLE_INSTRUCTION or (self.group is not None and not self.group["items"] and not role):
            if self.group is None or "instruction" in self.group:
                self.faults.append(f"{where}: a section has one instruction, and it stands in its group.")
            else:
                self.group["instruction"] = text
            return
        if self.group is not None:
            self.faults.append(f"{where}: a note between questions cannot be taken. Make it a question's hint.")
            return
        part = "closing" if self.sections else "introduction"
        if role == ROLE_PARAGRAPH:
            part, _, name = name.partition("_")
        if part not in self.parts or not name:
            self.faults.append(f"{where}: needs a name.")
            return
        self.parts[part].append({"name": name, "text": text})

    def _question(self, row: Mapping[str, str], kind: str, rest: str, where: str) -> None:
        role = row.get(EXTRAS, "") if self.roles else ""
        code = self._code(row, where)
        if role == ROLE_OTHER:
            self._open_option(row, where)
            return
        if role == ROLE_RANK:
            self._rank_part(row, code, rest, where)
            return
        if self.matrix is not None:
            self._matrix_row(row, kind, rest, code, where)
            return
        item: Entry = {"name": code, "type": kind, "text": self._label(row, where)}
        if hint := self._text(row, "hint", where):
            item["hint"] = hint
        if kind in ("select_one", "select_multiple", "rank"):
            self._options(item, row, rest, where)
        self._conditions(item, row, where)
        self.seen[row.get("name", "")] = item
        self._entries().append(item)

    def _options(self, item: Entry, row: Mapping[str, str], rest: str, where: str) -> None:
        name, _, suffix = rest.partition(" ")
        if choice_filter := row.get("choice_filter"):
            found = FILTER.fullmatch(choice_filter)
            earlier = self.seen.get(found[1]) if found else None
            if earlier is None:
                self.faults.append(
                    f"{where}: this choice_filter cannot be taken; only “selected(${{item}}, name)” can."
                )
            else:
                item["choices_of"] = earlier["name"]
            return
        options = [dict(option) for option in self.choices.get(name, ())]
        if not options:
            self.faults.append(f"{where}: the list {name or '(blank)'!r} is not on the sheet choices.")
        if suffix == "or_other":
            options.append({"name": "other", "text": {SOURCE_LANGUAGE: "Other – please specify"}, "open": True})
        elif suffix:
            self.faults.append(f"{where}: {suffix!r} after the list cannot be taken.")
        item["options"] = options
        if item["type"] == "rank":
            item["ranks"] = len(options)

    def _conditions(self, item: Entry, row: Mapping[str, str], where: str) -> None:
        if row.get("required", "").lower() in ("yes", "true", "true()", "1"):
            item["required"] = True
        if said := row.get("relevant"):
            item["relevant"] = relevant(said, where, self.faults)
            item["relevant"]["item"] = from_name(item["relevant"]["item"]) if self.roles else item["relevant"]["item"]
        if constraint := row.get("constraint"):
            constrain(item, constraint, where, self.faults)

    # -- what belongs to a matrix or to an item before it ----------------------------------------------------------
    def _matrix_row(self, row: Mapping[str, str], kind: str, rest: str, code: str, where: str) -> None:
        matrix = self.matrix
        if matrix is None:
            return
        if kind != "select_one":
            self.faults.append(f"{where}: a row of a matrix must be select_one.")
            return
        if row.get("appearance") == "label":  # the heading of the older way to write a matrix
            matrix["text"] = self._label(row, where)
            return
        name = self._scale(rest, where)
        if matrix["scale"] not in ("", name):
            self.faults.append(f"{where}: all rows of a matrix share one list.")
        matrix["scale"] = name
        item: Entry = {"name": code, "type": "select_one", "text": self._label(row, where)}
        if hint := self._text(row, "hint", where):
            item["hint"] = hint
        self._conditions(item, row, where)
        self.seen[row.get("name", "")] = item
        matrix["rows"].append(item)

    def _scale(self, name: str, where: str) -> str:
        code = name.removeprefix("scale_") if self.roles else name
        if code not in self.scales:
            points = [dict(point) for point in self.choices.get(name, ())]
            dont_know = next((point["text"] for point in points if point["name"] == DONT_KNOW), None)
            points = [point for point in points if point["name"] != DONT_KNOW]
            if len(points) < 2:
                self.faults.append(f"{where}: the list {name or '(blank)'!r} needs two points or more.")
            self.scales[code] = {
                "name": code,
                "points": points,
                "favourable": "first",
                "dont_know": dont_know or {SOURCE_LANGUAGE: "Don’t know"},
            }
        return code

    def _open_option(self, row: Mapping[str, str], where: str) -> None:
        items = self._entries()
        chosen = {match[2] for match in SELECTED.finditer(row.get("relevant", ""))}
        options = items[-1].get("options", ()) if items else ()
        if not any(option["name"] in chosen for option in options):
            self.faults.append(f"{where}: this free text belongs to an option of the question above it; none is named.")
        for option in options:
            if option["name"] in chosen:
                option["open"] = True

    def _rank_part(self, row: Mapping[str, str], code: str, rest: str, where: str) -> None:
        items, (name, _, place) = self._entries(), code.rpartition("_")
        if place != "1":
            if items and items[-1]["name"] == name:
                items[-1]["ranks"] = items[-1].get("ranks", 0) + 1
            else:
                self.faults.append(f"{where}: the first place of this ranking is missing.")
            return
        item: Entry = {"name": name, "type": "rank"}
        item["text"] = {language: said.removesuffix(" (1)") for language, said in self._label(row, where).items()}
        if hint := self._text(row, "hint", where):
            item["hint"] = hint
        self._options(item, row, rest, where)
        item["ranks"] = 1
        self._conditions(item, row, where)
        items.append(item)
