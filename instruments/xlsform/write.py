"""A survey's definition to XLSForm."""

import json
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, cast

from ctnat.ui.countries import country_choices
from ctnat.ui.languages import english_name
from ctnat.ui.workbook import Workbook
from instruments.item_types import has_partial_ranking, xlsform_cells, xlsform_constraint
from instruments.logic.tree import LogicError, Tree, each_once, from_stored, replace
from instruments.logic.writing import write
from instruments.removing import items_in
from instruments.schema import DONT_KNOW, OptionsItem, Survey, parse, quotes_in, source_language
from instruments.schema.items import SelectOneItem
from instruments.texts import is_text, languages_of
from instruments.xlsform.names import (
    EXTRAS,
    EXTRAS_HEADER,
    ROLE_INSTRUCTION,
    ROLE_OTHER,
    ROLE_PARAGRAPH,
    ROLE_RANK,
    ROLE_WORDS,
    to_name,
)
from instruments.xlsform.quoting import as_in_form
from instruments.xlsform.reading import read_plain

COUNTRIES = "countries"
FILTER_COLUMN, EVERY = "offered", "*"  # a column of the choices; its cell for an option that is always offered
PLAIN = ("type", "name", "appearance", "relevant", "constraint", "required", "choice_filter", EXTRAS)
Row = dict[str, Any]


def to_xlsform(definition: dict[str, Any], *, form_id: str, version: int | str) -> bytes:
    """The workbook. Reading it back gives `definition` again, because what is lost goes to the sheet `ctnat`."""
    languages, source = languages_of(definition), source_language(definition)
    writer = _Writer(definition)
    survey, choices = writer.rows()
    settings = {
        "form_title": definition["title"][source],
        "form_id": form_id,
        "version": str(version),
        "default_language": column_language(source),
    }
    sheets = {"survey": survey, "choices": choices, "settings": [settings]}
    tables: dict[str, list[list[str]]] = {}
    for name, rows in sheets.items():
        header = _header(rows, languages) or ["list_name", "name"]  # of a form without choices
        tables[name] = [header, *[[_cell(row, column, writer.quoted_name) for column in header] for row in rows]]
    plain = read_plain(tables, roles=True).definition
    tables[EXTRAS] = [list(EXTRAS_HEADER), *[list(extra) for extra in extras(plain, definition)]]
    target = BytesIO()
    with Workbook(target, title=settings["form_title"], creator="CT-NAT") as book:
        for name, (head, *rest) in tables.items():
            book.sheet(name, head, rest)
    return target.getvalue()


def column_language(code: str) -> str:
    """`Georgian (ka)`, as the columns' headings name a language."""
    return f"{english_name(code)} ({code})"


def _header(rows: list[Row], languages: list[str]) -> list[str]:
    used = [key for row in rows for key in row]
    plain = [key for key in dict.fromkeys([*("list_name",), *PLAIN, *used]) if key in used and key not in TEXTS]
    translated = [f"{key}::{column_language(code)}" for key in TEXTS if key in used for code in languages]
    return [*plain[:2], *translated, *plain[2:]] if translated else plain


TEXTS = ("label", "hint", "constraint_message")


def _cell(row: Row, column: str, quoted_name: Callable[[str], str]) -> str:
    key, _, language = column.partition("::")
    value = row.get(key)
    if isinstance(value, dict):
        return as_in_form(str(value.get(language.rpartition("(")[2].rstrip(")"), "")), quoted_name)
    return "" if value is None else str(value)


