"""Each type of question through the whole survey: page, posted form, validation, paper entry, import, reading again."""

import ast
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from instruments import words as instrument_words
from instruments.schema import ITEM_TYPES, parse
from surveys.item_types import (
    TEXT_LIMIT,
    answer_in_words,
    choices_of,
    entry_hint,
    entry_kind,
    has_parts,
    widget,
    widget_context,
)
from surveys.models import Draft, Response, Survey
from surveys.questionnaire.paper_entry import entry_sections
from surveys.questionnaire.reading import from_form, from_lines, from_row
from surveys.questionnaire.validation import check
from surveys.responses.drafts import saved_form
from surveys.responses.imports import plan_import
from surveys.responses.presentation import shown_answers
from surveys.words import complete_languages, error_text
from tests.factories import InstrumentFactory
from tests.surveys.factories import SurveyFactory
from tests.surveys.opening import count_forms, open_form
from tests.surveys.test_respondent import html_of
from tests.surveys.test_validation import survey_with

OPTIONS = [{"name": name, "text": {"en": name.upper()}} for name in ("a", "b", "c")]
ITEMS: dict[str, dict[str, Any]] = {
    "select_one": {"options": OPTIONS},
    "select_multiple": {"options": OPTIONS},
    "rank": {"options": OPTIONS, "ranks": 2},
    "text": {},
    "integer": {"min": 1, "max": 99},
    "decimal": {"min": 0.5, "max": 10, "places": 2},
    "date": {"min": "2020-02-29", "max": "2026-12-31"},
    "rating": {"low": {"en": "Not at all", "ru": "Совсем нет"}, "high": {"en": "Fully"}},
    "acknowledge": {},
}
ANSWERS: dict[str, Any] = {
    "select_one": "b",
    "select_multiple": ["a", "c"],
    "rank": ["c", "a"],
    "text": "Words",
    "integer": 12,
    "decimal": 2.5,
    "date": "2026-03-31",
    "rating": 7,
    "acknowledge": "OK",
}
POSTED = {
    "select_one": ["b"],
    "select_multiple": ["c", "a"],
    "rank:c": ["1"],
    "rank:a": ["٢"],
    "text": ["Words"],
    "integer": ["١٢"],
    "decimal": ["٢٫٥"],
    "date:day": ["٣١"],
    "date:month": ["3"],
    "date:year": ["2026"],
    "rating": ["٧"],
    "acknowledge": ["OK"],
}
WORDS = ["B", "A; C", "1. C; 2. A", "Words", "12", "2.5", "31 March 2026", "7", "OK"]
DOCUMENT = {
    "kind": "survey",
    "title": {"en": "All types"},
    "sections": [
        {
            "name": "1",
            "title": {"en": "S"},
            "items": [{"name": name, "type": name, "text": {"en": f"A {name}?"}, **own} for name, own in ITEMS.items()],
        }
    ],
}


def one(kind: str, **own: Any) -> Any:
    return survey_with({"name": "q", "type": kind, "text": {"en": "?"}, **own})


def result(kind: str, value: Any, **own: Any) -> Any:
    """The clean answer, or the code of the error."""
    checked = check(one(kind, **(ITEMS[kind] | own)), {"q": value})
    return checked.errors[0].code if checked.errors else checked.answers.get("q")


@pytest.fixture
def survey(db: Any) -> Survey:
    questionnaire = InstrumentFactory(key="all-types", kind="survey", definition=DOCUMENT)
    return SurveyFactory(questionnaire=questionnaire, open_slug="types", languages=sorted(complete_languages()))


def test_every_type_is_tried_here() -> None:
    assert set(ITEMS) == set(ANSWERS) == set(ITEM_TYPES)


def test_no_other_module_of_surveys_names_a_type() -> None:
    names = {cls.__name__ for cls in ITEM_TYPES.values()} | {"SelectItem", "OptionsItem", "BaseItem"}
    found = []
    for path in (Path(settings.BASE_DIR) / "surveys").rglob("*.py"):
        if path.name == "item_types.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Name | ast.Attribute) and getattr(node, "id", getattr(node, "attr", "")) in names:
                found.append((path.name, node.lineno))
            if isinstance(node, ast.Constant) and node.value in {
                "select_one",
                "select_multiple",
                "integer",
                "decimal",
                "acknowledge",
                "rating",
            }:
                found.append((path.name, node.lineno))
    assert found == []


