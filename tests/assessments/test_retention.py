"""Dates until which data are kept: the leads are warned in time, then the data are erased, and that is certified."""

import json
from datetime import UTC, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from assessments.audit import record, verify_chain
from assessments.models import Assessment, AuditEvent, Contact, DeletionCertificate, RetentionDate, Role, User
from assessments.services.contacts import add_contact
from assessments.services.retention import fault_of, keep_retention, set_retention
from interviews.models import Answer, AnswerRevision, Coding, Interview, SetAside
from interviews.services.answers import save_answer, save_observations
from interviews.services.codings import code_passage, release_passage
from surveys.models import Invitation, Response
from tests.assessments.test_backup import empty_database
from tests.factories import AssessmentFactory, MembershipFactory
from tests.interviews.factories import InterviewFactory, ThemeFactory
from tests.surveys.factories import ResponseFactory

WORD = "Plughxyzzy"
KINDS = ("names", "notes", "answers", "audit")


@pytest.fixture
def lead(assessment: Assessment) -> User:
    return MembershipFactory(assessment=assessment, role=Role.LEAD).user


def fill(assessment: Assessment, lead: User) -> None:
    interview = InterviewFactory(assessment=assessment, respondent_name=WORD, respondent_title=WORD)
    for text in (f"{WORD} was here, and said much.", f"{WORD} was here. The hotline helps."):
        save_answer(interview=interview, question="3.1", text=text, by=lead)
    save_answer(interview=interview, question="3.1", text=WORD, by=None, client="late", base=1)
    save_observations(interview=interview, text=WORD, by=lead)
    answer, theme = interview.answers.get(), ThemeFactory(assessment=assessment)
    code_passage(answer=answer, theme=theme, start=0, end=10, by=lead)
    release_passage(coding=code_passage(answer=answer, theme=theme, start=21, end=39, by=lead), by=lead)
    contact = add_contact(assessment=assessment, by=lead, name=WORD, email="x@example.org")
    response = ResponseFactory(survey__assessment=assessment, answers={"8.3": WORD})
    for name, of in ((WORD, contact), (WORD, None)):
        Invitation.objects.create(survey=response.survey, contact=of, name=name, nonce=name, token_hmac=f"{of}")


def due(assessment: Assessment, *kinds: str, days: int = 0) -> None:
    """Dates that have come, of which the leads were warned three weeks ago."""
    warned = timezone.now() - timedelta(days=21)
    for kind in kinds:
        day = timezone.localdate() - timedelta(days=days)
        RetentionDate.objects.update_or_create(
            assessment=assessment, kind=kind, defaults={"due_on": day, "warned_at": warned, "done_at": None}
        )


@pytest.mark.django_db
def test_each_kind_is_erased_and_nothing_else(assessment: Assessment, lead: User) -> None:
    fill(assessment, lead)

    due(assessment, "names")
    list(keep_retention())
    interview = Interview.objects.get()
    assert (interview.respondent_name, interview.respondent_title, interview.observations) == ("", "", WORD)
    assert not Contact.objects.exists()
    assert {(row.name, row.email, row.revoked_at is not None) for row in Invitation.objects.all()} == {("", "", True)}

    due(assessment, "notes")
    list(keep_retention())
    interview.refresh_from_db()
    assert (Answer.objects.get().text, interview.observations, SetAside.objects.count()) == ("[erased]", "", 0)
    assert [row.text for row in AnswerRevision.objects.all()] == ["[erased]"]
    plain, released = Coding.objects.order_by("released")
    assert (plain.quote, plain.approved_quote) == ("[erased]", "")
    assert released.quotable_words == "The hotline helps."

    assert Response.objects.count() == 1
    due(assessment, "answers")
    list(keep_retention())
    assert Response.objects.count() == 0

    events = assessment.audit_events.count()
    assert events > 5
    due(assessment, "audit")
    list(keep_retention())
    assert [event.action for event in assessment.audit_events.order_by("position")] == [
        "audit.events_erased",
        "retention.erased",
    ]
    found = verify_chain(assessment)
    assert (found.is_whole, found.cut) == (True, events)
    record("thing.done", by=None, assessment=assessment)
    assert verify_chain(assessment).is_whole
    assert list(keep_retention()) == []


@pytest.mark.django_db
def test_events_deleted_without_an_event_of_deletion_are_found(assessment: Assessment) -> None:
    for _ in range(3):
        record("thing.done", by=None, assessment=assessment)
    second = assessment.audit_events.order_by("position")[1]
    assessment.audit_chains.update(cut_length=2, cut_head=second.hash)
    AuditEvent._base_manager.filter(position__lte=2, assessment=assessment)._raw_delete("default")
    assert verify_chain(assessment).reason.startswith("The first 2 events are gone, and no event says")


