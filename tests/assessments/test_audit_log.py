"""The pages of the audit log: its filters, who read what, and whether it is unchanged."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.audit import head_of, record, record_reading
from assessments.models import Assessment, AuditEvent
from assessments.services.contacts import add_contact
from reports.output.revision import data_revision
from reports.services.reports import create_report
from tests.assessments.test_audit_chain import below_the_triggers
from tests.interviews.factories import InterviewFactory
from tests.surveys.factories import ResponseFactory

pytestmark = pytest.mark.django_db
LOG = "/a/AZE-2016/audit/"


def readings() -> list[tuple[str, str, str]]:
    events = AuditEvent.objects.for_readings().order_by("pk")
    return [(str(e.actor), e.action, e.object_label) for e in events]


def test_reading_an_interview_a_contact_or_a_response_is_noted_once_a_day(
    client_as: Any, assessment: Assessment
) -> None:
    interview = InterviewFactory(assessment=assessment, respondent_name="Xyzzy Quux")
    contact = add_contact(assessment=assessment, by=None, name="Xyzzy Quux", email="x@example.org", sector="ngo")
    response = ResponseFactory(survey__assessment=assessment)
    home = f"/a/{assessment.reference}/"
    pages = {
        f"{home}interviews/{interview.code}/": ("interview.read", interview.code),
        f"{home}interviews/{interview.code}/notes/": ("interview.read", interview.code),
        f"{home}contacts/": ("contact.read", "list of contacts"),
        f"{home}contacts/{contact.pk}/": ("contact.read", f"contact {contact.pk}"),
        f"{home}survey/responses/{response.code}/": ("response.read", response.code),
        f"{home}survey/invitations/": ("contact.read", "list of contacts"),
    }
    for address in pages:
        for _ in range(3):
            assert client_as("lead").get(address).status_code == 200, address
    client_as("consultant").get(f"{home}interviews/{interview.code}/")
    assert client_as("outsider").get(f"{home}contacts/").status_code == 404

    expected = list(dict.fromkeys(pages.values()))
    assert readings() == [("Lead", *event) for event in expected] + [("Consultant", "interview.read", interview.code)]
    assert "yzzy" not in str(list(AuditEvent.objects.values()))


def test_reading_again_on_another_day_is_noted_again(member: Any, assessment: Assessment) -> None:
    interview = InterviewFactory(assessment=assessment)
    record_reading("interview", by=member("lead"), assessment=assessment, target=interview)
    yesterday = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    below_the_triggers(f"UPDATE assessments_auditevent SET at = '{yesterday}'")  # noqa: S608 -- a date
    for _ in range(2):
        record_reading("interview", by=member("lead"), assessment=assessment, target=interview)
    assert len(readings()) == 2


def test_reading_makes_no_report_out_of_date(member: Any, assessment: Assessment) -> None:
    report = create_report(assessment=assessment, by=None)
    interview = InterviewFactory(assessment=assessment)
    before = data_revision(report)
    record_reading("interview", by=member("lead"), assessment=assessment, target=interview)
    assert data_revision(report) == before


def test_audit_list_shows_changes_and_on_request_readings(client_as: Any, member: Any, assessment: Assessment) -> None:
    record("document.added", by=member("lead"), assessment=assessment, label="Aze 1")
    record_reading("contact", by=member("lead"), assessment=assessment)
    lead = client_as("lead")

    def shown(query: str) -> set[str]:
        return {event.action for event in lead.get(LOG + query).context["page"]} - {"user.signed_in"}

    assert shown("") == shown("?show=x") == {"document.added"}
    assert shown("?show=readings") == shown("?show=all&kind=contact") == {"contact.read"}
    assert shown("?show=all") == {"document.added", "contact.read"}


def test_audit_verify_shows_whether_the_log_is_unchanged(check_roles: Any, client_as: Any, assessment: Any) -> None:
    address = f"{LOG}verify/"
    first = record("document.added", by=None, assessment=assessment, label="Aze 1")
    record("document.added", by=None, assessment=assessment, label="Aze 2")
    check_roles(address, allowed="lead", denied="consultant", wrong="post")
    lead = client_as("lead")

    def page_text(query: str = "") -> str:
        return " ".join(lead.get(address + query).content.decode().split())

    assert "The log is as it was written: 2 entries." in page_text()
    assert head_of(assessment) in page_text()
    assert "The hash belongs to one of them." in page_text(f"?hash=%20{first.hash.upper()}")
    assert "The hash that was given is not in this chain." in page_text("?hash=" + "0" * 64)
    assert "A hash has 64 characters" in page_text("?hash=<x")
    below_the_triggers(f"UPDATE assessments_auditevent SET object_label = 'Aze 9' WHERE id = {first.pk}")  # noqa: S608
    assert "The first entry that does not fit is number 1: <q>document added</q>" in page_text()
