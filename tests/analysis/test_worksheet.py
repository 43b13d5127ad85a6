"""Downloaded files contain the same as the pages, and nothing typed can run in them."""

import csv
from io import BytesIO, StringIO

import pyreadstat
import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from analysis.exports import responses, worksheet
from analysis.results import for_assessment
from analysis.services.open_answers import code_open_answer
from assessments.models import AuditEvent
from ctnat.ui.cells import clean, safe
from indicators.services.recommendations import edit_recommendation, set_status
from tests.analysis.builders import make_interview, make_survey, release, respond
from tests.factories import AssessmentFactory
from tests.indicators.factories import make_recommendation

pytestmark = pytest.mark.django_db


def opened(assessment):
    target = BytesIO()
    worksheet.save(for_assessment(assessment), target)
    target.seek(0)
    return load_workbook(target)


def csv_rows(assessment):
    return list(csv.reader(StringIO(responses.csv_file(for_assessment(assessment)).decode("utf-8-sig"))))


def rows(book, title):
    head, *found = book[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in found]


def test_worksheet_has_its_sheets_with_frozen_heads(filled):
    book = opened(filled)
    assert book.sheetnames == [
        "Read me",
        "Interviews",
        "Interview notes",
        "Survey responses",
        "Coding",
        "Open answers",
        "Theme frequencies",
        "Survey frequencies",
        "Numbers and dates",
        "Likert tables",
        "Break-downs",
        "Priorities",
        "Workshop verdicts",
        "Recommendations",
        "Criteria",
    ]
    assert {sheet.freeze_panes for sheet in book} == {"B2"}


def test_worksheet_shows_which_wording_of_a_recommendation_was_validated(assessment):
    draft = make_recommendation(assessment, "train inspectors", criteria=["1.1"])
    kept, rewritten, dropped = (make_recommendation(assessment, text) for text in ("print", "translate", "count"))
    for row in (kept, rewritten):
        set_status(recommendation=row, status="validated", by=None)
    edit_recommendation(recommendation=rewritten, text="translate and print", by=None)
    set_status(recommendation=dropped, status="dropped", reason="Done.", by=None)
    found = rows(opened(assessment), "Recommendations")
    assert [(row["Recommendation"], row["Status"], row["Wording validated"], row["Revision"]) for row in found] == [
        ("train inspectors", "Draft", "none", 1),
        ("print", "Validated", "this one", 1),
        ("translate and print", "Draft", "an earlier one", 2),
        ("count", "Dropped", "none", 1),
    ]
    assert (found[0]["Category"], found[0]["Lead-in"], found[0]["Criteria"]) == ("1", draft.opening, "1.1")


def test_worksheet_gives_the_same_numbers_when_opened_again(filled):
    book, results = opened(filled), for_assessment(filled)
    item = [row for row in rows(book, "Survey frequencies") if row["Item"] == "3.1.5"]
    assert {row["Option"]: row["Count"] for row in item} == dict(results.survey.items["3.1.5"].counts.counts)
    assert {(row["Asked"], row["Answered"], row["Don't know"], row["Skipped"]) for row in item} == {(4, 2, 1, 1)}
    [likert] = [row for row in rows(book, "Likert tables") if row["Item"] == "3.1.5"]
    assert (likert["Point 1"], likert["Point 5"], likert["Answered"], likert["Net balance"]) == (1, 1, 2, 0)
    dots = {row["Letter"]: (row["Survey: respondents"], row["Workshop: groups"]) for row in rows(book, "Priorities")}
    assert (dots["J"], dots["A"], dots["C"]) == ((2, 2), (2, 0), (0, 2))
    [theme] = [row for row in rows(book, "Theme frequencies") if row["Theme"] == "weak-law"]
    counts = ("Interviews", "Interviews asked", "Raised unprompted", "Mentions")
    assert [theme[name] for name in counts] == [1, 2, 1, 3]


def test_worksheet_lists_open_answers_with_their_themes(filled, member):
    response, theme = filled.survey.responses.get(code="AZEsur2"), filled.themes.get(code="weak-law")
    code_open_answer(response=response, item="8.3", theme=theme, by=member("lead"))
    filled.disclosure_threshold = 5
    filled.save()
    assert rows(opened(filled), "Open answers") == [
        {"Response": "AZEsur2", "Item": "8.3", "Language": None, "Text": "Train the judges", "Themes": "weak-law"}
    ]  # of four forms; the language is included from five on that share it
    filled.disclosure_threshold = 4
    filled.save()
    assert [row["Language"] for row in rows(opened(filled), "Open answers")] == ["en"]


def test_worksheet_compares_the_25_criteria(filled):
    found = rows(opened(filled), "Criteria")
    assert len(found) == 25
    assert found[0]["Framework 1"] == "In place"
    assert found[0]["Evidence attached"] == "document:Aze 1\ninterview:AZEint1/2.1\nsurvey:3.1.5"
    assert found[0]["Themes (interviews of asked)"] == "The law is weak: 1 of 2, unprompted in 1"


