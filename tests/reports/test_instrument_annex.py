"""The instruments as the report's annexes print them."""

from datetime import UTC, datetime

import pytest

from analysis.results import for_assessment
from assessments.models import Assessment
from instruments.services.corrections import correct
from reports.document.tables import Context, instrument
from surveys.services.surveys import create_survey
from tests.factories import InstrumentFactory

pytestmark = pytest.mark.django_db


def test_options_are_marked_as_on_paper(assessment: Assessment) -> None:
    """A circle for one answer, a box for several, a place for a rank, the letter of a priority."""
    found = instrument(Context(for_assessment(assessment), words={}), ["survey"])
    entries = {entry["code"]: entry for section in found["sections"] for entry in section["entries"]}
    marks = {code: entries[code]["options"][0]["mark"] for code in ("1.2", "2.1", "2.4", "8.1")}
    assert marks == {"1.2": "○", "2.1": "□", "2.4": "___", "8.1": "A"}


def test_the_deadline_is_the_survey_s(assessment: Assessment) -> None:
    create_survey(assessment=assessment, by=None, deadline=datetime(2016, 1, 31, 20, tzinfo=UTC))
    context = Context(for_assessment(assessment), words={})
    assert context.placeholders["deadline"] == "31 January 2016, 20:00 (UTC)"


def test_the_version_that_the_survey_uses_is_printed_with_its_number(assessment: Assessment) -> None:
    context = Context(for_assessment(assessment), words={})
    assert instrument(context, ["survey"])["which"] == "ct-nat-2016 · 1"
    create_survey(assessment=assessment, by=None)
    used = assessment.questionnaire
    correct(
        instrument=used,
        language="az",
        key="title",
        was=used.shown_definition["title"].get("az", ""),
        becomes="Sorğu",
        by=None,
    )
    later = InstrumentFactory(kind="survey", version=2)
    Assessment.objects.filter(pk=assessment.pk).update(questionnaire=later)
    context = Context(for_assessment(Assessment.objects.get(pk=assessment.pk)), words={})
    assert instrument(context, ["survey"])["which"] == "ct-nat-2016 · 1.1"
    assert instrument(context, ["interview_guide"])["which"] == "ct-nat-2016 · 1"
