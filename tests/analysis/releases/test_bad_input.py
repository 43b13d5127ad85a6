"""Too few responses, a changed threshold, a survey still running: each page explains the situation, and none fails."""

from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from analysis import gallery
from analysis.exports import worksheet
from analysis.models import DataRelease
from analysis.results import for_assessment
from analysis.services.releases import release_results
from assessments.models import Assessment
from reports.services.reports import create_report
from reports.services.sections import edit_section
from surveys.models import Survey
from surveys.services.surveys import close_survey, open_survey
from tests.analysis.builders import release, respond
from tests.analysis.releases.test_releases import fill, mixed, plain, url

pytestmark = pytest.mark.django_db
PAGES = ("overview", "participants", "release", "survey", "priorities", "themes", "coverage", "evidence_search")
ITEMS = ("1.6", "2.2", "2.2.1", "3.1.5", "8.1", "8.3")  # a characteristic, several options, a dependent item, ...


def visit(client: Client, assessment: Assessment) -> dict[str, str]:
    """Address -> text of the analysis pages, charts and their files; each must respond with 200."""
    keys = gallery.keys(for_assessment(assessment))
    pages = [url(name) for name in (*PAGES, "disagreements")]
    pages += [url("criterion", "1.1"), *(url("survey_item", code) for code in ITEMS)]
    pages += [f"{url('evidence_source')}?key=survey:{code}" for code in ITEMS]
    pages += [url("chart", key) for key in ("survey-3.1.5", "breakdown-3.1.5~sex", "profile-sex", "profile-age")]
    pages += [url("chart_file", key, "csv") for key in {key.partition("-")[0]: key for key in keys}.values()]
    pages += [url("chart_file", "breakdown-3.1.5~sex", "csv"), url("chart_file", "survey-3.1.5", "svg")]
    found = {}
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        found[page] = plain(answer.content.decode())
    return found


def seen_by_all(client_as: Any, assessment: Assessment) -> list[dict[str, str]]:
    """What an observer sees, and a lead."""
    return [visit(client_as(role), assessment) for role in ("observer", "lead")]


def report_with_a_chart(assessment: Assessment) -> None:
    report = create_report(assessment=assessment, by=None)
    edit_section(section=report.sections.get(key="context"), body="[[chart survey 3.1.5]]", by=None)


def check_report(lead: Client) -> None:
    assert lead.get(reverse("reports:report_check", args=["AZE-2016"])).status_code == 200


def ask_for_release(lead: Client, **data: str) -> str:
    return plain(lead.post(url("release_make"), data, follow=True).content.decode())


def test_k_larger_than_n(assessment: Assessment, client_as: Any) -> None:
    survey = fill(assessment, mixed(12), status="open")
    Assessment.objects.update(disclosure_threshold=30)
    assessment.refresh_from_db()
    close_survey(survey=Survey.objects.get(), by=None)
    report_with_a_chart(assessment)
    words = "12 responses so far. Results appear when there are at least 30."
    for pages in seen_by_all(client_as, assessment):
        for name in ("participants", "release", "survey", "priorities"):
            assert words in pages[url(name)]
        assert words in pages[url("survey_item", "3.1.5")]
        assert words in pages[url("chart", "survey-3.1.5")]
    target = BytesIO()
    worksheet.save(for_assessment(assessment), target)
    assert words in {row[1] for row in load_workbook(target)["Read me"].iter_rows(values_only=True)}
    call_command("analyse", "AZE-2016", stdout=StringIO())
    refused = "There are 12 responses. Results can be released when there are at least 30."
    assert refused in ask_for_release(client_as("lead"), confirmed="yes")
    assert not survey.releases.exists()
    check_report(client_as("lead"))


