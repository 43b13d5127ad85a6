"""No exit of the report holds a respondent's name, an unreleased quotation, or an agency that is not to be named."""

from datetime import UTC, datetime

import pytest

from assessments.models import Assessment
from interviews.models import Answer, Coding, Interview, Theme
from interviews.services.answers import save_answer
from interviews.services.codings import release_passage
from reports.document.builder import build
from reports.models import Report
from reports.output.html import render
from reports.services.reports import create_report, update_report
from reports.services.sections import edit_section
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
NAME = "Respondent Numberone"  # made up for the test


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def coding(assessment: Assessment) -> Coding:
    organisation = OrganisationFactory(assessment=assessment, name="Committee of Examples", sector="state")
    interview = Interview.objects.create(
        assessment=assessment,
        number=1,
        code="AZEint1",
        held_at=datetime(2016, 1, 13, tzinfo=UTC),
        organisation=organisation,
        respondent_name=NAME,
        respondent_title="Head of a unit",
        observations="Internal words",
        women=1,
    )
    answer = Answer.objects.create(interview=interview, question="3.1", text="Shelters are full.")
    theme = Theme.objects.create(assessment=assessment, code="full", label="Full shelters", area="3")
    return Coding.objects.create(answer=answer, theme=theme, start=0, end=18, length=18, quote="Shelters are full.")


def write(report: Report, body: str) -> tuple[str, list[str]]:
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    report.refresh_from_db()
    data = build(report)
    return render(data), [problem.message for problem in data.problems if problem.section == "context"]


def test_a_respondents_name_is_taken_out_of_the_text(report: Report, coding: Coding) -> None:
    html, faults = write(report, f"As {NAME.lower()} said.")
    assert NAME.lower() not in html.lower()
    assert "As █████ said." in html
    assert faults == ["The text holds the name of a respondent. It is withheld here: take it out."]


def test_names_titles_and_observations_never_appear(report: Report, coding: Coding) -> None:
    html, _ = write(report, "Nothing special.")
    for secret in (NAME, "Head of a unit", "Internal words", "Shelters are full."):
        assert secret not in html


def test_a_quotation_needs_to_be_released(report: Report, coding: Coding) -> None:
    html, faults = write(report, f"[[quote {coding.pk}]]")
    assert "Shelters are full." not in html
    assert "is not released for quotation" in faults[0]
    release_passage(coding=coding, by=None)
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert (html.count("Shelters are full."), html.count("Committee of Examples")) == (1, 2)  # quote and annex
    assert faults == []


def test_a_quotation_whose_words_were_changed_is_not_printed(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    text = "Shelters, says the victim Jane Example of Ganja, are full."
    save_answer(interview=coding.answer.interview, question="3.1", text=text, by=None)
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert "Jane Example" not in html
    assert len(faults) == 1
    assert "its words were changed after they had been approved" in faults[0]
    release_passage(coding=coding, by=None)
    Coding.objects.update(quote="Words that bypassed the services.")
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert "bypassed" not in html
    assert "Shelters" not in html
    assert len(faults) == 1


def test_without_agencies_only_categories_are_named(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    update_report(report=report, by=None, name_agencies=False)
    html, faults = write(report, f"[[quote {coding.pk}]]\n\nThe Committee of Examples agreed.")
    assert html.count("Committee of Examples") == 1  # the typed one, pointed out
    assert html.count("State agency") >= 2
    assert faults == [
        "The text names “Committee of Examples”, and agencies are not to be named. Write of its category."
    ]


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "1.5"])
def test_a_quotation_of_no_passage_is_an_error_in_place(report: Report, number: str) -> None:
    _, faults = write(report, f"[[quote {number}]]")
    assert "is not released for quotation" in faults[0]


def test_a_passage_of_another_assessment_is_not_found(report: Report, coding: Coding) -> None:
    from tests.factories import AssessmentFactory

    release_passage(coding=coding, by=None)
    Interview.objects.update(assessment=AssessmentFactory(reference="GEO-2016", country="GEO"))
    html, faults = write(report, f"[[quote {coding.pk}]]")
    assert "Shelters are full." not in html
    assert len(faults) == 1