def test_a_posted_form_gives_the_clean_answer_of_each_type(survey: Survey) -> None:
    document = survey.questionnaire.document
    checked = check(document, from_form(document, POSTED.items()))
    assert (checked.answers, checked.errors) == (ANSWERS, ())
    assert check(document, checked.answers).answers == ANSWERS


def test_a_table_gives_the_clean_answer_of_each_type(survey: Survey) -> None:
    header = ",".join(ANSWERS)
    rows = [
        "b,a c,c a,Words,12,2.5,2026-03-31,7,OK",
        'B,"A;C",C a,Words,١٢,"2,5",31.03.2026,٧,ok',
        "b,a c,c a,Words,12,٢٫٥,٣١.٣.٢٠٢٦,07,١",
    ]
    plan = plan_import(survey, "\n".join([header, *rows]).encode(), "x.csv")
    assert plan.errors == []
    assert [row["answers"] for row in plan.rows] == [ANSWERS] * 3


def test_a_table_with_wrong_numbers_and_dates_is_refused_with_their_places(survey: Survey) -> None:
    plan = plan_import(survey, b"integer,decimal,date\n100,0.4,2027-01-01\nx,2.555,3/4/2026\n", "x.csv")
    assert plan.errors == [
        "row 2, column integer: The number must be at most 99.",
        "row 2, column decimal: The number must be at least 0.5.",
        "row 2, column date: The date must be 31 December 2026 or earlier.",
        "row 3, column integer: Enter a whole number in digits, such as 12.",
        "row 3, column decimal: Enter at most 2 digits after the decimal point.",
        "row 3, column date: Enter a date that exists: day, month and a year of four digits.",
    ]


def test_lines_from_paper_give_the_clean_answer_of_each_type(survey: Survey) -> None:
    document = survey.questionnaire.document
    typed = {"select_one": "2", "select_multiple": "3 1", "rank": "3,1", "text": "Words", "integer": "12"}
    typed |= {"decimal": "2,5", "date": "31.3.2026", "rating": "7", "acknowledge": "x"}
    assert check(document, from_lines(document, typed)).answers == ANSWERS


def test_a_reader_sees_each_type_in_words(survey: Survey) -> None:
    [(_, lines)] = shown_answers(survey.questionnaire.document, ANSWERS)
    assert [words for _, _, words in lines] == WORDS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("٢٫٥", 2.5),
        ("0.5", 0.5),
        ("10", 10.0),
        ("10,00", 10.0),
        (2.5, 2.5),
        (2.555, "too_many_places"),
        ("0.49", "too_small"),
        ("-1", "too_small"),
        ("10.01", "too_large"),
        ("2.555", "too_many_places"),
        ("2.550", 2.55),
        ("two", "not_decimal"),
        ("1,000.5", "not_decimal"),
        ("1e1", "not_decimal"),
        ("inf", "not_decimal"),
        (["2", "3"], "one_only"),
        ("", None),
        ("9" * 100_000, "not_decimal"),
    ],
)
def test_decimal(value: Any, expected: Any) -> None:
    assert result("decimal", value) == expected


def test_the_smallest_decimal_passes_the_check_again_as_it_was_stored() -> None:
    document = one("decimal", places=6)
    answers = check(document, {"q": "0,000001"}).answers
    assert answers == {"q": 0.000001}
    assert check(document, answers).answers == answers


