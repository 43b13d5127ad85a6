"""Review rounds: opened on an edition, their Word file, reviewers with links and mails, and files that come back."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import override

from assessments.models import Assessment, AuditEvent
from assessments.tokens import token_hmac
from ctnat.ui.errors import InputError
from ctnat.ui.stored import shown_text
from reports.models import EditionFile, ReturnedFile, Reviewer, ReviewRound, SectionRevision, WordTemplate
from reports.output import returned_files, review_files
from reports.output.formats import NO_TEMPLATE
from reports.output.review_files import snapshot_of, texts_at
from reports.output.review_mails import compose, link_of, remind_before_deadline
from reports.review.reasons import NO_PLACE, NOT_PROVED
from reports.services.review_returns import AlreadyReturned, RoundEnded, read_again, receive_file
from reports.services.review_rounds import (
    add_reviewer,
    change_round,
    close_round,
    find_reviewer,
    note_download,
    open_round,
    revoke_reviewer,
    send_invitations,
    send_reminders,
)
from reports.services.sections import edit_section
from reports.services.templates import set_template
from reports.services.translations import add_language, translate_section
from tests.reports.reviews import (
    BODY,
    COMMENT,
    REPLY,
    change,
    docx,
    made_edition,
    make_items,
    make_reviewer,
    make_round,
    read_as,
)
from tests.reports.word.test_template import template

pytestmark = pytest.mark.django_db


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_the_snapshot_has_the_texts_that_the_edition_was_made_of(assessment: Assessment) -> None:
    edition = made_edition(assessment)
    section = edition.report.sections.get(key="context")
    edit_section(section=section, body="Something else.", by=None)
    of_round = make_round(assessment)
    snapshot = snapshot_of(of_round)
    assert (snapshot.bodies["context"], snapshot.token) == (BODY, "")
    earlier = SectionRevision.objects.get(section=section, revision=snapshot.revisions["context"])
    assert earlier.body == BODY
    with of_round.file.open() as stream:
        content = stream.read()
    assert of_round.token_hmac
    assert of_round.token_hmac not in content.decode("latin-1")


def test_a_file_is_made_once_and_a_failure_is_told(assessment: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    of_round = make_round(assessment)
    before = of_round.checksum
    review_files.make_review_file(of_round.pk)
    of_round.refresh_from_db()
    assert of_round.checksum == before
    another = open_round(edition=of_round.edition, until=later(3), by=None)

    def fails(*args: Any, **options: Any) -> Any:
        raise RuntimeError("no")

    monkeypatch.setattr(review_files, "make_docx", fails)
    review_files.make_review_file(another.pk)
    another.refresh_from_db()
    assert (another.failure, another.is_ready, another.number) == (review_files.NOT_MADE, False, 2)


def test_the_file_has_the_look_of_the_template_of_the_report(of_round: ReviewRound) -> None:
    report, content = of_round.report, template()
    set_template(report=report, file=BytesIO(content), name="ours.dotx", by=None)
    styled = open_round(edition=of_round.edition, until=later(3), by=None)
    review_files.make_review_file(styled.pk)
    styled.refresh_from_db()
    assert styled.failure == ""
    with styled.file.open() as stream, ZipFile(BytesIO(stream.read())) as package:
        assert b"Garamond" in package.read("word/styles.xml")
        assert b"trackRevisions" in package.read("word/settings.xml")
    WordTemplate.objects.update(file="templates/none.docx")
    broken = open_round(edition=of_round.edition, until=later(3), by=None)
    review_files.make_review_file(broken.pk)
    broken.refresh_from_db()
    assert (broken.failure, broken.is_ready) == (NO_TEMPLATE, False)


def test_texts_of_a_further_language_fall_back_to_the_first(assessment: Assessment) -> None:
    edition = made_edition(assessment)
    report = edition.report
    add_language(report=report, language="fr", by=None)
    section = report.sections.get(key="context")
    fields = {"title": "Contexte", "body": "La ligne.", "revision": 0, "of_revision": section.revision}
    translate_section(section=section, language="fr", by=None, **fields)
    found = texts_at(report, "fr", timezone.now())
    assert (found["context"].body, found["context"].language) == ("La ligne.", "fr")
    assert found["introduction"].language == ""


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_open_round_refuses_a_deadline_that_is_none(assessment: Assessment, days: int) -> None:
    with pytest.raises(InputError) as fault:
        open_round(edition=made_edition(assessment), until=later(days), by=None)
    assert set(fault.value.message_dict) == {"until"}


def test_a_round_is_extended_closed_and_opened_again(of_round: ReviewRound, member: Any) -> None:
    lead = member("lead")
    close_round(of_round=of_round, by=lead)
    of_round.refresh_from_db()
    assert not of_round.is_open
    assert not Reviewer.objects.for_opening().exists()
    change_round(of_round=of_round, until=later(20), note="Please.", by=lead)
    of_round.refresh_from_db()
    assert (of_round.is_open, of_round.note, of_round.closed_by) == (True, "Please.", None)
    actions = (
        AuditEvent.objects.filter(action__startswith="review.").order_by("position").values_list("action", flat=True)
    )
    assert list(actions)[-2:] == ["review.closed", "review.changed"]


def test_a_link_is_found_by_its_token_which_is_not_stored(of_round: ReviewRound) -> None:
    reviewer = make_reviewer(of_round)
    token = link_of(reviewer).rstrip("/").rpartition("/")[2]
    assert find_reviewer(token) == reviewer
    assert find_reviewer("x" * 500) is None
    stored = Reviewer.objects.values_list("nonce", "token_hmac")[0]
    assert token not in stored
    revoke_reviewer(reviewer=reviewer, revoked=True, by=None)
    revoke_reviewer(reviewer=reviewer, revoked=False, by=None)
    reviewer.refresh_from_db()
    assert reviewer.revoked_at is None


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": " "}, "name"),
        ({"language": "tlh"}, "language"),
        ({"email": "no address"}, "email"),
        ({"email": "Office@example.org"}, "email"),
    ],
)
def test_a_reviewer_who_cannot_be_added_is_refused_beside_the_field(
    of_round: ReviewRound, fields: dict[str, str], name: str
) -> None:
    make_reviewer(of_round, email="office@example.org")
    with pytest.raises(InputError) as fault:
        add_reviewer(of_round=of_round, by=None, **{"name": "An office", "language": "en", **fields})
    assert set(fault.value.message_dict) == {name}


def test_mails_go_to_those_who_need_them_in_their_language(of_round: ReviewRound, member: Any) -> None:
    lead = member("lead")
    with_mail = make_reviewer(of_round, email="office@example.org")
    make_reviewer(of_round, "By hand")
    revoked = make_reviewer(of_round, "Ended", email="other@example.org")
    revoke_reviewer(reviewer=revoked, revoked=True, by=lead)
    assert send_invitations(of_round=of_round, by=lead) == (1, 0)
    assert send_invitations(of_round=of_round, by=lead) == (0, 0)
    assert [message.to for message in mail.outbox] == [["office@example.org"]]
    assert link_of(with_mail) in str(mail.outbox[0].body)
    assert send_reminders(of_round=of_round, by=lead) == (1, 0)
    receive_file(reviewer=with_mail, content=docx(), by=None)
    assert send_reminders(of_round=of_round, by=lead) == (0, 0)


def test_a_mail_that_cannot_be_sent_is_noted(of_round: ReviewRound, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer = make_reviewer(of_round, email="office@example.org")

    def refuse(self: Any, *args: Any, **options: Any) -> int:
        raise OSError("no server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert send_invitations(of_round=of_round, by=None) == (0, 1)
    reviewer.refresh_from_db()
    assert (reviewer.invited_at, reviewer.mail_failed_at is not None) == (None, True)


def test_the_reminder_before_the_deadline_goes_out_once(of_round: ReviewRound) -> None:
    make_reviewer(of_round, email="office@example.org")
    send_invitations(of_round=of_round, by=None)
    assert remind_before_deadline(of_round.pk) == 0  # too early
    ReviewRound.objects.update(until=later(2))
    assert remind_before_deadline(of_round.pk) == 1
    assert remind_before_deadline(of_round.pk) == 0
    subject, body = compose(Reviewer.objects.select_related("round__report__assessment").get(), "reminder")
    assert subject == mail.outbox[-1].subject
    assert "no file has come back" in body


def test_no_mail_goes_out_while_links_do_not_work(of_round: ReviewRound) -> None:
    make_reviewer(of_round, email="office@example.org")
    close_round(of_round=of_round, by=None)
    of_round.refresh_from_db()
    with pytest.raises(InputError):
        send_invitations(of_round=of_round, by=None)


# What came back -------------------------------------------------------------------------------------------------------


def test_the_same_file_is_taken_once_in_a_round(of_round: ReviewRound) -> None:
    one, other = make_reviewer(of_round), make_reviewer(of_round, "Another")
    first = receive_file(reviewer=one, content=docx(), by=None)
    with pytest.raises(AlreadyReturned) as same:
        receive_file(reviewer=other, content=docx(), by=None)
    assert same.value.file == first
    with of_round.file.open() as stream, pytest.raises(ValidationError):
        receive_file(reviewer=one, content=stream.read(), by=None)  # as it was sent out


def test_after_the_end_only_a_member_can_add_a_file(of_round: ReviewRound, member: Any) -> None:
    reviewer = make_reviewer(of_round)
    close_round(of_round=of_round, by=None)
    with pytest.raises(RoundEnded):
        receive_file(reviewer=reviewer, content=docx(), by=None)
    assert receive_file(reviewer=reviewer, content=docx(), by=member("lead")).requested_by == member("lead")


def test_a_download_is_noted_once(of_round: ReviewRound) -> None:
    reviewer = make_reviewer(of_round)
    note_download(reviewer=reviewer)
    reviewer.refresh_from_db()
    before = reviewer.downloaded_at
    note_download(reviewer=reviewer)
    reviewer.refresh_from_db()
    assert reviewer.downloaded_at == before is not None
    assert AuditEvent.objects.filter(action="review.downloaded").count() == 1


def test_each_comment_and_change_becomes_an_entry(of_round: ReviewRound) -> None:
    at = datetime(2016, 6, 30, 18, 0)  # noqa: DTZ001 - as Word writes it, without a zone
    lost = change(paragraph="", section="", state="by hand", patched="")
    items = make_items(of_round, COMMENT, REPLY, change(at=at), lost)
    assert [(item.number, item.kind, item.section_key, item.tracked) for item in items] == [
        (1, "comment", "context", None),
        (2, "reply", "context", None),
        (3, "change", "context", True),
        (4, "change", "", True),
    ]
    comment, reply, proposal, unplaced = items
    assert (comment.author, comment.section and comment.section.key, comment.state) == ("Ms Two", "context", "")
    assert reply.parent == comment
    assert proposal.at
    assert timezone.localtime(proposal.at, of_round.report.assessment.zone).hour == 18
    assert (unplaced.section, unplaced.place) == (None, 4)
    assert (
        make_items(of_round, change(after="The shelter is closed."), reviewer=make_reviewer(of_round, "B"))[0].number
        == 5
    )


def test_times_that_no_clock_shows_are_left_out(of_round: ReviewRound) -> None:
    Assessment.objects.update(time_zone="Asia/Baku")
    of_round.report.assessment.refresh_from_db()
    assert make_items(of_round, change(at=datetime.min))[0].at is None  # noqa: DTZ901 - as a file may have it


@pytest.mark.parametrize(
    ("token", "found", "told"),
    [("another", 1.0, "another report"), ("", 0.4, "not those of the file"), ("second", 1.0, "review round 2")],
)
def test_a_file_of_another_document_is_refused(of_round: ReviewRound, token: str, found: float, told: str) -> None:
    second = make_round(of_round.report.assessment)
    ReviewRound.objects.filter(pk=second.pk).update(token_hmac=token_hmac("second", purpose=review_files.IN_FILE))
    file = receive_file(reviewer=make_reviewer(of_round), content=docx(), by=None)
    read_as(file, COMMENT, token=token, found=found)
    assert (file.status, file.items.count()) == (ReturnedFile.Status.FAILED, 0)
    assert told in file.failure


def test_a_file_with_the_token_is_read_however_little_of_it_is_left(of_round: ReviewRound) -> None:
    ReviewRound.objects.update(token_hmac=token_hmac("own", purpose=review_files.IN_FILE))
    file = receive_file(reviewer=make_reviewer(of_round), content=docx(), by=None)
    read_as(file, COMMENT, token="own", found=0.1, notes=["A picture was left out."])
    assert (file.status, file.items.count()) == (ReturnedFile.Status.DONE, 1)
    assert file.unplaced == [{"kind": "note", "text": "A picture was left out."}]


def test_why_a_proposal_is_left_to_a_person_is_stored(of_round: ReviewRound) -> None:
    lost = replace(COMMENT, section="", paragraph="", why=NO_PLACE)
    by_hand = change(state="by hand", patched="", why=NOT_PROVED)
    assert [item.why for item in make_items(of_round, COMMENT, by_hand, lost)] == ["", NOT_PROVED, NO_PLACE]


def test_an_entry_has_the_page_of_its_paragraph_in_the_pdf(of_round: ReviewRound) -> None:
    pages = {"context": {"title": 4, "0": 4, "2": 5}}
    EditionFile.objects.filter(format="pdf").delete()
    EditionFile.objects.create(edition=of_round.edition, format="pdf", file="x.pdf", checksum="x", pages=pages)
    lost = replace(COMMENT, section="", paragraph="", why=NO_PLACE)
    assert [item.page for item in make_items(of_round, COMMENT, change(), lost)] == [4, 5, None]
    EditionFile.objects.filter(format="pdf").update(pages=None)
    assert make_items(of_round, COMMENT)[0].page is None


def test_why_a_file_is_refused_is_stored_in_english(of_round: ReviewRound) -> None:
    file = receive_file(reviewer=make_reviewer(of_round), content=docx(), by=None)
    with file.file.open() as stream:
        before = stream.read()
    file.file.save("cut.docx", ContentFile(before[:100]))
    with override("fr"):
        returned_files.read_returned(file.pk)
        file.refresh_from_db()
        assert file.failure.startswith("The file cannot be read as a Word document")
        assert shown_text(file.failure) != file.failure


def test_a_file_that_could_not_be_read_is_read_again(of_round: ReviewRound) -> None:
    file = receive_file(reviewer=make_reviewer(of_round), content=docx(), by=None)
    read_as(file, token="another")
    read_again(file=file, by=None)
    file.refresh_from_db()
    assert (file.status, file.failure) == (ReturnedFile.Status.WAITING, "")
    read_as(file, COMMENT)
    read_as(file, COMMENT)  # a second worker
    assert file.items.count() == 1
