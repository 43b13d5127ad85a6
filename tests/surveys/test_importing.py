"""Tables of any program: columns, values, numbers and dates, by themselves."""

from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from instruments.schema import Survey, parse
from surveys.importing.answers import CHOSEN, KEEP_WORDS, LEAVE_OUT, NOT_CHOSEN, TICKS, Decisions, Reader
from surveys.importing.headings import propose
from surveys.importing.numbers import decimal_sign, read_number, written
from surveys.importing.options import OptionFinder
from surveys.importing.sheets import Sheet, heading_row, make_sheet, propose_for, without_label_row
from surveys.importing.targets import OUT, Target, target_of
from surveys.questionnaire.validation import check
from tests.surveys.exports import KOBO, forms_table, kobo_table, limesurvey_table, with_own_codes, with_text
from tests.surveys.factories import VALID, document_2016
from tests.surveys.test_item_types import ANSWERS as ONE_OF_EACH
from tests.surveys.test_item_types import DOCUMENT as EACH_TYPE

DOCUMENT = document_2016()
ANSWERS: list[dict[str, Any]] = [
    VALID | {"1.1": "AZE", "8.1": ["J", "A", "Q"], "8.1_other": "Something else"},
    {
        "1.1": "MAR",
        "1.2": "academic",
        "2.1": ["dont_know"],
        "2.4": ["boys", "men", "women", "girls"],
        "8.3": "Six, or so",
    },
    {"3.2.1": "always", "7.3.6": "dont_know"},
]


OF_EACH_TYPE = parse("survey", EACH_TYPE)  # a new type of question is among them
FORMS = [(DOCUMENT, ANSWERS), (OF_EACH_TYPE, [ONE_OF_EACH, {"date": "2020-02-29"}, {"text": "12,5", "decimal": 0.5}])]


def one_item(**item: Any) -> Survey:
    return survey_of(item)


def survey_of(*items: dict[str, Any]) -> Survey:
    whole = [{"text": {"en": f"Question {n}"}} | item for n, item in enumerate(items)]
    section = {"name": "s", "title": {"en": "Section"}, "items": whole}
    document = parse("survey", {"kind": "survey", "title": {"en": "T"}, "sections": [section]})
    assert isinstance(document, Survey)
    return document


def options(*labels: str) -> list[dict[str, Any]]:
    return [{"name": label.split("=")[0], "text": {"en": label.split("=")[-1]}} for label in labels]


def targets(document: Survey, *headings: str) -> list[str]:
    return [column.target.key if column.target else "?" for column in propose(document, headings)[1]]


def sheet_of(head: list[str], *rows: list[str]) -> Sheet:
    return make_sheet([head, *rows], 0)[0]


def reader_of(document: Survey, sheet: Sheet, **decisions: Any) -> Reader:
    _, columns = propose_for(document, sheet)
    return Reader(document, sheet, Decisions([column.target or OUT for column in columns], **decisions))


# Columns --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("2.1", "item:2.1"),
        ("q2/q2.1", "item:2.1"),
        ("Q2_1", "item:2.1"),
        ("X2.1", "item:2.1"),
        ("q2-q2.1", "item:2.1"),
        ("q2:q2.1", "item:2.1"),
        ("data-q3-q3.1-q3.1.5", "item:3.1.5"),
        ("q315", "item:3.1.5"),
        ("q2/q2.1/origin", "option:2.1:origin"),
        ("q2.1[origin]", "option:2.1:origin"),
        ("q2.1 [Origin]", "option:2.1:origin"),
        ("q2.1.origin", "option:2.1:origin"),
        ("q21[origin]", "option:2.1:origin"),
        ("q2.1/dont_know", "option:2.1:dont_know"),
        ("q31[q311]", "item:3.1.1"),
        ("q81[other]", "other:8.1"),
        ("q8.1_1", "place:8.1:1"),
        ("q8.1[2]", "place:8.1:2"),
        ("8.1/J", "option:8.1:J"),
        ("q1.2_other", "other:1.2"),
        ("q12[other]", "other:1.2"),
        ("2001-01-03 00:00:00", "item:3.1.1"),
        ("2010-01-04", "item:4.1.10"),
        ("_id", "out"),
        ("__version__", "out"),
        ("meta/instanceID", "out"),
        ("X_uuid", "out"),
        ("_gps_latitude", "out"),
        ("startlanguage", "language"),
        ("In which country do you primarily work?", "item:1.1"),
        ("1.1 In which country do you primarily work?", "item:1.1"),
        ("", "out"),
    ],
)
def test_the_column_of_a_heading_is_found(heading, target) -> None:
    assert targets(DOCUMENT, heading) == [target]


