"""Every type of question from the stored answer to each output: pages, charts, `analyse`, CSV, worksheet, SPSS.

Ten respondents. Numbers worked by hand and with R:
    x <- c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3); quantile(x, type = 7)                       1  2.25  3.5  5  9
    hist(x, breaks = seq(0, 10, 2), right = FALSE, plot = FALSE)$counts               2 3 3 1 1
    y <- c(0.5, 1.25, 2, 2, 3.75, 4.1, 5, 7.5, 8, 9.99); quantile(y, type = 7)        0.5  2  3.925  6.875  9.99
    hist(y, breaks = seq(0, 10, 2), right = FALSE, plot = FALSE)$counts               2 3 2 1 2
"""

import ast
import copy
import csv
import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from analysis import gallery
from analysis.charts import html
from analysis.exports import responses, worksheet
from analysis.item_types.answers import answer_in_words
from analysis.item_types.presentation import draw
from analysis.results import Results, for_assessment
from assessments.models import Assessment
from instruments.models import Instrument
from instruments.schema import ITEM_TYPES
from surveys.models import Survey
from tests.analysis.builders import make_survey, release, respond
from tests.analysis.statistics.test_numbers import DATES, YEARS
from tests.factories import instruments_2016

pytestmark = pytest.mark.django_db

INTEGERS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
DECIMALS = [0.5, 1.25, 2, 2, 3.75, 4.1, 5, 7.5, 8, 9.99]
DAYS = ["2026-01-15", "2026-01-31", *["2026-03-01"] * 7, "2026-04-30"]


def item(name: str, type: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, "text": {"en": f"Question {name}"}, **more}


def option(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "text": {"en": name.title()}, **more}


ITEMS = [
    item("one", "select_one", options=[option("a"), option("b"), option("other", open=True)]),
    item("several", "select_multiple", options=[option("origin"), option("transit"), option("other", open=True)]),
    item("order", "rank", ranks=2, options=[option("x"), option("y"), option("z")]),
    item("words", "text"),
    item("whole", "integer"),
    item("part", "decimal", places=2),
    item("day", "date"),
    item("country", "select_one", source="countries"),
    item("box", "acknowledge"),
    {
        "name": "m",
        "type": "matrix",
        "text": {"en": "Who helps?"},
        "options": [option("police"), option("border"), option("none", exclusive=True)],
        "rows": [item(f"m{n}", "select_multiple") for n in (1, 2)],
    },
    item("rate", "rating", low={"en": "Never"}, high={"en": "Always"}),
]


@pytest.fixture
def survey(assessment: Assessment) -> Survey:
    definition = copy.deepcopy(instruments_2016()["survey"])
    definition["sections"].append({"name": "9", "title": {"en": "All types"}, "items": copy.deepcopy(ITEMS)})
    version = Instrument.objects.create(
        kind="survey", key="ct-nat-2016", version=2, definition=definition, parent=assessment.questionnaire
    )
    return make_survey(assessment, questionnaire=version)


@pytest.fixture
def filled(survey: Survey) -> Assessment:
    for number, (whole, part, day) in enumerate(zip(INTEGERS, DECIMALS, DAYS, strict=True), start=1):
        respond(survey, number, {"whole": whole, "part": part, "day": day})
    release(survey.assessment, k=1)
    return survey.assessment


@pytest.fixture
def protected(survey: Survey) -> Assessment:
    """Seventeen respondents, and results that tell nothing of fewer than five: `tests.analysis.statistics`."""
    for number, (whole, day) in enumerate(zip(YEARS, DATES, strict=False), start=1):
        respond(survey, number, {"whole": whole, "day": day})
    release(survey.assessment)
    return survey.assessment


def results(assessment: Assessment) -> Results:
    return for_assessment(Assessment.objects.with_instruments().get(pk=assessment.pk))


def analyse() -> dict[str, Any]:
    out = StringIO()
    call_command("analyse", "AZE-2016", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())["survey"]["items"]
    return found


