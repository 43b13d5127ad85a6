"""Words that may be a name: a lead decides on each occurrence, and a final edition requires that."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError
from ctnat.ui.seen import marks_of
from interviews.models import Interview
from reports.document.builder import build
from reports.models import Edition, NameDecision, Report
from reports.output.html import render
from reports.output.revision import data_revision
from reports.services.editions import make_edition
from reports.services.names import decide_on_names, names_in
from reports.services.reports import create_report, update_report
from reports.services.sections import edit_section

pytestmark = pytest.mark.django_db
ADDRESS = "/a/AZE-2016/report/names/"


@pytest.fixture
def report(assessment: Assessment) -> Report:
    """A report of two sections that mention streets with the name of a respondent."""
    Interview.objects.create(
        assessment=assessment,
        number=1,
        code="AZEint1",
        held_at=datetime(2016, 1, 13, tzinfo=UTC),
        respondent_name="Rashad Examplov",  # invented for the test
        women=1,
    )
    report = create_report(assessment=assessment, by=None)
    report.sections.exclude(key__in=["introduction", "context", "purpose"]).update(hidden=True)
    write(report, "The shelter on Examplov Street is full.")
    return report


def write(report: Report, body: str) -> None:
    edit_section(section=report.sections.get(key="context"), body=body, by=None)


def printed(report: Report) -> str:
    return unescape(render(build(Report.objects.select_related("assessment__study").get(pk=report.pk))))


def decide(report: Report, keep: bool, reason: str = "A street") -> list[NameDecision]:
    fingerprints = [finding.fingerprint for finding in names_in(report)]
    return decide_on_names(report=report, fingerprints=fingerprints, keep=keep, reason=reason, by=None)


@pytest.fixture
def lead(client_as: Any) -> Client:
    client: Client = client_as("lead")
    return client


def test_a_probable_name_is_printed_until_it_is_decided_on(report: Report) -> None:
    [finding] = names_in(report)
    assert (finding.words, finding.certain, finding.is_open, finding.label) == ("Examplov", False, True, "AZEint1")
    assert "on Examplov Street" in printed(report)
    decide(report, keep=False)
    assert "on █████ Street" in printed(report)
    decide(report, keep=True)
    assert "on Examplov Street" in printed(report)
    assert NameDecision.objects.count() == 1


def test_a_certain_name_is_printed_only_where_it_was_decided_that_it_is_another_person(report: Report) -> None:
    write(report, "Rashad Examplov is the poet of this name.")
    assert "█████ is the poet" in printed(report)
    decide(report, keep=True, reason="A poet of another century")
    assert "Rashad Examplov is the poet" in printed(report)


def test_a_decision_is_for_one_place(report: Report) -> None:
    decide(report, keep=True)
    assert [finding.is_open for finding in names_in(report)] == [False]
    write(report, "The shelter on Examplov Street is full.\n\nA friend of the Examplov Fund said so.")
    assert [finding.is_open for finding in names_in(report)] == [False, True]
    write(report, "Word has it that one Examplov Street is full.")
    assert [finding.is_open for finding in names_in(report)] == [True]


def test_a_decision_stores_its_author_and_reason_and_no_name(report: Report, member: Any) -> None:
    [finding] = names_in(report)
    by = member("lead")
    decide_on_names(report=report, fingerprints=[finding.fingerprint], keep=True, reason="Examplov Street", by=by)
    decision = NameDecision.objects.get()
    assert (decision.by, decision.reason, decision.place) == (by, "Examplov Street", "context")
    assert decision.at is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reports_namedecision")
        assert "xamplov" not in repr(cursor.fetchall()).lower()
    event = AuditEvent.objects.get(action="report.name_decided")
    assert "xamplov" not in f"{event.object_label}{event.detail}".lower()


def test_a_decision_makes_another_document(report: Report) -> None:
    before = data_revision(report)
    decide(report, keep=False)
    assert data_revision(report) != before


@pytest.mark.parametrize(
    ("reason", "message"), [("", "Give a reason"), (" \x00 ", "Give a reason"), ("x" * 2001, "Shorten it to 2000")]
)
def test_a_decision_needs_a_reason(report: Report, reason: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        decide(report, keep=True, reason=reason)
    assert NameDecision.objects.count() == 0


def test_a_decision_on_a_text_that_was_changed_is_refused(report: Report) -> None:
    fingerprints = [finding.fingerprint for finding in names_in(report)]
    write(report, "Another text about Examplov Street.")
    with pytest.raises(ValidationError, match="changed in the meantime"):
        decide_on_names(report=report, fingerprints=fingerprints, keep=True, reason="A street", by=None)
    with pytest.raises(ValidationError, match="at least one place"):
        decide_on_names(report=report, fingerprints=[], keep=True, reason="A street", by=None)


def final(report: Report) -> Edition:
    """A final edition with a reason for each kind of open point."""
    from reports.document.open_points import find_open_points

    points = find_open_points(report, [build(report)])
    reasons = {point.kind: ("No time", point.mark) for point in points}
    return make_edition(report=report, kind="final", by=None, reasons=reasons)


def test_a_final_edition_waits_for_the_decisions(report: Report) -> None:
    with pytest.raises(ValidationError, match="Without one: 1"):
        final(report)
    decide(report, keep=True)
    edition = final(report)
    assert edition.open_points[-1]["reason"] == "1 printed, 0 withheld, each with a reason on the page “Names”."
    assert "on Examplov Street" in str(edition.captured)


def test_no_edition_captures_a_name(report: Report) -> None:
    write(report, "As Rashad Examplov said, {{ nothing }} [[x]] of 99 respondents.\n\n[[chart Examplov]]\n")
    edition = make_edition(report=report, kind="draft", by=None)
    assert "xamplov" not in str(edition.captured)
    assert "xamplov" not in str(edition.paragraphs)


def test_name_list_shows_each_name_with_its_places(report: Report, lead: Client) -> None:
    write(report, "On Examplov Street.\n\nThe Examplov Street again.\n\nWhat Rashad said.")
    html = " ".join(lead.get(ADDRESS).content.decode().split())
    assert "To decide: 3" in html
    assert html.count("<mark>Examplov</mark>") == 2
    assert "Could be AZEint1" in html
    assert "2 places" in html


def test_name_list_stores_a_decision(report: Report, lead: Client) -> None:
    html = lead.get(ADDRESS).content.decode()
    [group] = re.findall(r'name="group" value="(\w+)"', html)
    places = re.findall(rf'name="{group}-places" value="(\w+)"', html)
    sent = {"group": group, f"{group}-places": places, f"{group}-keep": "no"}
    refused = lead.post(ADDRESS, sent)
    assert refused.status_code == 422
    assert "Give a reason" in refused.content.decode()
    refused = lead.post(ADDRESS, {**sent, f"{group}-keep": "", f"{group}-reason": "A street, not a person"})
    assert (refused.status_code, "A street, not a person" in refused.content.decode()) == (422, True)
    assert NameDecision.objects.count() == 0
    assert lead.post(ADDRESS, {**sent, f"{group}-reason": "A street"}).status_code == 302
    assert NameDecision.objects.get().keep is False
    assert "To decide: 0" in lead.get(ADDRESS).content.decode()


@pytest.mark.parametrize("group", ["", "x", "n0", "\x00", "9" * 99])
def test_name_list_refuses_what_is_not_there(report: Report, lead: Client, group: str) -> None:
    response = lead.post(ADDRESS, {"group": group, f"{group}-places": ["x"], f"{group}-keep": "yes"})
    assert response.status_code == 409
    assert "changed in the meantime" in response.content.decode()


def test_name_list_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(ADDRESS, allowed="lead", denied="consultant", wrong="put")


def test_edition_final_leads_to_the_names(report: Report, lead: Client) -> None:
    html = lead.get("/a/AZE-2016/report/editions/final/").content.decode()
    assert "Names: 1" in html
    assert f'href="{ADDRESS}"' in html
    assert re.search(r'<button class="btn btn-primary" disabled', html)
    update_report(report=report, title="Report of Rashad Examplov", by=None)
    html = lead.get("/a/AZE-2016/report/check/").content.decode()
    assert 'href="/a/AZE-2016/report/settings/">Cover' in html


def test_a_decision_of_another_lead_is_read_before_it_is_replaced(report: Report) -> None:
    fingerprints = [finding.fingerprint for finding in names_in(report)]
    seen = marks_of(dict.fromkeys(fingerprints))  # the page showed no decision
    place = {"report": report, "fingerprints": fingerprints, "by": None}
    decide_on_names(**place, keep=False, reason="It may be a name", seen=seen)
    with pytest.raises(ConflictError):
        decide_on_names(**place, keep=True, reason="A street", seen=seen)
    assert [row.keep for row in report.name_decisions.all()] == [False]
    decide_on_names(**place, keep=False, reason="It may be a name", seen=seen)  # sent twice
    assert AuditEvent.objects.filter(action="report.name_decided").count() == 1
    decide_on_names(
        **place, keep=True, reason="A street", seen=marks_of({fingerprints[0]: [False, "It may be a name"]})
    )
    assert [row.keep for row in report.name_decisions.all()] == [True]