def test_a_label_that_two_items_have_is_given_to_neither() -> None:
    document = survey_of(
        {"name": "a", "type": "text", "text": {"en": "Other (please specify)"}},
        {"name": "b", "type": "text", "text": {"en": "Other (please specify)"}},
    )
    _, [column] = propose(document, ["Other (please specify)"])
    assert (column.target, column.why) == (None, "several")
    assert [target.key for target in column.candidates] == ["item:a", "item:b"]


def test_a_label_of_several_items_is_proposed_by_its_place_in_the_form_and_never_sure() -> None:
    names = ["a", "other_a", "b", "other_b", "c", "d"]
    document = survey_of(
        *({"name": n, "type": "text", "text": {"en": "Other" if n.startswith("other") else n * 3}} for n in names)
    )
    _, columns = propose(document, ["aaa", "bbb", "Other", "ccc", "ddd"])
    assert [column.target and column.target.item for column in columns] == ["a", "b", "other_b", "c", "d"]
    assert [column.is_sure for column in columns] == [True, True, False, True, True]
    _, columns = propose(document, ["ddd", "aaa", "Other", "ccc", "bbb"])  # not in the order of the form
    assert columns[2].target is None


def test_headings_are_names_or_labels_for_the_whole_table() -> None:
    document = survey_of(
        {"name": "region", "type": "text", "text": {"en": "Where do you live?"}},
        {"name": "area", "type": "text", "text": {"en": "Region"}},
        {"name": "work", "type": "text", "text": {"en": "Where do you work?"}},
    )
    assert targets(document, "region", "area", "work") == ["item:region", "item:area", "item:work"]
    assert targets(document, "Where do you live?", "Region", "Where do you work?") == [
        "item:region",
        "item:area",
        "item:work",
    ]


def test_an_option_that_is_called_like_another_item_stays_an_option() -> None:
    document = survey_of(
        {"name": "help", "type": "select_multiple", "options": options("food", "water")},
        {"name": "food", "type": "text"},
    )
    assert targets(document, "help", "help/food", "help.water", "food", "group/food") == [
        "item:help",
        "option:help:food",
        "option:help:water",
        "item:food",
        "item:food",
    ]


def test_an_item_that_is_called_like_metadata_is_an_item() -> None:
    document = survey_of({"name": "status", "type": "text"}, {"name": "name", "type": "text"})
    assert targets(document, "status", "name", "start", "_status") == ["item:status", "item:name", "out", "out"]


def test_labels_with_placeholders_are_found_once_they_are_filled_in() -> None:
    text = {"en": "How long have you worked on trafficking in {country}, all in all?"}
    document = survey_of({"name": "a", "type": "text", "text": text}, {"name": "b", "type": "text"})
    assert targets(document, "How long have you worked on trafficking in Armenia, all in all?", "Question 1") == [
        "item:a",
        "item:b",
    ]


@pytest.mark.parametrize("shown", ["${area_words}", "[answer to area]", "the North of the country"])
def test_labels_that_quote_an_answer_are_found_whatever_a_program_shows_in_its_place(shown: str) -> None:
    text = {"en": "How long have you worked on trafficking in {answer:area}, all in all?"}
    document = survey_of({"name": "area", "type": "text"}, {"name": "a", "type": "text", "text": text})
    heading = f"How long have you worked on trafficking in {shown}, all in all?"
    assert targets(document, "area", heading) == ["item:area", "item:a"]


def test_questions_left_out_of_the_form_and_repeated_ones_are_left_out_of_the_table() -> None:
    document = survey_of({"name": "name", "type": "text"}, {"name": "b", "type": "text"})
    _, columns = propose(document, ["name", "b", "group/gps", "nets[1]/member[2]/name", "wealth"], left_out=["gps"])
    assert [(column.target and column.target.key, column.why) for column in columns[2:]] == [
        ("out", "left_out"),
        ("out", "left_out"),
        ("out", "unknown"),
    ]
    assert [column.is_sure for column in columns] == [True, True, True, True, False]


