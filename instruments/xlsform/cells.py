"""The cells of an XLSForm's sheets: rows by heading, texts in the languages that the headings name."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from ctnat.ui.languages import find_language
from instruments.decisions import UNKNOWN_LANGUAGE
from instruments.import_notes import CHANGED, LEFT_OUT, Note
from instruments.schema import CONTROL, PLACEHOLDERS, SOURCE_LANGUAGE
from instruments.schema.base import TEXT_LIMIT
from instruments.texts import is_language
from instruments.xlsform.names import EXTRAS
from instruments.xlsform.quoting import IN_FORM, LIKE_OURS, UNKNOWN, cut

Tables = Mapping[str, list[list[str]]]
Entry = dict[str, Any]
TEXT_COLUMNS = ("label", "hint", "constraint_message")
COLUMN_NAMES = {"relevance": "relevant", "caption": "label", "calculate": "calculation", "skipto": "relevant"}
MISSING = "NA"  # what R writes into blank cells; it is a name, too, in other columns than these
NEVER_MISSING = (
    *("type", "relevant", "constraint", "calculation", "appearance", "required", "choice_filter", "default"),
    *("list_name", "parameters", "repeat_count", "readonly", "read_only", "disabled"),
)
CURLY = re.compile(r"(?<!\$)\{([a-z_]+)\}")
LONGEST_TITLE = 500  # of a name that stands in for a text
MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_)(?=\S)([^*_]+?)(?<=\S)\1(?!\w)")  # Markdown


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, and its texts by column and language."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def name(self) -> str:
        return self["name"] or self["value"]

    @property
    def kind(self) -> str:
        """The first word of its type."""
        return self["type"].lower().partition(" ")[0] if self["type"] else ""


@dataclass(frozen=True)
class Heading:
    """A heading such as `label::Georgian (ka)`: `language` is None where it names none."""

    column: str
    language: str | None

    @classmethod
    def of(cls, heading: str) -> "Heading":
        column, mark, language = heading.partition("::")
        if not mark and (found := re.fullmatch(r"(label|hint)\s*:\s*(.+)", heading, re.IGNORECASE)):
            column, language, mark = found[1], found[2], ":"  # as it was written until 2012
        column = re.sub(r"\s+", "_", column.strip().lower())
        return cls(COLUMN_NAMES.get(column, column), language.strip() if mark else None)


class Cells:
    """Reads rows and texts, and collects in `notes` what cannot be taken as it is.

    `asked` is the language of texts whose heading names none, as far as the person who uploads the form has said it.
    """

    def __init__(self, tables: Tables, *, roles: bool, asked: str = ""):
        self.tables = {name.strip().lower(): rows for name, rows in reversed(list(tables.items()))}
        # Sheets and columns in which “NA” says that a cell is blank.
        self.blank: frozenset[tuple[str, str]] = frozenset()
        self.heads = {sheet: _head(self.tables.get(sheet) or []) for sheet in ("survey", "choices", "settings")}
        self.roles, self.notes = roles, list[Note]()
        if any(row[column] == MISSING for row in self._rows("survey", {}) for column in NEVER_MISSING):
            columns = (*TEXT_COLUMNS, *NEVER_MISSING)
            self.blank = frozenset([("survey", "name"), *((s, c) for s in ("survey", "choices") for c in columns)])
        self.settings: Mapping[str, str] = {}
        for row in self._rows("settings", {}):
            self.settings = row.cells
            break
        self.languages = self._languages(asked)
        self.source = self._source()

    def note(self, row: Row, kind: str, reason: str, **values: Any) -> None:
        """`reason` is a template, marked for translation where it is written."""
        self.notes.append(
            Note(row.sheet, row.number, row.name, kind, reason, {name: str(value) for name, value in values.items()})
        )

    # -- sheets and languages --------------------------------------------------------------------------------------
    def _rows(self, sheet: str, languages: Mapping[str | None, str]) -> Iterator[Row]:
        table, head = self.tables.get(sheet) or [], self.heads[sheet]
        headings = [Heading.of(cell) for cell in table[head]] if table else []
        for number, line in enumerate(table[head + 1 :], head + 2):
            cells: dict[str, str] = {}
            texts: dict[str, dict[str, str]] = {}
            for heading, cell in zip(headings, line, strict=False):
                if not heading.column or not cell or (cell == MISSING and (sheet, heading.column) in self.blank):
                    continue
                if heading.column in TEXT_COLUMNS:
                    if code := languages.get(heading.language):
                        texts.setdefault(heading.column, {}).setdefault(code, cell)
                elif heading.language is None:
                    cells.setdefault(heading.column, cell)
            if cells or texts:
                yield Row(sheet, number, cells, texts)

    def rows(self, sheet: str) -> list[Row]:
        return list(self._rows(sheet, self.languages))

    def outside_rows(self, sheet: str, columns: Mapping[str, str]) -> Iterator[Row]:
        """The options in a file beside the form, or on a sheet of their own. `columns`: what its value and label are
        called, where a question says it."""
        table = self.tables.get(sheet) or []
        if not table:
            return
        head = [_renamed(cell, columns) for cell in table[0]]
        self.tables[sheet], self.heads[sheet] = [head, *table[1:]], 0
        yield from self._rows(sheet, {**self.languages, None: self.languages.get(None, self.source)})

    def _languages(self, asked: str) -> dict[str | None, str]:
        """Language as a heading names it -> its code; None for headings that name none."""
        found: dict[str | None, str] = {}
        unknown: list[tuple[str, str]] = []
        unnamed: set[tuple[str, str]] = set()  # (sheet, column) of headings that name none
        named: set[tuple[str, str]] = set()
        for sheet in ("survey", "choices"):
            table = self.tables.get(sheet) or []
            for cell in table[self.heads[sheet]] if table else []:
                heading = Heading.of(cell)
                if heading.column not in TEXT_COLUMNS:
                    continue
                if heading.language is None:
                    unnamed.add((sheet, heading.column))
                elif code := language_code(heading.language):
                    found[heading.language] = code
                    named.add((sheet, heading.column))
                else:
                    unknown.append((sheet, cell))
        codes = set(found.values())
        if unnamed or not codes:
            default = language_code(self.settings.get("default_language", ""))
            same = codes.pop() if len(codes) == 1 and not unnamed & named else ""
            found[None] = asked or default or same or ("en" if self.roles else UNKNOWN_LANGUAGE)
            if unknown and len(found) == 1:
                found |= {Heading.of(unknown[0][1]).language: found[None]}
                unknown = [each for each in unknown if Heading.of(each[1]).language not in found]
        for sheet, column in dict.fromkeys(unknown):
            reason = gettext_noop(
                "The language of the column “{column}” is unknown. Write it with its code, such as “Georgian (ka)”, "
                "and import the form again."
            )
            self.note(Row(sheet, self.heads[sheet] + 1, {}, {}), LEFT_OUT, reason, column=column[:60])
        return found

    def _source(self) -> str:
        """The form's default language if it has texts in it, else that of unnamed columns, English, the first."""
        order = list(dict.fromkeys(self.languages.values()))
        default = language_code(self.settings.get("default_language", ""))
        wanted = (default, UNKNOWN_LANGUAGE, SOURCE_LANGUAGE, *order)
        return next((code for code in wanted if code in order), default or SOURCE_LANGUAGE)

    # -- texts and codes -------------------------------------------------------------------------------------------
    def text(self, row: Row, column: str) -> dict[str, str] | None:
        """A text in the form's languages, the source language first; None where there is none."""
        found = {code: text for code, words in row.texts.get(column, {}).items() if (text := self.clean(row, words))}
        if not found:
            return None
        if self.source not in found:
            code, text = next(iter(found.items()))
            reason = gettext_noop("It has no {column} in {language}; the one in {other} is used instead.")
            self.note(row, CHANGED, reason, column=column, language=self.source, other=code)
            found[self.source] = text
        return {self.source: found.pop(self.source), **found}

    def label(self, row: Row, otherwise: str = "") -> dict[str, str]:
        """The row's label; where it has none, `otherwise` or its name."""
        found = self.text(row, "label")
        if found is None:
            self.note(row, CHANGED, gettext_noop("It has no label; its name is used instead."))
        return found or {self.source: self.plain(otherwise or row.name)}

    def plain(self, words: str) -> str:
        """A name or title of the form as a text: without quoted answers and what texts cannot hold."""
        if self.roles:
            return words or "?"
        words = LIKE_OURS.sub(r"(\1", IN_FORM.sub(UNKNOWN, CONTROL.sub("", words)))
        return CURLY.sub(_bracketed, words).strip()[:LONGEST_TITLE] or "?"

    def clean(self, row: Row, words: str) -> str:
        """`words` without what the texts of a definition cannot hold."""
        if self.roles:
            return IN_FORM.sub(lambda found: self.quote(found[1]) or found[0], words)
        words = CONTROL.sub("", EMPHASIS.sub(r"\2", MARKUP.sub("", words))).strip()
        words = LIKE_OURS.sub(r"(\1", words)
        if row.sheet == "survey":
            words = self.with_quotes(row, words)
        words = CURLY.sub(_bracketed, words)
        if len(words) > TEXT_LIMIT:
            reason = gettext_noop("It has a text of more than {limit} characters; the rest is cut off.")
            self.note(row, CHANGED, reason, limit=TEXT_LIMIT)
            words = cut(words)
        return words

    def with_quotes(self, row: Row, words: str) -> str:
        """`words` with our quotations of earlier answers, or “…” where one cannot be quoted."""
        for name in dict.fromkeys(IN_FORM.findall(words)):
            if self.quote(name) is None:
                reason = gettext_noop("It quotes “{name}”, which cannot be quoted; “…” is used instead.")
                self.note(row, CHANGED, reason, name=name)
            elif not self.quotes_exactly(name):
                reason = gettext_noop("It quotes the answer itself, also where “{name}” would be blank in the form.")
                self.note(row, CHANGED, reason, name=name)
        return IN_FORM.sub(lambda found: self.quote(found[1]) or UNKNOWN, words)

    def quote(self, name: str) -> str | None:
        """The quotation of what a name of the form means; None where there is none."""
        return None

    def quotes_exactly(self, name: str) -> bool:
        """Whether the quotation is blank wherever the form's is."""
        return True


