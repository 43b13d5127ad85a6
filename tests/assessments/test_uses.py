"""Where a source is used, as reported by indicators and report."""

from typing import Any

import pytest

from assessments.models import Assessment
from assessments.uses import Use, uses
from reports.services.reports import create_report
from reports.services.sections import edit_section
from tests.factories import AssessmentFactory, DocumentFactory
from tests.indicators.factories import make_mark

pytestmark = pytest.mark.django_db
ABOUT = Use("Report: Research context", "report/sections/context/")


@pytest.fixture
def source(assessment: Assessment) -> Any:
    report = create_report(assessment=assessment, by=None)
    other = DocumentFactory(assessment=assessment, code="Aze 30")
    edit_section(section=report.sections.get(key="context"), body="It is said [@Gen 1; @Aze3, p. 4].", by=None)
    edit_section(section=report.sections.get(key="survey"), body="It is said [@Aze 30].", by=None)
    make_mark(assessment, "1.1/F1", evidence=["document:Aze 30"])
    assert other.code == "Aze 30"
    return DocumentFactory(assessment=assessment, code="Aze 3")


def test_marks_and_sections_that_use_a_source(assessment: Assessment, source: Any) -> None:
    assert uses(source) == [ABOUT]
    make_mark(assessment, "1.2/O1", evidence=["document:Aze 3#31"])
    assert uses(source) == [Use("Indicator 1.2, O1: mark of the consultant", "indicators/1.2/O1/"), ABOUT]


def test_uses_are_of_the_same_assessment(source: Any) -> None:
    assert uses(DocumentFactory(assessment=AssessmentFactory(reference="GEO-2016"), code="Aze 3")) == []


def test_the_page_of_a_source_shows_its_uses_before_it_is_removed(client_as: Any, source: Any) -> None:
    page = client_as("lead").get(f"{source.assessment.get_absolute_url()}documents/{source.pk}/")
    assert page.context["uses"] == [ABOUT]
    assert f'<a href="{source.assessment.get_absolute_url()}{ABOUT.path}">{ABOUT.label}</a>' in page.content.decode()
    assert "It is used in 1 place." in page.content.decode()