def test_two_columns_for_one_item_are_joined_unless_they_differ_in_a_row() -> None:
    document = one_item(name="a", type="text")
    same = sheet_of(["a", "group/a"], ["x", ""], ["", "y"], ["z", "z"])
    assert [column.is_sure for column in propose_for(document, same)[1]] == [True, True]
    assert [row.raw for row in reader_of(document, same).rows()] == [{"a": "x"}, {"a": "y"}, {"a": "z"}]
    other = sheet_of(["a", "group/a"], ["x", "y"])
    assert [(column.target, column.why) for column in propose_for(document, other)[1]] == [(None, "same")] * 2


CALCULATED = survey_of(
    {"name": "sex", "type": "select_one", "options": options("male", "female")},
    {"name": "age", "type": "integer"},
    {"name": "food_days", "type": "integer"},
    {"name": "comment", "type": "text"},
)


def whys(document: Survey, *columns: tuple[str, str]) -> dict[str, str]:
    """What is said of columns, each with its heading and one value."""
    sheet = sheet_of([heading for heading, _ in columns], [value for _, value in columns])
    return {column.heading: column.why for column in propose_for(document, sheet)[1]}


def test_a_column_is_left_out_for_certain_where_every_question_has_its_own() -> None:
    whole = (("sex", "male"), ("age", "20"), ("food_days", "3"), ("comment", "x"))
    assert whys(CALCULATED, *whole, ("food_score", "7"), ("Area", "North"))["food_score"] == "no_question"
    assert whys(CALCULATED, *whole, ("Area", "North"))["Area"] == "no_question"
    labelled = tuple((f"Question {number}", value) for number, (_, value) in enumerate(whole))
    assert whys(CALCULATED, *labelled, ("Score in words", "high"))["Score in words"] == "no_question"


@pytest.mark.parametrize(
    ("missing", "heading", "value", "why"),
    [
        ("comment", "weight", "0.48", "no_question"),  # calculated: no words
        ("comment", "is_poor", "TRUE", "no_question"),
        ("comment", "Remarks", "Too far away", "unknown"),  # may be the question under another name
        ("comment", "phone", "0501234567", "unknown"),
        ("sex", "is_poor", "TRUE", "no_question"),
        ("sex", "gender", "female", "unknown"),
        ("sex", "sex_of_person", "F", "unknown"),  # a name like it, with other values
        ("age", "years", "31", "unknown"),
        ("age", "area", "North", "no_question"),
    ],
)
def test_a_column_stays_a_question_where_it_may_be_one_of_those_that_lack_a_column(
    missing, heading, value, why
) -> None:
    whole = [("sex", "male"), ("age", "20"), ("food_days", "3"), ("comment", "x")]
    columns = [(heading, value) if name == missing else (name, cell) for name, cell in whole]
    assert whys(CALCULATED, *columns)[heading] == why


def test_a_column_of_which_half_of_the_values_are_options_may_be_the_question() -> None:
    head = ["gender", "age", "food_days", "comment"]
    sheet = sheet_of(head, ["female", "20", "3", "x"], ["F", "30", "2", "y"])
    assert propose_for(CALCULATED, sheet)[1][0].why == "unknown"


def test_words_for_a_blank_cell_do_not_speak_against_a_question() -> None:
    rows = (["male", years, "3", "x"] for years in ("31", "#NULL!", "<NA>", "(blank)"))
    assert propose_for(CALCULATED, sheet_of(["sex", "years", "food_days", "comment"], *rows))[1][1].why == "unknown"


def test_a_column_behind_those_of_the_form_is_no_question_of_its_beginning() -> None:
    asked = [("sex", "male"), ("food_days", "3"), ("comment", "x")]
    assert whys(CALCULATED, *asked, ("fcs", "9"))["fcs"] == "no_question"
    assert whys(CALCULATED, asked[0], ("fcs", "9"), *asked[1:])["fcs"] == "unknown"
    mixed = (asked[2], asked[1], asked[0])  # not in the order of the form: it may stand anywhere
    assert whys(CALCULATED, *mixed, ("fcs", "9"))["fcs"] == "unknown"