def test_k_raised_above_n_after_a_release(assessment: Assessment, client_as: Any) -> None:
    survey = fill(assessment, mixed(12))
    release(assessment, one_in=0)
    respond(survey, 13, {"1.6": "female", "3.1.5": "absent"})
    Assessment.objects.update(disclosure_threshold=30)
    assessment.refresh_from_db()
    observer, lead = seen_by_all(client_as, assessment)
    assert for_assessment(assessment).survey.responses == 12
    why = "A new release needs at least 30 responses, and there are 13. The results released before stay as they are."
    assert why in lead[url("release")]
    assert why not in observer[url("release")]
    assert "Results can be released when there are at least 30." in ask_for_release(client_as("lead"), confirmed="yes")
    assert DataRelease.objects.count() == 1


def test_k_changed_while_the_survey_is_open(assessment: Assessment, client_as: Any) -> None:
    """Respondents were promised 5: a lower threshold is ignored, a higher one applies."""
    survey = fill(assessment, mixed(4), status="draft", languages=["en"])
    open_survey(survey=survey, by=None)
    Assessment.objects.update(disclosure_threshold=2)
    assessment.refresh_from_db()
    close_survey(survey=Survey.objects.get(), by=None)
    lead = client_as("lead")
    for pages in seen_by_all(client_as, assessment):
        assert "4 responses so far. Results appear when there are at least 5." in pages[url("survey_item", "3.1.5")]
        assert "groups of at least 5" in pages[url("release")]
    assert "There are 4 responses. Results can be released when there are at least 5." in ask_for_release(lead)
    for number in (5, 6, 7):
        respond(survey, number, mixed(number)[-1])
    Assessment.objects.update(disclosure_threshold=8)
    for role in ("observer", "lead"):
        page = plain(client_as(role).get(url("survey_item", "3.1.5")).content.decode())
        assert "7 responses so far. Results appear when there are at least 8." in page
    assert "There are 7 responses. Results can be released when there are at least 8." in ask_for_release(lead)
    Assessment.objects.update(disclosure_threshold=2)
    assert "7 responses so far. The lead has not released the results yet." in plain(
        client_as("observer").get(url("survey")).content.decode()
    )
    assert "Results released." in ask_for_release(lead)
    assert DataRelease.objects.get().k == 5


def test_words_give_the_threshold_of_the_release(assessment: Assessment, client_as: Any) -> None:
    """The threshold was lowered afterwards: the groups of a release were joined by the threshold of its time."""
    fill(assessment, [*mixed(12), {"1.6": "other"}])
    release(assessment, one_in=0)
    Assessment.objects.update(disclosure_threshold=2)
    for pages in seen_by_all(client_as, Assessment.objects.get()):
        assert "Groups of fewer than 5 respondents are joined" in pages[url("survey_item", "1.6")]


def test_closed_reopened_answered_and_closed_again(assessment: Assessment, client_as: Any) -> None:
    survey = fill(assessment, mixed(12), status="open", languages=["en"])
    lead = client_as("lead")
    report_with_a_chart(assessment)
    close_survey(survey=survey, by=None)
    open_survey(survey=survey, by=None)
    respond(survey, 13, {"1.6": "female", "3.1.5": "absent"})
    again = "The survey is open again. The results released before stay as they are. Close it to release again."
    observer_sees, lead_sees = seen_by_all(client_as, assessment)
    assert again in lead_sees[url("release")]
    assert "survey is open" not in observer_sees[url("release")]
    assert "The survey is open. Close it first" in ask_for_release(lead, confirmed="yes")

    close_survey(survey=survey, by=None)
    differs = "This release would differ from the last by 1 response."
    assert differs in plain(lead.get(url("release")).content.decode())
    assert differs not in plain(client_as("observer").get(url("release")).content.decode())
    assert differs in ask_for_release(lead)
    check_report(lead)
    assert [len(made.members) for made in DataRelease.objects.all()] == [12]
    assert for_assessment(assessment).survey.responses == 12

    assert "Results released." in ask_for_release(lead, confirmed="yes")
    assert [len(made.members) for made in DataRelease.objects.order_by("number")] == [12, 13]
    with pytest.raises(ValidationError, match="Nothing has changed"):
        release_results(survey=survey, by=None)
