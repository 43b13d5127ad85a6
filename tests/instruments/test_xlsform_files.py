"""The files in which an XLSForm comes: workbooks old and new, CSV, CSV in a ZIP archive; and what is none of them."""

import io
import time
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from instruments.definition_files import definition_from
from instruments.schema import DefinitionError
from tests.instruments.test_xlsform import workbook
from tests.old_workbooks import old_workbook

SURVEY = [
    ["type", "name", "label::Français (fr)", "required"],
    ["select_one l", "q1", "Êtes-vous prêt ?", "yes"],
    ["integer", "q2", "Combien ?", ""],
]
CHOICES = [["list_name", "name", "label::Français (fr)"], ["l", "1", "Oui"], ["l", "2", "Non"]]


def csv_of(rows: list[list[Any]]) -> str:
    return "\n".join(",".join(str(cell) for cell in row) for row in rows)


def archive(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(f"form/{name}.csv", content)
    return buffer.getvalue()


def one_csv() -> str:
    blocks = {"survey": SURVEY, "choices": CHOICES}
    return "\n".join(f"{name}\n" + "\n".join(f",{csv_of([row])}" for row in rows) for name, rows in blocks.items())


OLD = {
    "survey": [SURVEY[0], [*SURVEY[1][:3], True], SURVEY[2]],
    "choices": [CHOICES[0], ["l", 1.0, "Oui"], ["l", 2.0, "Non"]],
}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (workbook(SURVEY, CHOICES), "form.xlsx"),
        (workbook(SURVEY, CHOICES), "form.xls"),  # the content decides
        (old_workbook(OLD), "form.xls"),
        (old_workbook(OLD), "form.xlsx"),
        (one_csv().encode("utf-8-sig"), "form.csv"),
        (one_csv().encode("cp1252"), "form.csv"),
        (archive(survey=csv_of(SURVEY), choices=csv_of(CHOICES)), "form.zip"),
        (archive(my_survey_2026=csv_of(SURVEY), my_choices=csv_of(CHOICES), notes="a,b"), "form.zip"),
    ],
    ids=[
        "xlsx",
        "xlsx named xls",
        "xls",
        "xls named xlsx",
        "csv",
        "csv, cp1252",
        "zip",
        "zip with other names",
    ],
)
def test_form_comes_in_from_each_kind_of_file(content: bytes, name: str) -> None:
    read = definition_from(content, name)
    items = read.definition["sections"][0]["items"]
    assert read.definition["source_language"] == "fr"
    assert [(item["name"], item["type"], item.get("required")) for item in items] == [
        ("q1", "select_one", True),
        ("q2", "integer", None),
    ]
    assert [option["name"] for option in items[0]["options"]] == ["1", "2"]


def test_csv_with_the_survey_alone_has_the_questions_without_lists() -> None:
    read = definition_from(csv_of(SURVEY).encode(), "form.csv")
    assert [item["name"] for item in read.definition["sections"][0]["items"]] == ["q2"]
    assert [note.row for note in read.notes if note.kind == "left_out"] == [2]