def test_columns_are_asked_about_where_few_questions_are_known() -> None:
    assert whys(CALCULATED, ("sex", "male"), ("is_poor", "TRUE"))["is_poor"] == "unknown"
    assert whys(CALCULATED, ("Question 0", "male"), ("Question 1", "20"), ("Poor", "TRUE"))["Poor"] == "unknown"


def test_a_remembered_heading_goes_before_everything_else() -> None:
    known = {"2.1": Target("item", "2.6"), "Weight": OUT}
    _, columns = propose(DOCUMENT, ["2.1", "Weight", "2.6"], remembered=known)
    assert [(column.target.key, column.why) for column in columns if column.target] == [
        ("item:2.6", "remembered"),
        ("out", "remembered"),
        ("item:2.6", "name"),
    ]


def test_the_key_of_a_target_finds_it_and_nothing_that_the_questionnaire_lacks() -> None:
    known = ["item:2.1", "option:2.1:origin", "option:2.1:dont_know", "place:8.1:3", "other:1.2", "out", "language"]
    assert [target_of(DOCUMENT, key).key for key in known] == known  # type: ignore[union-attr]
    for key in [
        "item:9.9",
        "option:2.1:nothing",
        "option:1.2:academic",
        "place:8.1:4",
        "place:2.1:1",
        "other:1.1",
        "x",
        "",
    ]:
        assert target_of(DOCUMENT, key) is None, key


def test_the_row_of_headings_is_found_below_a_title_and_labels_below_it_are_left_out() -> None:
    lines = [
        ["Survey of 2026"],
        [],
        ["1.1", "1.2", "8.3", "_uuid"],
        [
            "In which country do you primarily work?",
            "Which of these comes closest to the position",
            "Anything else",
            "",
        ],
        ["AZE", "academic", "Yes", "1"],
    ]
    at = heading_row(DOCUMENT, lines)
    assert at == 2
    sheet, left_out = make_sheet(lines, at)
    assert (sheet.headings, left_out, [number for number, _ in sheet.rows]) == (tuple(lines[2]), [], [4, 5])
    lines[3] = [str(DOCUMENT.by_name[name].text) for name in ("1.1", "1.2", "8.3")]
    sheet, left_out = without_label_row(DOCUMENT, make_sheet(lines, at)[0])
    assert (left_out, [number for number, _ in sheet.rows]) == ([4], [5])
    sheet, left_out = make_sheet([["1.1", "8.3"], ["#country", "#note"], ["AZE", "x"]], 0)
    assert (left_out, len(sheet.rows)) == ([2], 1)


# Numbers and dates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        (["1,5", "2"], ["1.5", "2"]),
        (["١٢٫٥"], ["12.5"]),
        (["1.234,5"], ["1234.5"]),
        (["1,234.5"], ["1234.5"]),
        (["1e+05"], ["100000"]),
        (["1 234,5", "1 000"], ["1234.5", "1000"]),
        (["1,234,567", "1,234"], ["1234567", "1234"]),
        (["0,123"], ["0.123"]),
        (["1,5", "1,234"], ["1.5", "1.234"]),
        (["2.5", "none"], ["2.5", None]),
        (["-3", "+4"], ["-3", "4"]),
    ],
)
def test_the_decimal_sign_of_a_column_is_known_from_all_its_values(column, numbers) -> None:
    marks = decimal_sign(column)
    assert marks.sign is not None
    read = [read_number(text, marks.sign) for text in column]
    assert [number if number is None else written(number) for number in read] == numbers


def test_an_ambiguous_decimal_sign_of_a_column_is_undecided() -> None:
    marks = decimal_sign(["1,234", "12"])
    assert (marks.sign, marks.because, marks.mixed) == (None, ("1,234",), False)
    marks = decimal_sign(["1.5", "2,5"])
    assert (marks.sign, marks.mixed) == (None, True)
    assert [read_number(text, ".") for text in ["1.5", "2,5"]] == [Decimal("1.5"), None]


def test_the_reader_lists_undecided_marks_and_uses_what_was_decided() -> None:
    document = survey_of(
        {"name": "n", "type": "decimal", "places": 3},
        {"name": "d", "type": "date"},
    )
    sheet = sheet_of(["n", "d"], ["1,234", "01/02/2020"])
    reader = reader_of(document, sheet)
    assert [(question.heading, question.asks) for question in reader.mark_questions()] == [
        ("n", "sign"),
        ("d", "order"),
    ]
    assert [fault.code for row in reader.rows() for fault in row.faults] == ["not_understood", "not_understood"]
    [row] = reader_of(document, sheet, signs={0: ","}, orders={1: "mdy"}).rows()
    assert (row.raw, row.faults) == ({"n": "1.234", "d": "2020-01-02"}, [])


