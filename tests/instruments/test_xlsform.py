"""A survey goes out as XLSForm and comes back the same; a plain XLSForm comes in, or each row that cannot is named."""

import copy
import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from ctnat.ui.tables import read_workbook
from instruments.schema import DefinitionError, parse
from instruments.xlsform import from_xlsform, to_xlsform
from instruments.xlsform.names import from_name, to_name
from tests.factories import instruments_2016

Rows = list[list[str]]
CHOICES: Rows = [
    ["list_name", "name", "label::English (en)", "label::Français (fr)"],
    ["yesno", "yes", "Yes", "Oui"],
    ["yesno", "no", "No", "Non"],
    ["how", "good", "Good", "Bon"],
    ["how", "bad", "Bad", "Mauvais"],
    ["how", "dont_know", "No idea", "Aucune idée"],
]
HEADER = ["type", "name", "label::English (en)", "label::Français (fr)", "hint", "appearance", "relevant", "constraint"]


def workbook(survey: Rows, choices: Rows = CHOICES, settings: Rows | None = None) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings or [])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def faults(survey: Rows, choices: Rows = CHOICES) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        from_xlsform(workbook([HEADER, *survey], choices))
    return caught.value.faults


@pytest.fixture(scope="module")
def exported() -> bytes:
    return to_xlsform(instruments_2016()["survey"], form_id="ct-nat-2016", version=1)


def test_export_then_import_gives_the_same_definition(exported: bytes) -> None:
    assert from_xlsform(exported) == instruments_2016()["survey"]


def test_export_passes_pyxforms_validation_without_a_warning(exported: bytes) -> None:
    xls2xform = pytest.importorskip("pyxform.xls2xform")
    warnings: list[str] = []
    form = xls2xform.convert(xlsform=io.BytesIO(exported), file_type=".xlsx", validate=False, warnings=warnings).xform
    assert warnings == []
    assert [form.count(f'<translation lang="{name}"') for name in ("English (en)", "Georgian (ka)", "Arabic (ar)")] == [
        1,
        1,
        1,
    ]
    assert form.count("<select1 ") == 62 + 9 + 8 + 3  # rows, headings of matrices, single choices, places of 8.1


def test_a_changed_definition_round_trips_too() -> None:
    document = copy.deepcopy(instruments_2016()["survey"])
    section = document["sections"][1]["items"]
    section[4]["ranks"] = 2  # a partial ranking
    section.append(
        {"name": "2.7", "type": "integer", "text": {"en": "How many?"}, "min": 1, "max": 9, "required": True}
    )
    relevant = {"item": "2.5", "options": ["growing", "declining"]}
    section.append({"name": "q9", "type": "text", "text": {"en": "=SUM(A1) why?"}, "relevant": relevant})
    document["scales"][0]["favourable"] = "last"
    parse("survey", document)
    assert from_xlsform(to_xlsform(document, form_id="own", version=3)) == document


def test_label_edited_in_the_spreadsheet_is_taken_over(exported: bytes) -> None:
    book = load_workbook(io.BytesIO(exported))
    sheet = book["survey"]
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[header.index("name")].value == "q3.1.5")
    row[header.index("label::Russian (ru)")].value = "Новый текст"
    buffer = io.BytesIO()
    book.save(buffer)
    document = parse("survey", from_xlsform(buffer.getvalue()))
    assert document.by_name["3.1.5"].text.translate("ru") == "Новый текст"  # type: ignore[union-attr]


def test_names_survive_the_way_there_and_back() -> None:
    codes = ["3.1.5", "q5", "qq7", "abc", "q", "Q1", "10"]
    assert [to_name(code) for code in codes] == ["q3.1.5", "qq5", "qqq7", "abc", "q", "Q1", "q10"]
    assert [from_name(to_name(code)) for code in codes] == codes


def test_plain_form_from_elsewhere() -> None:
    survey: Rows = [
        ["start", "start"],
        ["note", "hello", "Welcome", "Bienvenue"],
        ["begin group", "g1", "First", "Premier"],
        ["note", "how_to", "Please answer.", "Répondez."],
        ["select_one yesno", "q1", "Ready?", "Prêt ?", "Choose"],
        ["text", "why", "Why?", "Pourquoi ?", "", "", "${q1} = 'no'"],
        ["select_multiple yesno or_other", "q2", "Which?", "Lesquels ?", "", "", "", "count-selected(.) <= 2"],
        ["rank how", "q3", "Order?", "Ordre ?"],
        ["integer", "q4", "How many?", "Combien ?", "", "", "", ". >= 0 and . < 10"],
        ["begin_group", "m", "Rate", "Notez", "", "table-list"],
        ["select_one how", "m1", "Roads", "Routes"],
        ["select_one how", "m2", "Schools", "Écoles"],
        ["end_group"],
        ["end group"],
        ["text", "last", "Anything else?", "Autre ?"],
    ]
    document: Any = parse("survey", from_xlsform(workbook([HEADER, *survey], settings=[["form_title"], ["Roads"]])))
    assert [(i.name, i.type, i.min, i.max, i.ranks, i.scale) for i in document.items] == [
        ("q1", "select_one", None, None, None, None),
        ("why", "text", None, None, None, None),
        ("q2", "select_multiple", None, 2, None, None),
        ("q3", "rank", None, None, 3, None),
        ("q4", "integer", 0, 9, None, None),
        ("m1", "select_one", None, None, None, "how"),
        ("m2", "select_one", None, None, None, "how"),
        ("last", "text", None, None, None, None),
    ]
    assert (document.title.translate(), document.by_name["q1"].text.translate("fr")) == ("Roads", "Prêt ?")
    assert document.by_name["why"].relevant.options == ("no",)
    assert document.by_name["q2"].open_options == {"other"}
    assert document.scale("how").dont_know.translate("fr") == "Aucune idée"
    assert [point.name for point in document.scale("how").points] == ["good", "bad"]
    assert (document.sections[0].instruction.translate(), document.introduction[0].text.translate()) == (
        "Please answer.",
        "Welcome",
    )