class _Writer:
    """Collects the rows of the sheets `survey` and `choices`."""

    def __init__(self, definition: dict[str, Any]):
        self.definition = definition
        self.source = source_language(definition)
        self.document = cast(Survey, parse("survey", definition))
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.lists: set[str] = set()
        self.in_words: dict[str, str] = {}  # code of a quoted item -> the calculation that gives its answer in words
        self.quoted = quotes_in(definition)
        self.items = {item["name"]: item for item in items_in(definition)}

    def rows(self) -> tuple[list[Row], list[Row]]:
        for scale in self.definition.get("scales", ()):
            self._scale(scale["name"])
        self._paragraphs("introduction")
        for section in self.definition["sections"]:
            begin = {"type": "begin_group", "name": to_name(section["name"]), "label": section["title"]}
            self.survey.append(begin | self._relevant(section))
            if "instruction" in section:
                name = f"{to_name(section['name'])}_instruction"
                row = {"type": "note", "name": name, "label": section["instruction"], EXTRAS: ROLE_INSTRUCTION}
                self.survey.append(row)
            for entry in section["items"]:
                self._matrix(entry) if "rows" in entry else self._item(entry)
                for item in entry.get("rows", [entry]):
                    self._words(item)
            self.survey.append({"type": "end_group", "name": to_name(section["name"])})
        self._paragraphs("closing")
        return self.survey, self.choices

    def _paragraphs(self, part: str) -> None:
        for paragraph in self.definition.get(part, ()):
            name = f"{part}_{paragraph['name']}"
            self.survey.append({"type": "note", "name": name, "label": paragraph["text"], EXTRAS: ROLE_PARAGRAPH})

    def _list(self, name: str, options: list[Row]) -> str:
        if name not in self.lists:
            self.lists.add(name)
            by = filter_column(options) or {}
            self.choices += [
                {"list_name": name, "name": o["name"], "label": o["text"]}
                | ({FILTER_COLUMN: by[o["name"]]} if o["name"] in by else {})
                for o in options
            ]
        return name

    def quoted_name(self, code: str) -> str:
        """What is quoted for an item: a calculation that gives its answer in words, else its answer."""
        return self.in_words.get(code) or to_name(code)

    def _words(self, item: Row) -> None:
        """A calculation of the answer in words, if a text quotes it: `${name}` is the name of the chosen option."""
        code, name = item["name"], to_name(item["name"])
        parsed = self.document.by_name[code]
        if code not in self.quoted or not (isinstance(parsed, SelectOneItem) or has_partial_ranking(parsed)):
            return
        names = [name]
        if has_partial_ranking(parsed):
            names = [f"{name}_{place}" for place in range(1, item["ranks"] + 1)]
        words = [f"jr:choice-name(${{{each}}}, '${{{each}}}')" for each in names]
        self.in_words[code] = f"{name}_words"
        while self.in_words[code] in {to_name(other) for other in self.items}:
            self.in_words[code] += "_"
        calculation = words[0] if len(words) == 1 else "concat({})".format(", ', ', ".join(words))
        row = {"type": "calculate", "name": self.in_words[code], "calculation": calculation}
        self.survey.append(row | {EXTRAS: f"{ROLE_WORDS}{code}"})

    def _scale(self, name: str) -> str:
        scale = next(scale for scale in self.definition["scales"] if scale["name"] == name)
        dont_know = [{"name": DONT_KNOW, "text": scale["dont_know"]}] if scale.get("dont_know") else []
        return self._list(f"scale_{name}", [*scale["points"], *dont_know])

    def _matrix(self, matrix: Row) -> None:
        name = to_name(matrix["name"])
        begin = {"type": "begin_group", "name": name, "label": matrix["text"], "appearance": "table-list"}
        self.survey.append(begin | self._relevant(matrix))
        options = matrix.get("options")
        shared = self._list(f"options_{name}", options) if options else self._scale(matrix["scale"])
        for row in matrix["rows"]:
            self.survey.append(self._base(row) | self._rule(row) | {"type": f"{row['type']} {shared}"})
        self.survey.append({"type": "end_group", "name": name})

    def _base(self, item: Row) -> Row:
        row: Row = {"name": to_name(item["name"]), "label": item["text"]}
        if "hint" in item:
            row["hint"] = item["hint"]
        if item.get("required"):
            row["required"] = "yes"
        return row | self._relevant(item)

    def _relevant(self, entry: Row) -> Row:
        """The condition of an item, a matrix or a section as a cell."""
        if not entry.get("relevant"):
            return {}
        return {"relevant": write(replace(from_stored(entry["relevant"]), self._places), to_name)}

    def _places(self, code: str) -> Tree | None:
        """The answer to a partial ranking, whose places are questions of their own in the form."""
        item = self.document.by_name.get(code)
        if item is None or not has_partial_ranking(item):
            return None
        places: list[Tree] = [["item", f"{code}_{place}"] for place in range(1, self.items[code]["ranks"] + 1)]
        return ["concat", *[part for place in places for part in (place, ["str", " "])][:-1]]

    def _options_list(self, item: Row) -> str:
        if item.get("scale"):
            return self._scale(item["scale"])
        if item.get("choices_of"):
            return self._options_list(self.items[item["choices_of"]])
        if item.get("source"):
            offered = country_choices(self.source)
            return self._list(COUNTRIES, [{"name": code, "text": {self.source: name}} for code, name in offered])
        return self._list(f"options_{to_name(item['name'])}", item["options"])

    def _rule(self, item: Row) -> Row:
        """Which answers are allowed, as cells."""
        rules = [xlsform_constraint(self.document.by_name[item["name"]])]
        if item.get("constraint"):
            rules.append(write(replace(from_stored(item["constraint"], own=True), self._places), to_name))
        if "unapplied" in item:
            rules.append(item["unapplied"])
        constraint = " and ".join(f"({rule})" if " or " in rule else rule for rule in rules if rule)
        message = item.get("constraint_message")
        return ({"constraint": constraint} if constraint else {}) | ({"constraint_message": message} if message else {})

    def _item(self, item: Row) -> None:
        kind, parsed = item["type"], self.document.by_name[item["name"]]
        row = self._base(item) | self._rule(item)
        if not isinstance(parsed, OptionsItem):
            self.survey.append(row | xlsform_cells(parsed))
            return
        name = self._options_list(item)
        if item.get("choices_of"):
            row["choice_filter"] = f"selected(${{{to_name(item['choices_of'])}}}, name)"
        if (offered := self._offered(item)) is not None:
            row["choice_filter"] = offered
        if has_partial_ranking(parsed):
            self._partial_rank(item, row, name)
        else:
            self.survey.append(row | {"type": f"{kind} {name}"})
        self._other(item, [row["name"]])

    def _offered(self, item: Row) -> str | None:
        """The choice filter; None where all options are always offered, or it would be too long for a form."""
        tree = filter_tree(item.get("options", ()))
        try:
            return write(replace(tree, self._places), to_name) if tree else None
        except LogicError:
            return None  # the sheet `ctnat` keeps it

    def _partial_rank(self, item: Row, row: Row, options: str) -> None:
        """XLSForm ranks all choices or none, so the first few places become single choices that must differ."""
        for place in range(1, item["ranks"] + 1):
            part = {**row, "name": f"{row['name']}_{place}", "type": f"select_one {options}", EXTRAS: ROLE_RANK}
            part["label"] = {code: f"{label} ({place})" for code, label in item["text"].items()}
            if place > 1:
                part["constraint"] = " and ".join(f". != ${{{row['name']}_{other}}}" for other in range(1, place))
            self.survey.append(part)

    def _other(self, item: Row, names: list[str]) -> None:
        opened = [option for option in item.get("options", ()) if option.get("open")]
        if not opened:
            return
        if has_partial_ranking(self.document.by_name[item["name"]]):
            names = [f"{names[0]}_{place}" for place in range(1, item["ranks"] + 1)]
        chosen = [f"selected(${{{name}}}, '{option['name']}')" for option in opened for name in names]
        self.survey.append(
            {
                "type": "text",
                "name": f"{to_name(item['name'])}_other",
                "label": opened[0]["text"],
                "relevant": " or ".join(chosen),
                EXTRAS: ROLE_OTHER,
            }
        )


