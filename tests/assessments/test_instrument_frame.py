"""Instruments opened from an assessment keep its navigation, and a published version can be used there."""

import re
from typing import Any

import pytest

from assessments.models import Assessment
from tests.factories import AssessmentFactory, InstrumentFactory
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_an_instrument_opened_from_an_assessment_shows_the_steps_of_the_assessment(
    client_as: Any, assessment: Any
) -> None:
    lead = client_as("lead")
    assert "in=AZE-2016" in text(lead.get("/a/AZE-2016/tool/"))
    for address in (f"/instruments/{assessment.guide.pk}/?in=AZE-2016", "/instruments/", "/instruments/?in=AZE-2016"):
        page = text(lead.get(address))
        assert 'aria-label="Steps of the assessment"' in page
        assert '<a href="/a/AZE-2016/tool/" aria-current="step">' in page
    assert "In use here" in text(lead.get(f"/instruments/{assessment.guide.pk}/"))
    assert "Steps of the assessment" not in text(lead.get("/instruments/?in="))
    assert "Steps of the assessment" not in text(lead.get("/instruments/"))


def test_a_published_version_can_be_used_here_by_a_lead(client_as: Any, assessment: Any) -> None:
    other = InstrumentFactory(kind="survey", version=7)
    address = f"/instruments/{other.pk}/?in=AZE-2016"
    assert "Use version 7 in AZE-2016" not in text(client_as("consultant").get(address))
    page = text(client_as("lead").get(address))
    assert "Use version 7 in AZE-2016" in page
    sent = {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("field", "instrument")}  # type: ignore[index]
    client_as("lead").post("/a/AZE-2016/tool/change/", sent)
    assert Assessment.objects.get().questionnaire == other


def test_a_draft_shows_that_it_must_be_published_first(client_as: Any, assessment: Any) -> None:
    draft = InstrumentFactory(kind="survey", version=8, published_at=None, owner=assessment)
    page = text(client_as("lead").get(f"/instruments/{draft.pk}/?in=AZE-2016"))
    assert "Publish this draft to use it here." in page


def test_an_unreadable_address_of_instruments_is_refused(client_as: Any) -> None:
    response = client_as("lead").get("/instruments/1/?in=a%00b")
    assert (response.status_code, "could not be read" in text(response)) == (400, True)


def test_the_frame_of_another_assessment_stays_closed(client_as: Any, assessment: Any) -> None:
    AssessmentFactory(reference="GEO-2016")
    page = text(client_as("lead").get(f"/instruments/{assessment.guide.pk}/?in=GEO-2016"))
    assert "GEO-2016" not in page
    assert client_as("lead").get("/instruments/?in=" + "x" * 5000).status_code == 200
