"""Workbooks that are written row by row, read again with openpyxl."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ctnat.ui import workbook
from ctnat.ui.cells import LONGEST, Run
from ctnat.ui.cells import plain as as_plain
from ctnat.ui.workbook import Workbook

HALF_PAST_ONE, MIDNIGHT = datetime.fromisoformat("2016-03-31T13:30"), datetime.fromisoformat("2016-01-01")


def written(*sheets: tuple[str, tuple[Any, ...], list[tuple[Any, ...]]], **more: Any) -> openpyxl.Workbook:
    target = BytesIO()
    with Workbook(target, title="A & B", creator="CT-NAT", **more) as book:
        for sheet in sheets:
            book.sheet(*sheet)
    return openpyxl.load_workbook(target)


def one(head: tuple[Any, ...], *rows: tuple[Any, ...], **more: Any) -> Worksheet:
    found = written(("Sheet", head, list(rows)), **more)["Sheet"]
    assert isinstance(found, Worksheet)
    return found


def test_values_are_read_as_they_were_written() -> None:
    rows = [
        ("text", 3, 2.5, None, date(2016, 3, 31), HALF_PAST_ONE),
        ("", 0, -1.25, True, date(1900, 3, 1), MIDNIGHT),
        ("  two\nlines  ", 10**12, 1e-9, False, None, None),
        ("<b> & \"x\" 'y' \u10e5\u0000\ud800", 1, 1, "x" * 40_000, None, None),
    ]
    sheet = one(("Text", "Whole", "Part", "Blank", "Day", "Moment"), *rows)
    found = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    assert found[0][:4] == ("text", 3, 2.5, None)
    assert [found[0][4].date(), found[0][5]] == [date(2016, 3, 31), HALF_PAST_ONE]
    assert [sheet["E2"].number_format, sheet["F2"].number_format] == ["yyyy-mm-dd", "yyyy-mm-dd h:mm:ss"]
    assert found[1][:4] == (None, 0, -1.25, True)
    assert (found[1][4].date(), found[1][5]) == (date(1900, 3, 1), MIDNIGHT)
    assert found[2][:4] == ("  two\nlines  ", 10**12, 1e-9, False)
    assert found[3][0] == "<b> & \"x\" 'y' \u10e5"
    assert (len(found[3][3]), found[3][3][-1]) == (32_767, "…")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "#REF!", '=HYPERLINK("x")', "'=1"])
def test_no_text_is_a_formula_or_an_error(text: str) -> None:
    sheet = one((text, "Second"), ("a", text), ("b", text))
    for place in ("A1", "B2", "B3"):
        assert (sheet[place].value, sheet[place].data_type) == (text, "s")
        assert bool(sheet[place].quotePrefix) is text.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_sheets_are_ready_to_be_worked_in() -> None:
    rows = [("x" * 20, "y" * 29, 5)] * 198 + [("z" * 26, None, 7)]
    rows += [("w" * 100, "w" * 100, 8)]  # beyond the rows by which columns are made as wide as needed
    book = written(("It's “one”", ("A", "B", "C"), rows), ("Two", tuple(f"H{n}" for n in range(30)), []))
    sheet = book["It's “one”"]
    assert book.sheetnames == ["It's “one”", "Two"]
    assert (book.properties.title, book.properties.creator) == ("A & B", "CT-NAT")
    assert {one.freeze_panes for one in book} == {"B2"}
    assert {one.print_title_rows for one in book} == {"$1:$1"}
    assert {one.page_setup.orientation for one in book} == {"landscape"}
    assert all(one.sheet_properties.pageSetUpPr.fitToPage and one.page_setup.fitToHeight == 0 for one in book)
    assert (sheet.auto_filter.ref, book["Two"].auto_filter.ref) == ("A1:C201", "A1:AD1")
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [28, 48, 14]
    head, text, number = sheet["A1"], sheet["A2"], sheet["C2"]
    assert (head.font.b, head.fill.fgColor.rgb, head.alignment.wrap_text) == (True, "FF0D5561", True)
    assert (text.alignment.wrap_text, text.alignment.vertical, text.font.b) == (True, "top", False)
    assert (number.alignment.vertical, number.border.bottom.style) == ("top", "thin")
    assert sheet["B200"].border.bottom.style == "thin"
    assert not sheet.sheet_view.rightToLeft


def test_a_sheet_runs_from_right_to_left_where_its_language_does() -> None:
    target = BytesIO()
    with Workbook(target, title="A", creator="CT-NAT") as book:
        book.sheet("Texts", ("key",), [("a",)], right_to_left=True)
    assert openpyxl.load_workbook(target)["Texts"].sheet_view.rightToLeft


def test_each_text_is_cleared_and_rows_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "AT_ONCE", 3)
    monkeypatch.setattr(workbook, "MOST_KNOWN", 2)
    rows = [(f"Ms. Smith {n % 4}", n) for n in range(10)]
    sheet = one(("Smith", "n"), *rows, clear=lambda text: text.replace("Smith", "S."))
    assert sheet["A1"].value == "S."
    assert [sheet.cell(n, 1).value for n in range(2, 12)] == [f"Ms. S. {n % 4}" for n in range(10)]
    assert [sheet.cell(n, 2).value for n in range(2, 12)] == list(range(10))


def test_a_row_may_be_shorter_than_its_head_and_not_longer() -> None:
    sheet = one(("A", "B", "C"), ("a",), ("a", "b", "c"))
    assert [cell.value for cell in sheet[2]] == ["a", None, None]
    assert sheet.column_dimensions["C"].width == 14
    with pytest.raises(ValueError, match="Sheet: row 3 has more cells than the head"):
        one(("A", "B"), ("a", "b"), ("a", "b", "c"))


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    letters = [openpyxl.utils.get_column_letter(at + 1) for at in range(800)]
    assert [workbook._letters(at) for at in range(800)] == letters


def test_deleted_and_inserted_words_are_struck_and_underlined() -> None:
    rich = (Run("=The "), Run("old", "deleted"), Run(" & "), Run("new", "inserted"), Run("", "deleted"))
    target = BytesIO()
    with Workbook(target, title="A", creator="CT-NAT", clear=lambda text: text.replace("old", "█")) as book:
        book.sheet("Sheet", ("No.", "Change"), [(1, rich), (2, ())])
    sheet: Any = openpyxl.load_workbook(target, rich_text=True)["Sheet"]
    cell = sheet["B2"]
    assert str(cell.value) == "=The █ & new"
    assert cell.data_type != "f"
    assert cell.quotePrefix
    assert cell.alignment.wrap_text
    plain, deleted, _, inserted = cell.value
    assert isinstance(plain, str) or not plain.font.strike
    assert (deleted.text, deleted.font.strike) == ("█", True)
    assert (inserted.text, inserted.font.u) == ("new", "single")
    assert sheet["B3"].value is None


def test_a_cell_of_runs_is_cut_at_the_longest() -> None:
    rich = (Run("a" * (LONGEST - 1)), Run("bcd", "inserted"), Run("e"))
    cell = one(("Change",), (rich,))["A2"]
    assert cell.value == "a" * (LONGEST - 1) + "…"


def test_runs_without_formatting_have_signs() -> None:
    rich = (Run("The "), Run("old", "deleted"), Run("new", "inserted"), Run(" one"))
    assert as_plain(rich) == "The [-old-]{+new+} one"


def test_rows_of_given_widths_are_as_high_as_their_lines_need() -> None:
    target = BytesIO()
    with Workbook(target, title="A", creator="CT-NAT") as book:
        book.sheet(
            "Sheet", ("No.", "Text"), [("1", "short"), ("2", "x" * 40 + "\n\nend"), ("3", "y" * 9000)], widths=(8, 22)
        )
    sheet: Any = openpyxl.load_workbook(target)["Sheet"]
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [8, 22]
    assert [sheet.row_dimensions[number].height for number in range(1, 5)] == [15, 15, 60, 409]
