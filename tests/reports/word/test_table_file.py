"""A table as a Word file of its own, read back with python-docx and checked against the schema."""

from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from ctnat.ui.cells import Rich, Run
from reports.word.table_file import make_table_file

RICH: Rich = (Run("There are "), Run("36", "deleted"), Run("37", "inserted"), Run(" offices."))


def made(language: str = "en", cell: str | Rich = RICH) -> bytes:
    return make_table_file(
        title="Matrix & more",
        subtitle="Report",
        heads=["No.", "Change"],
        rows=[["1", cell], ["2", "One\nTwo\x00"]],
        widths=(1, 3),
        language=language,
    )


def test_deleted_words_are_struck_through_and_new_ones_underlined() -> None:
    document = docx.Document(BytesIO(made()))
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["No.", "Change"],
        ["1", "There are 3637 offices."],
        ["2", "One\nTwo"],
    ]
    runs = table.rows[1].cells[1].paragraphs[0].runs
    assert [(run.text, bool(run.font.strike), bool(run.font.underline)) for run in runs] == [
        ("There are ", False, False),
        ("36", True, False),
        ("37", False, True),
        (" offices.", False, False),
    ]
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert document.core_properties.title == "Matrix & more"


def test_the_head_comes_again_and_rows_are_not_broken() -> None:
    rows = docx.Document(BytesIO(made())).tables[0].rows
    head, *others = [row._tr.find(qn("w:trPr")) for row in rows]
    assert head is not None
    assert head.find(qn("w:tblHeader")) is not None
    assert all(row is not None and row.find(qn("w:cantSplit")) is not None for row in others)


def test_a_file_from_right_to_left_leaves_latin_words_their_direction() -> None:
    table = docx.Document(BytesIO(made("ar", "ملجأ Baku."))).tables[0]
    assert table._tbl.tblPr.find(qn("w:bidiVisual")) is not None
    arabic, latin = (row.cells[1].paragraphs[0]._p.pPr for row in table.rows[1:])
    assert arabic is not None
    assert latin is not None
    assert arabic.find(qn("w:bidi")) is not None
    assert latin.find(qn("w:bidi")) is None


@pytest.mark.parametrize("language", ["en", "ar", "ka"])
def test_the_file_follows_the_schema(language: str, tmp_path: Path) -> None:
    file = tmp_path / "matrix.docx"
    file.write_bytes(made(language))
    assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []


def test_the_same_table_is_the_same_file() -> None:
    assert made() == made()