def test_a_date_of_another_calendar_is_a_fault_though_it_could_be_a_day() -> None:
    [row] = reader_of(one_item(name="d", type="date"), sheet_of(["d"], ["1403-05-01"])).rows()
    assert [fault.code for fault in row.faults] == ["not_this_calendar"]


def test_the_box_of_an_acknowledgement_is_ticked_by_any_word_for_it() -> None:
    sheet = sheet_of(
        ["q"], *([word] for word in ("OK", "ok", "TRUE", "1", "yes", "да", "0", "FALSE", "", "NA", "who?"))
    )
    reader = reader_of(one_item(name="q", type="acknowledge"), sheet)
    assert [row.raw.get("q") for row in reader.rows()] == [*["OK"] * 6, *[None] * 4]  # the blank line is no row
    assert [question.value for question in reader.value_questions()] == ["who?"]


def test_columns_per_option_of_the_rows_of_a_matrix() -> None:
    rows = [{"name": f"m{n}", "type": "select_multiple", "text": {"en": f"Row {n}"}} for n in (1, 2)]
    matrix = {"name": "m", "type": "matrix", "options": options("police", "border"), "rows": rows}
    head = ["m/m1", "m/m1/police", "m/m1/border", "m/m2", "m/m2/police", "m/m2/border"]
    sheet = sheet_of(head, ["police border", "1", "1", "border", "0", "1"])
    [row] = reader_of(survey_of(matrix), sheet).rows()
    assert (row.raw, row.faults) == ({"m1": ["police", "border"], "m2": ["border"]}, [])


# Values ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["mar", "MAR", "MA", "Morocco", "Maroc", "Марокко", "المغرب", "Fas"])
def test_one_country_has_one_code_whatever_it_is_called(word) -> None:
    assert OptionFinder(DOCUMENT, DOCUMENT.by_name["1.1"]).find(word) == "MAR"


def test_countries_are_known_by_their_names_in_each_language_of_the_questionnaire() -> None:
    text = {"en": "Country?", "sw": "Nchi gani?"}
    document = one_item(name="c", type="select_one", source="countries", text=text)
    assert OptionFinder(document, document.by_name["c"]).find("Misri") == "EGY"
    assert OptionFinder(DOCUMENT, DOCUMENT.by_name["1.1"]).find("Misri") is None


@pytest.mark.parametrize(
    ("item", "value", "option"),
    [
        ("3.1.1", "Adequate", "adequate"),
        ("3.1.1", "1. Adequate", "adequate"),
        ("3.1.1", "SOMEWHAT-ADEQUATE", "somewhat_adequate"),
        ("3.1.1", "dont_know", "dont_know"),
        ("1.2", "-oth-", "other"),
        ("1.5", "age_18_34", "age_18_34"),
        ("3.1.1", "1", None),
        ("3.1.1", "adequately", None),
    ],
)
def test_a_value_means_an_option_by_code_or_label_and_is_never_guessed(item, value, option) -> None:
    assert OptionFinder(DOCUMENT, DOCUMENT.by_name[item]).find(value) == option


def test_a_number_in_front_of_an_option_is_left_out_only_where_a_sign_follows_it() -> None:
    document = one_item(name="a", type="select_one", options=options("one=1 person", "two=2 persons"))
    finder = OptionFinder(document, document.by_name["a"])
    assert [finder.find(value) for value in ("2 persons", "7 persons", "7 person")] == ["two", None, None]