def bomb() -> bytes:
    """An archive of a few kilobytes that unpacks to 100 MB."""
    return archive(survey="type,name\n" + "text,q\n" * 15_000_000)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "form.xls", "cannot be read as an Excel workbook (.xls)"),
        (old_workbook(OLD)[:1_500], "form.xls", "cannot be read as an Excel workbook (.xls)"),
        (old_workbook(OLD)[:8] + bytes(4_200_000), "form.xls", "larger than 4 MB"),
        (workbook(SURVEY, CHOICES)[:900], "form.xlsx", "cannot be read as an Excel workbook (.xlsx)"),
        (b"PK\x03\x04" + bytes(100), "form.zip", "cannot be read as an Excel workbook (.xlsx)"),
        (archive(other="a,b"), "form.zip", "The archive has no form."),
        (archive(survey="type,name"), "form.zip", "has no question that can be taken"),
        (b"", "form.csv", "has no sheet “survey”"),
    ],
)
def test_file_that_cannot_be_read_is_refused_with_what_to_do(content: bytes, name: str, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        definition_from(content, name)
    assert says in " ".join(caught.value.faults)


def test_archive_that_unpacks_to_much_more_is_refused_at_once() -> None:
    content = bomb()
    began = time.process_time()
    with pytest.raises(DefinitionError) as caught:
        definition_from(content, "form.zip")
    assert "The archive is too large" in caught.value.faults[0]
    assert time.process_time() - began < 1


def test_merged_cells_and_formulas_come_in_as_what_they_show() -> None:
    book = load_workbook(io.BytesIO(workbook([*SURVEY, ["text", "q3", "Pourquoi ?", ""]], CHOICES)))
    sheet = book["survey"]
    sheet.merge_cells("C4:D4")
    sheet["B3"] = '=CONCATENATE("q", 2)'  # never calculated by a spreadsheet program, so it shows nothing
    buffer = io.BytesIO()
    book.save(buffer)
    read = definition_from(buffer.getvalue(), "form.xlsx")
    assert [item["name"] for item in read.definition["sections"][0]["items"]] == ["q1", "question_3", "q3"]


def test_workbook_with_styles_that_are_not_allowed_comes_in() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(SURVEY, CHOICES))) as package, zipfile.ZipFile(out, "w") as copy:
        for part in package.infolist():
            content = package.read(part)
            if part.filename == "xl/styles.xml":
                content = content.replace(b"</cellXfs>", b'<xf numFmtId="0"><alignment indent="-3"/></xf></cellXfs>')
            copy.writestr(part.filename, content)
    read = definition_from(out.getvalue(), "form.xlsx")
    assert [item["name"] for item in read.definition["sections"][0]["items"]] == ["q1", "q2"]


def test_form_of_ten_thousand_rows_comes_in_soon() -> None:
    rows = [SURVEY[0], *(["text", f"q{n}", f"Question {n}", ""] for n in range(10_000))]
    content = workbook(rows, CHOICES)
    began = time.process_time()
    read = definition_from(content, "form.xlsx")
    assert len(read.definition["sections"][0]["items"]) == 10_000
    assert time.process_time() - began < 40


def zipped(**files: bytes | str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(f"form/{name}", content)
    return buffer.getvalue()


BESIDE = [
    ["type", "name", "label::Français (fr)", "parameters"],
    ["select_one_from_file villages.csv", "village", "Quel village ?"],
    ["select_multiple_from_file Zones.csv", "zones", "Quelles zones ?", "value=code label=nom"],
    ["select_one_external districts", "district", "Quel district ?"],
    ["select_one_from_file lost.csv", "lost", "Perdu ?"],
]
LISTS = {
    "villages.csv": "name,label\nv1,Un\nv2,Deux\n",
    "zones.csv": "name,label,code,nom\nx,X,z1,Nord\ny,Y,z2,Sud\n",
    "itemsets.csv": "list_name,name,label\ndistricts,d1,Haut\nothers,o1,Autre\ndistricts,d2,Bas\n",
    "picture.csv": b"\x00\x00\x01\x02\xff",
}
TEXTS = {"village": ["Un", "Deux"], "zones": ["Nord", "Sud"], "district": ["Haut", "Bas"]}


def offered(found: Any) -> dict[str, list[str]]:
    items = found.definition["sections"][0]["items"]
    return {item["name"]: [option["text"]["fr"] for option in item["options"]] for item in items}


@pytest.mark.parametrize("form", ["form.xlsx", "form.xls", "survey.csv"])
def test_lists_beside_the_form_come_in_with_it_from_an_archive(form: str) -> None:
    made = {
        "form.xlsx": workbook(BESIDE, CHOICES),
        "form.xls": old_workbook({"survey": BESIDE}),
        "survey.csv": csv_of(BESIDE),
    }
    found = definition_from(zipped(**{form: made[form], **LISTS}), "form.zip")
    assert offered(found) == TEXTS
    [left] = [note for note in found.notes if note.kind == "left_out" and note.row]
    assert (left.name, "Upload the form and this file together in a ZIP archive" in left.text) == ("lost", True)


def test_lists_on_the_sheet_external_choices_come_in() -> None:
    rows = [line.split(",") for line in str(LISTS["itemsets.csv"]).split("\n") if line]
    found = definition_from(workbook(BESIDE, CHOICES, sheets={"external_choices": rows}), "form.xlsx")
    assert offered(found) == {"district": ["Haut", "Bas"]}
