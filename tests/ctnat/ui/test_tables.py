"""Spreadsheets and CSV as text: the text of a cell, the number of its row, and files that are refused."""

import io
import re
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from ctnat.ui import tables
from ctnat.ui.cells import csv_bytes
from ctnat.ui.tables import TableError, read_table, read_workbook


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, part: str, pattern: str, new: str) -> bytes:
    """The workbook with `pattern` replaced in one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as made:
        for name in old.namelist():
            text = old.read(name)
            made.writestr(name, re.sub(pattern, new, text.decode()).encode() if name == part else text)
    return buffer.getvalue()


def test_cells_are_read_as_the_sender_sees_them() -> None:
    moment = datetime(2026, 2, 3, 9, 30)  # noqa: DTZ001 - a worksheet knows no zones
    row = [None, " a\n b ", 3, 3.0, 2.5, True, False, date(2026, 2, 3), moment, "=1+1", 1e300]
    assert read_workbook(book(One=[row]))["One"] == [
        ["", "a\n b", "3", "3", "2.5", "yes", "no", "2026-02-03", "2026-02-03T09:30:00", "", "1e+300"]
    ]  # a formula has no value until a spreadsheet program has worked it out


def test_every_sheet_is_read_with_its_blank_rows_and_without_those_at_its_end() -> None:
    content = book(One=[["a"], [], ["", " "], ["b", "", " "], [], [""]], Two=[], Three=[["c"]])
    assert read_workbook(content) == {"One": [["a"], [], [], ["b"]], "Two": [], "Three": [["c"]]}


def test_stored_size_of_a_sheet_is_not_believed() -> None:
    content = with_part(book(One=[["a", "b"], ["c"]]), "xl/worksheets/sheet1.xml", r'ref="A1:B2"', 'ref="A1:A1"')
    assert read_workbook(content)["One"] == [["a", "b"], ["c"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_table_names_cells_and_rows(name: str) -> None:
    rows = [["code", " text "], ["1", "one"], [], ["", "two"], ["3"]]
    table = read_table(book(One=rows, Two=[["x"]]) if name == "a.xlsx" else csv_bytes(rows), name)
    assert table.header == ("code", "text")
    assert table.rows == (
        (2, {"code": "1", "text": "one"}),
        (4, {"code": "", "text": "two"}),
        (5, {"code": "3", "text": ""}),
    )


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_table_from_csv_of_any_program(sign: str, encoding: str) -> None:
    text = f'code{sign}text\r\n1{sign}"ə{sign}\nი"\r\n2{sign}b'
    assert read_table(text.encode(encoding), "a.CSV").rows == (
        (2, {"code": "1", "text": f"ə{sign}\nი"}),
        (3, {"code": "2", "text": "b"}),
    )


def test_reading_a_table_refuses_two_columns_of_the_same_name() -> None:
    assert read_table(b"b,a,b,a,c,,\n", "a.csv").doubled == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.csv", "“a.csv” has no header row. Put the column names in the first row."),
        (b" , \n1,2\n", "a.csv", "“a.csv” has no header row. Put the column names in the first row."),
        (b"a,b\n1,2\n1,2,3\n", "a.csv", "Row 3 has more cells than the header has columns. Check the separators."),
        (b"a\nb\n\xe4\n", "a.csv", "Row 3 is not encoded in UTF-8. Save the table as “CSV UTF-8”, or as XLSX."),
        (b"", "a.xlsx", "The file cannot be read as an Excel workbook (.xlsx)"),
        (b"a,b\n", "a.xlsx", "The file cannot be read as an Excel workbook (.xlsx)"),
        (book(One=[["a"]])[:-200], "a.xlsx", "The file cannot be read as an Excel workbook (.xlsx)"),
        (book(One=[]), "a.xlsx", "“a.xlsx” has no header row. Put the column names in the first row."),
        (b"a\n" + b"x" * 1_000_001, "a.csv", "“a.csv” cannot be read as CSV (field larger than field limit"),
        (
            b"a\n" + b"," * 1000 + b"x",
            "a.csv",
            "Row 2 has more than 1000 cells. Delete everything that is not part of the table.",
        ),
        (b"a\n" + b"x\n" * 100_001, "a.csv", "The table has more than 100000 rows. Split it into several files."),
    ],
)
def test_table_refuses_what_is_none(content: bytes, name: str, refusal: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(content, name)
    assert str(caught.value).startswith(refusal)


def test_table_takes_as_many_rows_as_its_message_states() -> None:
    assert len(read_table(b"a\n" + b"x\n" * 100_000, "a.csv").rows) == 100_000


def test_blank_rows_to_the_end_of_a_sheet_cost_nothing() -> None:
    content = with_part(
        book(One=[["a"], ["b"]]), "xl/worksheets/sheet1.xml", "</sheetData>", '<row r="1048576"/></sheetData>'
    )
    assert read_workbook(content)["One"] == [["a"], ["b"]]


def packed(size: int) -> bytes:
    """A workbook whose first sheet unpacks to one cell of `size` characters; compressed it is a thousandth of that."""
    content = book(One=[["a"]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                made.writestr(name, old.read(name))
        with made.open("xl/worksheets/sheet1.xml", "w") as part:
            head, _, tail = old.read("xl/worksheets/sheet1.xml").partition(b"<sheetData>")
            part.write(head + b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>')
            for _ in range(size // 1_000_000):
                part.write(b"a" * 1_000_000)
            part.write(b"</t></is></c></row></sheetData>" + tail.partition(b"</sheetData>")[2])
    return buffer.getvalue()


def test_cell_of_250_million_characters_is_refused_at_once() -> None:
    content = packed(250_000_000)
    assert len(content) < 260_000
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(TableError, match=r"^The workbook is too large: unpacked, it is more than 30 MB\."):
        read_workbook(content)
    spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (spent < 4, peak < 5_000_000) == (True, True)  # seconds: 14 without the limit, under 1 on an idle machine


def test_cell_within_the_bound_of_the_file_but_too_long_is_refused() -> None:
    with pytest.raises(TableError, match=r"^The cells contain too much text\."):
        read_workbook(packed(20_000_000))


def test_long_text_shared_by_many_cells_is_counted_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "TEXT_LIMIT", 9_999)
    assert len(read_workbook(book(One=[["a" * 1000]] * 9))["One"]) == 9
    with pytest.raises(TableError, match=r"^The cells contain too much text\."):
        read_workbook(book(One=[["a" * 1000]] * 10))


def test_cells_of_all_sheets_are_counted() -> None:
    content = book(One=[["a", "", "b"]], Two=[["c"], ["d"]])
    assert read_workbook(content, cells=4)["Two"] == [["c"], ["d"]]
    with pytest.raises(
        TableError, match=r"^The file has more than 3 cells\. Delete everything that is not part of the table, or"
    ):
        read_workbook(content, cells=3)


def test_cell_far_below_the_others_is_refused() -> None:
    far = '<row r="900000"><c r="A900000"><v>1</v></c></row></sheetData>'
    content = with_part(book(One=[["a"]]), "xl/worksheets/sheet1.xml", "</sheetData>", far)
    with pytest.raises(TableError, match=r"^Row 900000 follows more than 100000 blank rows\. Delete those rows\."):
        read_workbook(content)


def test_entities_are_not_expanded() -> None:
    content = book(One=[["a"]])
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as made:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                cell = '<c r="A1" t="inlineStr"><is><t>&a9;</t></is></c>'
                text = f'<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}]>' + re.sub(r"<c .*</c>", cell, text)
            made.writestr(name, text)
    with pytest.raises(TableError, match=r"^The file cannot be read as an Excel workbook"):
        read_workbook(buffer.getvalue())


def test_row_beyond_the_last_is_refused() -> None:
    far = '<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData>'
    content = with_part(book(One=[["a"]]), "xl/worksheets/sheet1.xml", "</sheetData>", far)
    with pytest.raises(TableError, match=r"^The table continues beyond row 1048576\. Delete the blank rows"):
        read_workbook(content)


def test_small_file_that_unpacks_to_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = book(One=[["a" * 5000]])
    monkeypatch.setattr(tables, "UNPACKED_LIMIT", 5000)
    with pytest.raises(
        TableError, match=r"^The workbook is too large: unpacked, it is more than 0 MB\. Keep only the sheet"
    ):
        read_workbook(content)