def test_labels_that_are_codes_of_other_options_are_read_as_the_whole_column_is() -> None:
    document = one_item(name="a", type="select_one", options=options("1=2", "2=3", "3=1", "x=4"))
    labels = sheet_of(["a"], ["4"], ["2"], ["4"])
    assert [row.raw["a"] for row in reader_of(document, labels).rows()] == ["x", "1", "x"]
    codes = sheet_of(["a"], ["x"], ["2"], ["x"])
    assert [row.raw["a"] for row in reader_of(document, codes).rows()] == ["x", "2", "x"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("origin transit", ["origin", "transit"]),
        ("origin;transit;", ["origin", "transit"]),
        ("Origin, Transit", ["origin", "transit"]),
        ("Police, border guard, Police", ["pb", "p"]),
        ("Police Police, border guard", ["p", "pb"]),
    ],
)
def test_several_options_in_one_cell(cell, found) -> None:
    names = options("origin=Origin", "transit=Transit", "p=Police", "pb=Police, border guard")
    document = one_item(name="a", type="select_multiple", options=names)
    assert OptionFinder(document, document.by_name["a"]).split(cell, "labels") == (found, [])


def test_words_that_are_no_option_are_listed_with_their_number_and_become_what_was_decided() -> None:
    words = [{"name": "x", "text": {"en": "Ex"}}, {"name": "other", "text": {"en": "Other"}, "open": True}]
    document = one_item(name="a", type="select_multiple", options=words, max=2)
    sheet = sheet_of(["a"], ["Ex;A new thing"], ["A new thing"], ["Iks"], ["None of it"])
    questions = reader_of(document, sheet).value_questions()
    assert [(question.value, question.times, question.proposal) for question in questions] == [
        ("A new thing", 2, KEEP_WORDS),
        ("Iks", 1, KEEP_WORDS),
        ("None of it", 1, KEEP_WORDS),
    ]
    values = {"a": {"A new thing": KEEP_WORDS, "Iks": "x", "None of it": LEAVE_OUT}}
    read = list(reader_of(document, sheet, values=values).rows())
    assert [row.raw for row in read] == [
        {"a": ["x", "other"], "a_other": "A new thing"},
        {"a": ["other"], "a_other": "A new thing"},
        {"a": ["x"]},
        {},
    ]
    assert not any(row.faults for row in read)
    assert [len(row.faults) for row in reader_of(document, sheet).rows()] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("cells", "chosen"),
    [
        (["1", "0", "0"], ["a"]),
        (["TRUE", "false", "True"], ["a", "c"]),
        (["yes", "no", "no"], ["a"]),
        (["x", "", ""], ["a"]),
        (["Ay", "", "See"], ["a", "c"]),
        (["да", "нет", "да"], ["a", "c"]),
        (["1.0", "0.0", "١"], ["a", "c"]),
        (["0", "0", "0"], None),
        (["", "NA", "n/a"], None),
        (["Not selected", "Yes", "Not selected"], ["b"]),
    ],
)
def test_ticks_of_columns_per_option(cells, chosen) -> None:
    document = one_item(name="q", type="select_multiple", options=options("a=Ay", "b=Bee", "c=See"))
    sheet = sheet_of(["q/a", "q/b", "q/c"], cells)
    [row] = reader_of(document, sheet).rows()
    assert (row.raw.get("q"), row.faults) == (chosen, [])


def test_ticks_that_are_all_zero_count_as_skipped_and_are_reported() -> None:
    document = one_item(name="q", type="select_multiple", options=options("a", "b"))
    reader = reader_of(document, sheet_of(["q/a", "q/b"], ["0", "0"], ["", ""], ["1", "0"]))
    assert reader.chose_nothing() == 1


def test_a_strange_tick_is_asked_for() -> None:
    document = one_item(name="q", type="select_multiple", options=options("a", "b"))
    sheet = sheet_of(["q/a", "q/b"], ["chosen by her", "perhaps"])
    questions = reader_of(document, sheet).value_questions()
    assert [(question.key, question.value, question.times) for question in questions] == [
        ("q" + TICKS, "chosen by her", 1),
        ("q" + TICKS, "perhaps", 1),
    ]
    values = {"q" + TICKS: {"chosen by her": CHOSEN, "perhaps": NOT_CHOSEN}}
    [row] = reader_of(document, sheet, values=values).rows()
    assert (row.raw, row.faults) == ({"q": ["a"]}, [])


def test_words_in_the_column_of_the_open_option_are_a_tick_and_words() -> None:
    words = [{"name": "x", "text": {"en": "Ex"}}, {"name": "other", "text": {"en": "Other"}, "open": True}]
    document = one_item(name="a", type="select_multiple", options=words)
    [row] = reader_of(document, sheet_of(["a/x", "a/Other"], ["Ex", "My own"])).rows()
    assert row.raw == {"a": ["x", "other"], "a_other": "My own"}
    [row] = reader_of(document, sheet_of(["a[x]", "a[other]"], ["Y", "My own"])).rows()  # as LimeSurvey exports it
    assert row.raw == {"a": ["x", "other"], "a_other": "My own"}


