"""Conditions, calculations and constraints of XLSForms as the definition holds them."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from instruments.import_notes import CONDITION
from instruments.logic.grammar import parse_condition
from instruments.logic.writing import write
from instruments.schema import parse
from instruments.xlsform import from_xlsform, read, read_form, to_xlsform
from instruments.xlsform.expressions import explain
from tests.instruments.test_xlsform import Rows, remarks, workbook
from tests.surveys.quoting_survey import definition as quoting_definition

HEADER = ["type", "name", "label::English (en)", "relevant", "constraint", "calculation", "choice_filter", "parameters"]
CHOICES: Rows = [
    ["list_name", "name", "label::English (en)"],
    *(["yn", code, code.title()] for code in ("y", "n")),
    *(["m", code, code.title()] for code in ("a", "b", "c", "none")),
    *(["w", code, words] for code, words in (("farm", "Farming"), ("other", "Other (specify)"))),
]
DAY = date(2026, 11, 30)


def reading(*rows: list[str], choices: Rows = CHOICES) -> Any:
    return from_xlsform(workbook([HEADER, *rows], choices))


def conditions(*rows: list[str]) -> dict[str, str]:
    """Code -> when it is asked, with the conditions of its groups."""
    document: Any = parse("survey", reading(*rows).definition)
    return {code: write(tree) for code, tree in document.conditions.items()}


Q = [["select_one yn", name, name.upper()] for name in ("p", "q", "r")]


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("${p}='y' or ${q}='y' and ${r}='y'", "${p} = 'y' or ${q} = 'y' and ${r} = 'y'"),
        ("selected(${p}, ‘y’)", "selected(${p}, 'y')"),
        ("not(${p} = 'y') AND ${q} != \"n\"", "not(${p} = 'y') and ${q} != 'n'"),
        ("${n} ≥ 2", "${n} >= 2"),
        ("../p = 'y'", "${p} = 'y'"),
        ("count-selected(${m}) > 1", "count-selected(${m}) > 1"),
        ("${p} != ''", "${p} != ''"),
    ],
)
def test_condition_is_taken_whole(written: str, becomes: str) -> None:
    rows = [*Q, ["integer", "n", "N"], ["select_multiple m", "m", "M"], ["text", "t", "T", written]]
    assert conditions(*rows) == {"t": becomes}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("pulldata('a', 'b', 'c', 'd') = 1", "It cannot be understood: the function “pulldata” cannot be taken."),
        ("${p} = 'y' or uuid() = 'a'", "It cannot be understood: the function “uuid” cannot be taken."),
        ("${p} and", "It cannot be understood: something is missing at its end."),
        ("${p}", "It is a value, and does not say when it holds; programs understand that differently."),
        ("1" + "+1" * 2_400 + " = 2", "It cannot be understood: "),
        ("not(" * 900 + "true()" + ")" * 900, "It cannot be understood: its parentheses are nested too deeply."),
        ("x" * 40_000, "It cannot be understood: it is longer than 5000 characters."),
        ("${later} = 'y'", "It depends on “later”, which comes after it."),
        ("${nowhere} = 'y'", "It depends on “nowhere”, which is not in the form."),
        ("${place} != ''", "It depends on “place”, which is left out."),
        ("${p} = 'maybe'", "It asks for the option “maybe”, which “p” does not have."),
        ("selected(${words}, 'y')", "It asks for an option of “words”, which has no options."),
    ],
)
def test_condition_that_cannot_be_taken_is_left_to_decide(written: str, reason: str) -> None:
    rows = [*Q, ["geopoint", "place", "Place"], ["text", "words", "W"], ["text", "t", "T", written]]
    found = reading(*rows, ["select_one yn", "later", "Later"])
    [decision] = [each for each in found.decisions if each.kind == CONDITION]
    assert decision.text.startswith(reason)
    assert (decision.items, decision.row) == (("t",), 7)
    assert not parse("survey", found.definition).conditions  # type: ignore[union-attr]


def test_part_of_a_condition_that_can_be_taken_is_taken() -> None:
    found = reading(*Q, ["text", "t", "T", "${p} = 'y' and pulldata('a', 'b') = 1 and ${q} = 'n'"])
    document: Any = parse("survey", found.definition)
    assert write(document.conditions["t"]) == "${p} = 'y' and ${q} = 'n'"
    assert [each.subject for each in found.decisions if each.kind == CONDITION] == ["pulldata('a', 'b') = 1"]


def test_option_that_does_not_exist_is_dropped_where_the_rest_still_decides() -> None:
    assert conditions(*Q, ["text", "t", "T", "${p} = 'y' or ${p} = 'maybe'"]) == {"t": "${p} = 'y'"}
    assert conditions(*Q, ["text", "t", "T", "${p} != 'maybe' and ${q} = 'y'"]) == {"t": "${q} = 'y'"}


def test_condition_of_a_group_on_a_question_that_was_left_out_is_one_decision() -> None:
    found = reading(
        ["geopoint", "place", "Place"],
        ["begin_group", "g", "Group", "${place} != ''"],
        ["text", "a", "A"],
        ["begin_group", "h", "Inner"],
        ["text", "b", "B"],
        ["end_group"],
        ["end_group"],
    )
    [decision] = [each for each in found.decisions if each.kind == CONDITION]
    assert (decision.items, decision.name) == (("a", "b"), "g")


def test_calculation_is_put_in_where_it_is_used() -> None:
    rows = [
        *Q,
        ["calculate", "both", "", "", "", "if(${p} = 'y' and ${q} = 'y', 1, 0)"],
        ["begin_group", "g", "G", "${p} = 'y'"],
        ["calculate", "shown", "", "", "", "${q}"],
        ["end_group"],
        ["text", "t", "T", "${both} = 1"],
        ["text", "u", "U", "${shown} = 'y'"],
    ]
    document: Any = parse("survey", reading(*rows).definition)
    asked = {
        (p, q): [document.is_relevant(document.by_name[code], {"p": p, "q": q}, DAY) for code in ("t", "u")]
        for p in "yn"
        for q in "yn"
    }
    assert asked == {
        ("y", "y"): [True, True],
        ("y", "n"): [False, False],
        ("n", "y"): [False, False],  # what is calculated in a group that is not shown is blank
        ("n", "n"): [False, False],
    }
    assert [note.row for note in reading(*rows).left_out] == [5, 7]


def test_calculations_that_grow_without_bounds_are_left_to_decide() -> None:
    rows = [["integer", "n", "N"], ["calculate", "c0", "", "", "", "${n} + 1"]]
    rows += [["calculate", f"c{n}", "", "", "", f"${{c{n - 1}}} + ${{c{n - 1}}}"] for n in range(1, 30)]
    found = reading(*rows, ["text", "t", "T", "${c29} > 3"])
    assert "has more than 400 parts" in next(each.text for each in found.decisions if each.kind == CONDITION)


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("not(selected(., 'none') and count-selected(.) > 1)", (["none"], 1, 3)),
        ("count-selected(.) <= 2 and not(selected(., 'none') and count-selected(.) > 1)", (["none"], 1, 2)),
        ("count-selected(.) >= 2", ([], 2, 4)),
        ("if(selected(., 'none'), count-selected(.) = 1, true())", (["none"], 1, 3)),
        ("not(selected(., 'a') and selected(., 'b'))", None),
    ],
)
def test_explain_finds_what_a_constraint_on_several_choices_means(written: str, meaning: Any) -> None:
    assert explain(parse_condition(written, own=True), ["a", "b", "c", "none"]) == meaning


@pytest.mark.parametrize("bounds", [{}, {"min": 2}, {"min": 2, "max": 2}, {"max": 2}])
def test_options_that_exclude_the_others_are_written_and_come_back(bounds: dict[str, int]) -> None:
    found = reading(["select_multiple m", "m", "M", "", "not(selected(., 'none') and count-selected(.) > 1)"])
    [item] = found.definition["sections"][0]["items"]
    assert [option["name"] for option in item["options"] if option.get("exclusive")] == ["none"]
    assert remarks(found) == []
    item |= bounds
    content = to_xlsform(found.definition, form_id="f", version=1)
    assert from_xlsform(content).definition == found.definition
    plain = read({name: rows for name, rows in read_form(content, "f.xlsx").items() if name != "ctnat"})
    [again] = plain.definition["sections"][0]["items"]
    assert {key: again.get(key) for key in ("min", "max", "options")} == {
        key: item.get(key) for key in ("min", "max", "options")
    }  # other programs, too, keep to it


def test_constraint_that_is_more_than_bounds_is_kept_with_its_message_and_comes_back() -> None:
    header = [*HEADER, "constraint_message::English (en)"]
    rows = [
        ["integer", "n", "N"],
        ["integer", "m", "M", "", ". <= 90 and (. <= ${n} or . = 99)", "", "", "", "Not more than all."],
        ["text", "t", "T", "", "string-length(.) * 2 = 16"],
        ["text", "u", "U", "", "regex(., '[a-e]+')", "", "", "", "From a to e."],
    ]
    found = from_xlsform(workbook([header, *rows], CHOICES))
    items = {item["name"]: item for item in found.definition["sections"][0]["items"]}
    assert (items["m"]["max"], write(items["m"]["constraint"])) == (90, ". <= ${n} or . = 99")
    assert items["m"]["constraint_message"] == {"en": "Not more than all."}
    assert write(items["t"]["constraint"]) == "string-length(.) * 2 = 16"
    assert items["u"]["constraint_message"] == {"en": "From a to e."}
    assert remarks(found) == ["5: A part of the constraint is left out: regex(., '[a-e]+')"]
    content = to_xlsform(found.definition, form_id="f", version=1)
    assert from_xlsform(content).definition == found.definition
    again = read({name: rows for name, rows in read_form(content, "f.xlsx").items() if name != "ctnat"})
    assert again.definition["sections"][0]["items"][1]["constraint"] == items["m"]["constraint"]


def test_bounds_of_numbers_and_days_are_taken_from_any_way_of_writing_them() -> None:
    document: Any = parse(
        "survey",
        reading(
            ["integer", "n1", "N", "", "0 < . and . <= '60'"],
            ["integer", "n2", "N", "", ".>=-1 and .<120"],
            ["decimal", "d", "D", "", "(. >= 0.5) and (. <= 7)"],
            ["date", "t", "T", "", ". >= date('2020-01-01') and . <= '2026-12-31'"],
            ["select_multiple m", "m", "M", "", "count-selected(.) = 2"],
            ["range", "s", "S", "", "", "", "", "start=0 end=10 step=1"],
            ["range", "p", "P", "", "", "", "", "end=100 start=0"],
        ).definition,
    )
    found = {item.name: (item.type, str(item.min), str(item.max)) for item in document.items}
    assert found == {
        "n1": ("integer", "1", "60"),
        "n2": ("integer", "None", "119"),
        "d": ("decimal", "0.5", "7.0"),
        "t": ("date", "2020-01-01", "2026-12-31"),
        "m": ("select_multiple", "2", "2"),
        "s": ("rating", "0", "10"),
        "p": ("integer", "0", "100"),
    }


def test_text_for_other_becomes_the_free_text_of_its_option() -> None:
    found = reading(
        ["select_one w", "work", "Work?"],
        ["text", "work_specify", "Please specify", "${work} = 'other'"],
        ["select_one yn", "p", "P?"],
        ["text", "why", "Why not?", "${p} = 'n'"],
        ["text", "more", "More?", "${work_specify} != ''"],
    )
    document: Any = parse("survey", found.definition)
    assert list(document.by_name) == ["work", "p", "why", "more"]
    assert document.by_name["work"].open_options == {"other"}
    assert write(document.conditions["more"]) == "${work_other} != ''"
    assert [note.name for note in found.taken] == ["work", "work_specify", "p", "why", "more"]
    assert remarks(found) == []


def test_markdown_and_html_of_labels_are_left_out() -> None:
    found = reading(["text", "t", "**Why** do _you_ <b>stay</b> in big_old_town, at 3 * 4 * 5?"])
    [item] = found.definition["sections"][0]["items"]
    assert item["text"]["en"] == "Why do you stay in big_old_town, at 3 * 4 * 5?"


def test_table_that_r_wrote_has_blank_cells() -> None:
    rows = [["NA"] * 5, ["select_one yn", "p", "P?", "NA", "NA"], ["text", "t", "T?", "${p} = 'y'", "NA"]]
    found = reading(*rows, choices=[*CHOICES[:3], ["yn", "NA", "Not applicable"]])
    document: Any = parse("survey", found.definition)
    assert {code: write(tree) for code, tree in document.conditions.items()} == {"t": "${p} = 'y'"}
    assert [option.name for option in document.by_name["p"].options] == ["y", "n", "NA"]
    assert remarks(found) == []


def test_lists_that_nobody_uses_and_doubled_names_do_no_harm() -> None:
    found = reading(["text", "t", "One?"], ["text", "t", "Two?"], ["select_one nolist", "q", "Q?"], ["text", "", ""])
    assert [item["name"] for item in found.definition["sections"][0]["items"]] == ["t", "t_2", "question_5"]
    assert [note.name for note in found.left_out] == ["q"]


def test_condition_that_names_an_option_in_other_capitals_means_that_option() -> None:
    found = reading(*Q, ["text", "t", "T", "${p} = 'Y' and selected(${q}, 'n')"])
    document: Any = parse("survey", found.definition)
    assert write(document.conditions["t"]) == "${p} = 'y' and selected(${q}, 'n')"
    assert "5: Its condition asks for “Y”. It was read as the option “y”." in remarks(found)


def test_times_of_the_day_are_asked_as_a_text_and_moments_as_a_day() -> None:
    found = reading(["time", "at", "When?"], ["dateTime", "moment", "Which moment?"], ["tel", "phone", "Phone?"])
    items = found.definition["sections"][0]["items"]
    assert [item["type"] for item in items] == ["text", "date", "text"]
    assert "2: A time of the day is asked as a text." in remarks(found)
    assert "3: Only the day is asked, without the time of the day." in remarks(found)


QUOTES = ["type", "name", "label::English (en)", "hint", "relevant", "calculation", "choice_filter"]


def quoting(*rows: list[str], choices: Rows = CHOICES) -> Any:
    return from_xlsform(workbook([QUOTES, *rows], choices))


def texts(found: Any) -> dict[str, str]:
    entries = [entry for section in found.definition["sections"] for entry in section["items"]]
    return {item["name"]: item["text"]["en"] for item in entries}


def test_answers_are_quoted_in_labels_of_questions_groups_and_options() -> None:
    choices = [*CHOICES, ["who", "me", "I, ${who}"], ["who", "them", "Others, in ${later}"]]
    found = quoting(
        ["text", "who", "Who are you, {answer: nobody}?"],
        ["select_one yn", "p", "Well, ${who}?", "You said ${ who }."],
        ["calculate", "in_words", "", "", "", "jr:choice-name(${p}, '${p}')"],
        ["calculate", "both", "", "", "", "concat(${who}, ' – ', ${in_words})"],
        ["begin_group", "g", "About ${who}"],
        ["select_one who", "q", "${in_words}, ${both}, ${later}?"],
        ["text", "later", "Later"],
        ["end_group"],
        choices=choices,
    )
    assert texts(found)["who"] == "Who are you, (answer: nobody}?"
    assert texts(found)["p"] == "Well, {answer:who}?"
    assert found.definition["sections"][0]["items"][1]["hint"]["en"] == "You said {answer:who}."
    assert found.definition["sections"][1]["title"]["en"] == "About {answer:who}"
    assert texts(found)["q"] == "{answer:p}, …, …?"
    options = found.definition["sections"][1]["items"][0]["options"]
    assert [option["text"]["en"] for option in options] == ["I, {answer:who}", "Others, in …"]
    quotes = [line for line in remarks(found) if "quotes" in line]
    assert quotes == [f"7: It quotes “{name}”, which cannot be quoted; “…” is used instead." for name in QUOTED]


QUOTED = ("later", "both", "later")


def test_quoted_calculation_of_a_group_says_where_it_would_be_blank() -> None:
    found = quoting(
        ["text", "who", "Who?"],
        ["select_one yn", "p", "P"],
        ["begin_group", "g", "G", "", "${p} = 'y'"],
        ["calculate", "name", "", "", "", "${who}"],
        ["text", "inside", "${name}"],
        ["end_group"],
        ["text", "outside", "${name}"],
    )
    assert (texts(found)["inside"], texts(found)["outside"]) == ("{answer:who}", "{answer:who}")
    said = "It quotes the answer itself, also where “name” would be blank in the form."
    assert [line for line in remarks(found) if "quotes" in line] == [f"8: {said}"]


def test_answers_cannot_be_quoted_before_questions_and_on_scales() -> None:
    found = quoting(
        ["note", "n", "Hello ${p}"],
        ["select_one yn", "p", "P"],
        ["note", "bye", "Goodbye ${p}"],
    )
    assert found.definition["introduction"][0]["text"]["en"] == "Hello …"
    assert found.definition["closing"][0]["text"]["en"] == "Goodbye …"
    assert "4: Only texts of questions can quote answers; “…” is used instead." in remarks(found)


PLACES: Rows = [
    ["list_name", "name", "label::English (en)", "region", "size"],
    *(["region", code, code.title(), "", ""] for code in ("north", "south")),
    *(
        ["town", code, code.title(), region, size]
        for code, region, size in (
            ("arras", "north", "1"),
            ("lille", "north", "9"),
            ("nice", "south", "5"),
            ("lost", "nowhere", "5"),
            ("any", "", "0"),
        )
    ),
]


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        (
            "region = ${region}",
            {"arras": "${region} = 'north'", "lille": "${region} = 'north'", "nice": "${region} = 'south'"},
        ),
        (
            "region = '' or region = ${region} and size > ${least}",
            {
                "arras": "${region} = 'north' and ${least} < '1'",
                "lille": "${region} = 'north' and ${least} < '9'",
                "nice": "${region} = 'south' and ${least} < '5'",
                "any": None,
            },
        ),
        ("size > 4", {"lille": None, "nice": None, "lost": None}),
        ("name != 'lost'", dict.fromkeys(("arras", "lille", "nice", "any"))),
        (
            "selected('lille nice', name) and selected(region, ${region})",
            {"lille": "${region} = 'north'", "nice": "${region} = 'south'"},
        ),
    ],
)
def test_choice_filter_says_on_which_answers_each_option_is_offered(
    written: str, offered: dict[str, str | None]
) -> None:
    found = quoting(
        ["select_one region", "region", "Region?"],
        ["integer", "least", "At least?"],
        ["select_one town", "town", "Town?", "", "", "", written],
        choices=PLACES,
    )
    options = found.definition["sections"][0]["items"][2]["options"]
    assert {each["name"]: each.get("offered_if") and write(each["offered_if"]) for each in options} == offered
    parse("survey", found.definition)


def test_choice_filter_that_cannot_be_taken_offers_all_and_says_why() -> None:
    row = ["select_one town", "town", "Town?", "", "", "", "region = ${nowhere}"]
    found = quoting(row, choices=PLACES)
    assert len(found.definition["sections"][0]["items"][0]["options"]) == 5
    why = "It depends on “nowhere”, which is not in the form."
    assert remarks(found) == [f"2: All options are offered: the choice_filter cannot be taken. {why}"]


def test_question_without_an_option_that_is_ever_offered_is_left_out() -> None:
    row = ["select_one town", "town", "Town?", "", "", "", "size > 90"]
    found = quoting(["text", "t", "T"], row, choices=PLACES)
    assert list(texts(found)) == ["t"]
    assert remarks(found) == ["3: No earlier answer offers an option of the list “town”."]


@pytest.mark.parametrize(
    ("pattern", "rule", "whole"),
    [
        ("^[0-9]{10}$", {"pattern": "digits", "min_length": 10, "max_length": 10}, True),
        (r"\d{2,4}", {"pattern": "digits", "min_length": 2, "max_length": 4}, True),
        ("^[0-9][0-9][0-9]$", {"pattern": "digits", "min_length": 3, "max_length": 3}, True),
        ("[0-9]+", {"pattern": "digits"}, True),
        ("^[0]{1}[0-9]{9}$", {"pattern": "digits", "min_length": 10, "max_length": 10}, False),
        (r"[a-zA-Z]+(\s[a-zA-Z]+)*", {"pattern": "letters"}, True),
        ("^[a-zA-Z0-9. _-éáí]{1,25}$", {"pattern": "letters_digits", "max_length": 25}, True),
        ("^[^@]+@[^@]+$", None, False),
        ("^[A-Z]{3}[0-9]{3}$", None, False),
        ("^[1-5]$", None, False),
        ("(a+)+$", None, False),
        ("[z-a]", None, False),
        ("[", None, False),
        ("", None, False),
    ],
)
def test_regular_expression_of_one_kind_of_characters_is_a_named_pattern(
    pattern: str, rule: dict[str, Any] | None, whole: bool
) -> None:
    found = reading(["text", "t", "T", "", f"regex(., '{pattern}')"])
    [item] = found.definition["sections"][0]["items"]
    assert {key: item[key] for key in ("pattern", "min_length", "max_length") if key in item} == (rule or {})
    lost = [f"2: A part of the constraint is left out: regex(., '{pattern}')"]
    assert remarks(found) == ([] if whole else lost)
    document = parse("survey", found.definition)
    assert (document.by_name["t"].unapplied is None) is whole  # type: ignore[union-attr]
    assert from_xlsform(to_xlsform(found.definition, form_id="own", version=1)).definition == found.definition


def test_length_of_a_text_is_taken_and_comes_back() -> None:
    found = reading(["text", "t", "T", "", "string-length(.) >= 3 and 30 > string-length(.)"])
    [item] = found.definition["sections"][0]["items"]
    assert (item["min_length"], item["max_length"], "constraint" in item) == (3, 29, False)
    assert from_xlsform(to_xlsform(found.definition, form_id="own", version=1)).definition == found.definition


def test_slider_with_steps_is_asked_as_a_number() -> None:
    found = reading(
        ["range", "a", "A", "", "", "", "", "start=0;end=100;step=5"],
        ["range", "b", "B", "", "", "", "", "start=-1 end=1 step=0.5"],
    )
    items = found.definition["sections"][0]["items"]
    assert [(item["type"], item["min"], item["max"]) for item in items] == [("integer", 0, 100), ("decimal", -1, 1)]
    assert "2: The slider is asked as a number, whatever its steps are." in remarks(found)


def test_a_form_that_quotes_answers_and_filters_options_comes_back_as_it_was_without_our_own_sheet() -> None:
    """Answers of every type; also what other programs need is there: ODK's own check finds nothing wrong."""
    xls2xform = pytest.importorskip("pyxform.xls2xform")
    content = to_xlsform(quoting_definition(), form_id="quotes", version=1)
    assert from_xlsform(content).definition == quoting_definition()
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(BytesIO(content))}
    ours = [row for row in sheets["ctnat"] if row[1] == "offered_if" or "{answer:" in str(row[2])]
    assert ours == []  # so that words that are changed in the form are not put back
    assert xls2xform.convert(BytesIO(content), validate=False).warnings == []