def _bracketed(found: re.Match[str]) -> str:
    return found[0] if found[1] in PLACEHOLDERS else f"({found[1]})"


def _head(table: list[list[str]]) -> int:
    """The place of the row of headings: the first with a heading that each sheet must have, else the first at all."""
    for number, line in enumerate(table[:20]):
        if {"type", "list_name", "form_title", "form_id"} & {Heading.of(cell).column for cell in line}:
            return number
    return 0


def _renamed(heading: str, columns: Mapping[str, str]) -> str:
    """The heading of a column with the names or labels of options as this module calls it."""
    for usual, ours in (("value", "name"), ("label", "label")):
        if usual in columns and heading == columns[usual]:
            return ours
        if usual in columns and Heading.of(heading).column == ours:
            return ""
    return heading


def new_code(name: str, taken: set[str], otherwise: str) -> str:
    """A code like `name` that a definition takes and that is not in `taken`, to which it is added."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", plain).lstrip("_.-")[:40] or otherwise
    code, number = plain, 1
    while code in taken:
        number += 1
        code = f"{plain[:36]}_{number}"
    taken.add(code)
    return code


def language_code(language: str) -> str:
    """The code in `Georgian (ka)`, or of a language given by name or code; "" for none or an unknown one."""
    if not language:
        return ""
    code = re.search(r"\(([A-Za-z-]{2,20})\)\s*$", language)
    if code and is_language(code[1].lower()):
        return code[1].lower()
    name = language.strip()
    found = find_language(name) or find_language(f"{name} (macrolanguage)")  # ISO 639's names of Swahili and Nepali
    return found if found and is_language(found) else ""


def has_extras(tables: Tables) -> bool:
    """Whether the form was exported here, and so holds more than XLSForm can express."""
    return EXTRAS in tables
