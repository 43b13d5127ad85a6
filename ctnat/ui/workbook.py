"""Write an XLSX row by row, without keeping the rows: openpyxl makes an object of each cell, which takes ten times as
long and gigabytes for a hundred thousand rows.

    with Workbook(target, title="Worksheet", creator="CT-NAT") as book:
        book.sheet("Responses", ("Code", "Language"), rows)

Each sheet has a head that stays in view and can be filtered, and prints with its width on one page. A text stays a
text, whatever it begins with. A cell with deleted and inserted words is a tuple of `ctnat.ui.cells.Run`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice, zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from ctnat.ui.cells import FORMULA, LONGEST, Rich, clean

Row = Sequence[Any]
WIDE, NARROW = 48, 14  # widths of columns in characters
MEASURED = 200  # rows from which the widths are found
AT_ONCE = 500  # rows that are compressed together
MOST_KNOWN = 50_000  # different texts of which the cell is kept, because most of them come again
LINE, HIGHEST = 15, 409  # points: of a line, and of the highest row that a worksheet may have
COMPRESSION = 3  # of 9: a fifth larger than the usual 6 and done in half the time
EPOCH = date(1899, 12, 30)  # of the days of a worksheet

HEAD, TEXT, BLANK, NUMBER, DAY, QUOTED, MOMENT, QUOTED_HEAD = range(1, 9)  # places in `STYLES`
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TOP = '<alignment vertical="top"/>'
WRAPPED = '<alignment vertical="top" wrapText="1"/>'
# Deleted words are struck through and inserted ones underlined: the colour is not the only sign.
RUNS = {
    "": "",
    "deleted": '<rPr><strike/><sz val="11"/><color rgb="FF9C1C1C"/><rFont val="Calibri"/><family val="2"/></rPr>',
    "inserted": '<rPr><u/><sz val="11"/><color rgb="FF1C6B3A"/><rFont val="Calibri"/><family val="2"/></rPr>',
}


def _style(alignment: str = "", *, head: bool = False, number_format: int = 0, quoted: bool = False) -> str:
    font, fill = (1, 2) if head else (0, 0)
    formats = f'numFmtId="{number_format}" applyNumberFormat="1"' if number_format else 'numFmtId="0"'
    return (
        f'<xf {formats} fontId="{font}" fillId="{fill}" borderId="1" xfId="0" applyFont="1" applyFill="1" '
        f'applyBorder="1" applyAlignment="1" quotePrefix="{int(quoted)}">{alignment}</xf>'
    )


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd h:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF0D5561"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left/><right/><top/><bottom style="thin"><color rgb="FFD9D4C6"/></bottom>'
    "</border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    + _style(WRAPPED, head=True)
    + _style(WRAPPED)
    + _style()
    + _style(TOP)
    + _style(TOP, number_format=164)
    + _style(WRAPPED, quoted=True)
    + _style(TOP, number_format=165)
    + _style(WRAPPED, head=True, quoted=True)
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Workbook:
    """Closed without an error, the file is whole."""

    def __init__(self, target: Path | BinaryIO, *, title: str, creator: str, clear: Callable[[str], str] = str):
        """`clear` changes each text before it is written."""
        self._zip = ZipFile(target, "w", ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._title, self._creator, self._clear = title, creator, clear
        self._sheets: list[tuple[str, str]] = []  # (title, the cells of which can be filtered)
        self._known: dict[str, str] = {}

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: type[BaseException] | None, *more: BaseException | TracebackType | None) -> None:
        if kind is None:
            self._finish()
        self._zip.close()

    def sheet(
        self, title: str, head: Row, rows: Iterable[Row], *, widths: Sequence[int] = (), right_to_left: bool = False
    ) -> None:
        """A row may be shorter than the head. Raises `ValueError` for a longer one.

        `widths` of the columns, in characters, are for long texts: each row is then as high as its lines need, since
        not every program works that out. Otherwise columns are as wide as the first rows need.
        """
        number = len(self._sheets) + 1
        waiting = iter(rows)
        first = list(islice(waiting, MEASURED - 1))
        letters = [_letters(at) for at in range(len(head))]
        with self._zip.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
            part.write(self._before(head, first, widths, right_to_left).encode())
            written = [self._row(1, letters, [self._head_cell(value) for value in head], self._height(head, widths))]
            last = 1
            for last, row in enumerate(chain(first, waiting), start=2):
                if len(row) > len(head):
                    raise ValueError(f"{title}: row {last} has more cells than the head")
                written.append(self._row(last, letters, map(self._cell, row), self._height(row, widths)))
                if len(written) == AT_ONCE:
                    part.write("".join(written).encode())
                    written = []
            area = f"{letters[-1]}{last}"
            written.append(
                f'</sheetData><autoFilter ref="A1:{area}"/>'
                '<pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/>'
                '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
            )
            part.write("".join(written).encode())
        self._sheets.append((title, f"$A$1:${letters[-1]}${last}"))

    def _before(self, head: Row, first: Sequence[Row], given: Sequence[int], right_to_left: bool) -> str:
        """What comes before the rows: the head stays in view, and columns have their widths."""
        found = given or [self._width(column) for column in zip_longest(head, *first)]
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(found, start=1)
        )
        return (
            f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView rightToLeft="{int(right_to_left)}" workbookViewId="0">'
            '<pane xSplit="1" ySplit="1" topLeftCell="B2" '
            'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{widths}</cols><sheetData>"
        )

    def _width(self, column: Iterable[Any]) -> int:
        longest = max(map(len, map(self._measured, column)))
        return WIDE if longest > NARROW * 2 else max(NARROW, longest + 2)

    def _measured(self, value: Any) -> str:
        if isinstance(value, tuple):
            return "".join(run.words for run in value)
        return clean(self._clear(value)) if isinstance(value, str) else str(value or "")

    def _height(self, row: Row, widths: Sequence[int]) -> str:
        """The attribute with the height in points that the row's longest text needs in its column."""
        if not widths:
            return ""
        texts = zip(map(self._measured, row), widths, strict=False)
        lines = max((sum(_lines(line, width) for line in text.split("\n")) for text, width in texts), default=1)
        return f' ht="{min(lines * LINE, HIGHEST)}" customHeight="1"'

    @staticmethod
    def _row(number: int, letters: Sequence[str], cells: Iterable[str], height: str = "") -> str:
        """`cells`: each without its beginning, which is its place."""
        inside = "".join([f'<c r="{letter}{number}{cell}' for letter, cell in zip(letters, cells)])  # noqa: B905
        return f'<row r="{number}"{height}>{inside}</row>'

    def _cell(self, value: Any) -> str:
        if isinstance(value, str):
            return self._known.get(value) or self._text(value)
        if value is None:
            return f'" s="{BLANK}"/>'
        if isinstance(value, tuple):
            return self._rich(value)
        if isinstance(value, bool):
            return f'" s="{NUMBER}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, date):
            whole = (date(value.year, value.month, value.day) - EPOCH).days
            if isinstance(value, datetime):
                seconds = value.hour * 3600 + value.minute * 60 + value.second
                return f'" s="{MOMENT}"><v>{whole + seconds / 86_400}</v></c>'
            return f'" s="{DAY}"><v>{whole}</v></c>'
        return f'" s="{NUMBER}"><v>{value}</v></c>'

    def _text(self, value: str) -> str:
        cell = self._written(value, TEXT, QUOTED)
        if len(self._known) < MOST_KNOWN:
            self._known[value] = cell
        return cell

    def _head_cell(self, value: Any) -> str:
        return self._written(str(value), HEAD, QUOTED_HEAD)

    def _written(self, value: str, plain: int, quoted: int) -> str:
        """The quotation mark of a spreadsheet keeps a text that looks like a formula a text, when it is edited too."""
        text = clean(self._clear(value))
        if not text:
            return f'" s="{plain}"/>'
        style = quoted if text.startswith(FORMULA) else plain
        space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return f'" s="{style}" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'

    def _rich(self, runs: Rich) -> str:
        parts, room = [], LONGEST
        for run in runs:
            words = clean(self._clear(run.words))
            if len(words) > room:
                words = words[: max(room - 1, 0)] + "…" * (room > 0)
            room -= len(words)
            if words:
                parts.append((RUNS[run.how], words))
        if not parts:
            return f'" s="{TEXT}"/>'
        style = QUOTED if parts[0][1].startswith(FORMULA) else TEXT
        inside = "".join(f'<r>{look}<t xml:space="preserve">{escape(words)}</t></r>' for look, words in parts)
        return f'" s="{style}" t="inlineStr"><is>{inside}</is></c>'

    def _finish(self) -> None:
        for name, content in self._parts():
            self._zip.writestr(name, XML + content)

    def _parts(self) -> Iterator[tuple[str, str]]:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        numbers = range(1, len(self._sheets) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
            for number, (title, _) in zip(numbers, self._sheets, strict=True)
        )
        names = "".join(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">{_quoted(title)}!{area}'
            f'</definedName><definedName name="_xlnm.Print_Titles" localSheetId="{at}">{_quoted(title)}!$1:$1'
            "</definedName>"
            for at, (title, area) in enumerate(self._sheets)
        )
        yield (
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView activeTab="0"/></bookViews>'
            f"<sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>",
        )
        links = "".join(
            f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in numbers
        )
        yield (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
            f'<Relationship Id="rId{len(numbers) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        )
        yield "xl/styles.xml", STYLES
        core = f"{PACKAGE}/metadata/core-properties"
        yield (
            "docProps/core.xml",
            f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(clean(self._title))}</dc:title><dc:creator>{escape(self._creator)}</dc:creator>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{now}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{now}</dcterms:modified></cp:coreProperties>',
        )
        yield (
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>',
        )
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{TYPES}.worksheet+xml"/>'
            for number in numbers
        )
        yield (
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>{overrides}'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        )


def _letters(at: int) -> str:
    """The letters of a column: A, B, ..., Z, AA, ..."""
    found = ""
    at += 1
    while at:
        at, letter = divmod(at - 1, 26)
        found = chr(65 + letter) + found
    return found


def _lines(text: str, width: int) -> int:
    """How many lines a paragraph takes in a column: the letters of most texts are as wide as digits, on average."""
    return max(1, -(-len(text) // max(width - 2, 1)))


def _quoted(title: str) -> str:
    return "'" + escape(title.replace("'", "''")) + "'"
