"""What a new user hesitated at, page by page: each has one clear next step, in words that are true there and then."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from assessments.models import Assessment
from ctnat.ui.pages import preview_of
from instruments.services.versions import adapt
from reports.models import Edition
from reports.services.editions import make_edition
from reports.services.reports import create_report
from surveys.models import Survey
from tests.factories import DocumentFactory
from tests.interviews.factories import InterviewFactory
from tests.pages import text
from tests.surveys.factories import SurveyFactory
from tests.workshops.factories import make_group, make_workshop

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/"
BUTTON = re.compile(r'<(?:a|button)\s[^>]*class="[^"]*\bbtn-primary\b[^"]*"[^>]*>(.*?)</(?:a|button)>', re.S)


def next_steps(response: Any) -> list[str]:
    """The words of the buttons that stand out."""
    found = [re.sub(r"<[^>]*>", "", words) for words in BUTTON.findall(response.content.decode())]
    return [" ".join(words.split()) for words in found]


def test_an_empty_list_has_one_button(client_as: Any, django_user_model: Any, client: Any) -> None:
    staff = django_user_model.objects.create_user(email="new@example.org", password="x", name="New", is_staff=True)
    client.force_login(staff)
    assert next_steps(client.get("/")) == ["New assessment"]
    empty = client_as("consultant").get(f"{HOME}interviews/")
    assert next_steps(empty) == ["New interview"]
    assert "0 of 0" not in text(empty)


def test_the_register_says_that_nothing_is_reviewed(client_as: Any, assessment: Assessment) -> None:
    DocumentFactory(assessment=assessment, reviewed=False)
    page = text(client_as("lead").get(f"{HOME}documents/"))
    assert '<p class="figure">0</p><p>reviewed</p>' in page


def test_where_no_mail_is_sent_the_button_does_not_say_so(client_as: Any, settings: Any) -> None:
    client, address = client_as("lead"), f"{HOME}members/invite/"
    assert next_steps(client.get(address)) == ["Send invitations"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/nowhere"
    assert next_steps(client.get(address)) == ["Create links"]


def test_the_preview_of_a_workbook_is_short_and_begins_with_what_is_out_of_date() -> None:
    changes = [SimpleNamespace(source=f"Text {n}", stale=n == 40, before="", after="x") for n in range(60)]
    found = preview_of(changes)
    assert [change.source for change in found["shown"][:2]] == ["Text 40", "Text 0"]
    assert (len(found["shown"]), found["more"]) == (25, 35)
    page = render_to_string("ui/_translation_import.html", {"plan": SimpleNamespace(changes=changes), **found})
    assert "And 35 more, as they are in the workbook." in page
    assert page.count('data-label="In the workbook"') == 25


def test_a_published_questionnaire_speaks_of_a_survey_only_where_there_is_one(
    client_as: Any, assessment: Assessment, member: Any
) -> None:
    client = client_as("lead")
    said = "A survey that was set up before keeps its version"
    for there_is_one in (False, True):
        draft = adapt(instrument=assessment.questionnaire, owner=assessment, by=member("lead"))
        address = f"{HOME}tool/versions/{draft.pk}/publish/"
        shown = client.get(address)
        sent = {"revision": draft.revision, "use": "on"}
        page = text(client.post(address, sent | shown.context["form"].initial, follow=True))
        assert "now uses it" in page
        assert (said in page) == there_is_one
        if not there_is_one:
            SurveyFactory(assessment=assessment)


def test_after_its_close_a_survey_leads_to_the_results(client_as: Any, assessment: Assessment) -> None:
    SurveyFactory(assessment=assessment)
    address = f"{HOME}survey/"
    assert next_steps(client_as("lead").get(address)) == []
    Survey.objects.update(status=Survey.Status.CLOSED)
    assert next_steps(client_as("lead").get(address)) == ["Results"]


def test_a_workshop_without_groups_asks_for_them_first(client_as: Any, assessment: Assessment) -> None:
    client = client_as("facilitator")
    for opened, then in ((False, "Open workshop"), (True, "Close workshop")):
        workshop = make_workshop(assessment, opened=opened)
        address = f"{HOME}workshop/{workshop.pk}/"
        assert next_steps(client.get(address)) == ["Add group"]
        make_group(workshop)
        assert next_steps(client.get(address)) == [then]


def test_an_interview_is_typed_then_coded_and_says_which_questions_are_not_translated(
    client_as: Any, assessment: Assessment
) -> None:
    interview = InterviewFactory(assessment=assessment, language="mg")
    client, address = client_as("consultant"), f"{HOME}interviews/{interview.code}/"
    assert next_steps(client.get(address)) == ["Type notes", "Mark as complete"], "the latter below the notes"
    told = "Not all questions are translated into Malagasy: these are shown in English."
    assert told in text(client.get(f"{address}notes/"))
    type(interview).objects.update(completed_at=timezone.now(), language="az")
    assert next_steps(client.get(address)) == ["Code notes"]
    assert "Not all questions" not in text(client.get(f"{address}notes/"))


def test_files_that_are_still_made_are_not_called_missing(
    client_as: Any, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = create_report(assessment=assessment, by=None)
    report.sections.filter(parent=None).exclude(key="introduction").update(hidden=True)  # a short document is quick
    edition = make_edition(report=report, kind="draft", by=None)
    monkeypatch.setattr(Edition, "is_ready", property(lambda self: True))
    client, address = client_as("lead"), f"{HOME}report/editions/"
    assert "Create the missing files" not in text(client.get(address))
    Edition.objects.filter(pk=edition.pk).update(made_at=timezone.now() - timedelta(minutes=11))
    assert "Create the missing files" in text(client.get(address))
    assert next_steps(client_as("observer").get(f"{HOME}report/")) == ["Read"]