def test_ranks_by_place_and_by_option() -> None:
    raw = {"8.1": ["J", "A", "B"]}
    by_place = sheet_of(["q8.1_1", "q8.1_2", "q8.1_3"], ["J", "A", "B"])
    [row] = reader_of(DOCUMENT, by_place).rows()
    assert check(DOCUMENT, row.raw).answers == raw
    by_option = sheet_of(["8.1/A", "8.1/B", "8.1/J", "8.1/C"], ["2", "3", "1", ""])
    [row] = reader_of(DOCUMENT, by_option).rows()
    assert check(DOCUMENT, row.raw).answers == raw
    gap = sheet_of(["q8.1_1", "q8.1_2", "q8.1_3"], ["J", "", "B"])
    [row] = reader_of(DOCUMENT, gap).rows()
    assert [error.code for error in check(DOCUMENT, row.raw).errors] == ["rank_all"]


def test_na_is_blank_where_a_program_writes_it_for_that_and_namibia_among_codes_of_two_letters() -> None:
    document = survey_of(
        {"name": "c", "type": "select_one", "source": "countries"},
        {"name": "n", "type": "integer"},
        {"name": "t", "type": "text"},
    )
    r_table = sheet_of(["c", "n", "t"], ["AZE", "NA", "NA"], ["NA", "1", "x"])
    assert [row.raw for row in reader_of(document, r_table).rows()] == [{"c": "AZE"}, {"n": "1", "t": "x"}]
    codes = sheet_of(["c", "n", "t"], ["AZ", "2", "NA"], ["NA", "1", "x"])
    assert [row.raw for row in reader_of(document, codes).rows()] == [
        {"c": "AZE", "n": "2", "t": "NA"},
        {"c": "NAM", "n": "1", "t": "x"},
    ]


# Whole tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [True, False])
@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize(("document", "answered"), FORMS, ids=["2016", "each type"])
def test_what_kobo_exports_of_our_own_form_comes_in_without_one_correction(
    document, answered, labels, groups, split
) -> None:
    lines = kobo_table(document, answered, labels=labels, groups=groups, split=split)
    sheet, _ = make_sheet(lines, heading_row(document, lines))
    _, columns = propose_for(document, sheet)
    assert [column.heading for column in columns if column.target is None] == []
    assert {column.heading for column in columns if column.target == OUT} == {"start", "end", *KOBO, "_index"}
    reader = reader_of(document, sheet)
    assert (reader.value_questions(), reader.mark_questions()) == ([], [])
    read = list(reader.rows())
    checked = [check(document, row.raw) for row in read]
    assert [row.faults for row in read] == [[], [], []]
    assert [one.errors for one in checked] == [(), (), ()]
    assert [one.answers for one in checked] == [check(document, answers).answers for answers in answered]


@pytest.mark.parametrize(("document", "answered"), FORMS, ids=["2016", "each type"])
@pytest.mark.parametrize(
    ("labels", "language", "yes"), [(False, "en", "Y"), (True, "en", "Yes"), (True, "ru", "Да"), (True, "ar", "نعم")]
)
def test_what_limesurvey_exports_comes_in_without_a_question(document, answered, labels, language, yes) -> None:
    sheet = sheet_of(*limesurvey_table(document, answered, labels=labels, language=language, yes=yes))
    assert [column.heading for column in propose_for(document, sheet)[1] if not column.is_sure] == []
    reader = reader_of(document, sheet)
    assert (reader.value_questions(), reader.mark_questions()) == ([], [])
    read = [check(document, row.raw) for row in reader.rows()]
    assert [one.answers for one in read] == [check(document, answers).answers for answers in answered]


@pytest.mark.parametrize("plain", [False, True])
def test_what_limesurvey_exports_with_code_and_text_comes_in_without_a_question(plain) -> None:
    labelled = limesurvey_table(DOCUMENT, ANSWERS, labels=True)
    sheet = sheet_of(*with_text(limesurvey_table(DOCUMENT, ANSWERS), labelled, plain=plain))
    columns = propose_for(DOCUMENT, sheet)[1]
    assert [column.heading for column in columns if not column.is_sure] == []
    assert [column.heading.partition(".")[0] for column in columns if column.target == OUT and column.why == "metadata"]
    read = [check(DOCUMENT, row.raw) for row in reader_of(DOCUMENT, sheet).rows()]
    assert [one.answers for one in read] == [check(DOCUMENT, answers).answers for answers in ANSWERS]


