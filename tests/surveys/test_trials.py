"""A version is filled in as a respondent would, before it is published; nothing of it is stored."""

from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Assessment, AuditEvent
from instruments.models import Instrument
from surveys.models import Draft, Response, SealedAnswer
from tests.factories import InstrumentFactory
from tests.surveys.test_versions import later, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(assessment: Assessment) -> Instrument:
    changed = later(first={"required": True})
    return Instrument.objects.create(kind="survey", key="short", version=9, definition=changed, owner=assessment)


def address(version: Instrument) -> str:
    return reverse("surveys_trial:version_trial", args=[version.pk])


def test_version_trial_runs_the_form_and_stores_nothing(draft: Instrument, client_as: Any) -> None:
    lead, events = client_as("lead"), AuditEvent.objects.count()
    page = lead.get(address(draft) + "?lang=az")
    assert "Is it well known? (az)" in text_of(page)
    assert "Nothing that you send from here is stored or counted" in text_of(page)
    assert "surveys_kept.js" not in page.content.decode()
    refused = lead.post(address(draft), {"1.2": "typed"})
    assert (refused.status_code, "typed" in refused.content.decode()) == (422, True)
    assert lead.post(address(draft), {}).status_code == 422
    turned = lead.post(address(draft), {"1.2": "typed", "_to": "az"}).content.decode()
    assert ("typed" in turned, "Why is that so? (az)" in turned) == (True, True)
    done = lead.post(address(draft), {"1.1": "a"})
    assert (done.status_code, "This was a trial: nothing was stored" in text_of(done)) == (200, True)
    assert [model.objects.count() for model in (Response, SealedAnswer, Draft)] == [0, 0, 0]
    assert AuditEvent.objects.count() == events


def test_a_draft_is_tried_by_those_who_read_it_and_a_published_version_by_all(
    draft: Instrument, client_as: Any
) -> None:
    roles = ("lead", "observer", "outsider")
    assert [client_as(role).get(address(draft)).status_code for role in roles] == [200, 200, 404]
    shared = InstrumentFactory(kind="survey")
    assert client_as("observer").get(address(shared)).status_code == 200
    assert client_as("outsider").get(address(shared)).status_code in (200, 302)
    assert client_as("anonymous").get(address(shared)).status_code == 302
    assert client_as("lead").get(address(InstrumentFactory(kind="indicators"))).status_code == 404
