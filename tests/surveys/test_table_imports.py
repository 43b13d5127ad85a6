"""Importing tables of other programs: what is kept between the pages, what is stored, what is remembered."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from assessments.daily import erase_what_is_due
from assessments.erasers import erase_expired
from assessments.models import AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from instruments.xlsform import read as read_form_tables
from surveys.importing.answers import KEEP_WORDS
from surveys.importing.files import read_file
from surveys.importing.form_names import headings_for
from surveys.importing.languages import language_of
from surveys.importing.state import ImportState
from surveys.importing.targets import OUT
from surveys.models import ImportMapping, Response, Survey, TableImport
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.validation import check
from surveys.services.table_imports import (
    choose_sheet,
    discard_table_import,
    explain_values,
    finish_table_import,
    map_columns,
    start_table_import,
)
from tests.factories import InstrumentFactory
from tests.surveys.exports import kobo_table
from tests.surveys.factories import VALID, SurveyFactory, document_2016
from tests.surveys.test_item_types import ANSWERS as ONE_OF_EACH
from tests.surveys.test_item_types import DOCUMENT as EACH_TYPE

pytestmark = pytest.mark.django_db

ANSWERS: list[dict[str, Any]] = [VALID | {"1.1": "AZE"}, {"1.1": "MAR", "2.1": ["dont_know"]}, {"3.2.1": "always"}]
SECRETS = ["c0ffee00-0000-4000-8000-000000000001", "_submission_time 1", "2026-05-01T09:00:00.000+04:00"]


def as_csv(lines: list[list[str]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    csv.writer(text := io.StringIO(), delimiter=separator).writerows(lines)
    return text.getvalue().encode(encoding)


def as_xlsx(lines: list[list[Any]], *before: list[Any]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for line in [*before, *lines]:
        sheet.append(line)
    book.create_sheet("repeat").append(["_index", "age"])
    book.save(content := io.BytesIO())
    return content.getvalue()


def start(survey: Survey, content: bytes, by: Any, name: str = "kobo.csv") -> TableImport:
    sheets = read_file(survey.pk, document_of(survey.questionnaire), content, name).sheets
    return start_table_import(survey=survey, sheets=sheets, file_name=name, by=by)


def map_as_proposed(table: TableImport, by: Any) -> ImportState:
    state = ImportState.of(table)
    changed = map_columns(table_import=table, targets=[target or OUT for target in state.targets], by=by)
    return ImportState.of(changed)


def bring_in(survey: Survey, content: bytes, by: Any, name: str = "kobo.csv") -> tuple[int, int]:
    """(new, known) of a table that needs no correction."""
    state = map_as_proposed(start(survey, content, by, name), by)
    made, known = finish_table_import(table_import=state.table_import, language="en", source="web", by=by)
    return len(made), known


@pytest.fixture
def lead(member: Any) -> Any:
    return member("lead")


def stored() -> list[dict[str, Any]]:
    return [response.answers for response in Response.objects.order_by("number")]


def in_any_order(answers: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(check(document_2016(), one).answers, sort_keys=True) for one in answers)


@pytest.mark.parametrize("labels", [False, True])
def test_kobo_data_of_our_own_form_come_in_and_the_same_file_twice_adds_nothing(survey, lead, labels) -> None:
    content = as_csv(kobo_table(document_2016(), ANSWERS, labels=labels), separator=";")
    assert bring_in(survey, content, lead) == (3, 0)
    assert in_any_order(stored()) == in_any_order(ANSWERS)
    assert bring_in(survey, content, lead) == (0, 3)
    more = as_csv(kobo_table(document_2016(), [*ANSWERS, {"8.3": "One more"}], labels=labels))
    assert bring_in(survey, more, lead) == (1, 3)
    assert TableImport.objects.count() == 0


def test_a_workbook_with_a_title_and_other_sheets_comes_in(survey, lead) -> None:
    lines: list[list[Any]] = [
        ["1.1", "1.2", "8.3"],
        ["Azerbaijan", "academic", 12.0],
        [None, None, None],
        ["GEO", "", "x"],
    ]
    table = start(survey, as_xlsx(lines, ["Our survey"], []), lead, "forms.xlsx")
    state = map_as_proposed(table, lead)
    assert (state.file_sheet.name, state.heading, len(state.sheets)) == ("Sheet", 2, 2)
    assert [row.number for row in state.rows()] == [4, 6]
    finish_table_import(table_import=table, language="en", source="paper", by=lead)
    assert in_any_order(stored()) == in_any_order(
        [{"1.1": "AZE", "1.2": "academic", "8.3": "12"}, {"1.1": "GEO", "8.3": "x"}]
    )


@pytest.mark.parametrize("is_book", [False, True])
def test_kobo_data_of_each_type_of_question_come_in_from_csv_and_workbook(lead, is_book) -> None:
    survey = SurveyFactory(questionnaire=InstrumentFactory(key="each-type", kind="survey", definition=EACH_TYPE))
    lines: list[list[Any]] = kobo_table(document_of(survey.questionnaire), [ONE_OF_EACH])
    if is_book:  # numbers and dates are no texts there
        lines[1] = [date.fromisoformat(cell) if cell == ONE_OF_EACH["date"] else _number_or(cell) for cell in lines[1]]
    content = as_xlsx(lines) if is_book else as_csv(lines)
    state = map_as_proposed(start(survey, content, lead, "kobo.xlsx" if is_book else "kobo.csv"), lead)
    assert (state.reader.value_questions(), state.reader.mark_questions()) == ([], [])
    finish_table_import(table_import=state.table_import, language="en", source="web", by=lead)
    assert stored() == [ONE_OF_EACH]


def _number_or(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8-sig", ","), ("utf-16", "\t"), ("cp1251", ";"), ("utf-8", "|"), ("koi8-r", "\t")],
)
def test_csv_in_any_usual_encoding_and_separator(survey, lead, encoding, separator) -> None:
    words = "Потому что бедность, и нет работы; так, и нет"
    content = as_csv([["1.1", "2.6"], ["Марокко", words], ["Грузия", "Не знаю"]], encoding, separator)
    assert bring_in(survey, content, lead) == (2, 0)
    assert in_any_order(stored()) == in_any_order([{"1.1": "MAR", "2.6": words}, {"1.1": "GEO", "2.6": "Не знаю"}])


def test_a_line_for_excel_that_names_the_separator_is_no_row(survey, lead) -> None:
    assert bring_in(survey, b"sep=;\r\n1.1;8.3\r\nAZE;a, b\r\n", lead) == (1, 0)
    assert stored() == [{"1.1": "AZE", "8.3": "a, b"}]


def everything_in_the_database() -> str:
    """All rows of all tables as the database has them, and as a dump has them."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            found += [repr(row) for row in cursor.fetchall()]
    found.append(serializers.serialize("json", [*Response.objects.all(), *ImportMapping.objects.all()]))
    return "\n".join(found)