def test_questions_outside_groups_share_a_section_between_groups() -> None:
    survey: Rows = [
        ["text", "q1", "One?"],
        ["begin_group", "m", "Rate", "", "", "table-list"],
        ["select_one how", "m1", "Roads"],
        ["end_group"],
        ["text", "q2", "Two?"],
        ["begin_group", "g", "Group"],
        ["text", "q3", "Three?"],
        ["end_group"],
        ["text", "q4", "Four?"],
    ]
    document: Any = parse("survey", from_xlsform(workbook([HEADER, *survey])))
    assert [(section.name, [entry.name for entry in section.items]) for section in document.sections] == [
        ("section_1", ["q1", "m", "q2"]),
        ("g", ["q3"]),
        ("section_3", ["q4"]),
    ]


def test_matrix_written_the_older_way() -> None:
    survey: Rows = [
        ["begin_group", "g", "Group", "Groupe"],
        ["begin_group", "m", "", "", "", "field-list"],
        ["select_one how", "head", "Rate these", "Notez", "", "label"],
        ["select_one how", "m1", "Roads", "Routes", "", "list-nolabel"],
        ["end_group"],
        ["end_group"],
    ]
    document: Any = parse("survey", from_xlsform(workbook([HEADER, *survey])))
    matrix = document.sections[0].items[0]
    assert (matrix.name, matrix.text.translate(), [row.name for row in matrix.rows]) == ("m", "Rate these", ["m1"])


def test_every_row_that_cannot_be_taken_is_named() -> None:
    found = faults(
        [
            ["geopoint", "where", "Where?"],
            ["begin_repeat", "r", "Again"],
            ["select_one nolist", "q1", "Which?"],
            ["text", "", "No name?"],
            ["text", "q2"],
            ["text", "q3", "Odd?", "", "", "", "${q1} > 3"],
            ["integer", "q4", "Odd?", "", "", "", "", "regex(., 'x')"],
            ["end_group"],
        ]
    )
    assert [fault.partition(":")[0] for fault in found] == [f"sheet survey, row {n}" for n in range(2, 10)]
    assert found[0].startswith("sheet survey, row 2: the type 'geopoint' cannot be taken.")
    assert found[2] == "sheet survey, row 4: the list 'nolist' is not on the sheet choices."


def test_form_without_english_labels_says_so() -> None:
    survey: Rows = [["type", "name", "label::Français (fr)"], ["text", "q1", "Pourquoi ?"]]
    with pytest.raises(DefinitionError) as caught:
        from_xlsform(workbook(survey, []))
    assert caught.value.faults == ["sheet survey, row 2: has no label in English. Add a column “label::English (en)”."]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a workbook", b"\x00" * 1000])
def test_file_that_is_no_workbook(content: bytes) -> None:
    with pytest.raises(DefinitionError) as caught:
        from_xlsform(content)
    assert caught.value.faults[0].startswith("The file cannot be read as an Excel workbook (.xlsx)")


def test_truncated_workbook(exported: bytes) -> None:
    for size in (100, len(exported) // 2, len(exported) - 30):
        with pytest.raises(DefinitionError):
            from_xlsform(exported[:size])


def test_workbook_without_sheets_or_questions() -> None:
    assert faults([]) == ["sheet survey: holds no question."]
    with pytest.raises(DefinitionError) as caught:
        from_xlsform(workbook([], []))
    assert caught.value.faults == ["sheet survey: is missing. An XLSForm has the sheets survey and choices."]


def test_cells_never_become_formulas(exported: bytes) -> None:
    document = copy.deepcopy(instruments_2016()["survey"])
    document["sections"][7]["items"][2]["text"]["en"] = '=HYPERLINK("http://example.org")'
    content = to_xlsform(document, form_id="own", version=1)
    kinds = {cell.data_type for row in load_workbook(io.BytesIO(content))["survey"].iter_rows() for cell in row}
    assert kinds - {"s", "inlineStr", "n"} == set()  # "n" are empty cells; a formula would be "f"
    assert '=HYPERLINK("http://example.org")' in [cell for row in read_workbook(content)["survey"] for cell in row]
