"""The pages for requesting an erasure, previewing it in numbers, and confirming it by a second person."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from assessments.models import Assessment, ErasureRequest, Role, User
from assessments.services.erasure import ask_erasure, preview
from interviews.models import Interview
from interviews.services.answers import save_answer
from tests.factories import DocumentFactory, MembershipFactory, UserFactory
from tests.indicators.factories import make_mark
from tests.interviews.factories import InterviewFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/erasures/"


@pytest.fixture
def asked(assessment: Assessment) -> ErasureRequest:
    """A request to erase an interview, by a lead other than the one of `client_as`."""
    other = MembershipFactory(assessment=assessment, role=Role.LEAD, user__name="Leyla").user
    interview = InterviewFactory(assessment=assessment, code="AZEint101")
    save_answer(interview=interview, question="3.1", text="Private words", by=other)
    return ask_erasure(
        assessment=assessment, kind="interview", by=other, ground="person", which=str(interview.pk), note="On 3 May."
    )


@pytest.fixture
def admin(db: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    return client


def test_erasure_list_shows_kinds_and_what_waits(asked: ErasureRequest, client_as: Any, check_roles: Any) -> None:
    check_roles(BASE, allowed="lead", denied="consultant", wrong="post")
    page = text(client_as("lead").get(BASE))
    assert "A passage of notes" in page
    assert "Interview AZEint101" in page
    assert "Waits for you" in page
    home = text(client_as("lead").get("/a/AZE-2016/"))
    assert f'<a href="{BASE}">Confirm 1 request to erase data</a>' in home
    assert "erase data" not in text(client_as("consultant").get("/a/AZE-2016/"))


def test_erasure_new_has_a_form_for_each_kind(assessment: Assessment, client_as: Any, check_roles: Any) -> None:
    check_roles(f"{BASE}new/interview/", allowed="lead", denied="focal_point", wrong="put")
    lead = client_as("lead")
    interview = InterviewFactory(assessment=assessment, code="AZEint102")
    save_answer(interview=interview, question="3.1", text="Private words", by=None)
    for kind in ("passage", "revision", "response", "document", "contact", "account", "assessment"):
        assert lead.get(f"{BASE}new/{kind}/").status_code == 200
    assert lead.get(f"{BASE}new/nothing/").status_code == 404
    assert 'value="AZEint102 3.1"' in text(lead.get(f"{BASE}new/passage/?which=AZEint102%203.1"))

    sent = {"which": "azeint102 3.1", "words": "Private", "ground": "person"}
    refused = lead.post(f"{BASE}new/passage/", sent | {"words": "Privat\x00e"})
    assert refused.status_code == 422
    refused = lead.post(f"{BASE}new/passage/", sent | {"words": "Nowhere to be found"})
    assert "These words are not in these notes or their earlier texts. Copy them exactly." in text(refused)
    assert "Nowhere to be found" in text(refused)  # what was typed is still there
    made = lead.post(f"{BASE}new/passage/", sent)
    request = ErasureRequest.objects.get()
    assert made.url == f"{BASE}{request.pk}/"
    assert "Private" not in str(request.place) + request.label + request.key
    assert "requested already" in text(lead.post(f"{BASE}new/passage/", sent))


def test_erasure_detail_shows_numbers_and_uses_but_no_content(
    asked: ErasureRequest, client_as: Any, check_roles: Any, assessment: Assessment
) -> None:
    check_roles(f"{BASE}{asked.pk}/", allowed="lead", denied="observer", wrong="post")
    page = text(client_as("lead").get(f"{BASE}{asked.pk}/"))
    assert "<dt>Answers with notes</dt><dd>1</dd>" in page
    assert "On 3 May." in page
    assert "Erase for good" in page
    assert "Private words" not in page
    own = Client()
    own.force_login(asked.asked_by)
    page = text(own.get(f"{BASE}{asked.pk}/"))
    assert "You made this request, so you cannot confirm it." in page
    assert "Erase for good" not in page
    french = text(client_as("lead").get(f"{BASE}{asked.pk}/", headers={"accept-language": "fr"}))
    assert f"<h1>{asked.label.replace('Interview', 'Entretien')}</h1>" in french
    Interview.objects.get().delete()
    assert "does not exist any more" in text(client_as("lead").get(f"{BASE}{asked.pk}/"))


def test_erasure_confirm_erases_once(asked: ErasureRequest, client_as: Any, check_roles: Any) -> None:
    address = f"{BASE}{asked.pk}/confirm/"
    check_roles(address, allowed="lead", denied="consultant", method="post", wrong="get", ok=422)
    own = Client()
    own.force_login(asked.asked_by)
    seen = preview(asked).seen
    assert "You asked for this yourself." in text(own.post(address, {"seen": seen}))
    save_answer(interview=Interview.objects.get(), question="3.1", text="More words", by=None)
    changed = client_as("lead").post(address, {"seen": seen})
    assert "Something has changed since this page was opened" in text(changed)
    assert Interview.objects.exists()
    done = client_as("lead").post(address, {"seen": preview(asked).seen, "copies": ["edition:1", "x"]})
    assert done.url == BASE
    assert not Interview.objects.exists()
    again = client_as("lead").post(address, {"seen": seen})
    assert "This was erased already" in text(again)
    assert "Answers with notes" in text(client_as("lead").get(f"{BASE}{asked.pk}/"))


def test_erasure_confirm_of_a_whole_assessment_leads_away_from_it(
    assessment: Assessment, client_as: Any, admin: Client
) -> None:
    other = MembershipFactory(assessment=assessment, role=Role.LEAD).user
    asked = ask_erasure(assessment=assessment, kind="assessment", by=other, ground="ended", which=str(assessment.pk))
    lead = client_as("lead")
    done = lead.post(f"{BASE}{asked.pk}/confirm/", {"seen": preview(asked).seen}, follow=True)
    assert "Erased: Assessment AZE-2016." in text(done)
    assert lead.get(BASE).status_code == 404
    assert "Assessment AZE-2016" in text(admin.get("/site/erasures/"))
    assert admin.get(f"/site/erasures/{asked.pk}/").status_code == 200


def test_erasure_cancel_leaves_everything(asked: ErasureRequest, client_as: Any, check_roles: Any) -> None:
    check_roles(f"{BASE}{asked.pk}/cancel/", allowed="lead", denied="consultant", method="post", wrong="get", ok=302)
    assert Interview.objects.exists()
    page = text(client_as("lead").post(f"{BASE}{asked.pk}/cancel/", follow=True))
    assert "This request was cancelled in the meantime." in page


def test_erasure_detail_lists_where_a_document_is_cited(assessment: Assessment, client_as: Any) -> None:
    document = DocumentFactory(assessment=assessment, code="Aze 1", title="On the road")
    make_mark(assessment, evidence=["document:Aze 1#4"])
    other = MembershipFactory(assessment=assessment, role=Role.LEAD).user
    asked = ask_erasure(assessment=assessment, kind="document", by=other, ground="mistake", which=str(document.pk))
    page = text(client_as("lead").get(f"{BASE}{asked.pk}/"))
    assert '<a href="/a/AZE-2016/indicators/1.1/F1/">Indicator 1.1, F1: mark of the consultant</a>' in page


def test_the_other_leads_are_mailed_of_a_request_and_without_one_who_administers_the_site(
    assessment: Assessment, member: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SITE_URL = "https://ct-nat.example.org"
    lead, interview = member("lead"), InterviewFactory(assessment=assessment, code="AZEint101")
    member("consultant")
    UserFactory(email="admin@example.org", is_staff=True)
    MembershipFactory(assessment=assessment, role=Role.LEAD, user__is_active=False)

    def ask(kind: str, which: str) -> ErasureRequest:
        with django_capture_on_commit_callbacks(execute=True):
            return ask_erasure(
                assessment=assessment, kind=kind, by=lead, ground="consent", which=which, note="Her name is Xyzzy."
            )

    asked = ask("interview", str(interview.pk))
    [message] = mail.outbox
    assert (message.to, message.subject) == (["admin@example.org"], "Request to erase data of AZE-2016")
    assert f"https://ct-nat.example.org/site/erasures/{asked.pk}/" in message.body
    other = MembershipFactory(assessment=assessment, role=Role.LEAD, user__email="other@example.org").user
    asked = ask("document", str(DocumentFactory(assessment=assessment, title="Xyzzy", code="Aze 9").pk))
    message = mail.outbox[1]
    assert (len(mail.outbox), message.to) == (2, [other.email])
    assert f"https://ct-nat.example.org{BASE}{asked.pk}/" in message.body
    assert "Consent was withdrawn" in message.body
    assert "Xyzzy" not in message.body


def test_a_request_is_made_although_it_cannot_be_mailed(
    asked: ErasureRequest, client_as: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def fail(*args: Any) -> None:
        raise OSError("no mail server")

    monkeypatch.setattr("assessments.services.erasure.send_mail", fail)
    document = DocumentFactory(assessment=asked.assessment)
    with django_capture_on_commit_callbacks(execute=True):
        made = client_as("lead").post(f"{BASE}new/document/", {"which": str(document.pk), "ground": "mistake"})
    assert made.status_code == 302
    assert ErasureRequest.objects.count() == 2


def test_site_erasure_list_is_for_who_administers_the_site(
    asked: ErasureRequest, admin: Client, client_as: Any
) -> None:
    assert client_as("lead").get("/site/erasures/").status_code == 403
    page = text(admin.get("/site/erasures/"))
    assert "Interview AZEint101" in page
    assert "Private" not in page


def test_site_erasure_detail_and_site_erasure_confirm(asked: ErasureRequest, admin: Client, client_as: Any) -> None:
    address = f"/site/erasures/{asked.pk}/"
    assert client_as("lead").get(address).status_code == 403
    assert "Private words" not in text(admin.get(address))
    assert client_as("lead").post(f"{address}confirm/").status_code == 403
    assert admin.post(f"{address}confirm/", {"seen": "x"}).status_code == 422


def test_site_erasure_confirm_by_an_administrator(asked: ErasureRequest, admin: Client) -> None:
    done = admin.post(f"/site/erasures/{asked.pk}/confirm/", {"seen": preview(asked).seen})
    assert done.url == "/site/erasures/"
    assert not Interview.objects.exists()


def test_site_erasure_new_requires_an_account(assessment: Assessment, admin: Client, client_as: Any) -> None:
    gone: User = MembershipFactory(assessment=assessment, role=Role.OBSERVER).user
    assert client_as("lead").get("/site/erasures/new/").status_code == 403
    assert admin.get("/site/erasures/new/").status_code == 200
    assert admin.post("/site/erasures/new/", {"which": "99999", "ground": "ended"}).status_code == 422
    made = admin.post("/site/erasures/new/", {"which": str(gone.pk), "ground": "ended"})
    assert made.url == "/site/erasures/"
    asked = ErasureRequest.objects.get()
    assert (asked.label, asked.assessment) == (f"Account {gone.pk}", assessment)