def test_no_identifier_time_or_device_is_stored_at_any_moment(survey, lead) -> None:
    content = as_csv(kobo_table(document_2016(), ANSWERS))
    assert all(secret in content.decode() for secret in SECRETS)
    table = start(survey, content, lead)
    held = json.dumps([sheet.to_json() for sheet in ImportState.of(table).sheets])
    assert not any(secret in held for secret in SECRETS)  # not even encrypted, between the pages
    map_as_proposed(table, lead)
    finish_table_import(table_import=table, language="en", source="web", by=lead)
    after = everything_in_the_database()
    assert not any(secret in after or secret.replace("-", "") in after for secret in SECRETS)
    mapping = ImportMapping.objects.get()
    assert (mapping.name, mapping.mode, mapping.columns["_uuid"]) == ("KoboToolbox", "names", "out")
    assert not any(secret in json.dumps([mapping.columns, mapping.values, mapping.marks]) for secret in SECRETS)


def test_numbers_are_given_in_an_order_independent_of_the_table(survey, lead) -> None:
    answers = [{"8.3": f"{n}"} for n in range(12)]
    bring_in(survey, as_csv(kobo_table(document_2016(), answers, split=False)), lead)
    found = [int(one["8.3"]) for one in stored()]
    assert sorted(found) == list(range(12))
    assert found != sorted(found)
    assert [response.uuid for response in Response.objects.order_by("number")] == sorted(
        Response.objects.values_list("uuid", flat=True)
    )


def test_rows_without_an_identifier_are_known_again_by_their_cells_and_equal_rows_stay_two(survey, lead) -> None:
    lines = [["1.1", "8.3"], ["AZE", "a"], ["AZE", "a"], ["GEO", ""]]
    assert bring_in(survey, as_csv(lines), lead) == (3, 0)
    assert bring_in(survey, as_csv(lines[:1] + lines[:0:-1] + [["ARM", ""]]), lead) == (1, 3)


