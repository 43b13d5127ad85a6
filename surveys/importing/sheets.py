"""A table of forms with its headings, found among the sheets and the first rows of a file. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ctnat.ui.folding import fold
from instruments.schema import Survey
from surveys.importing.headings import Column, Headings, Mode, headings_of, propose
from surveys.importing.numbered import by_order
from surveys.importing.spare import spare_columns
from surveys.importing.targets import OUT, Target

FIRST_ROWS = 12  # among which the row of headings is looked for


@dataclass(frozen=True)
class Sheet:
    """`rows` are (row number in the file, one cell per heading); rows without any text are left out."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @cached_property
    def columns(self) -> tuple[Mapping[str, int], ...]:
        """For each column its values that are not blank, with how often they occur, in the order of the file."""
        found: list[dict[str, int]] = [{} for _ in self.headings]
        for _, cells in self.rows:
            for counts, cell in zip(found, cells, strict=True):
                if cell:
                    counts[cell] = counts.get(cell, 0) + 1
        return tuple(found)

    def samples(self, at: int, number: int = 3) -> list[str]:
        """The first different values of a column."""
        return list(self.columns[at])[:number]


def heading_row(document: Survey | Headings, lines: Sequence[Sequence[str]]) -> int:
    """The index of the row of headings: of the first rows, the one in which most cells say what the survey asks."""
    best, most = 0, -1
    known = headings_of(document)
    filled = [len([cell for cell in line if cell]) for line in lines[:FIRST_ROWS]]
    widest = max(filled, default=0)
    for at, line in enumerate(lines[:FIRST_ROWS]):
        found = sum(bool(cell) and (len(known.by_name(cell)) == 1 or len(known.by_label(cell)) == 1) for cell in line)
        if found > most and filled[at] * 2 >= widest:
            best, most = at, found
    if most > 0:
        return best
    return next((at for at, count in enumerate(filled) if count * 2 >= widest and count), 0)


def make_sheet(lines: Sequence[Sequence[str]], heading: int) -> tuple[Sheet, list[int]]:
    """The table below the row of headings with index `heading`, and the numbers of the rows that repeat labels or tags.

    Row numbers begin at 1, as the sender's own program shows them.
    """
    head = [" ".join(cell.split()) for cell in lines[heading]] if heading < len(lines) else []
    width = max((len(line) for line in lines[heading:]), default=0)
    head += [""] * (width - len(head))
    rows = []
    left_out: list[int] = []
    for number, line in enumerate(lines[heading + 1 :], start=heading + 2):
        if not any(line):
            continue
        if number == heading + 2 and _is_tags(line):  # of the Humanitarian Exchange Language
            left_out.append(number)
            continue
        rows.append((number, (*line, *[""] * (width - len(line)))))
    return Sheet(tuple(head), tuple(rows)), left_out


def without_label_row(document: Survey | Headings, sheet: Sheet) -> tuple[Sheet, list[int]]:
    """Without a first row that repeats in labels what the headings say in names, or the other way round."""
    if not sheet.rows:
        return sheet, []
    number, cells = sheet.rows[0]
    filled = [cell for cell in cells if cell]
    mode, columns = propose(document, sheet.headings)
    known = headings_of(document)
    same = 0
    for column, cell in zip(columns, cells, strict=True):
        target = column.target
        if cell and target and target.item and fold(cell) != fold(column.heading):
            said = known.by_label(cell) if mode == "names" else known.by_name(cell)
            same += any(found.item == target.item for found in said)
    if same >= 2 and same * 2 >= len(filled):
        return Sheet(sheet.headings, sheet.rows[1:]), [number]
    return sheet, []


def propose_for(
    document: Survey | Headings,
    sheet: Sheet,
    *,
    remembered: Mapping[str, Target] | None = None,
    left_out: Collection[str] = (),
) -> tuple[Mode, list[Column]]:
    """`propose`, with what the cells say: columns without any are left out, and of two that say the same in their
    headings neither is proposed if they differ in a row."""
    mode, columns = propose(document, sheet.headings, remembered=remembered, left_out=left_out)
    for at, target in by_order(headings_of(document), columns).items():
        columns[at] = replace(columns[at], target=target, why="order")
    by_target: dict[Target, list[int]] = {}
    for column in columns:
        if column.target and column.target.item:
            by_target.setdefault(column.target, []).append(column.at)
    for target, places in by_target.items():
        if len(places) > 1 and _differ(sheet, places):
            for at in places:
                columns[at] = replace(columns[at], target=None, why="same", candidates=(target,))
    for column in columns:
        if not sheet.columns[column.at] and (column.target is None or column.why == "unknown"):
            columns[column.at] = replace(column, target=OUT, why="blank", candidates=())
    spare = spare_columns(headings_of(document), mode, columns, sheet.columns)
    return mode, [replace(column, why="no_question") if column.at in spare else column for column in columns]


def _differ(sheet: Sheet, places: Sequence[int]) -> bool:
    return any(len({fold(cells[at]) for at in places if cells[at]}) > 1 for _, cells in sheet.rows)


def _is_tags(line: Iterable[str]) -> bool:
    filled = [cell for cell in line if cell]
    return bool(filled) and sum(cell.startswith("#") for cell in filled) * 2 > len(filled)