@pytest.mark.parametrize(
    "heading", ["/".join(["a"] * 4000), "_a" * 4000, "q1" + ".x" * 4000 + ". text", "[" * 9000, "a " * 9000]
)
def test_a_heading_of_any_length_is_looked_at_quickly(heading) -> None:
    before = process_time()
    assert propose(DOCUMENT, [heading, "1.6"])[1][0].why == "unknown"
    assert process_time() - before < 4  # seconds; the first took minutes


def test_a_word_before_a_full_stop_is_a_code_only_where_the_text_agrees() -> None:
    document = survey_of({"name": "age", "type": "integer", "text": {"en": "How old are you?"}})
    assert targets(document, "age. How old are you?", "Age. Adult women") == ["item:age", "out"]


def test_codes_that_limesurvey_gives_by_itself_are_proposed_in_the_order_of_the_questions() -> None:
    lines = with_own_codes(DOCUMENT, limesurvey_table(DOCUMENT, ANSWERS))
    assert {"G01Q01", "G01Q02[other]"} < set(lines[0])
    sheet = sheet_of(*lines)
    columns = propose_for(DOCUMENT, sheet)[1]
    named = propose_for(DOCUMENT, sheet_of(*limesurvey_table(DOCUMENT, ANSWERS)))[1]
    assert [column.target for column in columns] == [column.target for column in named]
    assert {column.why for column in columns if column.target and column.target.item} == {"order"}  # never sure
    questions = reader_of(DOCUMENT, sheet).value_questions()
    kept: dict[str, dict[str, str]] = {}
    for question in questions:
        kept.setdefault(question.key, {})[question.value] = question.proposal
    read = [check(DOCUMENT, row.raw) for row in reader_of(DOCUMENT, sheet, values=kept).rows()]
    assert [one.answers for one in read] == [check(DOCUMENT, answers).answers for answers in ANSWERS]


def test_the_order_says_nothing_where_the_number_of_questions_or_of_their_parts_differs() -> None:
    document = survey_of(
        {"name": "a", "type": "select_multiple", "options": options("x", "y"), "dont_know": False},
        {"name": "b", "type": "integer"},
    )
    fitting = ["G01Q01[SQ001]", "G01Q01[SQ002]", "G01Q02"]

    def keys(*headings: str) -> list[str]:
        sheet = sheet_of(list(headings), ["1"] * len(headings))
        return [column.target.key if column.target else "?" for column in propose_for(document, sheet)[1]]

    assert keys(*fitting) == ["option:a:x", "option:a:y", "item:b"]
    assert keys(*fitting, "G01Q03") == ["out"] * 4
    assert keys(fitting[0], fitting[2]) == ["out"] * 2
    assert keys("a[SQ001]", "a[SQ002]") == ["option:a:x", "option:a:y"]  # the question is named, its parts are not
    assert keys("a[SQ001]", "a[SQ002]", "a[other]") == ["out"] * 3


@pytest.mark.parametrize("language", ["en", "fr", "hy"])
@pytest.mark.parametrize("google", [False, True])
def test_what_microsoft_and_google_forms_export_asks_only_for_peoples_own_words(google, language) -> None:
    sheet = sheet_of(*forms_table(DOCUMENT, ANSWERS, google=google, language=language))
    assert [column.heading for column in propose_for(DOCUMENT, sheet)[1] if not column.is_sure] == []
    questions = reader_of(DOCUMENT, sheet).value_questions()
    assert [(question.item, question.value) for question in questions] == [
        ("1.2", "Nurse"),
        ("2.2", "Begging"),
        ("8.1", "Something else"),
    ]
    kept = {question.key: {question.value: question.proposal} for question in questions}
    read = [check(DOCUMENT, row.raw) for row in reader_of(DOCUMENT, sheet, values=kept).rows()]
    assert [one.answers for one in read] == [check(DOCUMENT, answers).answers for answers in ANSWERS]