def test_numbers_without_bounds_have_an_end_all_the_same() -> None:
    for kind in ("integer", "decimal"):
        assert result(kind, "1000000000", min=None, max=None) == 1_000_000_000
        assert result(kind, "1000000001", min=None, max=None) == "too_large"
        assert result(kind, "-1000000000", min=None, max=None) == -1_000_000_000
        assert result(kind, "-1000000001", min=None, max=None) == "too_small"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-31", "2026-03-31"),
        ("2026-3-1", "2026-03-01"),
        ("31.03.2026", "2026-03-31"),
        ("31. 3. 2026", "2026-03-31"),
        ("٢٠٢٦-٠٣-٣١", "2026-03-31"),
        ({"day": "31", "month": "3", "year": "2026"}, "2026-03-31"),
        ({"day": "", "month": "", "year": ""}, None),
        ({"day": None}, None),
        ({"day": "31", "month": "3"}, "not_date"),
        ({"day": "31", "month": "", "year": "2026"}, "not_date"),
        ({"day": "31", "month": "2", "year": "2026"}, "not_date"),
        ({"day": "1", "month": "2", "year": "26"}, "not_date"),
        ({"day": "1 2", "month": "2", "year": "2026"}, "not_date"),
        ({"day": "x" * 100_000, "month": "2", "year": "2026"}, "not_date"),
        ("2020-02-29", "2020-02-29"),
        ("2020-02-28", "too_early"),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "too_late"),
        ("2026-02-30", "not_date"),
        ("31/03/2026", "not_date"),
        ("yesterday", "not_date"),
        ("20260331", "not_date"),
        (["2026-03-31", "2026-04-01"], "one_only"),
        ("", None),
    ],
)
def test_date(value: Any, expected: Any) -> None:
    assert result("date", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("10", 10),
        ("۱۰", 10),
        (7, 7),
        ("", None),
        ("11", "too_large"),
        ("-1", "too_small"),
        ("7.5", "not_whole"),
    ],
)
def test_rating(value: Any, expected: Any) -> None:
    assert result("rating", value) == expected


CHOICES = {
    "name": "m",
    "type": "matrix",
    "text": {"en": "Who helps?"},
    "options": [*OPTIONS[:2], {**OPTIONS[2], "exclusive": True}],
    "rows": [{"name": f"m.{n}", "type": "select_multiple", "text": {"en": f"Row {n}"}} for n in (1, 2)],
}


def test_the_rows_of_a_matrix_of_several_choices_are_answered_each() -> None:
    document = survey_with(CHOICES)
    posted = check(document, from_form(document, [("m.1", ["b", "a"]), ("m.2", ["c"])]))
    assert (posted.answers, posted.errors) == ({"m.1": ["a", "b"], "m.2": ["c"]}, ())
    assert check(document, from_lines(document, {"m.1": "2 1", "m.2": "3"})).answers == posted.answers
    assert check(document, from_row(document, {"m.1": "A;b", "m.2": "c"})).answers == posted.answers
    assert [error.code for error in check(document, {"m.1": ["a", "c"]}).errors] == ["exclusive"]
    [section] = entry_sections(document, {}, {})
    assert section["groups"][0]["keys"] == [(1, "A"), (2, "B"), (3, "C"), (0, "Don’t know")]


@pytest.mark.django_db
def test_a_matrix_of_several_choices_names_its_boxes_by_row_and_question(client: Client, assessment: Any) -> None:
    definition = {**DOCUMENT, "sections": [{**DOCUMENT["sections"][0], "items": [CHOICES]}]}
    version = InstrumentFactory(key="choices", kind="survey", definition=definition)
    SurveyFactory(assessment=assessment, questionnaire=version, open_slug="choices", languages=["en"])
    html = html_of(client.get("/s/choices/"))
    assert '<div class="matrix" role="group" aria-labelledby="m-m">' in html
    assert re.findall(r"<legend><span[^>]*>([^<]+)</span> ([^<]+)</legend>", html) == [
        ("m.1", "Row 1"),
        ("m.2", "Row 2"),
    ]
    assert re.findall(r'type="checkbox" name="(m\.[12])" value="([^"]+)"', html) == [
        (row, option) for row in ("m.1", "m.2") for option in ("a", "b", "c", "dont_know")
    ]
    client.post("/s/choices/", {"m.1": ["a", "b"], "_uuid": uuid4(), "_do": "send"})
    assert open_form().answers == {"m.1": ["a", "b"]}