def test_notes_between_questions_go_into_the_hint_of_the_question_with_which_they_are_shown() -> None:
    found = quoting(
        ["select_one yn", "p", "P"],
        ["note", "n1", "Read this: ${p}"],
        ["note", "n2", "And this"],
        ["text", "a", "A", "A hint"],
        ["note", "n3", "Only for yes", "", "${p} = 'y'"],
        ["text", "b", "B", "", "${p} = 'y'"],
        ["note", "n4", "Only for no", "", "${p} = 'n'"],
        ["text", "c", "C"],
        ["begin_group", "g", "G", "", "${p} = 'y'"],
        ["text", "d", "D"],
        ["note", "n5", "At the end"],
        ["end_group"],
        ["text", "e", "E"],
    )
    items = [item for section in found.definition["sections"] for item in section["items"]]
    assert {item["name"]: item["hint"]["en"] for item in items if "hint" in item} == {
        "a": "Read this: {answer:p}\n\nAnd this\n\nA hint",
        "b": "Only for yes",
    }
    assert [note.name for note in found.taken] == ["p", "n1", "n2", "a", "n3", "b", "c", "d", "e"]
    assert [(note.name, note.text) for note in found.left_out] == [
        (name, "Notes between questions cannot be shown. Write it into the hint of a question.")
        for name in ("n4", "n5")
    ]


def test_long_text_is_not_cut_inside_a_quoted_answer() -> None:
    found = quoting(
        ["text", "who", "Who?"], ["text", "t", "x" * 4_995 + " ${who}"], ["text", "u", "y" * 4_990 + "${who}"]
    )
    assert [len(words) for words in texts(found).values()] == [4, 4_996, 4_990]
    parse("survey", found.definition)
