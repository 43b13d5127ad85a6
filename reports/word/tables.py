"""Tables of the HTML as tables of a Word file: heads that repeat, rows that do not break, widths that fit."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from lxml import html as parser

from ctnat.ui.fonts import width
from reports.breaking import words_of
from reports.review.snapshot import ParagraphKind
from reports.word.lines import Book, Letters, Line, Place
from reports.word.marks import within
from reports.word.xml import Element, el, properties, twips

PADDING = 10.0  # pt: on both sides of a cell
WIDER = 1.1  # the fonts of a reader's machine may be wider than those that are measured
BOLDER = 1.1  # of heads and totals
WIDEST = 220.0  # pt that a column asks for, however long its text
MOST_TOGETHER = 14  # rows of a chart's table that stay on the page of its picture
LARGE, SMALL = 8.5, 7.5  # pt of "Table Text"
GREEN, WASH, ACCENT = "CFE8CF", "F1F5F4", "0D5561"
STATES = {"is-potential_improvement": GREEN}


class Body(Protocol):
    """What writes the content of cells."""

    book: Book

    def flow(self, element: Element, place: Place, style: str = "") -> None: ...

    def inline(self, element: Element, line: Line, letters: Letters) -> None: ...


@dataclass
class Cell:
    """A cell of the HTML, and what it covers."""

    element: Element
    span: int = 1
    fill: str = ""
    head: bool = False
    end: bool = False  # numbers stand at the end of the line
    centred: bool = False
    mark: bool = False


@dataclass
class Row:
    """`head`: it is repeated on each page. `leads`: it stays with the next one."""

    cells: list[Cell] = field(default_factory=list)
    head: bool = False
    leads: bool = False
    total: bool = False


def put_table(body: Body, element: Element, place: Place, classes: set[str], title: str) -> None:
    """Write a table at a place. `title` is told to those who hear the document."""
    rows = _rows(element, classes)
    columns = max((sum(cell.span for cell in row.cells) for row in rows), default=0)
    if not columns:
        return
    chart, criteria = "chart-table" in classes, "criteria" in classes
    small = place.small or chart or "scale" in classes
    widths = _widths(rows, columns, place.width, classes, SMALL if small else LARGE)
    style = "Criteria Table" if criteria else "Chart Table" if chart else "Report Table"
    table = el("tbl", place.parent)
    properties(
        "tblPr",
        table,
        tblStyle=body.book.styles.id_of(style),
        bidiVisual=place.rtl,
        tblW={"w": twips(sum(widths)), "type": "dxa"},
        tblLayout={"type": "fixed"},
        tblLook={
            "val": "0420",
            "firstRow": 1,
            "lastRow": 0,
            "firstColumn": 0,
            "lastColumn": 0,
            "noHBand": 0,
            "noVBand": 1,
        },
        tblCaption=title[:250] or None,
    )
    grid = el("tblGrid", table)
    for room in widths:
        el("gridCol", grid, w=twips(room))
    kind: ParagraphKind = "made" if place.kind == "made" else "block" if place.block else "cell"
    suffix = " Small" if small else ""
    together = chart and len(rows) <= MOST_TOGETHER
    for number, row in enumerate(rows):
        made = el("tr", table)
        properties("trPr", made, cantSplit=True, tblHeader=row.head)
        column = 0
        for cell in row.cells:
            room = sum(widths[column : column + cell.span])
            column += cell.span
            box = el("tc", made)
            fill = cell.fill or (ACCENT if row.head and criteria else "")
            properties(
                "tcPr",
                box,
                tcW={"w": twips(room), "type": "dxa"},
                gridSpan=cell.span if cell.span > 1 else None,
                shd={"val": "clear", "color": "auto", "fill": fill} if fill else None,
                vAlign="bottom" if row.head else None,
            )
            inside = replace(
                place,
                parent=box,
                kind=kind,
                style="Criteria Head"
                if row.head and criteria
                else ("Table Head" if cell.head else "Table Text") + suffix,
                letters=replace(place.letters, bold=place.letters.bold or row.total),
                align="right" if cell.end else "center" if cell.centred else "",
                keep_next=row.leads or row.head or (together and number < len(rows) - 1),
                width=room - PADDING,
                number=None,
                depth=0,
            )
            _fill(body, cell, inside)
        for _missing in range(columns - column):
            box = el("tc", made)
            el("tcW", el("tcPr", box), w=0, type="auto")
            body.book.line(replace(place, parent=box, kind=kind, style=f"Table Text{suffix}")).end()


def _fill(body: Body, cell: Cell, place: Place) -> None:
    place = within(cell.element, place)
    before = len(place.parent)
    if cell.mark:
        mark = cell.element.find("span[@class='mark']")
        line = body.book.line(place, "Table Mark")
        body.inline(mark, line, replace(place.letters, bold=False))
        line.end()
        rest = parser.Element("div")
        rest.text = mark.tail
        for child in list(mark.itersiblings()):
            rest.append(child)
        body.flow(rest, place)
    else:
        body.flow(cell.element, place)
    if len(place.parent) == before or place.parent[-1].tag.endswith("}tbl"):
        body.book.line(place).end()


def _rows(element: Element, classes: set[str]) -> list[Row]:
    rows: list[Row] = []
    silent = _bars(element) if "chart-table" in classes else set()
    for group in element:
        if group.tag not in ("thead", "tbody", "tfoot", "tr"):
            continue
        for line in [group] if group.tag == "tr" else group.iterchildren("tr"):
            kinds = set((line.get("class") or "").split())
            row = Row(head=group.tag == "thead", leads="criterion" in kinds, total="total" in kinds)
            for place, cell in enumerate(line.iterchildren("td", "th")):
                if place not in silent:
                    row.cells += _cells(cell, row)
            rows.append(row)
    return [row for row in rows if row.cells]


def _bars(element: Element) -> set[int]:
    """The columns of a chart's table that only draw, which its picture does."""
    line = next((line for line in element.iter("tr") if line.getparent().tag == "tbody"), None)
    if line is None:
        return set()
    return {place for place, cell in enumerate(line) if "chart-bar" in (cell.get("class") or "").split()}