def test_a_rating_from_paper_is_the_number_and_not_its_place() -> None:
    document = one("rating")
    assert check(document, from_lines(document, {"q": "0"})).answers == {"q": 0}
    assert check(document, from_lines(document, {"q": "1"})).answers == {"q": 1}
    [section] = entry_sections(document, {}, {})
    assert [group["keys"] for group in section["groups"]] == [[]]


@pytest.mark.django_db
def test_the_numbers_of_a_rating_are_named_with_what_its_ends_mean(client: Client, survey: Survey) -> None:
    html = html_of(client.get("/s/types/", {"lang": "ru"}))
    points = re.findall(r'<label class="point">.*?</label>', html)
    names = [" ".join(re.sub("<[^>]+>", " ", point).split()) for point in points]
    assert names == ["0 Совсем нет", *map(str, range(1, 10)), "10 Fully"]
    assert '<span lang="en"' in points[-1]  # not translated
    assert html.count('type="radio" name="rating"') == 11
    again = html_of(client.post("/s/types/?lang=ru", {"rating": "٧", "date:day": "1", "_uuid": uuid4(), "_do": "send"}))
    assert 'name="rating" value="7" checked' in again


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("OK", "OK"),
        ("ok", "OK"),
        ("1", "OK"),
        ("true", "OK"),
        ("", None),
        ("0", None),
        ("FALSE", None),
        ("maybe", "unknown_option"),
        (["OK", "OK"], "one_only"),
    ],
)
def test_acknowledgement(value: Any, expected: Any) -> None:
    assert result("acknowledge", value) == expected


def test_a_required_acknowledgement_must_be_ticked() -> None:
    document = one("acknowledge", required=True)
    for value in ("", "no"):
        assert [error.code for error in check(document, {"q": value}).errors] == ["required"]


def test_what_depends_on_an_acknowledgement_is_asked_once_the_box_is_ticked() -> None:
    asked = {"name": "r", "type": "text", "text": {"en": "?"}, "relevant": ["=", ["item", "q"], ["str", "OK"]]}
    document = survey_with({"name": "q", "type": "acknowledge", "text": {"en": "I agree."}}, asked)
    assert check(document, {"q": ["OK"], "r": "Words"}).answers == {"q": "OK", "r": "Words"}
    assert "r" not in check(document, {"r": "Words"}).answers


def test_a_date_without_bounds_needs_a_year_of_four_digits() -> None:
    for day, expected in (
        ("1000-01-01", "1000-01-01"),
        ("0999-12-31", "not_date"),
        ("9999-12-31", "9999-12-31"),
    ):
        assert result("date", day, min=None, max=None) == expected


def test_bounds_are_written_as_the_language_writes_them() -> None:
    [error] = check(one("decimal", min=2.5), {"q": "1"}).errors
    assert [error_text(error, language) for language in ("en", "ru")] == [
        "The number must be at least 2.5.",
        "Число должно быть не меньше 2,5.",
    ]
    [error] = check(one("date", min="2020-02-29"), {"q": "2020-01-01"}).errors
    assert error_text(error, "ru") == "Самая ранняя возможная дата: 29 февраля 2020\u202fг."


@pytest.mark.django_db
def test_the_page_shows_each_type_in_every_language(client: Client, survey: Survey) -> None:
    for language in survey.languages:
        html = html_of(client.get("/s/types/", {"lang": language}))
        for name in ('name="decimal" inputmode="decimal"', 'name="date:day"', '<option value="3"', 'name="rank:a"'):
            assert name in html, (language, name)
        [words] = re.findall(r'type="checkbox" name="acknowledge" value="OK"><span>([^<]+)</span>', html)
        assert words == instrument_words.translate("acknowledged", language)
    assert "марта" not in html_of(client.get("/s/types/", {"lang": "ru"}))  # the nominative in a list
    assert "Март" in html_of(client.get("/s/types/", {"lang": "ru"}))


