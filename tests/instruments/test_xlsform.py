"""A survey exported as XLSForm is imported unchanged; a plain XLSForm is imported, or each bad row is named."""

import copy
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from ctnat.ui.tables import read_workbook
from instruments.import_notes import CONDITION, TAKEN
from instruments.logic.grammar import parse_condition
from instruments.logic.tree import options_named, references
from instruments.logic.writing import write
from instruments.schema import DefinitionError, parse
from instruments.xlsform import from_xlsform, read_form, to_xlsform
from instruments.xlsform.names import from_name, to_name
from tests.factories import instruments_2016
from tests.surveys import quoting_survey

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


def depends(item: Any) -> tuple[str, ...] | None:
    """(earlier item, its options) of a condition that asks for options of one item."""
    if item.relevant is None:
        return None
    (earlier,) = references(item.relevant)
    return (earlier, *(option for _, _, option in options_named(item.relevant)))


def workbook(
    survey: Rows, choices: Rows = CHOICES, settings: Rows | None = None, sheets: dict[str, Rows] | None = None
) -> bytes:
    """`sheets` are further ones."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"survey": survey, "choices": choices, "settings": settings or [], **(sheets or {})}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def faults(survey: Rows, choices: Rows = CHOICES) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        from_xlsform(workbook([HEADER, *survey], choices), language="en")
    return caught.value.faults


@pytest.fixture(scope="module")
def exported() -> bytes:
    return to_xlsform(instruments_2016()["survey"], form_id="ct-nat-2016", version=1)


def test_export_then_import_gives_the_same_definition(exported: bytes) -> None:
    assert from_xlsform(exported).definition == instruments_2016()["survey"]


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
    assert from_xlsform(to_xlsform(document, form_id="own", version=3)).definition == document


@pytest.fixture(scope="module")
def quoting() -> bytes:
    return to_xlsform(quoting_survey.definition(), form_id="quoting", version=1)


def cells(content: bytes, sheet: str) -> dict[str, dict[str, str]]:
    """Name of a row -> its cells by heading."""
    rows = read_form(content, "form.xlsx")[sheet]
    named = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    return {row["name"]: row for row in reversed(named)}


def test_quoted_answers_and_filtered_options_round_trip(quoting: bytes) -> None:
    assert from_xlsform(quoting).definition == quoting_survey.definition()


def test_quoted_answers_and_filtered_options_are_those_of_other_programs(quoting: bytes) -> None:
    survey = cells(quoting, "survey")
    assert survey["B"]["label::English (en)"] == "About ${town_words}"
    assert survey["town_words"]["calculation"] == "jr:choice-name(${town}, '${town}')"
    assert survey["q.whole"]["label::English (en)"] == "You said ${whole}."
    assert "jr:choice-name(${order_2}, '${order_2}')" in survey["order_words"]["calculation"]
    assert survey["town"]["choice_filter"] == (
        "offered = '*' or offered = '1' and ${region} = 'north' or offered = '2' and ${region} = 'south' or "
        "offered = '3' and (${region} != 'west' and ${region} != '')"
    )
    assert {name: row["offered"] for name, row in cells(quoting, "choices").items() if row.get("offered")} == {
        "arras": "1",
        "lille": "1",
        "nice": "2",
        "other": "3",
    }
    xls2xform = pytest.importorskip("pyxform.xls2xform")
    warnings: list[str] = []
    xls2xform.convert(xlsform=io.BytesIO(quoting), file_type=".xlsx", validate=False, warnings=warnings)
    assert warnings == []


def test_filter_by_one_answer_is_short_in_the_form() -> None:
    document = quoting_survey.definition()
    for option in document["sections"][0]["items"][2]["options"][2:]:
        option.pop("offered_if", None)
    content = to_xlsform(document, form_id="own", version=1)
    assert cells(content, "survey")["town"]["choice_filter"] == "offered = '*' or ${region} = offered"
    assert from_xlsform(content).definition == document


def test_label_edited_in_the_spreadsheet_is_taken_over(exported: bytes) -> None:
    book = load_workbook(io.BytesIO(exported))
    sheet = book["survey"]
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[header.index("name")].value == "q3.1.5")
    row[header.index("label::Russian (ru)")].value = "Новый текст"
    buffer = io.BytesIO()
    book.save(buffer)
    document = parse("survey", from_xlsform(buffer.getvalue()).definition)
    assert document.by_name["3.1.5"].text.translate("ru") == "Новый текст"  # type: ignore[union-attr]


def test_names_survive_the_way_there_and_back() -> None:
    codes = ["3.1.5", "q5", "qq7", "abc", "q", "Q1", "10"]
    assert [to_name(code) for code in codes] == ["q3.1.5", "qq5", "qqq7", "abc", "q", "Q1", "q10"]
    assert [from_name(to_name(code)) for code in codes] == codes


def read(survey: Rows, choices: Rows = CHOICES, settings: Rows | None = None) -> Any:
    """(document, remarks as `row: reason`) of a form whose unnamed columns are in English."""
    reading = from_xlsform(workbook([HEADER, *survey], choices, settings), language="en")
    return parse("survey", reading.definition), remarks(reading)


def remarks(reading: Any) -> list[str]:
    """What the form has beyond the definition, and the conditions that a person decides on."""
    notes = [(note.row, note.text) for note in reading.notes if note.kind != TAKEN]
    notes += [(each.row, f"? {each.text}") for each in reading.decisions if each.kind == CONDITION]
    return [f"{row}: {text}" for row, text in sorted(notes, key=lambda note: note[0])]


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
        ["decimal", "q5", "How far?", "Distance ?", "", "", "", ". >= 0.5"],
        ["date", "q6", "Since when?", "Depuis ?", "", "", "", ". >= date('2015-01-01') and . <= '2016-12-31'"],
    ]
    document, notes = read(survey, settings=[["form_title"], ["Roads"]])
    assert notes == ["2: Data about the device or the moment are not collected."]
    fields = ("min", "max", "ranks", "scale")
    assert [(i.name, i.type, *(getattr(i, field, None) for field in fields)) for i in document.items] == [
        ("q1", "select_one", None, None, None, None),
        ("why", "text", None, None, None, None),
        ("q2", "select_multiple", None, 2, None, None),
        ("q3", "rank", None, None, 3, None),
        ("q4", "integer", 0, 9, None, None),
        ("m1", "select_one", None, None, None, "how"),
        ("m2", "select_one", None, None, None, "how"),
        ("last", "text", None, None, None, None),
        ("q5", "decimal", 0.5, None, None, None),
        ("q6", "date", date(2015, 1, 1), date(2016, 12, 31), None, None),
    ]
    assert (document.title.translate(), document.by_name["q1"].text.translate("fr")) == ("Roads", "Prêt ?")
    assert depends(document.by_name["why"])[1:] == ("no",)
    assert document.by_name["q2"].open_options == {"other"}
    assert document.scale("how").dont_know.translate("fr") == "Aucune idée"
    assert [point.name for point in document.scale("how").points] == ["good", "bad"]
    assert (document.sections[0].instruction.translate(), document.introduction[0].text.translate()) == (
        "Please answer.",
        "Welcome",
    )


def test_statement_to_acknowledge_comes_in_and_goes_out() -> None:
    survey: Rows = [
        ["acknowledge", "consent", "I have read this.", "J’ai lu ceci."],
        ["trigger", "thanks", "Thank them."],
        ["text", "why", "Why?", "", "", "", "${consent} = 'OK'"],
    ]
    document, notes = read(survey)
    assert (notes, [item.type for item in document.items]) == ([], ["acknowledge", "acknowledge", "text"])
    definition = from_xlsform(workbook([HEADER, *survey]), language="en").definition
    content = to_xlsform(definition, form_id="f", version=1)
    assert from_xlsform(content).definition == definition
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content))["survey"].iter_rows()]
    assert [row[0] for row in rows if row[1] == "consent"] == ["acknowledge"]
    assert document.is_relevant(document.by_name["why"], {"consent": "OK"}, date(2026, 1, 1))
    assert not document.is_relevant(document.by_name["why"], {}, date(2026, 1, 1))


def test_a_rating_goes_out_as_a_slider_and_says_what_its_ends_mean() -> None:
    low, high = {"en": "Never", "fr": "Jamais"}, {"en": "Always"}
    items = [
        {"name": "r", "type": "rating", "text": {"en": "How often?"}, "low": low, "high": high},
        {"name": "s", "type": "rating", "text": {"en": "How much?"}, "min": 1, "max": 5, "hint": {"en": "A hint"}},
        {"name": "why", "type": "text", "text": {"en": "Why?"}, "relevant": ["<", ["item", "r"], ["num", 7.0]]},
    ]
    section = {"name": "1", "title": {"en": "S"}, "items": items}
    definition = {"kind": "survey", "title": {"en": "T"}, "sections": [section]}
    parse("survey", definition)
    content = to_xlsform(definition, form_id="f", version=1)
    assert from_xlsform(content).definition == definition
    head, *rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content))["survey"].iter_rows()]
    found = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    assert [(found[name]["type"], found[name]["parameters"]) for name in ("r", "s")] == [
        ("range", "start=0 end=10 step=1"),
        ("range", "start=1 end=5 step=1"),
    ]
    assert found["r"]["hint::English (en)"] == "0 = Never; 10 = Always"
    assert found["r"]["hint::French (fr)"] == "0 = Jamais"
    assert found["s"]["hint::English (en)"] == "A hint"


WHO: Rows = [
    ["list_name", "name", "label::English (en)"],
    *(["who", code, code.title()] for code in ("police", "border", "ngo", "none", "dont_know")),
]


@pytest.mark.parametrize("kind", ["scale", "options"])
def test_the_rule_of_a_row_of_a_matrix_goes_out_with_its_message(kind: str) -> None:
    options = [{"name": code, "text": {"en": code}} for code in ("a", "b", "c")]
    rule = {"constraint": ["!=", ["own"], ["str", "a"]], "constraint_message": {"en": "Not a"}, "unapplied": "once(.)"}
    row = {"name": "r", "type": "select_one" if kind == "scale" else "select_multiple", "text": {"en": "R"}, **rule}
    matrix = {"name": "m", "type": "matrix", "text": {"en": "M"}, "rows": [row]}
    matrix |= {"scale": "s"} if kind == "scale" else {"options": options}
    definition: Any = {"kind": "survey", "title": {"en": "T"}}
    definition |= {"scales": [{"name": "s", "points": options}]} if kind == "scale" else {}
    definition["sections"] = [{"name": "1", "title": {"en": "S"}, "items": [matrix]}]
    content = to_xlsform(definition, form_id="f", version=1)
    assert from_xlsform(content).definition == definition
    head, *rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content))["survey"].iter_rows()]
    found = {row[1]: dict(zip(head, row, strict=True)) for row in rows}["r"]
    assert found["constraint"] == ". != 'a' and once(.)"
    assert found["constraint_message::English (en)"] == "Not a"


def test_a_table_of_several_choices_comes_in_as_a_matrix_and_goes_out_again() -> None:
    alone = "if(selected(., 'none'), count-selected(.) = 1, count-selected(.) <= 2)"
    survey: Rows = [
        ["begin_group", "m", "Who helps?", "", "", "table-list"],
        ["select_multiple who", "m1", "Women", "", "", "", "", alone],
        ["select_multiple who", "m2", "Men", "", "", "", "", "if(selected(., 'none'), count-selected(.) = 1, true())"],
        ["end_group"],
        ["text", "why", "Why?", "", "", "", "selected(${m1}, 'border')"],
    ]
    document, notes = read(survey, WHO)
    [matrix] = [entry for entry in document.sections[0].items if hasattr(entry, "rows")]
    assert (notes, [option.name for option in matrix.options]) == ([], ["police", "border", "ngo", "none"])
    first, second = matrix.items
    assert (first.type, first.max, second.max, str(first.dont_know)) == ("select_multiple", 2, None, "Dont_Know")
    assert set(first.exclusive_options) == {"none"}
    definition = from_xlsform(workbook([HEADER, *survey], WHO), language="en").definition
    content = to_xlsform(definition, form_id="f", version=1)
    assert from_xlsform(content).definition == definition
    rows = {row[1].value: row for row in load_workbook(io.BytesIO(content))["survey"].iter_rows()}
    assert rows["m1"][0].value == rows["m2"][0].value == "select_multiple options_m"
    some = [*survey[:2], ["select_multiple who", "m2", "Men"], *survey[3:]]
    found = from_xlsform(workbook([HEADER, *some], WHO), language="en")
    assert [note.row for note in found.notes if note.kind == "changed"] == [3]
    assert not any(option.get("exclusive") for option in found.definition["sections"][0]["items"][0]["options"])
    mixed = [*survey[:2], ["select_one who", "m2", "Men"], *survey[3:]]
    assert not any(hasattr(entry, "rows") for section in read(mixed, WHO)[0].sections for entry in section.items)


AGREE: Rows = [
    ["list_name", "name", "label"],
    *(["agree", code, words] for code, words in zip(["sd", "d", "a", "sa"], ("No!", "No", "Yes", "Yes!"), strict=True)),
]


def test_scale_of_a_plain_form_has_no_favourable_end_and_no_added_dont_know() -> None:
    survey: Rows = [
        ["begin_group", "m", "Rate", "", "", "table-list"],
        ["select_one agree", "m1", "Roads"],
        ["end_group"],
        ["select_one agree", "q1", "Agreed?"],
        ["select_multiple agree", "q2", "Which?"],
    ]
    document, _ = read(survey, AGREE)
    scale = document.scale("agree")
    assert (scale.favourable, scale.dont_know, scale.from_favourable) == (None, None, ("sd", "d", "a", "sa"))
    assert [document.dont_know(item) for item in document.items] == [False, False, False]


def test_dont_know_of_the_form_is_offered_in_its_words() -> None:
    document, _ = read([["select_one how", "q1", "Good?"]])
    assert [option.name for option in document.items[0].options] == ["good", "bad"]
    assert document.dont_know(document.items[0]).translate("fr") == "Aucune idée"


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
    document: Any = parse("survey", from_xlsform(workbook([HEADER, *survey]), language="en").definition)
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
    document: Any = parse("survey", from_xlsform(workbook([HEADER, *survey]), language="en").definition)
    matrix = document.sections[0].items[0]
    assert (matrix.name, matrix.text.translate(), [row.name for row in matrix.rows]) == ("m", "Rate these", ["m1"])


def test_every_row_that_cannot_be_taken_is_named_and_the_rest_comes_in() -> None:
    document, notes = read(
        [
            ["geopoint", "where", "Where?"],
            ["begin_repeat", "r", "Again"],
            ["text", "name", "Name of the child?"],
            ["end_repeat"],
            ["select_one nolist", "q1", "Which?"],
            ["text", "", "No name?"],
            ["text", "q2"],
            ["text", "q3", "Odd?", "", "", "", "${age} > 3"],
            ["integer", "q4", "Odd?", "", "", "", "", ". >= 1 and regex(., 'x')"],
            ["calculate", "c"],
            ["note", "n", "In between"],
            ["begin kobomatrix", "k", "Table"],
            ["photo", "p", "Picture?"],
            ["end kobomatrix"],
            ["colour", "q5", "Which?"],
            ["end_group"],
            ["text", "q6", "You said ${q3} in {town}, in {country}. <b>Why?</b>"],
        ]
    )
    assert [item.name for item in document.items] == ["name", "question_7", "q2", "q3", "q4", "q6"]
    assert document.by_name["q2"].text.translate() == "q2"
    assert document.by_name["q6"].hint.translate() == "In between"
    assert (document.by_name["q4"].min, document.by_name["q6"].text.translate()) == (
        1,
        "You said [answer to q3] in (town), in {country}. Why?",
    )
    assert notes == [
        "2: Places on a map cannot be asked for.",
        "3: The form repeats these questions for several people or things. Decide about them.",
        "6: The list “nolist” is not on the sheet “choices”.",
        "7: It has no name; its code is question_7.",
        "8: It has no label; its name is used instead.",
        "9: ? It depends on “age”, which is not in the form.",
        "10: A part of the constraint is left out: regex(., 'x')",
        "11: It is a value that the form calculates, not a question.",
        "13: Tables of this kind cannot be asked.",
        "14: Tables of this kind cannot be asked.",
        "16: The type “colour” is unknown.",
        "17: It ends a group that was not begun.",
    ]


def test_one_choice_equal_to_an_option_is_a_condition_several_choices_are_not() -> None:
    document, notes = read(
        [
            ["select_one yesno", "one", "One?"],
            ["select_multiple yesno", "many", "Many?"],
            ["text", "a", "A?", "", "", "", "(${one} = 'yes') or selected(${one}, ‘no’)"],
            ["text", "b", "B?", "", "", "", "${many} = 'yes'"],
            ["text", "c", "C?", "", "", "", "selected(${many}, 'yes')"],
            ["text", "d", "D?", "", "", "", "FALSE"],
            ["text", "e", "E?", "", "", "", "yes"],
            ["text", "f", "F?", "", "", "", "${one} = 'maybe'"],
        ]
    )
    relevant = {item.name: depends(item) for item in document.items}
    assert relevant == {
        "one": None,
        "many": None,
        "a": ("one", "yes", "no"),
        "b": ("many", "yes"),
        "c": ("many", "yes"),
        "e": None,
        "f": None,
    }
    asked = {
        answer: document.is_relevant(document.by_name["b"], {"many": answer.split()}, date(2026, 1, 1))
        for answer in ("", "yes", "yes no")
    }
    assert asked == {"": False, "yes": True, "yes no": False}  # only this option
    assert notes == [
        "7: It is never asked: its condition is always false.",
        "9: ? It asks for the option “maybe”, which “one” does not have.",
    ]


def test_conditions_of_nested_groups_are_those_of_their_questions() -> None:
    document, notes = read(
        [
            ["select_one yesno", "x", "X?"],
            ["begin_group", "A", "Group A", "", "", "", "${x} = 'yes'"],
            ["select_one yesno", "y", "Y?"],
            ["begin_group", "B", "Group B", "", "", "", "${y} = 'no'"],
            ["select_one yesno", "z", "Z?"],
            ["end_group"],
            ["text", "t", "T?", "", "", "", "${x} = 'no'"],
            ["text", "u", "U?"],
            ["end_group"],
            ["text", "v", "V?", "", "", "", "${x} = 'yes' and ${z} = 'no'"],
            ["select_one yesno", "w", "W?"],
            ["text", "k", "K?", "", "", "", "${w} = 'yes' and ${x} = 'no'"],
        ]
    )
    written = {code: write(tree) for code, tree in document.conditions.items()}
    assert written == {
        "y": "${x} = 'yes'",
        "z": "${x} = 'yes' and ${y} = 'no'",
        "t": "${x} = 'yes' and ${x} = 'no'",  # never, as in the form
        "u": "${x} = 'yes'",
        "v": "${x} = 'yes' and ${z} = 'no'",
        "k": "${w} = 'yes' and ${x} = 'no'",
    }
    assert notes == []
    assert [(section.name, str(section.title)) for section in document.sections] == [
        ("section_1", "Questions"),
        ("A", "Group A"),
        ("B", "Group B"),
        ("A_2", "Group A"),
        ("section_5", "Questions"),
    ]


def test_form_of_kobos_builder_comes_in() -> None:
    """As KoboToolbox exports it: metadata, rating table, ranking, nested groups, its own columns."""
    header = [
        *("type", "name", "label::English (en)", "label::Kiswahili (sw)", "required", "relevant", "constraint"),
        *("appearance", "kobo--score-choices", "kobo--rank-items", "kobo--rank-constraint-message", "$kuid"),
    ]
    survey: Rows = [
        header,
        ["start", "start"],
        ["end", "end"],
        ["today", "today"],
        ["deviceid", "deviceid"],
        ["begin_group", "group_ab1cd23", "About you", "Kuhusu wewe"],
        ["select_one yesno", "Do_you_work_here", "Do you work here?", "Unafanya kazi hapa?", "true"],
        ["begin_group", "group_xy", "Work", "Kazi", "", "${Do_you_work_here} = 'yes'"],
        ["integer", "years", "Years?", "Miaka?", "false", "", ". >= 0"],
        ["end_group"],
        ["end_group"],
        ["begin_score", "How_good", "How good are", "", "false", "", "", "", "how"],
        ["score__row", "roads", "Roads", "Barabara", "true"],
        ["score__row", "schools", "Schools", "Shule", "true"],
        ["end_score"],
        ["begin_rank", "order", "What comes first?", "", "false", "", "", "", "", "needs"],
        ["rank__level", "first", "1st choice"],
        ["rank__level", "second", "2nd choice"],
        ["end_rank"],
        ["calculate", "__version__", "", "", "", "", "", "", "", "", "", "'vX'"],
    ]
    choices: Rows = [
        ["list_name", "name", "label::English (en)", "label::Kiswahili (sw)"],
        *(["yesno", code, code.title(), ""] for code in ("yes", "no")),
        *(["how", code, code.title(), ""] for code in ("good", "bad")),
        *(["needs", code, code.title(), ""] for code in ("food", "water", "shelter")),
    ]
    settings: Rows = [["form_title", "default_language"], ["Our survey", "English (en)"]]
    reading = from_xlsform(workbook(survey, choices, settings))
    document: Any = parse("survey", reading.definition)
    assert [(item.name, item.type, item.required) for item in document.items] == [
        ("Do_you_work_here", "select_one", True),
        ("years", "integer", False),
        ("roads", "select_one", True),
        ("schools", "select_one", True),
        ("order", "rank", False),
    ]
    assert write(document.conditions["years"]) == "${Do_you_work_here} = 'yes'"
    assert (document.by_name["roads"].scale, document.scale("how").favourable) == ("how", None)
    assert (document.by_name["order"].ranks, len(document.by_name["order"].options)) == (2, 3)
    assert document.by_name["schools"].text.translate("sw") == "Shule"
    assert [note.name for note in reading.left_out] == ["start", "end", "today", "deviceid", "__version__"]
    assert [note.name for note in reading.taken] == ["Do_you_work_here", "years", "roads", "schools", "order"]


@pytest.mark.parametrize(
    "written",
    [
        "select one from yesno",
        "select1 yesno",
        "Select_One yesno",
        "select one  yesno",
        "add select one prompt using yesno",
    ],
)
def test_sheets_headings_and_types_are_taken_however_they_are_written(written: str) -> None:
    book = load_workbook(
        io.BytesIO(
            workbook(
                [["Type", "Name", "Label:English", "Relevance"], [written, "q1", "Ready?"], ["q int", "q2", "Age?"]],
                [["list name", "value", "Label"], ["yesno", "yes", "Yes"], ["yesno", "no", "No"]],
            )
        )
    )
    book["survey"].title, book["choices"].title = "SURVEY ", " Choices"
    buffer = io.BytesIO()
    book.save(buffer)
    reading = from_xlsform(buffer.getvalue())
    document: Any = parse("survey", reading.definition)
    assert [(item.name, item.type) for item in document.items] == [("q1", "select_one"), ("q2", "integer")]
    assert remarks(reading) == []


def test_form_in_another_language_than_english() -> None:
    survey: Rows = [["type", "name", "label::Français (fr)"], ["end", "end"], ["text", "q1", "Pourquoi ?"]]
    reading = from_xlsform(workbook(survey, []))
    document: Any = parse("survey", reading.definition)
    assert (document.source_language, str(document.items[0].text)) == ("fr", "Pourquoi ?")
    assert (document.items[0].text.translate("ka"), document.items[0].text.language_for("ka")) == ("Pourquoi ?", "fr")
    again = from_xlsform(to_xlsform(reading.definition, form_id="own", version=1))
    assert again.definition == reading.definition


def test_form_that_names_no_language_comes_in_and_leaves_it_to_decide() -> None:
    survey: Rows = [["type", "name", "label"], ["text", "q1", "Pourquoi ?"]]
    reading = from_xlsform(workbook(survey, []))
    assert reading.definition["source_language"] == "und"
    assert [decision.kind for decision in reading.decisions] == ["language"]
    assert from_xlsform(workbook(survey, []), language="fr").definition["source_language"] == "fr"
    assert "source_language" not in from_xlsform(workbook(survey, []), language="en").definition


def test_text_missing_in_the_first_language_is_taken_from_another() -> None:
    survey: Rows = [["type", "name", "label::English (en)", "label::Français (fr)"], ["text", "q1", "", "Pourquoi ?"]]
    reading = from_xlsform(workbook(survey, []))
    assert reading.definition["sections"][0]["items"][0]["text"] == {"en": "Pourquoi ?", "fr": "Pourquoi ?"}
    assert remarks(reading) == ["2: It has no label in en; the one in fr is used instead."]


def test_codes_that_a_definition_does_not_take_are_made_anew() -> None:
    choices: Rows = [["list_name", "name", "label"], ["l", "да", "Yes"], ["l", "_no", "No"], ["l", "_no", "No again"]]
    document, notes = read(
        [
            ["select_one l", "вопрос", "One?"],
            ["text", "x" * 60, "Two?", "", "", "", "${вопрос} = 'да'"],
            ["text", "x" * 50, "Three?"],
        ],
        choices,
    )
    assert [item.name for item in document.items] == ["question_2", "x" * 40, "x" * 36 + "_2"]
    assert [option.name for option in document.items[0].options] == ["option_1", "no"]
    assert depends(document.items[1])[1:] == ("option_1",)
    assert [note.split(";")[0] for note in notes] == [
        "2: Its code is question_2.",
        "2: The code of this option is option_1.",
        f"3: Its code is {'x' * 40}.",
        "3: The code of this option is no.",
        f"4: Its code is {'x' * 36}_2.",
        "4: The list “l” has the option “_no” already.",
    ]


def test_form_without_any_usable_question_is_refused_with_the_reasons() -> None:
    assert faults([["geopoint", "where", "Where?"]]) == [
        "The sheet “survey” has no question that can be taken.",
        "Sheet survey, row 2: Places on a map cannot be asked for.",
    ]


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
    assert faults([]) == ["The sheet “survey” has no question that can be taken."]
    with pytest.raises(DefinitionError) as caught:
        from_xlsform(workbook([], []))
    assert caught.value.faults == ["The file has no sheet “survey”. An XLSForm has the sheets “survey” and “choices”."]


def test_cells_never_become_formulas(exported: bytes) -> None:
    document = copy.deepcopy(instruments_2016()["survey"])
    document["sections"][7]["items"][2]["text"]["en"] = '=HYPERLINK("http://example.org")'
    content = to_xlsform(document, form_id="own", version=1)
    kinds = {cell.data_type for row in load_workbook(io.BytesIO(content))["survey"].iter_rows() for cell in row}
    assert kinds - {"s", "inlineStr", "n"} == set()  # "n" are empty cells; a formula would be "f"
    assert '=HYPERLINK("http://example.org")' in [cell for row in read_workbook(content)["survey"] for cell in row]


def test_bound_in_quotes_and_language_that_iso_calls_a_macrolanguage() -> None:
    survey: Rows = [
        ["type", "name", "label::English", "label::Swahili", "constraint"],
        ["integer", "q1", "How many?", "Ngapi?", ". >= '2' and . <= 60"],
    ]
    reading = from_xlsform(workbook(survey, []))
    item = reading.definition["sections"][0]["items"][0]
    assert (item["text"], item["min"], item["max"]) == ({"en": "How many?", "sw": "Ngapi?"}, 2, 60)
    assert remarks(reading) == []


def test_more_remarks_than_a_page_can_show_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("instruments.xlsform.reading.MOST_NOTES", 2)
    survey: Rows = [*(["calculate", f"c{n}"] for n in range(5)), ["text", "q1", "Why?", "", "", "", "${c1} > 3"]]
    _, notes = read(survey)
    assert [note.partition(":")[0] for note in notes] == ["0", "2", "3", "7"]
    assert notes[0] == "0: 3 more remarks are not listed."


def test_conditions_of_questions_tables_and_sections_are_written_and_come_back_unchanged() -> None:
    document = copy.deepcopy(instruments_2016()["survey"])
    section, later = document["sections"][1], document["sections"][2]
    section["items"][1]["relevant"] = parse_condition("selected(${2.1}, 'origin') or count-selected(${2.1}) >= 2")
    later["relevant"] = parse_condition("${2.1} != 'origin' and today() >= date('2026-01-01')")
    table = next(entry for entry in later["items"] if "rows" in entry)
    table["relevant"] = parse_condition("selected(${2.4}, 'women')")
    table["rows"][0]["relevant"] = parse_condition("${1.2_other} = ''")
    last = document["sections"][-1]["items"][-1]
    last["relevant"] = parse_condition("selected(${8.1}, 'A')")  # three places, each a question of the form
    content = to_xlsform(document, form_id="f", version=1)
    assert from_xlsform(content).definition == document
    sheet = read_workbook(content)["survey"]
    at, name = sheet[0].index("relevant"), sheet[0].index("name")
    written = {row[name]: row[at] for row in sheet[1:] if len(row) > at and row[0] not in ("end_group", "note")}
    assert written["q2.2"] == "selected(${q2.1}, 'origin') or count-selected(${q2.1}) >= 2"
    assert written["q3"] == "${q2.1} != 'origin' and today() >= date('2026-01-01')"
    assert written["q3.1"] == "selected(${q2.4}, 'women')"
    assert written[f"q{last['name']}"] == "selected(concat(${q8.1_1}, ' ', ${q8.1_2}, ' ', ${q8.1_3}), 'A')"
    assert written["q3.1.1"] == "${q1.2_other} = ''"
