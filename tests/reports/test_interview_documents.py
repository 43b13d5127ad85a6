"""All interviews as one document: its orders, what is withheld, who may have it, and its life as a job."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import docx
import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments.erasers import erase_expired, forget_drafts
from assessments.models import Assessment, AuditEvent
from interviews.models import Interview
from interviews.services.answers import save_answer
from interviews.services.consents import record_consent
from reports.models import Build, InterviewDocument
from reports.output.interview_documents import html_of, run_document
from reports.services.interview_documents import cancel_document, request_document, restart_stalled_document
from tests.factories import OrganisationFactory
from tests.interviews.factories import InterviewFactory
from tests.interviews.pictures import make_photograph
from tests.pages import text

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/interviews/documents/"
DONE, CANCELLED, RUNNING = Build.Status.DONE, Build.Status.CANCELLED, Build.Status.RUNNING


@pytest.fixture
def filled(assessment: Assessment) -> Assessment:
    """Two days, two sectors. 1: asked 3 and 4; 2: asked 3, not 4; 3 is planned, 4 in the trash."""
    police = OrganisationFactory(assessment=assessment, name="Border Police", sector="state")
    shelter = OrganisationFactory(assessment=assessment, name="Shelter of the East", sector="ngo")
    common = {"assessment": assessment, "respondent_title": "Head of Unit"}
    first = InterviewFactory(
        code="AZEint1", number=1, organisation=shelter, respondent_name="Rashad Examplov", **common
    )
    second = InterviewFactory(
        code="AZEint2",
        number=2,
        organisation=police,
        held_at=first.held_at + timedelta(days=1),
        sections=["1", "3", "7", "8"],
        not_reached=["4"],
        interviewer="Ana Viewer",
        observations="Nervous <b>throughout</b>",
        **common,
    )
    InterviewFactory(code="AZEplan1", number=None, planned=True, organisation=police, **common)
    InterviewFactory(code="AZEint4", number=4, deleted_at=timezone.now(), organisation=police, **common)
    save_answer(interview=first, question="3.1", text="Rashad Examplov of the Border Police <said> this.", by=None)
    save_answer(interview=first, question="4.1", text="On four.", by=None)
    save_answer(interview=second, question="3.1", text="Mine", by=None, client="a", sequence=1, base=0)
    save_answer(interview=second, question="3.1", text="Theirs", by=None, client="b", sequence=1, base=0)
    record_consent(interview=second, by=None, note_given=True, to_quotes="no")
    return assessment


def document(assessment: Assessment, order: str, with_names: bool = True) -> str:
    html = html_of(assessment, order, with_names=with_names, language="en", progress=lambda done, step: None)
    return html


def in_order(html: str, *words: str) -> bool:
    places = [html.index(word) for word in words]
    return places == sorted(places)


def test_by_day_and_by_sector_have_each_interview_that_was_held_once(filled: Assessment) -> None:
    by_day, by_sector = document(filled, "day"), document(filled, "sector")
    assert in_order(by_day, "18 January 2016", "AZEint1", "On four.", "19 January 2016", "AZEint2")
    state, ngo = (str(row.get_sector_display()) for row in filled.organisations.order_by("name"))
    assert in_order(by_sector, f"<h2>{state}", "AZEint2,", f"<h2>{ngo}", "AZEint1,")
    for html in (by_day, by_sector):
        assert html.count("<h3>AZEint") == 2
        assert "AZEplan1" not in html
        assert "Nervous" not in html
        assert "&lt;said&gt; this." in html
        assert "The answer to 3.1 has a second text" in html
        assert "The interviewee does not want to be quoted" in html
        assert "Planned, but not reached." in html


def test_each_text_has_the_direction_of_its_own_script(filled: Assessment) -> None:
    first = Interview.objects.get(number=1)
    save_answer(interview=first, question="3.2", text="(1) قال إن الشرطة تجدهم", by=None)
    for order in ("day", "section"):
        html = document(filled, order)
        assert '<div dir="rtl"><p>(1) قال' in html
        assert '<div dir="ltr"><p>On four.' in html


def test_by_section_has_the_answers_of_all_interviews_under_each_question(filled: Assessment) -> None:
    html = document(filled, "section")
    assert "Asked in 2 of 2 interviews." in html
    assert "Asked in 1 of 2 interviews." in " ".join(html.split())
    assert "Planned, but not reached: AZEint2." in html
    three = html[html.index('<h3 dir="ltr">3.1 ') : html.index('<h3 dir="ltr">3.2 ')]
    assert in_order(three, "AZEint1", "this.", "AZEint2", "May be quoted: No", "Mine")
    assert "Theirs" not in html


@pytest.mark.parametrize("order", ["day", "sector", "section"])
def test_without_names_nobody_is_named(order: str, filled: Assessment) -> None:
    html = document(filled, order, with_names=False)
    for hidden in ("Examplov", "Rashad", "Head of Unit", "Shelter of the East", "Ana Viewer"):
        assert hidden not in html
    assert "this." in html
    assert "Examplov" in document(filled, order)


@pytest.mark.parametrize("order", ["day", "sector", "section"])
def test_no_photograph_is_in_it(order: str, filled: Assessment) -> None:
    make_photograph(Interview.objects.get(code="AZEint1"), description="Plughxyzzy")
    html = document(filled, order)
    assert [word in html for word in ("AZEint1", "Plughxyzzy", "hotograph", "<img", "image/jpeg")] == [True] + 4 * [
        False
    ]


def test_document_list_roles(check_roles: Any, filled: Assessment) -> None:
    check_roles(HOME, allowed="observer", denied="focal_point", wrong="post")


def test_document_request_withholds_names_from_those_who_may_not_see_them(
    filled: Assessment, client_as: Callable[[str], Any]
) -> None:
    observer, lead = client_as("observer"), client_as("lead")
    assert "With names" not in text(observer.get(HOME))
    sent = {"format": "docx", "order": "section", "names": "yes"}
    page = observer.post(f"{HOME}request/", sent).url
    job = InterviewDocument.objects.get()
    assert (job.format, job.order, job.with_names, job.requested_by.name) == ("docx", "section", False, "Observer")
    assert observer.get(page).status_code == 200
    named = lead.post(f"{HOME}request/", sent | {"order": "x" * 500, "format": "exe\x00"}).url
    job = InterviewDocument.objects.first()
    assert (job.format, job.order, job.with_names) == ("pdf", "day", True)
    run_document(job.pk)
    for address in (named, f"{named}file/"):
        assert observer.get(address).status_code == 404
    assert observer.post(f"{named}cancel/").status_code == 404
    assert "With names" not in text(observer.get(HOME))


def test_document_file_is_downloaded_until_it_expires(filled: Assessment, client_as: Callable[[str], Any]) -> None:
    lead = client_as("lead")
    named = lead.post(f"{HOME}request/", {"format": "pdf", "order": "day", "names": "yes"}).url
    run_document(InterviewDocument.objects.get().pk)
    reply = lead.get(f"{named}file/")
    content = b"".join(reply.streaming_content)
    assert (reply["Content-Type"], content[:5]) == ("application/pdf", b"%PDF-")
    assert len(pikepdf.open(BytesIO(content)).pages) > 1
    assert AuditEvent.objects.get(action="interviews.exported").detail["with_names"]
    InterviewDocument.objects.update(expires_at=timezone.now())
    assert lead.get(f"{named}file/").status_code == 404


def test_the_word_file_has_headings_and_every_note(filled: Assessment, member: Any) -> None:
    job = request_document(
        assessment=filled, by=member("lead"), format="docx", order="day", with_names=False, language="ru"
    )
    run_document(job.pk)
    job.refresh_from_db()
    assert (job.status, job.failure) == (DONE, "")
    with default_storage.open(job.file.name) as stored:
        assert b"PK\x03\x04" not in stored.read()[:200]
    word = docx.Document(BytesIO(job.file.open().read()))
    said = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs]
    assert any("heading" in style.casefold() and "AZEint1" in words for style, words in said), said
    assert any("On four." in words for _, words in said)
    assert any("18 января 2016" in words for _, words in said)
    assert not any("Examplov" in words for _, words in said)


def test_document_cancel_ends_it(filled: Assessment, client_as: Callable[[str], Any]) -> None:
    observer = client_as("observer")
    page = observer.post(f"{HOME}request/", {"format": "docx", "order": "day"}).url
    assert "Waiting to start" in text(observer.get(page))
    assert "No file is made" in text(observer.post(f"{page}cancel/", follow=True))
    assert client_as("focal_point").get(page).status_code == 403
    assert observer.get(f"{page}file/").status_code == 404


def test_a_document_expires_is_erased_with_drafts_and_can_be_cancelled(filled: Assessment, member: Any) -> None:
    lead = member("lead")
    kind = {"format": "docx", "order": "day", "with_names": False, "language": "en"}
    job = request_document(assessment=filled, by=lead, **kind)
    assert request_document(assessment=filled, by=lead, **kind) == job
    InterviewDocument.objects.update(status=RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert restart_stalled_document(job=job)
    for _ in range(2):
        cancel_document(job=job, by=lead)
    run_document(job.pk)
    job.refresh_from_db()
    assert (job.status, job.file.name) == (CANCELLED, "")
    assert AuditEvent.objects.filter(action="interviews.document_cancelled").count() == 1
    InterviewDocument.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert erase_expired() == 1
    again = request_document(assessment=filled, by=lead, **kind)
    run_document(again.pk)
    forget_drafts(filled)
    assert not InterviewDocument.objects.exists()


def test_an_assessment_without_interviews_says_so(assessment: Assessment) -> None:
    Interview.objects.all().delete()
    for order in ("day", "sector", "section"):
        assert "No interviews yet" in document(assessment, order)


def test_document_of_another_kind_of_number_is_404(filled: Assessment, client_as: Callable[[str], Any]) -> None:
    assert client_as("lead").get(f"{HOME}999999/").status_code == 404
