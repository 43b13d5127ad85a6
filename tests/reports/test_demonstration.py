"""Loading the demonstration on a site, and removing it with everything in it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AuditEvent, Membership, Role, Study, User
from reports.demo import PASSWORD
from reports.demo.load import demonstration_accounts
from reports.document.builder import build
from reports.models import Report
from reports.output.html import render
from surveys.models import Survey
from surveys.questionnaire.page import form_head
from tests.assessments.inviting import invite_one
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory
from tests.pages import text

LOAD, REMOVE = "/site/demonstration/load/", "/site/demonstration/remove/"


def test_demonstration_load_makes_its_accounts_and_a_job_without_the_password(
    staff: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr("reports.demo.load.load", lambda **given: None)
    monkeypatch.setattr("reports.demo.tasks.load", lambda **given: jobs.append(given["password"]))
    with django_capture_on_commit_callbacks(execute=True):
        response = staff.post(LOAD, {"password": "twelve fine walnuts"}, follow=True)
    assert "The demonstration is being built." in text(response)
    assert User.objects.get(email="lead@demo.example").check_password("twelve fine walnuts")
    assert jobs == [None]
    assert AuditEvent.objects.filter(action="demonstration.loaded").count() == 1


@pytest.mark.parametrize(
    ("password", "fault"), [("short", "at least 12"), ("password1234", "too common"), ("", "required")]
)
def test_demonstration_load_refuses_a_weak_password(staff: Client, password: str, fault: str) -> None:
    assert fault in text(staff.post(LOAD, {"password": password}))
    assert not demonstration_accounts().exists()


def test_demonstration_load_leaves_an_assessment_of_the_site_alone(staff: Client) -> None:
    AssessmentFactory(reference="AZE-2016")
    assert "AZE-2016 is an assessment of your own" in text(staff.post(LOAD, {"password": "twelve fine walnuts"}))
    assert not demonstration_accounts().exists()


@pytest.mark.django_db
def test_the_demonstration_is_for_administrators(client_as: Any) -> None:
    assert reverse("demonstration:demonstration_load") == LOAD
    for address in (LOAD, REMOVE):
        assert client_as("lead").get(address).status_code == 403
        assert client_as("anonymous").get(address).status_code == 302


# With the demonstration, which stays for the rest of the module


@pytest.mark.usefixtures("demo")
@pytest.mark.django_db
def test_a_demonstration_whose_study_was_renamed_is_still_one(staff: Client) -> None:
    Study.objects.update(title="Ours")
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())
    assert Assessment.objects.count() == 3
    began = AssessmentFactory(reference="KAZ-2027", country="KAZ", study=Study.objects.get())
    assert "were removed" in text(staff.post(REMOVE, follow=True))
    assert list(Assessment.objects.all()) == [began]


@pytest.mark.usefixtures("demo")
@pytest.mark.django_db
def test_demonstration_remove_leaves_nothing_of_it(staff: Client) -> None:
    mine = AssessmentFactory(reference="KAZ-2027", country="KAZ")
    MembershipFactory(assessment=mine, role=Role.LEAD, user=UserFactory(email="me@example.org"))
    page = text(staff.get(REMOVE))
    assert all(text in page for text in ("AZE-2016", "GEO-2016", "lead@demo.example"))
    assert "KAZ-2027" not in page
    assert Assessment.objects.count() == 4, "to look at it removes nothing"
    assert "were removed" in text(staff.post(REMOVE, follow=True))
    assert list(Assessment.objects.all()) == [mine]
    assert list(Study.objects.all()) == [mine.study]
    assert not User.objects.filter(email__endswith="@demo.example").exists()
    assert {row.user.email for row in Membership.objects.all()} == {"me@example.org"}
    assert not Client().login(email="lead@demo.example", password=PASSWORD)
    assert "Load the demonstration" in text(staff.get("/site/"))
    call_command("verify_audit", stdout=StringIO())


@pytest.mark.usefixtures("demo")
@pytest.mark.django_db
def test_demonstration_remove_leaves_no_other_assessment_without_a_lead(staff: Client) -> None:
    mine = AssessmentFactory(reference="KAZ-2027", country="KAZ")
    lead = MembershipFactory(assessment=mine, role=Role.LEAD, user=User.objects.get(email="lead@demo.example"))
    fault = "lead@demo.example is the only lead of KAZ-2027. Add another lead there first."
    assert fault in text(staff.post(REMOVE, follow=True))
    with pytest.raises(CommandError, match="only lead"):
        call_command("remove_demo")
    assert Assessment.objects.count() == 4
    lead.delete()
    out = StringIO()
    call_command("remove_demo", stdout=out)
    assert "is removed" in out.getvalue()
    assert list(Assessment.objects.all()) == [mine]


@pytest.mark.usefixtures("demo")
@pytest.mark.django_db
def test_the_demonstration_is_marked_on_pages_files_mails_and_reports(staff: Client, mailoutbox: list[Any]) -> None:
    client = Client()
    lead = User.objects.get(email="lead@demo.example")
    client.force_login(lead)
    band = "Demonstration: for trying the program. This is not a real assessment."
    mine = MembershipFactory(assessment=AssessmentFactory(reference="KAZ-2027", country="KAZ"), user=lead)
    for page in ("", "documents/", "report/", "members/", "analysis/", "workshop/"):
        assert band in text(client.get(f"/a/AZE-2016/{page}")), page
        assert band not in text(client.get(f"/a/KAZ-2027/{page}")), page
    assessment = Assessment.objects.get(reference="AZE-2016")
    head = form_head(Survey.objects.select_related("assessment__study").get(assessment=assessment), "fr")
    assert "Démonstration" in str(head["demonstration"])
    for address in ("analysis/exports/csv/", "analysis/exports/xlsx/"):
        named = client.post(f"/a/AZE-2016/{address}").headers["Content-Disposition"]
        assert 'filename="demonstration-AZE-2016' in named
    report = build(Report.objects.get(assessment=assessment))
    assert band in render(report, "html")
    for invited_to in (assessment, mine.assessment):
        invite_one(invited_to, "new@example.org", Role.OBSERVER, by=lead)
    marked, plain = (message.subject for message in mailoutbox)
    assert marked.startswith("[Demonstration] ")
    assert "Demonstration" not in plain