def _shared(trees: list[Tree]) -> tuple[str, str] | None:
    """(operator, item) if every tree compares the answer to one item with a text in the same way."""
    found = {
        (tree[0], tree[1][1]) if tree[0] in ("=", "selected") and (tree[1][0], tree[2][0]) == ("item", "str") else None
        for tree in trees
    }
    return next(iter(found)) if len(found) == 1 else None


def _filters(options: Iterable[Row]) -> dict[str, Tree]:
    return {option["name"]: option["offered_if"] for option in options if option.get("offered_if")}


def filter_column(options: list[Row]) -> dict[str, str] | None:
    """Option -> its cell in the column that its choice filter reads; None where all are always offered."""
    trees = _filters(options)
    if not trees:
        return None
    numbered = each_once(trees.values())
    same = _shared(numbered)
    cells = {name: tree[2][1] if same else str(numbered.index(tree) + 1) for name, tree in trees.items()}
    return {option["name"]: cells.get(option["name"], EVERY) for option in options}


def filter_tree(options: Iterable[Row]) -> Tree | None:
    """The choice filter that reads the column of `filter_column`."""
    trees = _filters(options)
    if not trees:
        return None
    column: Tree = ["column", FILTER_COLUMN]
    always: Tree = ["=", column, ["str", EVERY]]
    numbered = each_once(trees.values())
    if shared := _shared(numbered):
        return ["or", always, [shared[0], ["item", shared[1]], column]]
    return ["or", always, *(["and", ["=", column, ["str", str(n)]], tree] for n, tree in enumerate(numbered, 1))]


def extras(plain: Any, wanted: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, field, JSON) of each field that is missing or different when `plain` is read back without extras."""
    for key in dict.fromkeys([*wanted, *plain]):
        here = f"{path}/{key}".strip("/")
        if key not in wanted:
            yield path, key, "null"
        elif key not in plain:
            yield path, key, json.dumps(wanted[key], ensure_ascii=False)
        elif plain[key] != wanted[key]:
            yield from _differences(plain[key], wanted[key], path, key, here)


def _differences(plain: Any, wanted: Any, path: str, key: str, here: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(plain, list) and isinstance(wanted, list) and _names(plain) == _names(wanted) is not None:
        for old, new in zip(plain, wanted, strict=True):
            yield from extras(old, new, f"{here}/{new['name']}")
    elif isinstance(plain, dict) and isinstance(wanted, dict) and not is_text(wanted):
        yield from extras(plain, wanted, here)
    else:
        yield path, key, json.dumps(wanted, ensure_ascii=False)


def _names(entries: list[Any]) -> list[str] | None:
    found = [entry["name"] for entry in entries if isinstance(entry, dict) and "name" in entry]
    return found if found and len(found) == len(entries) else None