@pytest.mark.django_db
def test_a_wrong_number_or_date_stays_on_the_page_and_nothing_is_stored(client: Client, survey: Survey) -> None:
    fields = {"decimal": "two ½", "date:day": "30", "date:month": "2", "date:year": "2026", "integer": "1٢3"}
    response = client.post("/s/types/?lang=en", {**fields, "_uuid": uuid4(), "_do": "send"})
    html = html_of(response)
    assert (response.status_code, count_forms()) == (422, 0)
    for part in ('value="two ½"', 'value="30"', '<option value="2" selected', 'value="2026"', 'value="1٢3"'):
        assert part in html
    assert 'id="e-date"' in html
    assert 'id="e-decimal"' in html


@pytest.mark.django_db
def test_numbers_and_dates_are_stored_without_javascript_and_saved_for_later(client: Client, survey: Survey) -> None:
    posted = dict(POSTED)
    saved = html_of(client.post("/s/types/", {**posted, "_do": "save"}))
    code = saved.split('<strong class="code saved-code" dir="ltr">')[1][:9]
    assert saved_form(Draft.objects.get()).answers["date"] == {"day": "٣١", "month": "3", "year": "2026"}
    resumed = html_of(client.post("/s/types/continue/", {"_code": code}))
    assert 'name="date:day" inputmode="numeric" maxlength="20" value="٣١"' in resumed
    assert client.post("/s/types/", {**posted, "_uuid": uuid4(), "_do": "send"}).status_code == 200
    assert open_form().answers == ANSWERS


@pytest.mark.django_db
def test_a_wrong_date_is_shown_to_the_typist_again(client_as: Any, assessment: Any) -> None:
    SurveyFactory(
        assessment=assessment, questionnaire=InstrumentFactory(key="all-types", kind="survey", definition=DOCUMENT)
    )
    page = client_as("lead").post(
        "/a/AZE-2016/survey/enter/", {"source": "paper", "language": "en", "date": "3/4/2026"}
    )
    html = html_of(page)
    assert page.status_code == 422
    assert 'value="3/4/2026"' in html
    assert 'placeholder="year-month-day or day.month.year"' in html
    page = client_as("lead").post(
        "/a/AZE-2016/survey/enter/", {"source": "paper", "language": "en", "date": "3.4.2026"}
    )
    assert (page.status_code, Response.objects.get().answers) == (302, {"date": "2026-04-03"})


def test_several_countries_can_be_chosen_on_the_page() -> None:
    document = one("select_multiple", options=[], source="countries")
    assert widget(document.items[0]) == "list"
    assert check(document, from_form(document, [("q", ["GEO", "AZE"])])).answers == {"q": ["GEO", "AZE"]}


def test_cells_of_several_countries(survey: Survey) -> None:
    document = one("select_multiple", options=[], source="countries")
    assert check(document, from_row(document, {"q": "South Korea, mar"})).answers == {"q": ["KOR", "MAR"]}


def test_a_key_is_a_whole_answer_where_there_are_fewer_than_ten_options() -> None:
    many = [{"name": f"o{n}", "text": {"en": str(n)}} for n in range(10)]
    for count, kind in ((1, "key"), (9, "key"), (10, "line")):
        document = one("select_one", options=many[:count])
        assert entry_kind(document, document.items[0]) == kind
    assert [entry_kind(one(k, **ITEMS[k]), one(k, **ITEMS[k]).items[0]) for k in ("text", "date", "rank")] == [
        "lines",
        "line",
        "line",
    ]
    countries = one("select_one", source="countries")
    assert entry_kind(countries, countries.items[0]) == "line"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-03-31", ("31", "03", "2026", 3)),
        ("31.3.2026", ("31", "3", "2026", 3)),
        ("someday", ("someday", "", "", 0)),
        ({"day": "٣١", "month": "٣", "year": "26"}, ("٣١", "٣", "26", 3)),
        ({"day": "31", "month": "x"}, ("31", "x", "", 0)),
        (None, ("", "", "", 0)),
    ],
)
def test_a_date_is_shown_again_as_it_was_typed(given: Any, shown: tuple[Any, ...]) -> None:
    parts = widget_context(one("date").items[0], given, [])["chosen"]
    assert (parts["day"], parts["month"], parts["year"], parts["month_number"]) == shown


