"""The pages of review rounds: of leads and editors, of those who read, and of reviewers without an account."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from assessments.models import Assessment, User
from ctnat.ui.errors import InputError
from reports.models import ReturnedFile, Reviewer, ReviewItem, ReviewRound, Section
from reports.output.review_mails import link_of
from reports.review.reading import NO_PARTS
from reports.review.reasons import IS_TABLE, NO_PLACE
from reports.services.reports import create_report
from reports.services.review_returns import read_upload, receive_file
from reports.services.review_rounds import close_round, revoke_reviewer
from reports.services.sections import edit_section
from surveys.distribution import throttle
from tests.interviews.factories import InterviewFactory
from tests.reports.reviews import (
    COMMENT,
    FACT,
    OPEN,
    REPLY,
    SAFE,
    change,
    docx,
    made_edition,
    make_items,
    make_reviewer,
    read_as,
)
from tests.reports.word.packages import packed, part

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/report/review/"


@pytest.fixture
def lead(client_as: Any) -> Client:
    return client_as("lead")


def upload(text: str = "words", name: str = "back.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, docx(text))


def path_of(reviewer: Reviewer) -> str:
    return f"/v/{link_of(reviewer).rstrip('/').rpartition('/')[2]}/"


# Members --------------------------------------------------------------------------------------------------------------


def test_review_list_opens_a_round(assessment: Assessment, lead: Client, check_roles: Any) -> None:
    edition = made_edition(assessment)
    check_roles(BASE, allowed="observer", wrong="put")
    html = lead.get(BASE).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', html)
    assert key
    day = timezone.localdate() + timedelta(days=10)
    sent = {"edition": edition.pk, "until": day.isoformat(), "note": "Please.", "form_key": key[1]}
    for _ in range(2):  # sent twice
        assert lead.post(BASE, sent).url == f"{BASE}1/"
    of_round = ReviewRound.objects.get()
    assert timezone.localtime(of_round.until, assessment.zone).date() == day
    assert lead.post(BASE, {**sent, "until": "2001-01-01"}).status_code == 422


def test_review_list_says_that_an_edition_comes_first(assessment: Assessment, lead: Client) -> None:
    create_report(assessment=assessment, by=None)
    assert "Create an edition first" in lead.get(BASE).content.decode()


def test_review_list_post_is_for_leads(of_round: ReviewRound, client_as: Any) -> None:
    assert client_as("consultant").post(BASE, {}).status_code == 403


def test_review_round_shows_links_to_leads_only(of_round: ReviewRound, client_as: Any, check_roles: Any) -> None:
    reviewer = make_reviewer(of_round, email="office@example.org")
    check_roles(f"{BASE}1/", allowed="observer", wrong="post")
    for role, shown in (("lead", True), ("consultant", False), ("observer", False)):
        html = client_as(role).get(f"{BASE}1/").content.decode()
        assert (link_of(reviewer) in html, "office@example.org" in html) == (shown, shown)
        assert "A ministry" in html


def test_review_round_asks_again_while_something_is_under_way(of_round: ReviewRound, lead: Client) -> None:
    ReturnedFile.objects.create(round=of_round, reviewer=make_reviewer(of_round), checksum="1")
    html = lead.get(f"{BASE}1/").content.decode()
    seen = re.search(r'data-seen="(\w+)"', html)
    assert seen
    assert lead.get(f"{BASE}1/?seen={seen[1]}", headers={"HX-Request": "true"}).status_code == 204
    ReturnedFile.objects.update(status=ReturnedFile.Status.DONE)
    assert lead.get(f"{BASE}1/?seen={seen[1]}", headers={"HX-Request": "true"}).status_code == 200


def test_review_change_opens_a_closed_round_again(of_round: ReviewRound, lead: Client, check_roles: Any) -> None:
    check_roles(f"{BASE}1/change/", allowed="lead", denied="consultant", wrong="put")
    close_round(of_round=of_round, by=None)
    html = lead.get(f"{BASE}1/change/").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen
    day = timezone.localdate() + timedelta(days=30)
    sent = {"until": day.isoformat(), "note": "More time.", "seen": seen[1].replace("&quot;", '"')}
    assert lead.post(f"{BASE}1/change/", sent).status_code == 302
    of_round.refresh_from_db()
    assert (of_round.is_open, of_round.note) == (True, "More time.")
    of_round.note = "Hers"
    of_round.save()
    assert lead.post(f"{BASE}1/change/", {**sent, "note": "His"}).status_code == 409


def test_review_close_ends_the_links(of_round: ReviewRound, check_roles: Any) -> None:
    check_roles(f"{BASE}1/close/", allowed="lead", denied="consultant", method="post", ok=302)
    of_round.refresh_from_db()
    assert not of_round.is_open


def test_review_invite_sends_the_links(of_round: ReviewRound, check_roles: Any) -> None:
    make_reviewer(of_round, email="office@example.org")
    check_roles(f"{BASE}1/invite/", allowed="lead", denied="consultant", method="post", ok=302)
    assert [message.to for message in mail.outbox] == [["office@example.org"]]


def test_review_remind_writes_to_those_who_have_the_link(of_round: ReviewRound, check_roles: Any) -> None:
    make_reviewer(of_round, email="office@example.org")
    check_roles(f"{BASE}1/remind/", allowed="lead", denied="consultant", method="post", ok=302)
    assert mail.outbox == []


def test_review_retry(assessment: Assessment, of_round: ReviewRound, check_roles: Any) -> None:
    check_roles(f"{BASE}1/retry/", allowed="lead", denied="consultant", method="post", ok=302)


def test_review_file_is_the_word_file(of_round: ReviewRound, client_as: Any) -> None:
    assert client_as("outsider").get(f"{BASE}1/file/").status_code == 404
    response = client_as("observer").get(f"{BASE}1/file/")
    assert response["Content-Disposition"] == 'attachment; filename="AZE-2016-review-1.docx"'
    assert b"".join(response).startswith(b"PK")  # type: ignore[call-overload]


def test_reviewer_add(of_round: ReviewRound, lead: Client, check_roles: Any) -> None:
    check_roles(
        f"{BASE}1/reviewers/",
        allowed="lead",
        denied="consultant",
        method="post",
        ok=302,
        data={"name": "A ministry", "language": "en"},
    )
    assert Reviewer.objects.count() == 1
    assert lead.post(f"{BASE}1/reviewers/", {"name": "", "email": "x", "language": "en"}).status_code == 422


def test_reviewers_add_takes_many_lines_and_gives_back_those_with_faults(
    of_round: ReviewRound, lead: Client, check_roles: Any
) -> None:
    address = f"{BASE}1/reviewers/lines/"
    typed = {"language": "en", "lines": "Office of the President"}
    check_roles(address, allowed="lead", denied="consultant", method="post", ok=302, data=typed)
    lines = "\n".join(
        [
            "Ministry of Labour, Department of Migration; Office@Example.org; state agency",
            "",
            "An expert\tacademic",
            "  A union,  union@example.org ",
            "جامعة، uni@example.org، مؤسسة أكاديمية أو بحثية",
            "A bank, bank@example.org, a bank",
            "only@example.org",
            "Two, a@example.org, b@example.org",
            "Again, union@example.org",
            "office of the president",
            "X" * 201,
            "<script>, bad@x",
        ]
    )
    page = lead.post(address, {"language": "fr", "lines": lines})
    rows = [(one.name, one.email, one.category, one.language) for one in of_round.reviewers.order_by("pk")]
    assert rows == [
        ("Office of the President", "", "", "en"),
        ("Ministry of Labour, Department of Migration", "office@example.org", "state", "fr"),
        ("An expert", "", "academic", "fr"),
        ("A union", "union@example.org", "", "fr"),
        ("جامعة", "uni@example.org", "academic", "fr"),
    ]
    html = page.content.decode()
    assert (page.status_code, "4 reviewers were added." in html, "7 lines were not used" in html) == (422, True, True)
    left = html.partition('id="id_lines_lines"')[2].partition("</textarea>")[0].partition(">")[2].split("\n")
    assert [line.strip() for line in left if line.strip()][:2] == [
        "A bank, bank@example.org, a bank",
        "only@example.org",
    ]
    assert "“a bank” is not a category." in html
    assert lead.post(address, {"language": "en", "lines": " \n"}).status_code == 422
    assert lead.post(address, {"language": "en", "lines": "An office\n" * 101}).status_code == 422
    assert of_round.reviewers.count() == 5


def test_reviewer_category_is_said_or_left_unknown(of_round: ReviewRound, lead: Client, check_roles: Any) -> None:
    reviewer = make_reviewer(of_round)
    address = f"{BASE}1/reviewers/{reviewer.pk}/category/"
    assert "category not known" in lead.get(f"{BASE}1/").content.decode()
    check_roles(address, allowed="lead", denied="consultant", method="post", ok=302, data={"category": "state"})
    assert "· State agency" in lead.get(f"{BASE}1/").content.decode()
    lead.post(address, {"category": "ministry"})
    reviewer.refresh_from_db()
    assert reviewer.category == "state"
    lead.post(address, {"category": ""})
    reviewer.refresh_from_db()
    assert reviewer.category == ""


def test_reviewer_revoke_ends_a_link_and_lets_it_work_again(
    of_round: ReviewRound, lead: Client, check_roles: Any
) -> None:
    reviewer = make_reviewer(of_round)
    revoke = f"{BASE}1/reviewers/{reviewer.pk}/revoke/"
    check_roles(revoke, allowed="lead", denied="consultant", method="post", ok=302, data={"revoked": "yes"})
    reviewer.refresh_from_db()
    assert reviewer.revoked_at
    lead.post(revoke, {"revoked": "perhaps"})
    lead.post(revoke, {"revoked": "no"})
    reviewer.refresh_from_db()
    assert reviewer.revoked_at is None


def test_review_return_takes_a_file_for_a_reviewer(
    of_round: ReviewRound, lead: Client, client_as: Any, check_roles: Any
) -> None:
    reviewer = make_reviewer(of_round)
    page = f"{BASE}1/return/"
    check_roles(page, allowed="consultant", denied="observer", method="post", ok=422)
    assert lead.post(page, {"reviewer": reviewer.pk, "file": upload()}).status_code == 302
    assert lead.post(page, {"reviewer": reviewer.pk, "file": upload()}).status_code == 302  # told, not stored
    html = lead.post(page, {"reviewer": reviewer.pk, "file": SimpleUploadedFile("a.docx", b"%PDF-1.7")})
    assert "The file is a PDF" in html.content.decode()


def test_returned_file_is_what_came_back(of_round: ReviewRound, client_as: Any) -> None:
    file = receive_file(reviewer=make_reviewer(of_round), content=docx(), by=None)
    page = f"{BASE}1/returned/{file.pk}/"
    assert client_as("observer").get(page).status_code == 403
    assert b"".join(client_as("consultant").get(page)) == docx()


def test_returned_retry_reads_again(of_round: ReviewRound, check_roles: Any) -> None:
    file = receive_file(reviewer=make_reviewer(of_round), content=docx(), by=None)
    read_as(file, token="another")
    retry = f"{BASE}1/returned/{file.pk}/retry/"
    check_roles(retry, allowed="consultant", denied="observer", method="post", wrong="get", ok=302)
    file.refresh_from_db()
    assert file.status == ReturnedFile.Status.WAITING


def test_item_list_filters_and_shows_the_text_of_today(of_round: ReviewRound, lead: Client, check_roles: Any) -> None:
    make_items(of_round, COMMENT, REPLY, change())
    make_items(of_round, change("The shelter is closed."), FACT, reviewer=make_reviewer(of_round, "B"))
    page = f"{BASE}1/entries/"
    check_roles(page, allowed="observer", wrong="post")
    html = lead.get(page).content.decode()
    assert "Reviewers propose different words" in html
    assert "The national one." in html
    assert "<del>" in html
    beside = lead.get(f"{page}?section=context").content.decode()
    assert "review-beside" in beside
    assert OPEN in beside
    only = lead.get(f"{page}?reviewer={Reviewer.objects.latest('pk').pk}&state=by+hand").content.decode()
    assert len(re.findall(r'id="entry-', only)) == 1
    assert "No entries match" in lead.get(f"{page}?assigned=me").content.decode()
    assert lead.get(f"{page}?reviewer=%00&state=x&assigned=99999999999999999999&page=-1").status_code in (200, 400)


def test_what_could_not_become_an_entry_is_listed_without_names(of_round: ReviewRound, client_as: Any) -> None:
    InterviewFactory(assessment=of_round.report.assessment, respondent_name="Rashad Examplov")  # made up
    one, other = make_reviewer(of_round), make_reviewer(of_round, "B")
    file = receive_file(reviewer=one, content=docx(), by=None)
    read_as(file, COMMENT, notes=[NO_PARTS])
    file.unplaced += [{"kind": "note", "text": "As Rashad Examplov drew.", "author": "R. Examplov"}]
    file.save()
    make_items(of_round, change(), reviewer=other)
    entries = f"{BASE}1/entries/"
    for client, named in ((client_as("lead"), True), (client_as("observer"), False)):
        for page in (f"{BASE}1/", entries, f"{entries}?reviewer={one.pk}"):
            html = client.get(page).content.decode()
            assert (NO_PARTS in html, "drew." in html, "Examplov" in html) == (True, True, named), page
    for chosen in (f"?reviewer={other.pk}", "?section=context"):
        assert NO_PARTS not in client.get(f"{entries}{chosen}").content.decode()


def test_item_says_why_it_is_left_to_a_person(of_round: ReviewRound, lead: Client) -> None:
    lost = replace(COMMENT, section="", paragraph="", why=NO_PLACE)
    make_items(of_round, change(state="by hand", patched="", why=IS_TABLE), lost)
    page = f"{BASE}1/entries/"
    html = lead.get(page).content.decode()
    assert (IS_TABLE in html, NO_PLACE in html) == (True, True)
    assert IS_TABLE in lead.get(f"{page}1/").content.decode()
    User.objects.filter(email="lead@example.org").update(language="fr")
    assert IS_TABLE not in lead.get(f"{page}1/").content.decode()
    ReviewItem.objects.update(disposition="declined")
    assert NO_PLACE not in lead.get(page).content.decode()


@pytest.fixture
def entry(of_round: ReviewRound) -> str:
    """The address of an entry with a change that can be taken over."""
    make_items(of_round, change(), COMMENT)
    return f"{BASE}1/entries/1/"


def taking() -> dict[str, Any]:
    revision = ReviewItem.objects.get(number=1).revision
    section_revision = Section.objects.get(key="context").revision
    return {"words": SAFE, "response": "Yes.", "revision": revision, "section_revision": section_revision}


def test_item_offers_what_may_be_done(entry: str, client_as: Any, check_roles: Any) -> None:
    check_roles(entry, allowed="observer", wrong="post")
    assert "Save the answer" in client_as("consultant").get(entry).content.decode()
    assert "Save the answer" not in client_as("observer").get(entry).content.decode()


def test_item_take_over_changes_the_section(entry: str, lead: Client, check_roles: Any) -> None:
    check_roles(f"{entry}take/", allowed="consultant", denied="observer", method="post", ok=422)
    conflict = lead.post(f"{entry}take/", {**taking(), "section_revision": 99, "words": "Typed."})
    assert (conflict.status_code, "Typed." in conflict.content.decode()) == (409, True)
    assert lead.post(f"{entry}take/", taking()).status_code == 302
    assert SAFE in Section.objects.get(key="context").body
    assert "in the text" in lead.get(entry).content.decode()
    assert lead.get(f"{entry}take/").status_code == 302


def test_item_undo_takes_it_out_again(entry: str, lead: Client, check_roles: Any) -> None:
    lead.post(f"{entry}take/", taking())
    assert lead.post(f"{entry}undo/", {"revision": "x"}).status_code == 302  # told
    lead.post(f"{entry}undo/", {"revision": taking()["revision"]})
    assert OPEN in Section.objects.get(key="context").body
    check_roles(f"{entry}undo/", allowed="consultant", denied="observer", method="post", ok=302)


def test_item_answer_declines_with_a_reason(entry: str, lead: Client, check_roles: Any) -> None:
    check_roles(f"{entry}answer/", allowed="consultant", denied="observer", method="post", ok=422)
    answer = {"disposition": "declined", "response": "It is open all year.", "revision": 1}
    assert lead.post(f"{entry}answer/", answer).status_code == 302
    assert lead.post(f"{entry}answer/", {**answer, "response": "Other"}).status_code == 409
    assert "It is open all year." in lead.get(entry).content.decode()


def test_item_assign_gives_an_entry_to_a_member(entry: str, lead: Client, member: Any, check_roles: Any) -> None:
    data = {"member": member("consultant").pk}
    check_roles(f"{entry}assign/", allowed="consultant", denied="observer", method="post", ok=302, data=data)
    lead.post(f"{entry}assign/", {"member": "x"})
    assert ReviewItem.objects.get(number=1).assigned_to == member("consultant")


def test_item_shows_both_texts_where_they_clash(of_round: ReviewRound, lead: Client) -> None:
    make_items(of_round, change())
    section = Section.objects.get(key="context")
    edit_section(section=section, body=section.body.replace("all year", "at night"), by=None)
    html = lead.get(f"{BASE}1/entries/1/").content.decode()
    assert "The same words were edited since the round began" in html
    assert "at night" in html
    assert "in winter" in html


def test_item_leads_to_what_is_behind_a_number(of_round: ReviewRound, lead: Client) -> None:
    make_items(of_round, FACT)
    html = lead.get(f"{BASE}1/entries/1/").content.decode()
    assert "interviews.people" in html
    assert "/analysis/participants/" in html
    assert "Take over" not in html


def test_names_of_respondents_are_withheld_from_those_without_the_right(of_round: ReviewRound, client_as: Any) -> None:
    InterviewFactory(assessment=of_round.report.assessment, respondent_name="Rashad Examplov")
    named = change(after="As Rashad Examplov said, the shelter is closed.", state="by hand", patched="")
    comment = COMMENT.__class__("comment", section="context", paragraph="_ct00003", text="Ask Rashad Examplov.")
    make_items(of_round, named, comment)
    for page in ("", "1/", "1/entries/", "1/entries/?section=context", "1/entries/1/", "1/entries/2/"):
        html = client_as("observer").get(BASE + page).content.decode()
        assert "Examplov" not in html, page
    assert "Examplov" in client_as("lead").get(f"{BASE}1/entries/2/").content.decode()


# Reviewers ------------------------------------------------------------------------------------------------------------


def test_review_gives_and_takes_the_file_without_account_and_cookie(of_round: ReviewRound) -> None:
    reviewer, visitor = make_reviewer(of_round), Client(enforce_csrf_checks=True)
    page = path_of(reviewer)
    response = visitor.get(page)
    assert "Return the file" in response.content.decode()
    done = visitor.post(page, {"file": upload()})
    assert "was received" in done.content.decode()
    again = visitor.post(page, {"file": upload()})
    assert (again.status_code, ReturnedFile.objects.count()) == (200, 1)
    assert "received before" in again.content.decode()
    assert not visitor.cookies
    for each in (response, done):
        assert each["Cache-Control"] == "private, no-store"
    reviewer.refresh_from_db()
    assert reviewer.returned_at


def test_review_download_gives_the_file_and_is_noted(of_round: ReviewRound) -> None:
    reviewer = make_reviewer(of_round)
    file = Client().get(f"{path_of(reviewer)}file/")
    assert b"".join(file).startswith(b"PK")  # type: ignore[call-overload]
    assert file["Cache-Control"] == "private, no-store"
    reviewer.refresh_from_db()
    assert reviewer.downloaded_at


def test_review_tells_what_became_of_a_file(of_round: ReviewRound) -> None:
    reviewer = make_reviewer(of_round)
    Client().post(path_of(reviewer), {"file": upload()})
    read_as(ReturnedFile.objects.get(), token="another")
    html = Client().get(path_of(reviewer)).content.decode()
    assert "This is a file of another report" in html


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose the Word file first"),
        (b"%PDF-1.7 x", "The file is a PDF"),
        (b"PK\x03\x04 x", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (packed({"word/document.xml": part("document", ""), "word/vbaProject.bin": b"x"}), "contains macros"),
        (packed({"word/document.xml": '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'}), "contains a DTD"),
    ],
)
def test_review_refuses_what_is_no_word_file(of_round: ReviewRound, content: bytes, told: str) -> None:
    reviewer = make_reviewer(of_round)
    sent = {"file": SimpleUploadedFile("a.docx", content)} if content else {}
    response = Client().post(path_of(reviewer), sent)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not ReturnedFile.objects.exists()


def test_review_ends_with_the_round_and_the_link(of_round: ReviewRound) -> None:
    reviewer, visitor = make_reviewer(of_round), Client()
    page = path_of(reviewer)
    revoke_reviewer(reviewer=reviewer, revoked=True, by=None)
    assert visitor.get(page).status_code == 410
    revoke_reviewer(reviewer=reviewer, revoked=False, by=None)
    assert visitor.get(page).status_code == 200
    close_round(of_round=of_round, by=None)
    assert [visitor.get(page).status_code, visitor.get(f"{page}file/").status_code] == [410, 410]
    assert visitor.post(page, {"file": upload()}).status_code == 410
    ReviewRound.objects.update(closed_at=None, until=timezone.now())
    assert visitor.get(page).status_code == 410


def test_review_refuses_before_it_reads(of_round: ReviewRound, settings: Any) -> None:
    page = path_of(make_reviewer(of_round))
    settings.UPLOAD_LIMIT = 100
    assert Client().post(page, {"file": SimpleUploadedFile("a.docx", b"x" * 70_000)}).status_code == 413
    assert Client().post(page, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    throttle.forget()
    for _ in range(throttle.MISSES + 1):
        assert Client().get("/v/unknown/").status_code == 404
    assert Client().get("/v/unknown/file/").status_code == 429
    assert Client().get(page).status_code == 200  # a right link is always let in
    throttle.forget()


def test_of_a_file_of_300_mb_no_more_is_read_than_is_taken(of_round: ReviewRound, settings: Any) -> None:
    size = 300 * 1024**2
    told = {"content_type": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(size)}
    assert Client().generic("POST", path_of(make_reviewer(of_round)), b"", **told).status_code == 413

    class Upload:
        """Whose bytes are made while they are read."""

        given = 0

        def read(self, number: int) -> bytes:
            number = min(number, size - self.given)
            self.given += number
            return b"PK".ljust(number, b"\0")

    upload = Upload()
    with pytest.raises(InputError, match="larger than 20 MB"):
        read_upload(upload)
    assert upload.given == settings.UPLOAD_LIMIT + 1


def test_review_is_never_logged(of_round: ReviewRound, caplog: pytest.LogCaptureFixture) -> None:
    reviewer = make_reviewer(of_round)
    close_round(of_round=of_round, by=None)
    Client().get(path_of(reviewer))
    Client().get("/v/unknown/")
    assert not [record for record in caplog.records if "/v/" in record.getMessage()]
    throttle.forget()


def test_review_names_nobody_who_was_interviewed(of_round: ReviewRound) -> None:
    InterviewFactory(assessment=of_round.report.assessment, respondent_name="Rashad Examplov")
    ReviewRound.objects.update(note="")
    of_round.refresh_from_db()
    of_round.note = "As Rashad Examplov said."
    of_round.save()
    html = Client().get(path_of(make_reviewer(of_round))).content.decode()
    assert "Examplov" not in html