def test_numbers_that_other_surveys_have_too_do_not_identify_a_form(survey, lead) -> None:
    head = ["id", "submitdate", "lastpage", "startlanguage", "1.1"]
    first = [head, ["1", "2026-01-01", "3", "fr", "AZE"], ["2", "2026-01-02", "3", "Azerbaijani", "GEO"]]
    second = [head, ["1", "2026-02-01", "3", "en", "ARM"]]
    assert bring_in(survey, as_csv(first), lead) == (2, 0)
    assert bring_in(survey, as_csv(second), lead) == (1, 0)
    assert sorted(Response.objects.values_list("language", flat=True)) == ["az", "en", "fr"]


def test_what_was_confirmed_is_remembered_and_a_further_file_requires_only_what_is_new(survey, lead) -> None:
    lines = [["Where", "1.2", "Weight", "_uuid", "_submission_time"], ["Azerbaijan", "Clown", "1.5", "a" * 20, "now"]]
    table = start(survey, as_csv(lines), lead)
    state = ImportState.of(table)
    assert [(column.why, column.is_sure) for column in state.columns][:3] == [
        ("unknown", False),
        ("name", True),
        ("unknown", False),
    ]
    targets = [state.reader.decisions.targets[at] for at in range(5)]
    targets[0] = next(
        column.target for column in ImportState.of(start(survey, b"1.1\nAZE\n", lead)).columns if column.target
    )
    map_columns(table_import=table, targets=targets, by=lead)
    table.refresh_from_db()
    [question] = ImportState.of(table).reader.value_questions()
    assert (question.item, question.value, question.proposal) == ("1.2", "Clown", KEEP_WORDS)
    explain_values(table_import=table, values={"1.2": {"Clown": KEEP_WORDS}}, signs={}, orders={}, by=lead)
    finish_table_import(table_import=table, language="en", source="web", by=lead)
    assert stored() == [{"1.1": "AZE", "1.2": "other", "1.2_other": "Clown"}]
    assert ImportMapping.objects.get().values == {}  # what was typed as free text is not kept
    lines = [
        ["Where", "Weight", "1.2", "Height", "_uuid", "_submission_time"],
        ["GEO", "2", "academic", "3", "b" * 20, "then"],
    ]
    further = ImportState.of(start(survey, as_csv(lines), lead))
    assert [column.heading for column in further.columns if not column.is_sure] == ["Height"]
    assert further.targets[0].key == "item:1.1"  # type: ignore[union-attr]


def test_values_that_mean_an_option_are_remembered(survey, lead) -> None:
    def table() -> TableImport:
        return map_as_proposed(start(survey, b"1.6,8.3\nF,x\nM,y\n", lead), lead).table_import

    first = table()
    assert [question.value for question in ImportState.of(first).reader.value_questions()] == ["F", "M"]
    explain_values(table_import=first, values={"1.6": {"F": "female", "M": "male"}}, signs={}, orders={}, by=lead)
    finish_table_import(table_import=first, language="en", source="web", by=lead)
    assert in_any_order(stored()) == in_any_order([{"1.6": "female", "8.3": "x"}, {"1.6": "male", "8.3": "y"}])
    second = ImportState.of(table())
    assert [row.faults for row in second.rows()] == [(), ()]


def test_nothing_is_stored_in_part(survey, lead) -> None:
    state = map_as_proposed(start(survey, b"1.6,2.2\nfemale,\nmale,slavery\n", lead), lead)
    assert [[error.code for error in row.errors] for row in state.rows()] == [[], ["choose_exactly"]]
    with pytest.raises(InputError, match="Nothing was imported"):
        finish_table_import(table_import=state.table_import, language="en", source="web", by=lead)
    assert (Response.objects.count(), TableImport.objects.count(), ImportMapping.objects.count()) == (0, 1, 0)


def test_what_breaks_a_rule_can_be_stored_as_given_and_is_invalid(survey, lead) -> None:
    state = map_as_proposed(start(survey, b"1.6,2.2,1.2_other\nmale,slavery,Nurse\n", lead), lead)
    made, _ = finish_table_import(table_import=state.table_import, language="en", source="web", as_given=True, by=lead)
    assert [(one.answers, one.invalid) for one in made] == [
        (
            {"1.6": "male"},
            {
                "2.2": {"given": ["slavery"], "code": "choose_exactly"},
                "1.2_other": {"given": "Nurse", "code": "other_not_chosen"},
            },
        )
    ]


def test_a_value_that_is_not_understood_is_never_stored_as_given(survey, lead) -> None:
    state = map_as_proposed(start(survey, b"1.6\nthird\n", lead), lead)
    with pytest.raises(InputError):
        finish_table_import(table_import=state.table_import, language="en", source="web", as_given=True, by=lead)