def test_places_are_shown_again_as_they_were_typed() -> None:
    item = one("rank", **ITEMS["rank"]).items[0]
    options = [(name, name.upper(), False) for name in "abc"]
    shown = widget_context(item, {"c": "١", "a": "2"}, options)
    assert shown["options"] == [("a", "A", "2"), ("b", "B", ""), ("c", "C", "1")]
    assert (list(shown["places"]), shown["limit"]) == ([1, 2], 2)
    assert widget_context(item, ["c", "a"], options)["options"] == shown["options"]


def test_numbers_in_words_have_neither_exponents_nor_idle_zeros() -> None:
    document = one("decimal", places=6)
    words = [answer_in_words(document, document.items[0], number, "") for number in (10.0, 2.5, 0.000001, 1e9)]
    assert words == ["10", "2.5", "0.000001", "1000000000"]


def test_errors_name_the_bound_that_was_missed() -> None:
    for kind, value, expected in (
        ("decimal", "0.4", {"n": 0.5}),
        ("decimal", "10.01", {"n": 10.0}),
        ("decimal", "2.555", {"n": 2}),
        ("decimal", "two", {"example": 2.5}),
        ("integer", "0", {"n": 1}),
        ("integer", "100", {"n": 99}),
        ("rank", ["a"], {"n": 2, "given": 1}),
        ("rank", {"a": "9"}, {"n": 2}),
        ("date", "2020-02-28", {"n": date(2020, 2, 29)}),
        ("date", "2027-01-01", {"n": date(2026, 12, 31)}),
        ("select_one", "z" * 50, {"value": "z" * 40}),
    ):
        [error] = check(one(kind, **ITEMS[kind]), {"q": value}).errors
        assert error.values == expected
    for bounds, chosen, expected in (
        ({"min": 2, "max": 2}, ["a"], {"n": 2, "given": 1}),
        ({"min": 1, "max": 2}, ["a", "b", "c"], {"n": 2, "given": 3}),
        ({"min": 2, "max": 3}, ["a"], {"n": 2, "given": 1}),
    ):
        [error] = check(one("select_multiple", options=OPTIONS, **bounds), {"q": chosen}).errors
        assert error.values == expected


def test_only_ranks_and_dates_are_posted_in_parts() -> None:
    """A part of another item is a field unknown to the questionnaire."""
    assert [kind for kind in ITEMS if has_parts(one(kind, **ITEMS[kind]).items[0]) is True] == ["rank", "date"]
    assert [kind for kind in ITEMS if has_parts(one(kind, **ITEMS[kind]).items[0]) is False] == [
        kind for kind in ITEMS if kind not in {"rank", "date"}
    ]
    document = one("integer")
    assert [(e.key, e.code) for e in check(document, from_form(document, [("q:day", ["1"])])).errors] == [
        ("q:day", "unknown_item")
    ]


def test_two_posted_values_of_one_item_are_refused_and_not_one_of_them_taken() -> None:
    document = one("select_one", options=OPTIONS)
    assert [e.code for e in check(document, from_form(document, [("q", ["a", "b"])])).errors] == ["one_only"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2", "b"),
        (" B ", "b"),
        ("2;", "b"),
        ("0", "dont_know"),
        ("2 3", "one_only"),
        ("2,3", "one_only"),
        (";", "unknown_option"),
        ("4", "unknown_option"),
        ("-1", "unknown_option"),
        ("zzz", "unknown_option"),
    ],
)
def test_a_line_from_paper_for_one_option(line: str, expected: str) -> None:
    document = one("select_one", options=OPTIONS)
    checked = check(document, from_lines(document, {"q": line}))
    assert (checked.errors[0].code if checked.errors else checked.answers["q"]) == expected


def test_zero_is_no_option_where_dont_know_is_not_offered() -> None:
    for kind in ("select_one", "select_multiple"):
        document = one(kind, options=OPTIONS, dont_know=False)
        [error] = check(document, from_lines(document, {"q": "0"})).errors
        assert (error.code, error.values) == ("unknown_option", {"value": "0"})


