"""An uploaded table as sheets of text, without what the programs add about people and devices."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from assessments.tokens import token_hmacs
from ctnat.ui.folding import fold
from ctnat.ui.tables import read_delimited, read_old_workbook, read_workbook
from instruments.schema import Survey
from surveys.importing.headings import Headings, headings_of
from surveys.importing.metadata import identifier_rank, is_language_column, is_metadata
from surveys.importing.sheets import heading_row

PACKAGE, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # how files begin
MOST_CELLS = 200_000  # of a workbook: some 700 forms with a column per option; more come as CSV

MOST_COLUMNS = 1_900  # a page with one field for each is sent whole (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)


@dataclass(frozen=True)
class FileSheet:
    """`lines`: rows of cells, without the cells of metadata. `marks`: for each line, what tells its form from others.

    `heading`: the index of the row of headings.
    """

    name: str
    lines: list[list[str]]
    marks: list[str]
    heading: int

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "lines": self.lines, "marks": self.marks, "heading": self.heading}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FileSheet":
        return cls(data["name"], data["lines"], data["marks"], data["heading"])


@dataclass(frozen=True)
class ReadFile:
    """The sheets of a file, the likeliest first. `encoding` and `separator` are blank for a workbook.

    `is_sure`: the encoding was chosen, or is known from the file.
    """

    sheets: list[FileSheet]
    encoding: str = ""
    separator: str = ""
    is_sure: bool = True


def read_file(
    survey: int,
    document: Survey | Headings,
    content: bytes,
    name: str,
    *,
    encoding: str = "",
    separator: str = "",
    languages: Iterable[str] = (),
) -> ReadFile:
    """Read a file of any program. `survey`: its primary key. Raises `TableError`.

    What a file is shows its beginning, because people rename files: a workbook called .xls may be an .xlsx. The time at
    which a form was sent, its number and its device are left out here, so that they are never stored.
    """
    known = headings_of(document)

    def made(tables: Mapping[str, list[list[str]]]) -> list[FileSheet]:
        found = [_sheet(survey, document, title, lines) for title, lines in tables.items() if any(lines)]
        return sorted(found, key=lambda sheet: -_fit(known, sheet))

    is_workbook = name.lower().endswith((".xlsx", ".xls"))
    if content.startswith(OLD_WORKBOOK) or (name.lower().endswith(".xls") and not content.startswith(PACKAGE)):
        return ReadFile(made(read_old_workbook(content, cells=MOST_CELLS, columns=MOST_COLUMNS)))
    if is_workbook or content.startswith(PACKAGE):
        return ReadFile(made(read_workbook(content, cells=MOST_CELLS, columns=MOST_COLUMNS)))
    table = read_delimited(
        content, name, encoding=encoding, separator=separator, languages=languages, columns=MOST_COLUMNS
    )
    return ReadFile(made({"": table.rows}), table.encoding, table.separator, table.is_sure)


def _fit(known: Headings, sheet: FileSheet) -> int:
    """How many columns of a sheet the questionnaire knows."""
    head = sheet.lines[sheet.heading] if sheet.heading < len(sheet.lines) else []
    return sum(bool(cell) and bool(known.by_name(cell) or known.by_label(cell)) for cell in head)


def _sheet(survey: int, document: Survey | Headings, title: str, lines: list[list[str]]) -> FileSheet:
    heading = heading_row(document, lines)
    head = lines[heading] if heading < len(lines) else []
    above = list(_marks(survey, (), lines[: heading + 1]))  # where a person finds the headings further up
    marks = [*above, *_marks(survey, head, lines[heading + 1 :])]
    known = headings_of(document)
    secret = {at for at, cell in enumerate(head) if _is_secret(known, cell)}
    kept = [
        [("" if at in secret and number > heading else cell) for at, cell in enumerate(line)]
        for number, line in enumerate(lines)
    ]
    return FileSheet(title, kept, marks, heading)


def _is_secret(known: Headings, heading: str) -> bool:
    """Whether a column says when, where, on what or by whom a form was filled in, and is no question of the survey."""
    if not heading or is_language_column(heading) or known.by_name(heading) or known.by_label(heading):
        return False
    return is_metadata(heading) or identifier_rank(heading) is not None


def _marks(survey: int, head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """For each line the HMAC of its identifier, else of its cells, with each key; of two equal lines they differ."""
    ranked = [(rank, at) for at, cell in enumerate(head) if (rank := identifier_rank(cell)) is not None]
    at = min(ranked)[1] if ranked else None
    given = [line[at].strip() if at is not None and at < len(line) else "" for line in lines]
    telling = [text for text in given if text]
    is_telling = len(set(telling)) == len(telling) and all(len(text) >= SHORTEST for text in telling)
    seen: dict[str, int] = {}
    for line, text in zip(lines, given, strict=True):
        if text and is_telling:
            yield " ".join(token_hmacs(f"{survey}:id:{text}", purpose=PURPOSE))
            continue
        named = zip_longest(head, line, fillvalue="")
        cells = sorted(f"{fold(heading)}={cell}" for heading, cell in named if cell)
        whole = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
        seen[whole] = seen.get(whole, 0) + 1
        yield " ".join(token_hmacs(f"{survey}:row:{whole}:{seen[whole]}", purpose=PURPOSE))


PURPOSE = "survey-import"
SHORTEST = 16  # characters of an identifier that no other survey has