def _cells(cell: Element, row: Row) -> list[Cell]:
    kinds = set((cell.get("class") or "").split())
    span = max(1, min(40, int(cell.get("colspan") or 1)))
    if "ticks" in kinds:  # a box for each point of a scale
        boxes = (cell.text or "").split()
        found = []
        for box in boxes[:span]:
            one = parser.Element("td")
            one.text = box
            found.append(Cell(one, centred=True))
        return found
    state = next((fill for name, fill in STATES.items() if name in kinds), "")
    mark = cell.find("span[@class='mark']") is not None
    fill = state or (WASH if row.leads else "") or _shade(cell)
    head = row.head or row.leads
    return [Cell(cell, span, fill, head, "num" in kinds, row.head and cell.get("scope") == "colgroup", mark)]


def _shade(cell: Element) -> str:
    """The colour behind a number in a table of shades, as it is on white paper."""
    rect = next(iter(cell.iter("rect")), None) if "chart-cell" in (cell.get("class") or "") else None
    if rect is None:
        return ""
    colour, share = (rect.get("fill") or "#ffffff").lstrip("#"), float(rect.get("fill-opacity") or 1)
    share = min(share, 0.45)  # the number is written over it in dark letters
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    return "".join(f"{round(255 - share * (255 - part)):02X}" for part in parts)


def _widths(rows: Sequence[Row], columns: int, room: float, classes: set[str], size: float) -> list[float]:
    """The width of each column in points; together as wide as the text."""
    if "criteria" in classes:
        return [room / columns] * columns
    if "scale" in classes and columns > 1:
        heads = [cell.element.text_content() for row in rows if row.head for cell in row.cells[1:]]
        longest = max((width(word) for head in heads for word in words_of(head)), default=4)
        point = min(longest * size * WIDER + PADDING, room * 0.66 / (columns - 1))
        return [room - point * (columns - 1), *[point] * (columns - 1)]
    if "validation" in classes and columns == 3:
        return [room * share for share in (0.3, 0.38, 0.32)]
    least, wished = [0.0] * columns, [0.0] * columns
    for row in rows:
        column = 0
        for cell in row.cells:
            if cell.span == 1 and column < columns:
                text = " ".join(cell.element.text_content().replace("\u00ad", "").split())
                letter = size * WIDER * (BOLDER if cell.head or row.total else 1)
                longest = max((width(word) for word in words_of(text)), default=0) * letter + PADDING
                least[column] = max(least[column], longest)
                wished[column] = max(wished[column], min(WIDEST, width(text) * letter + PADDING))
            column += cell.span
    least = [max(small, 28.0) for small in least]
    wished = [max(pair) for pair in zip(least, wished, strict=True)]
    if sum(least) >= room:
        return [room * part / sum(least) for part in least]
    if sum(wished) <= room:
        spare = room - sum(wished)
        weights = (
            wished if sum(1 for part in wished if part > 90) == 0 else [part if part > 90 else 0 for part in wished]
        )
        return [part + spare * weight / sum(weights) for part, weight in zip(wished, weights, strict=True)]
    spare, asked = room - sum(least), sum(wished) - sum(least)
    return [low + spare * (high - low) / asked for low, high in zip(least, wished, strict=True)]