@pytest.mark.django_db
def test_a_certificate_states_what_was_erased_how_many_when_and_by_which_rule(
    assessment: Assessment, lead: User, client_as: Any, check_roles: Any
) -> None:
    fill(assessment, lead)
    due(assessment, "answers")
    list(keep_retention())
    certificate = DeletionCertificate.objects.get()
    assert certificate.parts == [
        ["responses", 1],
        ["sealed forms", 0],
        ["forms saved to be continued", 0],
        ["paper forms being typed", 0],
        ["tables being imported", 0],
    ]
    assert certificate.rule.startswith("Raw answers are kept until ")
    content = bytes(certificate.pdf or b"")
    assert content.startswith(b"%PDF-")
    assert certificate.checksum == sha256(content).hexdigest()
    event = assessment.audit_events.get(action="retention.erased")
    assert (event.detail["checksum"], event.detail["erased"]) == (certificate.checksum, {"responses": 1})
    assert event.detail["content_checksum"] == certificate.content_checksum
    at = certificate.erased_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    lines = ["AZE-2016", "answers", certificate.rule, at, "responses: 1", "sealed forms: 0"]
    lines += ["forms saved to be continued: 0", "paper forms being typed: 0", "tables being imported: 0"]
    assert certificate.content_checksum == sha256("\n".join(lines).encode()).hexdigest()
    assert WORD not in json.dumps(list(AuditEvent.objects.values("object_label", "detail")))
    address = f"/a/AZE-2016/retention/certificates/{certificate.pk}/"
    check_roles(address, allowed="lead", denied="consultant", wrong="post")
    reply = client_as("lead").get(address)
    assert (reply.content, reply["Content-Type"]) == (content, "application/pdf")


@pytest.mark.django_db
def test_the_checksum_of_what_is_certified_is_printed_and_verified(
    assessment: Assessment, lead: User, client_as: Any, monkeypatch: Any, settings: Any
) -> None:
    printed: list[str] = []
    monkeypatch.setattr("tests.assessments.test_retention.print_nothing", lambda html: printed.append(html) or b"%PDF-")
    settings.PDF_RENDERER = "tests.assessments.test_retention.print_nothing"
    due(assessment, "answers")
    list(keep_retention())
    certificate = DeletionCertificate.objects.get()
    assert certificate.content_checksum in printed[0].replace(" ", "")  # in groups, so that the line breaks well
    address, client = "/a/AZE-2016/retention/", client_as("lead")

    def page_for(checksum: str) -> str:
        return " ".join(client.get(address, {"checksum": checksum}).content.decode().split())

    typed = f" {certificate.content_checksum[:32].upper()} {certificate.content_checksum[32:]}"  # as copied from paper
    for checksum in (typed, certificate.checksum):
        assert f"Certificate {certificate.pk} (Raw answers, erased on" in page_for(checksum)
    for checksum in ("0" * 64, "x", "<script>"):
        assert "No certificate of this assessment has this checksum." in page_for(checksum)
    out = StringIO()
    call_command("verify_certificates", checksum=certificate.content_checksum, stdout=out)
    assert out.getvalue() == f"certificate {certificate.pk} of AZE-2016: as it was made\n"
    with pytest.raises(CommandError, match="No certificate of this site"):
        call_command("verify_certificates", checksum="0" * 64)
    original = DeletionCertificate.objects.values("parts", "pdf", "content_checksum").get()
    moved = certificate.content().replace("responses: 0", "responses: 7").encode()
    for changed, fault in (
        ({"parts": [["responses", 7]]}, "what it certifies was changed afterwards"),
        ({"pdf": b"%PDF-other"}, "its file was changed afterwards"),
        (
            {"parts": [["responses", 7], *original["parts"][1:]], "content_checksum": sha256(moved).hexdigest()},
            "the audit log has another checksum",
        ),
    ):
        DeletionCertificate.objects.update(**original | changed)
        assert f"is not as it was made: {fault}." in page_for(
            changed.get("content_checksum", certificate.content_checksum)
        )
        with pytest.raises(CommandError, match="not as they were made"):
            call_command("verify_certificates", stdout=out)
        assert f"BROKEN, {fault}" in out.getvalue()
    DeletionCertificate.objects.update(**original | {"content_checksum": ""})
    assert fault_of(DeletionCertificate.objects.get()) == "the audit log has another checksum"
    earlier = DeletionCertificate(
        reference="AZE-2016", kind="notes", pdf=b"%PDF-", checksum=sha256(b"%PDF-").hexdigest()
    )
    earlier.erased_at = timezone.now()
    earlier.save()  # of an earlier version, and its event has been erased
    assert fault_of(earlier) == ""


def print_nothing(html: str) -> bytes:
    """Is replaced by the test, which reads what would be printed."""
    raise AssertionError(html)


