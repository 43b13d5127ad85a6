"""The assessment's smallest base for percentages applies wherever one may be printed: 5 and 20 on 7 and 12 answers.

Seven respondents rate 3.1.5 (4 adequate, 3 inadequate: 57 %, 43 %, net balance 1 of 7 = 14 points); twelve people took
part in interviews (9 women, 75 %); 7 of 8 invitations were completed (88 %).
"""

import re
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from analysis import gallery
from analysis.charts import html
from analysis.exports import worksheet
from analysis.results import Results, for_assessment
from assessments.models import Assessment
from reports.services.reports import create_report
from reports.services.sections import edit_section
from surveys.models import Survey
from tests.analysis.builders import make_interview, make_survey, release, respond

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(assessment: Assessment) -> Assessment:
    survey: Survey = make_survey(assessment)
    for number in range(1, 8):
        respond(survey, number, {"3.1.5": "adequate" if number < 5 else "inadequate", "2.1": ["origin"]})
    release(assessment)
    make_interview(assessment, 1, {}, women=9, men=3)
    return assessment


@pytest.fixture
def results(filled: Assessment, smallest: int) -> Results:
    filled.percent_threshold = smallest
    filled.save()
    return for_assessment(filled)


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"(?s)<[^>]+>", " ", markup)))


@pytest.mark.parametrize(
    ("smallest", "balance", "words"), [(5, "+14", "Below n=5"), (7, "+14", "Below n=7"), (20, "+1 of 7", "Below n=20")]
)
def test_pages_give_the_net_balance_by_the_rule(results: Results, client_as: Any, balance: str, words: str) -> None:
    client = client_as("lead")
    survey = text(client.get(reverse("analysis:survey", args=["AZE-2016"]) + "?section=all").content.decode())
    item = text(client.get(reverse("analysis:survey_item", args=["AZE-2016", "3.1.5"])).content.decode())
    assert f"7 7 0 0 {balance} " in survey  # asked, answered, don't know, skipped, net balance
    assert words in survey
    assert f"{balance} net balance" in item


@pytest.mark.parametrize(("smallest", "printed"), [(5, "57% (4)"), (20, "4")])
def test_charts_print_percentages_by_the_rule(results: Results, printed: str) -> None:
    chart = gallery.chart(results, "survey-3.1.5")
    assert chart.value_text(0, 4) == printed
    assert f">{printed}</td>" in html.render(chart)


@pytest.mark.parametrize(("smallest", "women"), [(5, "75% (9 of 12)"), (12, "75% (9 of 12)"), (20, "9 of 12")])
def test_people_are_described_by_the_rule(results: Results, women: str) -> None:
    assert f"Women: {women};" in gallery.chart(results, "participants-sex").alt


@pytest.mark.parametrize(("smallest", "rate"), [(5, "88% (7 of 8)"), (20, "7 of 8")])
def test_the_response_rate_follows_the_rule(results: Results, rate: str) -> None:
    object.__setattr__(results.survey.found, "sent", 8)
    object.__setattr__(results.survey.found, "completed", 7)
    assert str(results.response_rate) == rate


@pytest.mark.parametrize(("smallest", "percent", "points"), [(5, 57, 14), (20, None, None)])
def test_the_worksheet_gives_percentages_by_the_rule(
    results: Results, smallest: int, percent: int | None, points: int | None
) -> None:
    target = BytesIO()
    worksheet.save(results, target)
    book = load_workbook(target)

    def rows(title: str) -> list[dict[Any, Any]]:
        head, *found = book[title].iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in found]

    options = {row["Option"]: row["Per cent"] for row in rows("Survey frequencies") if row["Item"] == "3.1.5"}
    [likert] = [row for row in rows("Likert tables") if row["Item"] == "3.1.5"]
    assert options["adequate"] == percent
    assert (likert["Net balance"], likert["Net balance, points"]) == (1, points)
    assert (
        f"none where fewer than {smallest} answered" in dict(book["Read me"].iter_rows(values_only=True))["Percentages"]
    )


@pytest.mark.parametrize(
    ("smallest", "sentence", "women"),
    [(5, "57 per cent (4) chose “Adequate”", "75%"), (20, ", 4 chose “Adequate”", "9 of 12")],
)
def test_the_report_gives_percentages_by_the_rule(results: Results, tmp_path: Any, sentence: str, women: str) -> None:
    report = create_report(assessment=results.assessment, by=None)
    body = "{{ survey.3.1.5.sentence }}\n\nWomen: {{ interviews.people.women.share }}.\n\n[[chart survey 3.1.5]]"
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    out = tmp_path / "report.html"
    call_command("build_report", "AZE-2016", "--format", "html", "-o", str(out), stderr=StringIO())
    written = text(out.read_text(encoding="utf-8"))
    assert sentence in written
    assert ("57% (4)" in written) == (women == "75%")  # the chart of 3.1.5
    assert f"Women: {women}" in written.replace(" .", ".")


PAGES = ("overview", "participants", "survey", "priorities", "themes", "coverage", "disagreements")


@pytest.mark.parametrize(("smallest", "some"), [(5, True), (20, False)])
def test_no_page_of_the_analysis_prints_a_percentage_below_the_rule(
    results: Results, client_as: Any, some: bool
) -> None:
    client = client_as("lead")
    addresses = {page: reverse(f"analysis:{page}", args=["AZE-2016"]) for page in PAGES}
    addresses["survey"] += "?section=all"
    addresses["item"] = reverse("analysis:survey_item", args=["AZE-2016", "3.1.5"])
    printed = {page: re.findall(r"\d+\s?%", text(client.get(url).content.decode())) for page, url in addresses.items()}
    assert bool(printed.pop("item")) == bool(printed.pop("participants")) == some
    assert any(printed.values()) == some, printed