def test_a_table_expires_and_is_erased_with_what_it_belongs_to(survey, lead) -> None:
    table = start(survey, b"1.6\nmale\n", lead)
    assert timezone.now() + timedelta(hours=23) < table.expires_at < timezone.now() + timedelta(hours=25)
    assert erase_expired() == 0
    TableImport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "1 rows that had expired erased" in list(erase_what_is_due())
    assert TableImport.objects.count() == 0
    discard_table_import(table_import=table, by=lead)  # is gone already


def test_a_discarded_table_is_erased_and_can_be_neither_changed_nor_imported(survey, lead) -> None:
    table = start(survey, b"1.6\nmale\n", lead)
    discard_table_import(table_import=table, by=lead)
    assert TableImport.objects.count() == 0
    for verb, given in [(map_columns, {"targets": []}), (finish_table_import, {"language": "en", "source": "web"})]:
        with pytest.raises(InputError, match="Choose the file again"):
            verb(table_import=table, by=lead, **given)
    events = AuditEvent.objects.for_assessment(survey.assessment).order_by("pk")
    assert [event.action for event in events if "table" in event.action] == [
        "table_import.started",
        "table_import.discarded",
    ]


def test_a_page_that_was_left_behind_changes_nothing(survey, lead) -> None:
    table = start(survey, b"1.6\nmale\n", lead)
    choose_sheet(table_import=table, sheet=0, heading=0, by=lead, seen=0)
    with pytest.raises(ConflictError):
        map_columns(table_import=table, targets=[OUT], by=lead, seen=0)


def test_another_row_of_headings_can_be_chosen(survey, lead) -> None:
    table = start(survey, as_csv([["1.6", "2.6"], ["female", "a"], ["1.6", "8.3"], ["male", "b"]]), lead)
    changed = choose_sheet(table_import=table, sheet=0, heading=2, by=lead)
    state = map_as_proposed(changed, lead)
    assert (state.sheet.headings, [row.number for row in state.rows()]) == (("1.6", "8.3"), [4])
    assert finish_table_import(table_import=table, language="en", source="web", by=lead)[0][0].answers == {
        "1.6": "male",
        "8.3": "b",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [("fr", "fr"), ("French", "fr"), ("Français (fr)", "fr"), ("pt_BR", "pt-BR"), ("klingon", "tlh"), ("?", "")],
)
def test_languages_of_forms(text, code) -> None:
    assert language_of(text) == code


def test_names_of_the_form_are_known_though_its_questions_have_other_codes_now(survey, lead) -> None:
    long = "available_transportation_types_to_referral_facility"
    form = {
        "survey": [
            ["type", "name", "label", "relevant"],
            ["select_multiple ways", long, "Which ways are there?", ""],
            ["text", "which_others", "Specify", f"selected(${{{long}}}, 'other')"],
            ["geopoint", "where", "Where?", ""],
            ["text", "why", "Why?", ""],
        ],
        "choices": [
            ["list_name", "name", "label"],
            ["ways", "bus", "Bus"],
            ["ways", "taxi", "Taxi"],
            ["ways", "other", "Other"],
        ],
    }
    reading = read_form_tables(form, language="en")
    notes = [note.to_json() for note in reading.notes]
    survey.questionnaire = InstrumentFactory(key="own", definition=reading.definition, import_notes=notes)
    survey.save()
    head = [
        long,
        f"group/{long}/bus",
        f"group/{long}/other",
        "group/which_others",
        "where",
        "_where_latitude",
        "why",
        "_uuid",
    ]
    content = as_csv([head, ["bus other", "1", "1", "A boat", "1 2 3", "1", "Because", "a" * 20]])
    sheets = read_file(survey.pk, headings_for(survey.questionnaire), content, "kobo.csv").sheets
    state = ImportState.of(start_table_import(survey=survey, sheets=sheets, file_name="kobo.csv", by=lead))
    code = next(item.name for item in state.document.items)
    assert code != long
    assert [column.target and column.target.key for column in state.columns] == [
        f"item:{code}",
        f"option:{code}:bus",
        f"option:{code}:other",
        f"other:{code}",
        "out",
        "out",
        "item:why",
        "out",
    ]
    assert all(column.is_sure for column in state.columns)
    [row] = state.rows()
    assert row.checked.answers == {code: ["bus", "other"], f"{code}_other": "A boat", "why": "Because"}
