"""Members without the right to see names of respondents see none, and no file contains them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from analysis.exports import worksheet
from analysis.results import for_assessment
from assessments.models import Assessment, Contact
from interviews.models import Answer, Interview
from interviews.names import finder_for, people_of, withhold
from reports.services.reports import create_report, update_report
from reports.services.sections import edit_section
from tests.factories import OrganisationFactory
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory
from workshops.models import Comment, Workshop
from workshops.services.minutes import make_minutes

pytestmark = pytest.mark.django_db
NAME = "Rashad Examplov"  # made up
TEXT = "As Examplov (Рашад Экзамплов) told me, the shelter is full."
PAGES = {
    "interview": "/a/AZE-2016/interviews/AZEint1/",
    "theme": "/a/AZE-2016/interviews/themes/t/full/",
    "search": "/a/AZE-2016/interviews/search/?q=shelter",
    "themes of the analysis": "/a/AZE-2016/analysis/themes/{theme}/",
    "source": "/a/AZE-2016/analysis/evidence/source/?key=interview:AZEint1/3.1",
    "statement as a source": "/a/AZE-2016/analysis/evidence/source/?key=comment:{comment}",
    "search for sources": "/a/AZE-2016/analysis/evidence/?q=shelter",
    "history of a section": "/a/AZE-2016/report/sections/context/history/",
    "outline": "/a/AZE-2016/report/",
    "report": "/a/AZE-2016/report/read/",
    "responses": "/a/AZE-2016/workshop/responses/",
    "response": "/a/AZE-2016/workshop/responses/{comment}/",
}


@pytest.fixture
def written(assessment: Assessment) -> dict[str, Any]:
    """An assessment that names a respondent in every typed text. Returns values for the placeholders in `PAGES`."""
    interview = InterviewFactory(
        assessment=assessment,
        organisation=OrganisationFactory(assessment=assessment),
        number=1,
        code="AZEint1",
        respondent_name=NAME,
    )
    theme = ThemeFactory(assessment=assessment, code="full")
    CodingFactory(answer=AnswerFactory(interview=interview, text=TEXT), theme=theme, end=len(TEXT))
    comment = Comment.objects.create(assessment=assessment, statement=TEXT, who=NAME, target="report", stage="after")
    report = create_report(assessment=assessment, by=None)
    update_report(report=report, title=f"Told by {NAME}", by=None)
    edit_section(section=report.sections.get(key="context"), title=f"Of {NAME}", body=TEXT, by=None)
    return {"theme": theme.pk, "comment": comment.pk}


@pytest.mark.parametrize("name", PAGES)
def test_an_observer_reads_no_name(written: dict[str, Any], client_as: Callable[[str], Client], name: str) -> None:
    address = PAGES[name].format(**written)
    response = client_as("observer").get(address, follow=True)
    assert response.status_code == 200
    html = response.content.decode()
    assert "█████" in html
    for words in ("xamplov", "Экзамплов"):
        assert words not in html
    if name != "report":  # no one sees a name there
        assert "xamplov" in client_as("lead").get(address, follow=True).content.decode()


@pytest.mark.parametrize("page", ["interviews/search/", "analysis/evidence/"])
def test_an_observer_cannot_search_for_a_name(
    written: dict[str, Any], client_as: Callable[[str], Client], page: str
) -> None:
    address = f"/a/AZE-2016/{page}"
    assert "AZEint1" in client_as("lead").post(address, {"q": "Examplov"}, follow=True).content.decode()
    assert "AZEint1" not in client_as("observer").post(address, {"q": "Examplov"}, follow=True).content.decode()


@pytest.mark.parametrize("page", ["interviews/search/", "analysis/evidence/"])
@pytest.mark.parametrize("how", ["post", "get"])
def test_the_words_of_a_search_are_not_in_the_address_of_its_results(
    written: dict[str, Any], client_as: Callable[[str], Client], page: str, how: str
) -> None:
    """A GET with the words is that of a link of before."""
    client = client_as("lead")
    sent: Any = getattr(client, how)(f"/a/AZE-2016/{page}", {"q": "Examplov"})
    assert sent.status_code == 302
    assert "xamplov" not in sent.url
    found = client.get(sent.url).content.decode()
    assert ("AZEint1" in found, 'value="Examplov"' in found, 'method="post"' in found) == (True, True, True)
    assert "AZEint1" not in client_as("consultant").get(sent.url).content.decode(), "the address of another member"


def test_the_worksheet_contains_no_name(written: dict[str, Any], assessment: Assessment) -> None:
    content = BytesIO()
    worksheet.save(for_assessment(assessment), content)
    cells = [
        str(cell)
        for sheet in load_workbook(content).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    assert any("█████" in cell and "the shelter is full" in cell for cell in cells)
    assert not any("xamplov" in cell or "Экзамплов" in cell for cell in cells)


def test_the_worksheet_names_no_agency_where_the_report_does_not(
    written: dict[str, Any], assessment: Assessment
) -> None:
    OrganisationFactory(assessment=assessment, name="Committee of Samples (CoS)", sector="state")
    for answer in Answer.objects.all():
        answer.text = "The Committee of Samples and the CoS agree."
        answer.save()
    for named, expected in ((True, "The Committee of Samples and the CoS agree."), (False, "[State agency]")):
        update_report(report=assessment.report, name_agencies=named, by=None)
        content = BytesIO()
        worksheet.save(for_assessment(Assessment.objects.get(pk=assessment.pk)), content)
        notes = [str(cell.value) for row in load_workbook(content)["Interview notes"].rows for cell in row]
        assert any(expected in cell for cell in notes)
        assert any("CoS" in cell for cell in notes) is named


def test_the_minutes_contain_no_name(written: dict[str, Any], assessment: Assessment) -> None:
    workshop = Workshop.objects.create(assessment=assessment, held_on="2016-05-20", status="closed")
    Comment.objects.update(workshop=workshop)
    html = make_minutes(workshop=workshop, by=None).html
    assert "the shelter is full" in html
    assert "xamplov" not in html
    assert Comment.objects.get().who == NAME  # the record keeps what was typed


def test_contacts_are_withheld_and_forgotten_when_erased(assessment: Assessment) -> None:
    contact = Contact.objects.create(assessment=assessment, name="Nigar Sampleova")
    assert withhold("Nigar Sampleova spoke.", finder_for(assessment)) == "█████ spoke."
    contact.erased_at = contact.created_at
    contact.save()
    assert list(people_of(assessment)) == []
    assert withhold("Nigar Sampleova spoke.", finder_for(assessment)) == "Nigar Sampleova spoke."


def test_a_changed_name_is_known_at_once(assessment: Assessment) -> None:
    interview = InterviewFactory(assessment=assessment, respondent_name=NAME)
    assert withhold(NAME, finder_for(assessment)) == "█████"
    Interview.objects.filter(pk=interview.pk).update(respondent_name="Nigar Sampleova")
    assert withhold(NAME, finder_for(assessment)) == NAME
    assert finder_for(assessment) is finder_for(assessment)
