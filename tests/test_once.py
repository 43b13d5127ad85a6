"""A form that creates a row creates it once, even if it is sent again without the script or after a server crash."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from analysis.models import Comparison
from assessments.models import Assessment, Contact
from assessments.services.contacts import add_contact, purge_contact
from ctnat.ui.once import FormKey
from interviews.models import FollowUp, Interview
from reports.models import ReviewItem, Section
from reports.services.reports import create_report
from tests.concurrency import at_once
from tests.factories import AssessmentFactory, UserFactory
from tests.interviews.factories import InterviewFactory
from tests.workshops.factories import make_workshop
from workshops.models import Group, Workshop

INTERVIEW = {
    "held_at": "2016-01-18T10:00",
    "place": "capital",
    "format": "in_person",
    "interviewer": "Consultant",
    "new_organisation": "Border Service",
    "sector": "ngo",
    "in_capital": "yes",
    "women": "1",
    "men": "0",
    "other": "0",
    "language": "en",
    "interpreter": "no",
}
PEOPLE = {"women": "1", "men": "0", "other": "0"}

FORMS: dict[str, tuple[str, dict[str, str], dict[str, str], Any]] = {
    # what -> (address of its form, entries, other entries typed over them, model)
    "interview": ("interviews:interview_new", INTERVIEW, {"women": "2"}, Interview),
    "planned interview": ("interviews:interview_new", INTERVIEW | {"plan": "1"}, {"women": "2"}, Interview),
    "contact": ("assessments:contact_new", {"name": "A. Person", "language": "en"}, {"name": "B. Person"}, Contact),
    "colleague": ("interviews:contact_suggest", {"name": "A. Person", "language": "en"}, {"name": "B"}, Contact),
    "follow-up": ("interviews:follow_up_new", {"what": "Send it"}, {"what": "Call again"}, FollowUp),
    "workshop": (
        "workshops:workshop_new",
        {"held_on": "2016-05-10", "place": "Baku", "purpose": "rehearsal"},
        {"place": "Ganja"},
        Workshop,
    ),
    "group": ("workshops:group_new", {"name": "Group 1", **PEOPLE}, {"name": "Group 2"}, Group),
    "section": ("reports:section_add", {"title": "Thanks"}, {"title": "Sources"}, Section),
    "comment": ("reports:section_comments", {"text": "Which three?"}, {"text": "Which two?"}, ReviewItem),
    "comparison": ("analysis:comparison_list", {"references": "GEO-2016"}, {"references": "ARM-2016"}, Comparison),
}


@pytest.fixture
def addresses(assessment: Assessment) -> dict[str, list[Any]]:
    create_report(assessment=assessment, by=None)
    code = InterviewFactory(assessment=assessment).code
    return {
        "reports:section_comments": ["context"],
        "interviews:contact_suggest": [code],
        "interviews:follow_up_new": [code],
        "workshops:group_new": [make_workshop(assessment, opened=False).pk],
    }


def key_on(client: Any, address: str) -> str:
    found = re.search(r'name="form_key" value="([^"]*)"', client.get(address).content.decode())
    assert found, f"{address} carries no key"
    return html.unescape(found[1])


@pytest.mark.parametrize("what", FORMS)
def test_form_sent_twice_makes_one_row(what: str, addresses: Any, assessment: Assessment, client_as: Any) -> None:
    name, entries, others, model = FORMS[what]
    lead, before = client_as("lead"), model.objects.count()
    address = reverse(name, args=[assessment.reference, *addresses.get(name, [])])
    page = reverse("reports:report", args=[assessment.reference]) if what == "section" else address
    key = key_on(lead, page)

    answers = [lead.post(address, entries | {"form_key": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert model.objects.count() == before + 1
    assert key_on(lead, page) != key
    # The person went back and typed something else: that is another row, and nothing typed is lost.
    assert lead.post(address, entries | others | {"form_key": key}).status_code == 302
    assert model.objects.count() == before + 2
    assert lead.post(address, entries | others | {"form_key": key}).status_code == 302
    assert model.objects.count() == before + 2


@pytest.mark.parametrize("what", ["interview", "contact", "workshop", "section", "comparison"])
def test_same_entries_in_another_form_are_another_row(
    what: str, addresses: Any, assessment: Assessment, client_as: Any
) -> None:
    name, entries, _, model = FORMS[what]
    lead, before = client_as("lead"), model.objects.count()
    address = reverse(name, args=[assessment.reference])
    for key in (str(uuid4()), str(uuid4()), "", "no key"):
        assert lead.post(address, entries | {"form_key": key}).status_code == 302
    assert model.objects.count() == before + 4


def test_form_whose_row_was_erased_does_not_store_it_again(assessment: Assessment, client_as: Any) -> None:
    lead, address = client_as("lead"), reverse("assessments:contact_new", args=[assessment.reference])
    entries = FORMS["contact"][1] | {"form_key": str(uuid4())}
    lead.post(address, entries)
    purge_contact(contact=Contact.objects.get())
    refused = lead.post(address, entries)
    assert "has been removed since" in refused.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.usefixtures("shared_database")
def test_form_sent_three_times_at_the_same_moment_makes_one_row() -> None:
    assessment, by, key = AssessmentFactory(reference="AZE-2016"), UserFactory(), uuid4()

    def verb() -> None:
        add_contact(assessment=assessment, by=by, form_key=key, name="A. Person", language="en")

    assert at_once([verb] * 3) == [None] * 3
    assert Contact.objects.count() == 1


def test_what_is_no_key_counts_as_none() -> None:
    assert [FormKey().clean(text) for text in ("", None, "x", "\x00", "9" * 5000)] == [None] * 5