def test_worksheet_contains_notes_as_they_were_typed(assessment):
    make_interview(assessment, 1, {"1.1": '=HYPERLINK("x")', "1.2": "long" * 20_000})
    [row] = rows(opened(assessment), "Interview notes")
    assert (row["1.1"], len(row["1.2"])) == ('=HYPERLINK("x")', 32_767)
    cell = next(cell for cell in opened(assessment)["Interview notes"][2] if cell.value == '=HYPERLINK("x")')
    assert cell.data_type == "s"


def test_worksheet_of_nothing_opens(assessment):
    assert rows(opened(assessment), "Interviews") == []


def test_export_worksheet_writes_the_file_and_logs_it(filled, tmp_path):
    call_command("export_worksheet", "AZE-2016", str(tmp_path / "out.xlsx"), stderr=StringIO())
    assert len(rows(load_workbook(tmp_path / "out.xlsx"), "Interviews")) == 3
    assert AuditEvent.objects.filter(action="worksheet.exported").count() == 1


@pytest.mark.parametrize(
    "arguments", [("XXX-1", "out.xlsx"), ("AZE-2016", "out.doc"), ("AZE-2016", "/nowhere/out.xlsx")]
)
def test_export_worksheet_refuses_in_words(assessment, arguments):
    with pytest.raises(CommandError) as refused:
        call_command("export_worksheet", *arguments)
    assert refused.value.returncode == 2
    assert AuditEvent.objects.count() == 0


def test_csv_and_sav_name_a_language_or_source_only_where_enough_forms_share_it(filled, tmp_path):
    filled.survey.responses.filter(code="AZEsur1").update(language="ka", source="paper")
    filled.disclosure_threshold = 2
    filled.save()
    head, *found = csv_rows(filled)
    assert head[:2] == ["language", "source"]
    assert {tuple(row[:2]) for row in found} == {("", "")}  # with the Georgian form alone, two groups would disclose it
    target = tmp_path / "out.sav"
    target.write_bytes(responses.sav(for_assessment(filled)))
    table, _ = pyreadstat.read_sav(str(target))
    assert set(table["language"]) == set(table["source"]) == {""}


def test_csv_names_a_language_only_where_enough_forms_of_one_opening_share_it(filled):
    filled.disclosure_threshold = 2
    filled.save()
    assert {tuple(row[:2]) for row in csv_rows(filled)[1:]} == {("en", "web")}
    filled.survey.responses.filter(code="AZEsur1").update(opening=1)
    filled.survey.responses.exclude(code="AZEsur1").update(opening=2)
    found = [tuple(row[:2]) for row in csv_rows(filled)[1:]]
    assert found == [("", ""), ("en", "web"), ("en", "web"), ("en", "web")]


def test_csv_is_read_again_by_the_import(filled, tmp_path):
    filled.disclosure_threshold = 4  # all of them share the source
    filled.save()
    path = tmp_path / "responses.csv"
    path.write_bytes(responses.csv_file(for_assessment(filled)))
    found = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))
    assert [(row["source"], row["3.1.5"], row["8.1"]) for row in found] == [
        ("web", "adequate", "J A B"),
        ("web", "inadequate", "J B A"),
        ("web", "dont_know", ""),
        ("web", "", ""),
    ]
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    make_survey(other)
    call_command("import_responses", "GEO-2016", str(path), stdout=StringIO(), stderr=StringIO())
    release(other, k=1)
    kept = [for_assessment(one).as_json()["survey"] for one in (filled, other)]
    assert kept[0] == kept[1]


def test_sav_has_labels_and_missing_values(filled, tmp_path):
    path = tmp_path / "responses.sav"
    path.write_bytes(responses.sav(for_assessment(filled)))
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert list(frame["response"]) == ["AZEsur1", "AZEsur2", "AZEsur3", "AZEsur4"]
    assert frame["Q3_1_5"].tolist() == [1, 5, 88, 99]  # adequate, inadequate, don't know, no answer
    assert meta.variable_value_labels["Q3_1_5"][88] == "Don't know"
    assert meta.column_names_to_labels["Q3_1_5"].startswith("3.1.5 ")
    assert meta.missing_ranges["Q3_1_5"] == [{"lo": 88.0, "hi": 88.0}, {"lo": 99.0, "hi": 99.0}]
    assert frame["Q8_1_J"].tolist() == [1, 1, 99, 99]
    assert frame["Q8_1_B"].tolist() == [3, 2, 99, 99]
    assert frame["Q2_2_forced_marriage"].tolist() == [1, 99, 99, 99]
    assert frame["Q8_3"].tolist()[1] == "Train the judges"


def test_sav_of_nothing_and_of_long_texts_is_written(assessment, tmp_path):
    assert responses.sav(for_assessment(assessment))
    respond(make_survey(assessment), 1, {"8.3": "ქ" * 50_000})
    path = tmp_path / "long.sav"
    path.write_bytes(responses.sav(for_assessment(assessment)))
    frame, _ = pyreadstat.read_sav(str(path))
    assert frame["Q8_3"][0] == "ქ" * (10_000 // 3)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_csv_cells_never_start_a_formula(text):
    assert safe(text) == f"'{text}"


def test_numbers_and_plain_texts_stay():
    assert [safe(-1), safe("3.1.5"), safe(None)] == [-1, "3.1.5", None]
    assert clean("a\x00b\x1fc") == "abc"