def test_a_typed_number_is_the_printed_one_even_where_another_option_has_it_for_a_name() -> None:
    """Options named 0 to 2 are printed as 1 to 3: a typed 2 was stored as the third."""
    points = [{"name": str(point), "text": {"en": f"{point} of 2"}} for point in range(3)]
    for kind, expected in (("select_one", "1"), ("select_multiple", ["1"])):
        document = one(kind, options=points)
        assert check(document, from_lines(document, {"q": "2"})).answers == {"q": expected}
        assert check(document, from_lines(document, {"q": "0"})).answers["q"] in ("dont_know", ["dont_know"])


def test_a_country_whose_name_has_a_comma_is_one_of_several_countries() -> None:
    document = one("select_multiple", source="countries")
    for read in (from_lines, from_row):
        assert check(document, read(document, {"q": " Korea, Republic of "})).answers == {"q": ["KOR"]}
        assert check(document, read(document, {"q": "Iran; Korea"})).errors[0].code == "unknown_option"


def test_what_the_template_of_each_widget_is_given() -> None:
    def shown(kind: str, given: Any, **own: Any) -> dict[str, Any]:
        return widget_context(one(kind, **(ITEMS[kind] | own)).items[0], given, options)

    options = [("a", "A", False), ("b", "B", True)]
    offered = {"options": options}
    radio = {"input_type": "radio", "scale": None, "no_answer": True}
    assert shown("select_one", "b") == radio | offered | {"chosen": ["b"]}
    assert shown("select_one", None, required=True) == radio | offered | {"no_answer": False, "chosen": []}
    boxes = {"input_type": "checkbox", "several": True, "limit": 2}
    assert shown("select_multiple", ["b", "a"], max=2) == boxes | offered | {"chosen": ["b", "a"]}
    assert shown("text", ["one", "two"]) == {"chosen": "one\ntwo", "text_limit": TEXT_LIMIT}
    assert shown("integer", "1٢x") == {"chosen": "1٢x", "keyboard": "numeric"}
    assert shown("decimal", ["2", "5"]) == {"chosen": "2 5", "keyboard": "decimal"}


def test_a_point_of_a_scale_has_no_field_of_its_own_for_no_answer() -> None:
    """Beside the points of the scale it would look like one of them."""
    for required in (True, False):
        item = document_with_scale(required).items[0]
        found = widget_context(item, None, [])
        assert (found["scale"], found["no_answer"]) == ("s", False)


def document_with_scale(required: bool) -> Any:
    document = {
        "kind": "survey",
        "title": {"en": "T"},
        "scales": [{"name": "s", "points": OPTIONS}],
        "sections": [
            {
                "name": "1",
                "title": {"en": "S"},
                "items": [{"name": "q", "type": "select_one", "text": {"en": "?"}, "scale": "s", "required": required}],
            }
        ],
    }
    return parse("survey", document)


def test_paper_entry_shows_what_each_field_accepts() -> None:
    hints = {kind: entry_hint(one(kind, **ITEMS[kind]).items[0]) for kind in ITEMS}
    assert hints == {
        "select_one": "one number",
        "select_multiple": "numbers, separated by spaces",
        "rank": "numbers in rank order",
        "text": "text",
        "integer": "a whole number",
        "decimal": "a number",
        "date": "year-month-day or day.month.year",
        "rating": "a number from 0 to 10",
        "acknowledge": "1 if ticked, otherwise blank",
    }
    countries = [entry_hint(one(kind, source="countries").items[0]) for kind in ("select_one", "select_multiple")]
    assert countries == ["a country or its code", "countries, separated by commas"]


def test_answers_in_words_name_dont_know_countries_and_options_that_are_gone() -> None:
    several = one("select_multiple", options=OPTIONS)
    words = answer_in_words(several, several.items[0], ["a", "gone", "dont_know"], "I do not know")
    assert words == "A; gone; I do not know"
    country = one("select_one", source="countries")
    assert answer_in_words(country, country.items[0], "AZE", "I do not know") == "Azerbaijan"
    assert answer_in_words(country, country.items[0], "dont_know", "I do not know") == "I do not know"


def test_only_an_item_that_follows_another_has_an_earlier_one() -> None:
    assert [choices_of(one(kind, **own).items[0]) for kind, own in ITEMS.items()] == [""] * len(ITEMS)
