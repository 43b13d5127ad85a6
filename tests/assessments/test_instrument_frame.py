"""Instruments opened from an assessment are pages of that assessment, and a published version can be used there."""

import re
from typing import Any

import pytest

from assessments.models import Assessment
from tests.factories import AssessmentFactory, InstrumentFactory, MembershipFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
VERSIONS = "/a/AZE-2016/tool/versions/"


def test_an_instrument_opened_from_an_assessment_shows_the_steps_of_the_assessment(
    client_as: Any, assessment: Any
) -> None:
    lead = client_as("lead")
    assert f'href="{VERSIONS}{assessment.guide.pk}/"' in text(lead.get("/a/AZE-2016/tool/"))
    for address in (f"{VERSIONS}{assessment.guide.pk}/", VERSIONS):
        page = text(lead.get(address))
        assert 'aria-label="Steps of the assessment"' in page
        assert '<a href="/a/AZE-2016/tool/" aria-current="step">' in page
        assert 'href="/instruments/' not in page
    assert "In use here" in text(lead.get(f"{VERSIONS}{assessment.guide.pk}/"))
    assert "Steps of the assessment" not in text(lead.get("/instruments/"))
    assert "Steps of the assessment" not in text(lead.get(f"/instruments/{assessment.guide.pk}/"))


def test_two_assessments_in_two_tabs_of_a_browser_stay_apart(client_as: Any, assessment: Any, member: Any) -> None:
    other = AssessmentFactory(reference="GEO-2016")
    MembershipFactory(user=member("lead"), assessment=other, role="lead")
    lead = client_as("lead")
    lead.get(f"/a/GEO-2016/tool/versions/{assessment.guide.pk}/")
    page = text(lead.get(f"{VERSIONS}{assessment.guide.pk}/"))
    assert "/a/AZE-2016/tool/" in page
    assert "/a/GEO-2016/" not in page


def test_changes_of_a_version_lead_back_into_the_assessment(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    adapted = lead.post(f"{VERSIONS}{assessment.questionnaire.pk}/adapt/", {"owner": assessment.pk})
    assert re.fullmatch(rf"{VERSIONS}\d+/edit/", adapted.url)
    assert lead.post(adapted.url.replace("/edit/", "/discard/")).url == f"{VERSIONS}trash/"


def test_a_published_version_can_be_used_here_by_a_lead(client_as: Any, assessment: Any) -> None:
    other = InstrumentFactory(kind="survey", version=7)
    address = f"{VERSIONS}{other.pk}/"
    assert "Use version 7 in AZE-2016" not in text(client_as("consultant").get(address))
    page = text(client_as("lead").get(address))
    assert "Use version 7 in AZE-2016" in page
    sent = {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("field", "instrument")}  # type: ignore[index]
    client_as("lead").post("/a/AZE-2016/tool/change/", sent)
    assert Assessment.objects.get().questionnaire == other


def test_a_draft_shows_that_it_must_be_published_first(client_as: Any, assessment: Any) -> None:
    draft = InstrumentFactory(kind="survey", version=8, published_at=None, owner=assessment)
    page = text(client_as("lead").get(f"{VERSIONS}{draft.pk}/"))
    assert "Publish this draft to use it here." in page


def test_an_unreadable_address_of_instruments_is_refused(client_as: Any) -> None:
    response = client_as("lead").get("/instruments/1/?in=a%00b")
    assert (response.status_code, "could not be read" in text(response)) == (400, True)


def test_old_addresses_lead_into_the_assessment_of_a_member(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    old = f"/instruments/{assessment.guide.pk}/?in=AZE-2016"
    assert lead.get(old).url == f"{VERSIONS}{assessment.guide.pk}/"
    assert lead.get(old + "&language=az").url == f"{VERSIONS}{assessment.guide.pk}/?language=az"
    assert lead.get(old, follow=True).status_code == 200
    assert client_as("anonymous").get(old).url.startswith("/accounts/login/")
    AssessmentFactory(reference="GEO-2016")
    page = text(lead.get(f"/instruments/{assessment.guide.pk}/?in=GEO-2016"))
    assert "GEO-2016" not in page
    assert lead.get("/instruments/?in=" + "x" * 5000).status_code == 200


def test_pages_of_instruments_inside_an_assessment_are_closed_to_others(
    client_as: Any, assessment: Any, check_roles: Any
) -> None:
    check_roles(f"{VERSIONS}{assessment.guide.pk}/", allowed="observer", wrong="post")
    assert client_as("observer").post(f"{VERSIONS}{assessment.guide.pk}/adapt/").status_code == 403