@pytest.mark.django_db
def test_certificate_file_is_printed_later_where_it_could_not_be(
    assessment: Assessment, lead: User, client_as: Any, settings: Any
) -> None:
    printer, settings.PDF_RENDERER = settings.PDF_RENDERER, "assessments.no_such_module.make_pdf"
    due(assessment, "answers")
    list(keep_retention())
    certificate = DeletionCertificate.objects.get()
    assert (certificate.pdf, certificate.checksum) == (None, "")
    address = f"/a/AZE-2016/retention/certificates/{certificate.pk}/"
    assert client_as("lead").get(address).status_code == 404
    settings.PDF_RENDERER = printer
    assert client_as("lead").get(address).content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_leads_are_warned_in_time_and_once(assessment: Assessment, lead: User, client_as: Any) -> None:
    lead = client_as("lead") and assessment.memberships.filter(role=Role.LEAD).first().user
    day = timezone.localdate() + timedelta(days=20)
    set_retention(assessment=assessment, by=lead, dates={"notes": day, "names": day + timedelta(days=60)})
    assert len(list(keep_retention())) == 1
    assert len(mail.outbox) == assessment.memberships.filter(role=Role.LEAD).count()
    assert mail.outbox[0].subject.startswith("Raw notes of AZE-2016 will be erased on ")
    assert "/a/AZE-2016/retention/" in mail.outbox[0].body
    assert list(keep_retention()) == []
    home = " ".join(client_as("lead").get("/a/AZE-2016/").content.decode().split())
    assert f"Raw notes will be erased for good on {day:%-d %B %Y}: export what you need" in home
    assert "erased for good" not in client_as("consultant").get("/a/AZE-2016/").content.decode()


@pytest.mark.django_db
def test_nothing_is_erased_before_the_leads_had_notice(assessment: Assessment, lead: User) -> None:
    fill(assessment, lead)
    RetentionDate.objects.create(assessment=assessment, kind="answers", due_on=timezone.localdate() - timedelta(days=9))
    assert "leads warned" in next(keep_retention())  # a site whose worker did not run for weeks
    assert list(keep_retention()) == []
    assert Response.objects.exists()


@pytest.mark.django_db
def test_a_moved_date_is_warned_of_again_and_a_past_one_is_refused(assessment: Assessment, lead: User) -> None:
    due(assessment, "answers")
    with pytest.raises(ValidationError, match="not in the future"):
        set_retention(assessment=assessment, by=lead, dates={"answers": timezone.localdate() - timedelta(days=1)})
    later = timezone.localdate() + timedelta(days=400)
    set_retention(assessment=assessment, by=lead, trash_days=9, dates={"answers": later})
    row = RetentionDate.objects.get()
    assert (row.due_on, row.warned_at, assessment.trash_days) == (later, None, 9)
    set_retention(assessment=assessment, by=lead, trash_days=9, dates={"answers": None})
    assert not RetentionDate.objects.exists()
    changed = [event.detail["fields"] for event in assessment.audit_events.filter(action="retention.changed")]
    assert sorted(changed) == [["answers"], ["answers", "trash_days"]]


@pytest.mark.django_db
def test_retention_edit_sets_dates(assessment: Assessment, client_as: Any, check_roles: Any) -> None:
    check_roles("/a/AZE-2016/retention/", allowed="lead", denied="focal_point", wrong="put")
    lead = client_as("lead")
    refused = lead.post("/a/AZE-2016/retention/", {"notes": "2020-01-01", "names": "2200-01-01", "trash_days": "0"})
    assert refused.status_code == 422
    assert not RetentionDate.objects.exists()
    refused = lead.post("/a/AZE-2016/retention/", {"notes": "2020-01-01"})
    assert "This date is not in the future." in refused.content.decode()
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    saved = lead.post("/a/AZE-2016/retention/", {"notes": day, "trash_days": "60"})
    assert saved.url == "/a/AZE-2016/retention/"
    assessment.refresh_from_db()
    assert (RetentionDate.objects.get().kind, assessment.trash_days) == ("notes", 60)
    assert f'value="{day}"' in lead.get("/a/AZE-2016/retention/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_restore_erases_by_a_date_that_came_after_the_backup(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.ERASURE_REGISTER = tmp_path / "files", tmp_path / "erasures.jsonl"
    assessment = AssessmentFactory(reference="AZE-2016")
    lead = MembershipFactory(assessment=assessment, role=Role.LEAD).user
    fill(assessment, lead)
    call_command("backup", tmp_path / "before", stdout=StringIO(), stderr=StringIO())
    due(assessment, *KINDS)
    list(keep_retention())
    response = ResponseFactory(survey=assessment.survey, code="AZEsur900")  # arrived later, on paper
    call_command("backup", tmp_path / "after", stdout=StringIO(), stderr=StringIO())

    empty_database()
    call_command("restore", tmp_path / "before", stdout=StringIO(), stderr=StringIO())
    assert (Contact.objects.count(), Response.objects.count(), Answer.objects.get().text) == (0, 0, "[erased]")
    assert verify_chain(Assessment.objects.get()).is_whole
    empty_database()
    call_command("restore", tmp_path / "after", stdout=StringIO(), stderr=StringIO())
    assert list(Response.objects.all()) == [response]
    assert DeletionCertificate.objects.count() == 4
