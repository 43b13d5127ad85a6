"""Two counted workshops: every page and text about priorities covers both, and never one as if it were the only one."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from analysis import gallery
from analysis.results import for_assessment
from reports.document import tables
from reports.document.builder import build
from reports.document.facts import collect
from reports.output.html import render
from reports.services.reports import create_report
from reports.words import WORDS
from tests.workshops.factories import make_group, make_workshop
from workshops.services.workshops import close_workshop, count_workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(assessment: Any) -> Any:
    for day, ballots in ((date(2016, 4, 25), ("JAN", "JAB")), (date(2016, 4, 26), ("BCD",))):
        workshop = make_workshop(assessment, held_on=day)
        for number, ballot in enumerate(ballots):
            make_group(workshop, f"Group {number}", ballot, women=2)
        close_workshop(workshop=workshop, by=None)
        count_workshop(workshop=workshop, counted=True, people="new", by=None)
    return assessment


def test_facts_name_the_workshop(two: Any) -> None:
    found = {name: fact.text for name, fact in collect(for_assessment(two)).items()}
    assert not [name for name in found if name.startswith("priorities.workshop.")]
    assert (found["priorities.workshop-1.ballots"], found["priorities.workshop-2.ballots"]) == ("2", "1")
    assert (found["priorities.workshop-1.J"], found["priorities.workshop-2.J"]) == ("2", "0")


def test_charts_name_their_workshop(two: Any) -> None:
    results = for_assessment(two)
    first, second = (gallery.chart(results, f"priorities-workshop-{number}") for number in (1, 2))
    assert first.title.endswith(", 25 April 2016")
    assert second.title.endswith(", 26 April 2016")
    assert (sum(first.series[0].values), sum(second.series[0].values)) == (6, 3)
    assert gallery.chart(results, "priorities-workshop").title == second.title
    for odd in ("priorities-workshop-3", "priorities-workshop-0", "priorities-survey-1"):
        with pytest.raises(gallery.UnknownChart):
            gallery.chart(results, odd)


def test_pages_and_report_show_each(two: Any, client_as: Any) -> None:
    lead = client_as("lead")
    for name in ("overview", "priorities"):
        page = lead.get(reverse(f"analysis:{name}", args=["AZE-2016"])).content.decode()
        assert "25 April 2016" in page
        assert "26 April 2016" in page
    assert for_assessment(two).as_json()["priorities"]["workshop"] is None
    assert [row["priorities"]["J"] for row in for_assessment(two).as_json()["workshops"]] == [2, 0]
    found = tables.priorities(tables.Context(for_assessment(two), WORDS.translate_all("en")), [])
    assert found["workshops"] == ["Workshop, 25 April 2016", "Workshop, 26 April 2016"]
    assert "2 (25 April 2016), 1 (26 April 2016)" in found["note"]
    row = next(row for row in found["rows"] if row["code"] == "J")
    assert [one["groups"] for one in row["workshops"]] == [2, 0]
    html = render(build(create_report(assessment=two, by=None)), "html")
    assert "on 25 April 2016" in html
    assert "on 26 April 2016" in html


def test_the_page_of_priorities_has_columns_for_each(two: Any, client_as: Any) -> None:
    response = client_as("lead").get(reverse("analysis:priorities", args=["AZE-2016"]))
    found = {letter: [entry.named for entry in entries] for letter, _, entries, _ in response.context["rows"]}
    assert (found["J"], found["B"], found["D"]) == ([0, 2, 0], [0, 1, 1], [0, 0, 1])
    tops = {letter for letter, _, _, is_top in response.context["rows"] if is_top}
    assert tops == {"J", "A", "B", "C", "D"}
    page = " ".join(response.content.decode().split())
    for day in ("25 April 2016", "26 April 2016"):
        assert f'<th scope="colgroup" colspan="4">Workshop groups, {day}</th>' in page
    for number in (1, 2):
        assert f"priorities-workshop-{number}" in page


def test_every_workshop_has_a_chart(two: Any) -> None:
    named = [key for key in gallery.keys(for_assessment(two)) if key.startswith("priorities-")]
    assert named == ["priorities-survey", "priorities-workshop-1", "priorities-workshop-2"]