def sav(assessment: Assessment, tmp_path: Path) -> tuple[Any, Any]:
    path = tmp_path / "responses.sav"
    path.write_bytes(responses.sav(results(assessment)))
    return pyreadstat.read_sav(str(path), user_missing=True)


def sheet(assessment: Assessment, title: str) -> list[dict[Any, Any]]:
    target = BytesIO()
    worksheet.save(results(assessment), target)
    head, *rows = load_workbook(target)[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_analyse_summarises_numbers_and_dates(filled: Assessment) -> None:
    found = analyse()
    assert found["whole"] == {
        "asked": 10,
        "answered": 10,
        "dont_know": 0,
        "skipped": 0,
        "counts": {},
        "numbers": {
            "count": 10,
            "median": 3.5,
            "quartiles": [2.25, 5],
            "range": [1, 9],
            "histogram": [
                {"from": 0, "to": 1, "count": 2},
                {"from": 2, "to": 3, "count": 3},
                {"from": 4, "to": 5, "count": 3},
                {"from": 6, "to": 7, "count": 1},
                {"from": 8, "to": 9, "count": 1},
            ],
        },
    }
    part = found["part"]["numbers"]
    assert (part["median"], part["quartiles"], part["range"]) == (3.925, [2, 6.875], [0.5, 9.99])
    assert [(one["from"], one["to"], one["count"]) for one in part["histogram"]] == [
        (0, 1.99, 2), (2, 3.99, 3), (4, 5.99, 2), (6, 7.99, 1), (8, 9.99, 2),
    ]  # fmt: skip
    assert found["day"]["days"] == {
        "count": 10,
        "range": ["2026-01-15", "2026-04-30"],
        "months": [
            {"from": "2026-01", "to": "2026-01", "count": 2},
            {"from": "2026-02", "to": "2026-02", "count": 0},
            {"from": "2026-03", "to": "2026-03", "count": 7},
            {"from": "2026-04", "to": "2026-04", "count": 1},
        ],
    }


def test_charts_draw_classes_and_months(filled: Assessment) -> None:
    found = results(filled)
    whole, part, day = (gallery.chart(found, f"survey-{name}") for name in ("whole", "part", "day"))
    assert (whole.categories, whole.series[0].values) == (
        ("0 to 1", "2 to 3", "4 to 5", "6 to 7", "8 to 9"),
        (2, 3, 3, 1, 1),
    )
    assert (
        whole.alt
        == "Median 3.5 (n=10). The middle half of the answers lies between 2.25 and 5. All answers lie between 1 and 9."
    )
    assert part.categories[:2] == ("0 to 1.99", "2 to 3.99")
    assert (day.categories, day.series[0].values) == (
        ("January 2026", "February 2026", "March 2026", "April 2026"),
        (2, 0, 7, 1),
    )
    assert day.alt == "Dates from 15 January 2026 to 30 April 2026 (n=10)."
    assert whole.value_text(1, 3) == "30% (3)"


def test_pages_show_the_results_of_numbers_and_dates(filled: Assessment, client_as: Any) -> None:
    client = client_as("observer")
    overall = client.get(reverse("analysis:survey", args=["AZE-2016"]) + "?section=all").content.decode()
    whole = client.get(reverse("analysis:survey_item", args=["AZE-2016", "whole"]))
    assert overall.count("Median 3.5 (n=10).") == 1
    assert whole.context["numbers"] == [
        ("smallest", "1"), ("lower quartile", "2.25"), ("median", "3.5"), ("upper quartile", "5"), ("largest", "9"),
    ]  # fmt: skip
    assert ">March 2026</th>" in client.get(reverse("analysis:survey_item", args=["AZE-2016", "day"])).content.decode()


def test_nothing_is_told_of_fewer_than_the_smallest_group(
    protected: Assessment, client_as: Any, tmp_path: Path
) -> None:
    """quantile(x[1:17], type = 7) in R: 0 2 4 7 10, x being `YEARS`."""
    found = analyse()
    assert found["whole"]["numbers"] == {
        "count": 17,
        "median": 4,
        "quartiles": [2, 7],
        "range": [None, None],
        "histogram": [
            {"from": None, "to": 2, "count": 5},
            {"from": 3, "to": 5, "count": 6},
            {"from": 6, "to": None, "count": 6},
        ],
    }
    assert found["day"]["days"] == {
        "count": 17,
        "range": [None, None],
        "months": [
            {"from": None, "to": "2026-01", "count": 6},
            {"from": "2026-02", "to": "2026-04", "count": 6},
            {"from": "2026-05", "to": None, "count": 5},
        ],
    }
    whole, day = (gallery.chart(results(protected), f"survey-{name}") for name in ("whole", "day"))
    assert whole.categories == ("up to 2", "3 to 5", "6 or more")
    assert whole.alt == "Median 4 (n=17). The middle half of the answers lies between 2 and 7."
    assert day.categories == ("January 2026 or earlier", "February 2026 to April 2026", "May 2026 or later")
    assert day.alt == "Given most often: January 2026 or earlier (6 of 17)."
    assert whole.note == day.note
    assert whole.note.startswith("Classes of fewer than 5 respondents are joined.")
    client = client_as("observer")
    page = client.get("/a/AZE-2016/analysis/survey/whole/")
    assert page.context["numbers"] == [("lower quartile", "2"), ("median", "4"), ("upper quartile", "7")]
    for path in ("survey/?section=all", "survey/whole/", "survey/day/", "charts/survey-day/csv/"):
        assert "1987" not in client.get(f"/a/AZE-2016/analysis/{path}").content.decode()
    rows = {row["Item"]: tuple(row.values())[2:] for row in sheet(protected, "Numbers and dates")}
    assert rows["whole"] == (17, None, 2, 4, 7, None)
    assert rows["day"] == (17, *[None] * 5)
    explained = {row["What"]: row["Explanation"] for row in sheet(protected, "Read me")}
    assert explained["Numbers and dates"].startswith("Classes of fewer than 5 respondents are joined.")
    counted = [row for row in sheet(protected, "Survey frequencies") if row["Item"] == "whole"]
    assert [(row["Label"], row["Count"]) for row in counted] == [("up to 2", 5), ("3 to 5", 6), ("6 or more", 6)]


def test_of_nine_numbers_there_is_the_median_and_how_many_answered(survey: Survey) -> None:
    for number in range(1, 10):
        respond(survey, number, {"whole": number})
    release(survey.assessment)
    chart = gallery.chart(results(survey.assessment), "survey-whole")
    assert (chart.categories, chart.alt) == ((), "Median 5 (n=9).")
    counted = [row for row in sheet(survey.assessment, "Survey frequencies") if row["Item"] == "whole"]
    assert [(row["Label"], row["Count"]) for row in counted] == [(None, 9)]


def test_a_release_made_before_answers_of_few_were_protected_is_shown_without_them(protected: Assessment) -> None:
    stored = protected.survey.releases.get()
    of_numbers = {
        "count": 17,
        "values": ["0", "2", "4", "7", "10"],
        "classes": [["0", "1", 3], ["2", "3", 5], ["4", "5", 3], ["6", "7", 2], ["8", "9", 3], ["10", "11", 1]],
        "places": 0,
    }
    stored.results["items"]["whole"]["numbers"] = of_numbers
    of_days = [17, "1987-06-01", "2026-09-01", True, [["1987-01-01", 1], ["2025-01-01", 2], ["2026-01-01", 14]]]
    stored.results["items"]["day"]["days"] = of_days
    stored.save()
    items = results(protected).survey.items
    whole, day = items["whole"].numbers, items["day"].days
    assert day is None  # all but one of the years have too few
    assert whole is not None
    assert (whole.least, whole.median, whole.most) == (None, 4, None)
    assert [(one.first, one.last, one.count) for one in whole.classes] == [(None, 3, 8), (4, None, 9)]


def test_few_numbers_are_given_in_words(survey: Survey) -> None:
    for number, (whole, day) in enumerate(zip(INTEGERS[:6], DAYS[:6], strict=True), start=1):
        respond(survey, number, {"whole": whole, "day": day})
    release(survey.assessment, k=1)
    chart = gallery.chart(results(survey.assessment), "survey-whole")
    assert (chart.is_empty, chart.alt) == (
        True,
        "Median 3.5 (n=6). The middle half of the answers lies between 1.5 and 4.75. All answers lie between 1 and 9.",
    )
    assert "<table" not in html.render(chart)
    assert gallery.chart(results(survey.assessment), "survey-day").categories == ()


def test_fewer_than_the_disclosure_threshold_give_nothing_but_their_number(
    survey: Survey, client_as: Any, tmp_path: Path
) -> None:
    for number in range(1, 5):
        respond(survey, number, {"whole": 871 + number, "day": f"1987-06-0{number}", "part": 96.5 + number})
    respond(survey, 5, {})
    release(survey.assessment)
    found = analyse()
    for code in ("whole", "part", "day"):
        assert found[code] == {"asked": 5, "answered": 4, "dont_know": 0, "skipped": 1, "counts": {}}
        chart = gallery.chart(results(survey.assessment), f"survey-{code}")
        assert (chart.is_empty, chart.alt) == (
            True,
            "Too few respondents have answered to show more than their number.",
        )
    client = client_as("observer")
    for path in ("survey/?section=all", "survey/whole/", "survey/day/", "survey/part/", "charts/survey-whole/csv/"):
        page = client.get(f"/a/AZE-2016/analysis/{path}").content.decode()
        assert not any(secret in page for secret in ("872", "1987", "97.5"))
    assert {row["Item"] for row in sheet(survey.assessment, "Numbers and dates")} == set()


def test_a_matrix_of_several_choices_is_counted_by_row(survey: Survey, client_as: Any, tmp_path: Path) -> None:
    for number in range(1, 12):
        answers: dict[str, Any] = {"m1": ["police", "border"] if number <= 3 else ["police"]}
        respond(survey, number, answers | ({"m2": ["none"]} if number <= 10 else {}))
    release(survey.assessment)
    found = analyse()
    assert (found["m1"]["counts"], found["m2"]["counts"]) == ({"police": 11, "border": 3}, {"none": 10})
    chart = gallery.chart(results(survey.assessment), "survey-m")
    assert (chart.categories, chart.codes, chart.bases) == (("Question m1", "Question m2"), ("m1", "m2"), (11, 10))
    assert [(one.label, one.values) for one in chart.series] == [
        ("Police", (11, 0)),
        ("Border", (3, 0)),
        ("None", (0, 10)),
    ]
    assert (chart.value_text(0, 3), chart.value_text(1, 10)) == ("27% (3)", "100% (10)")
    page = client_as("observer").get("/a/AZE-2016/analysis/survey/?section=all").content.decode()
    assert "27% (3)" in page
    assert gallery.chart(for_assessment(survey.assessment, "ru"), "survey-m").code_head == "Код"
    assert gallery.chart(results(survey.assessment), "survey-m2").alt == "Given most often: None (10 of 10)."
    frame, meta = sav(survey.assessment, tmp_path)
    assert frame["Qm1_border"].tolist() == [1] * 3 + [0] * 8
    assert frame["Qm2_none"].tolist() == [*[1] * 10, 99]
    assert meta.column_names_to_labels["Qm1_border"] == "m1 Question m1: Border"


def test_a_rating_is_counted_by_number_with_its_median_and_mean(survey: Survey, client_as: Any, tmp_path: Path) -> None:
    """x <- c(0,7,7,8,10,10,9,3,7,8,5,6) in R: quantile(x, type = 7) 0 5.75 7 8.25 10; mean(x) 6.666667."""
    ratings = [0, 7, 7, 8, 10, 10, 9, 3, 7, 8, 5, 6]
    for number, rating in enumerate(ratings, start=1):
        respond(survey, number, {"rate": rating, "1.6": "female" if rating > 6 else "male"})
    respond(survey, 13, {"whole": 1})
    release(survey.assessment)
    found = analyse()["rate"]
    assert (found["answered"], found["skipped"]) == (12, 1)
    assert found["counts"] == {"0": 1, "3": 1, "5": 1, "6": 1, "7": 3, "8": 2, "9": 1, "10": 2}
    assert (found["numbers"]["median"], found["numbers"]["quartiles"]) == (7, [5.75, 8.25])
    chart = gallery.chart(results(survey.assessment), "survey-rate")
    assert chart.categories == ("0 (Never)", *map(str, range(1, 10)), "10 (Always)")
    assert chart.series[0].values == (1, 0, 0, 1, 0, 1, 1, 3, 2, 1, 2)
    assert chart.alt == (
        "Median 7 (n=12). The middle half of the answers lies between 5.75 and 8.25. "
        "All answers lie between 0 and 10. Mean 6.7."
    )
    page = client_as("observer").get("/a/AZE-2016/analysis/survey/rate/")
    assert ("mean", "6.7") in page.context["numbers"]
    counted = [row for row in sheet(survey.assessment, "Survey frequencies") if row["Item"] == "rate"]
    assert [(row["Label"], row["Count"]) for row in counted][-2:] == [("9", 1), ("10 (Always)", 2)]
    [row] = [row for row in sheet(survey.assessment, "Numbers and dates") if row["Item"] == "rate"]
    assert tuple(row.values())[2:] == (12, 0, 5.75, 7, 8.25, 10)
    frame, meta = sav(survey.assessment, tmp_path)
    assert frame["Qrate"].fillna(-1).tolist() == [*ratings, -1]
    assert meta.variable_value_labels["Qrate"] == {0: "0 (Never)", 10: "10 (Always)"}
    assert results(survey.assessment).survey.can_be_broken_down("rate")


def test_an_acknowledgement_is_counted_of_those_who_were_asked(survey: Survey, client_as: Any, tmp_path: Path) -> None:
    """Seven of twelve ticked it: 58 % of twelve, and not 100 % of the seven who "answered"."""
    for number in range(1, 13):
        respond(survey, number, {"box": "OK"} if number <= 7 else {"whole": 1})
    release(survey.assessment)
    assert analyse()["box"] == {"asked": 12, "answered": 7, "dont_know": 0, "skipped": 5, "counts": {"OK": 7}}
    chart = gallery.chart(results(survey.assessment), "survey-box")
    assert (chart.alt, chart.base, chart.note) == (
        "7 of 12 ticked the box.",
        "Total survey respondents: n=12. Asked: n=12.",
        "",
    )
    assert (chart.categories, chart.value_text(0, 7)) == (("OK",), "58% (7)")
    page = client_as("observer").get("/a/AZE-2016/analysis/survey/box/").content.decode()
    assert "58% (7)" in page
    [row] = [row for row in sheet(survey.assessment, "Survey frequencies") if row["Item"] == "box"]
    assert (row["Label"], row["Count"], row["Per cent"]) == ("OK", 7, 58)
    respond(survey, 13, {}, questionnaire=survey.assessment.questionnaire)
    frame, meta = sav(survey.assessment, tmp_path)
    assert frame["Qbox"].fillna(-1).tolist() == [*[1] * 7, *[0] * 5, -1]
    assert meta.variable_value_labels["Qbox"] == {0: "Not ticked", 1: "Ticked"}
    assert not results(survey.assessment).survey.can_be_broken_down("box")


def test_numbers_and_dates_are_not_broken_down(filled: Assessment) -> None:
    for code in ("whole", "part", "day", "words"):
        with pytest.raises(gallery.UnknownChart):
            gallery.chart(results(filled), f"breakdown-{code}~sex")
        assert not results(filled).survey.can_be_broken_down(code)


def test_csv_contains_numbers_and_dates_unchanged(filled: Assessment) -> None:
    rows = list(csv.DictReader(StringIO(responses.csv_file(results(filled)).decode("utf-8-sig"))))
    assert [(row["whole"], row["part"], row["day"]) for row in rows[:2]] == [
        ("3", "0.5", "2026-01-15"),
        ("1", "1.25", "2026-01-31"),
    ]


def test_worksheet_has_numbers_and_dates_as_such(filled: Assessment) -> None:
    first = sheet(filled, "Survey responses")[0]
    assert (first["whole"], first["part"], first["day"].date()) == (3, 0.5, date(2026, 1, 15))
    rows = {row["Item"]: tuple(row.values())[2:] for row in sheet(filled, "Numbers and dates")}
    assert rows["whole"] == (10, 1, 2.25, 3.5, 5, 9)
    assert rows["part"] == (10, 0.5, 2, 3.925, 6.875, 9.99)
    assert (rows["day"][0], rows["day"][1].date(), rows["day"][-1].date()) == (10, date(2026, 1, 15), date(2026, 4, 30))
    counted = [row for row in sheet(filled, "Survey frequencies") if row["Item"] in ("whole", "day")]
    assert [(row["Label"], row["Count"], row["Per cent"]) for row in counted] == [
        ("0 to 1", 2, 20), ("2 to 3", 3, 30), ("4 to 5", 3, 30), ("6 to 7", 1, 10), ("8 to 9", 1, 10),
        ("January 2026", 2, 20), ("February 2026", 0, 0), ("March 2026", 7, 70), ("April 2026", 1, 10),
    ]  # fmt: skip


def test_sav_has_numbers_and_dates_with_their_measure(filled: Assessment, tmp_path: Path) -> None:
    respond(filled.survey, 11, {})
    frame, meta = sav(filled, tmp_path)
    assert frame["Qwhole"].fillna(-1).tolist() == [*INTEGERS, -1]
    assert frame["Qpart"].fillna(-1).tolist() == [*DECIMALS, -1]
    assert [str(day) for day in frame["Qday"]] == [*DAYS, "nan"]
    assert {meta.variable_measure[name] for name in ("Qwhole", "Qpart", "Qday")} == {"scale"}
    assert not {"Qwhole", "Qpart", "Qday"} & set(meta.missing_ranges)  # 88 and 99 may be answers


def test_sav_distinguishes_dont_know_no_answer_and_not_asked(survey: Survey, tmp_path: Path) -> None:
    old = survey.assessment.questionnaire
    respond(survey, 1, {"one": "dont_know", "several": ["dont_know"], "order": ["y", "x"]})
    respond(survey, 2, {"one": "b", "several": ["origin", "dont_know"], "order": ["z"]})
    respond(survey, 3, {})
    respond(survey, 4, {"one": "a"}, questionnaire=old)  # a version without these items: stored answers are still shown
    respond(survey, 5, {}, questionnaire=old)
    frame, meta = sav(survey.assessment, tmp_path)
    assert frame["Qone"].fillna(-1).tolist() == [88, 2, 99, 1, -1]
    assert frame["Qseveral_origin"].fillna(-1).tolist() == [88, 1, 99, -1, -1]
    assert frame["Qseveral_transit"].fillna(-1).tolist() == [88, 0, 99, -1, -1]
    assert frame["Qorder_x"].fillna(-1).tolist() == [2, 77, 99, -1, -1]
    assert frame["Qorder_z"].fillna(-1).tolist() == [77, 1, 99, -1, -1]
    missing = {88.0, 99.0}
    for name in ("Qone", "Qseveral_origin"):
        assert {entry["lo"] for entry in meta.missing_ranges[name]} == missing
    assert {entry["lo"] for entry in meta.missing_ranges["Qorder_x"]} == missing | {77.0}
    assert meta.variable_value_labels["Qone"] == {1: "A", 2: "B", 3: "Other", 88: "Don't know", 99: "No answer"}
    assert meta.variable_value_labels["Qseveral_origin"][0] == "Not chosen"
    measures = [meta.variable_measure[name] for name in ("Qone", "Qseveral_origin", "Qorder_x", "Q3_1_5", "Q1_5")]
    assert measures == ["nominal", "nominal", "ordinal", "ordinal", "ordinal"]
    read, _ = pyreadstat.read_sav(str(tmp_path / "responses.sav"))  # as SPSS counts: user-missing is missing
    assert (read["Qseveral_origin"].sum(), read["Qseveral_origin"].notna().sum()) == (1, 1)
    release(survey.assessment, k=1)
    page = results(survey.assessment).survey.items["several"].counts
    assert (page.counts["origin"], page.answered, page.dont_know) == (1, 1, 1)


def test_sav_has_the_words_beside_other(survey: Survey, tmp_path: Path) -> None:
    respond(survey, 1, {"one": "other", "one_other": "Something else", "several": ["other"]})
    frame, meta = sav(survey.assessment, tmp_path)
    assert frame["Qone_other_text"].tolist() == ["Something else"]
    assert frame["Qseveral_other_text"].tolist() == [""]  # the variable exists although nothing was written
    assert frame["Qseveral_other"].tolist() == [1]
    assert meta.column_names_to_labels["Qone_other_text"] == "one Question one: in the respondent's words"


@pytest.mark.parametrize(("code", "number"), [("AZE", 31), ("ARM", 51), ("GEO", 268)])
def test_sav_numbers_countries_alike_in_every_file(survey: Survey, tmp_path: Path, code: str, number: int) -> None:
    respond(survey, 1, {"country": code})
    frame, meta = sav(survey.assessment, tmp_path)
    assert frame["Qcountry"].tolist() == [number]
    assert [meta.variable_value_labels["Qcountry"][at] for at in (31, 51, 268)] == ["Azerbaijan", "Armenia", "Georgia"]


def test_sav_numbers_options_by_the_definition_not_by_what_was_answered(survey: Survey, tmp_path: Path) -> None:
    respond(survey, 1, {"one": "b"})
    respond(survey, 2, {"one": "gone"})  # an option that is not defined in any version comes last
    frame, _ = sav(survey.assessment, tmp_path)
    assert frame["Qone"].tolist() == [2, 4]


def test_sav_gives_each_variable_a_name_of_its_own(assessment: Assessment, tmp_path: Path) -> None:
    definition = copy.deepcopy(instruments_2016()["survey"])
    alike = [item("q-1", "integer"), item("q_1", "integer"), item("Q.1", "integer")]
    definition["sections"].append({"name": "9", "title": {"en": "Alike"}, "items": alike})
    version = Instrument.objects.create(
        kind="survey", key="ct-nat-2016", version=2, definition=definition, parent=assessment.questionnaire
    )
    respond(make_survey(assessment, questionnaire=version), 1, {"q-1": 1, "q_1": 2, "Q.1": 3})
    frame, _ = sav(assessment, tmp_path)
    assert [frame[name][0] for name in ("Qq_1", "Qq_1_2", "QQ_1_3")] == [1, 2, 3]


def test_every_type_has_its_words_columns_and_chart(filled: Assessment) -> None:
    """What mypy cannot see: each type that a form may contain passes through each function of the package."""
    found = results(filled).survey.items
    assert {found[entry["name"]].definition.type for entry in ITEMS if "rows" not in entry} == set(ITEM_TYPES)
    for entry in [item for each in ITEMS for item in each.get("rows", [each])]:
        one = found[entry["name"]]
        assert answer_in_words(one.definition, None, one.labels, "en") == "No answer"
        if entry["type"] == "text":
            with pytest.raises(KeyError):
                draw(results(filled), one)
        else:
            assert draw(results(filled), one).alt
    assert answer_in_words(found["several"].definition, ["origin", "dont_know"], {"origin": "Origin"}, "en") == (
        "Origin, Don’t know"
    )
    assert answer_in_words(found["part"].definition, 2.5, {}, "en") == "2.5"


def test_no_other_module_of_the_analysis_names_a_type() -> None:
    """Types are classes of `instruments.schema` and their names as text; only `analysis.item_types` may use them."""
    classes = {cls.__name__ for cls in ITEM_TYPES.values()} | {"OptionsItem", "SelectItem", "BaseItem"}
    words = set(ITEM_TYPES) - {"text", "date", "rank"}  # which are words of other things too
    root = Path(__file__).parents[2] / "analysis"
    for path in root.rglob("*.py"):
        if "item_types" in path.parts or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not classes & (attributes | names | imported), path
        assert not words & texts, path
