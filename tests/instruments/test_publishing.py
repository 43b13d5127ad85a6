"""Publishing says whom it concerns, and offers to use the version at once; withdrawing says where it is in use."""

from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Assessment
from instruments.models import Instrument
from tests.factories import AssessmentFactory
from tests.surveys.factories import ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def page(name: str, version: Instrument) -> str:
    return reverse(f"instruments:{name}", args=[version.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def draft(assessment: Assessment) -> Instrument:
    used = assessment.questionnaire
    return Instrument.objects.create(
        kind="survey", key=used.key, version=7, definition=used.definition, parent=used, owner=assessment
    )


def test_instrument_publish_names_uses_and_uses_it_at_once(
    assessment: Assessment, draft: Instrument, client_as: Any
) -> None:
    lead = client_as("lead")
    survey = SurveyFactory(assessment=assessment)
    ResponseFactory(survey=survey)
    ResponseFactory(survey=survey, is_test=True)
    AssessmentFactory()
    shown = text_of(lead.get(page("instrument_publish", draft)))
    assert "Assessment AZE-2016" in shown
    assert "Survey of AZE-2016: open, 1 form</a>" in shown
    assert "1 other assessment" in shown
    assert "Use it in AZE-2016 from now on" in shown
    assert not Instrument.objects.get(pk=draft.pk).is_published

    sent = {"name": "Short form", "use": "on", "revision": "0"}
    done = text_of(lead.post(page("instrument_publish", draft), sent, follow=True))

    assert "now uses it" in done
    assert "<strong>Short form</strong>" in done
    assessment.refresh_from_db()
    survey.refresh_from_db()
    assert (assessment.questionnaire, survey.questionnaire.version) == (draft, 1)
    tool = text_of(lead.get(f"/a/{assessment.reference}/tool/"))
    assert "The survey still uses Survey ct-nat-2016 version 1." in tool
    assert "“Short form”" in tool


def test_instrument_publish_without_the_box_changes_no_assessment(
    assessment: Assessment, draft: Instrument, client_as: Any
) -> None:
    client_as("lead").post(page("instrument_publish", draft), {"revision": "0"})
    assert Instrument.objects.get(pk=draft.pk).is_published
    assert Assessment.objects.get(pk=assessment.pk).questionnaire.version == 1
    assert "The survey still uses" not in text_of(client_as("lead").get(f"/a/{assessment.reference}/tool/"))


def test_a_name_that_is_too_long_publishes_nothing_and_stays(draft: Instrument, client_as: Any) -> None:
    refused = client_as("lead").post(page("instrument_publish", draft), {"name": "x" * 81})
    assert (refused.status_code, "x" * 81 in refused.content.decode()) == (422, True)
    assert not Instrument.objects.get(pk=draft.pk).is_published


def test_a_withdrawn_version_says_who_withdrew_it_and_where_it_is_used(
    assessment: Assessment, draft: Instrument, client_as: Any
) -> None:
    lead = client_as("lead")
    lead.post(page("instrument_publish", draft), {"use": "on"})
    assert "Assessment AZE-2016" in text_of(lead.get(page("instrument_withdraw", draft)))
    lead.post(page("instrument_withdraw", draft), {"reason": "A wrong scale"})
    stored = Instrument.objects.get(pk=draft.pk)
    assert (stored.withdrawn_by is not None, stored.withdrawn_reason) == (True, "A wrong scale")
    assert f"Withdrawn by {stored.withdrawn_by.name}" in text_of(lead.get(page("instrument_detail", draft)))
    assert ": A wrong scale" in text_of(lead.get(f"/a/{assessment.reference}/tool/"))
    lead.post(page("instrument_reinstate", draft))
    assert Instrument.objects.get(pk=draft.pk).withdrawn_by is None
