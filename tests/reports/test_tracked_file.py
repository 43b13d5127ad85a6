"""The file of a later round with the changes since the edition reviewed before: made, offered, returned, erased."""

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assessments.models import Assessment
from reports.models import Edition, EditionFile, Report, ReturnedFile, ReviewRound, Section
from reports.output import review_files
from reports.output.returned_files import read_returned
from reports.output.review_files import make_review_file, sent_mark
from reports.review.reading import read
from reports.services.editions import make_edition
from reports.services.reports import create_report
from reports.services.review_returns import receive_file
from reports.services.review_rounds import close_round, open_round
from reports.services.sections import edit_section
from tests.interviews.factories import InterviewFactory
from tests.reports.reviews import BODY, OPEN, SAFE, make_reviewer, make_round
from tests.reports.test_review_pages import path_of

pytestmark = pytest.mark.django_db
PAGE = "/a/AZE-2016/report/review/"


@pytest.fixture
def second(assessment: Assessment) -> ReviewRound:
    """A round on a second edition, in which a sentence is another one."""
    make_round(assessment)
    section = Section.objects.get(key="context")
    edit_section(section=section, body=BODY.replace(OPEN, SAFE), by=None)
    return next_round(section.report)


def next_edition(report: Report) -> Edition:
    edition = make_edition(report=report, kind="for_validation", by=None)
    EditionFile.objects.create(edition=edition, format="html", checksum="x", file="editions/none.html")
    return edition


def next_round(report: Report) -> ReviewRound:
    """A round on a new edition, with its files."""
    of_round = open_round(edition=next_edition(report), until=timezone.now() + timedelta(days=9), by=None)
    make_review_file(of_round.pk)
    of_round.refresh_from_db()
    return of_round


def content_of(of_round: ReviewRound) -> bytes:
    with of_round.tracked_file.open() as file:
        return bytes(file.read())


def changed(content: bytes, old: str, new: str) -> bytes:
    """The file with other words in its text, as a reviewer saves it."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as file, zipfile.ZipFile(made, "w") as out:
        for name in file.namelist():
            part = file.read(name)
            out.writestr(name, part.replace(old.encode(), new.encode()) if name == "word/document.xml" else part)
    return made.getvalue()


def returned(of_round: ReviewRound, content: bytes) -> ReturnedFile:
    file = receive_file(reviewer=make_reviewer(of_round), content=content, by=None)
    read_returned(file.pk)
    file.refresh_from_db()
    return file


def test_the_changes_are_those_since_the_edition_reviewed_before(second: ReviewRound) -> None:
    assert (second.tracked_since, second.tracked_by) == (1, "Regional office")
    found = read(content_of(second))
    [one] = [one for one in found.paragraphs if one.new == SAFE]
    assert one.old == OPEN
    marks = {piece.inserted or piece.deleted for piece in one.pieces} - {None}
    assert marks == {sent_mark(second)}
    assert [comment.author for comment in found.comments] == [second.tracked_by]


def test_a_first_round_has_none(assessment: Assessment, client_as: Any) -> None:
    of_round = make_round(assessment)
    assert (of_round.tracked_file.name, of_round.tracked_since) == ("", None)
    assert client_as("lead").get(f"{PAGE}1/tracked/").status_code == 404
    assert "tracked/" not in client_as("lead").get(f"{PAGE}1/").content.decode()


def test_review_tracked_is_offered_beside_the_other_file(second: ReviewRound, client_as: Any) -> None:
    page = client_as("observer").get(f"{PAGE}2/").content.decode()
    assert "Word file, changes since edition 1 tracked" in page
    assert client_as("outsider").get(f"{PAGE}2/tracked/").status_code == 404
    response = client_as("observer").get(f"{PAGE}2/tracked/")
    assert response["Content-Disposition"] == 'attachment; filename="AZE-2016-review-2-tracked.docx"'
    assert b"".join(response).startswith(b"PK")


def test_its_own_changes_are_no_proposals_of_the_reviewer_who_returns_it(second: ReviewRound) -> None:
    content = content_of(second)
    file = returned(second, changed(content, "", ""))
    assert (file.status, file.items.count(), file.unplaced) == (ReturnedFile.Status.DONE, 0, [])
    file = returned(second, changed(content, "callers", "people"))
    [item] = file.items.all()
    assert (item.kind, item.section_key, item.state) == ("change", "context", "fits")
    assert item.patched == BODY.replace(OPEN, SAFE).replace("callers", "people")


def test_words_that_a_reviewer_brings_back_are_proposed(second: ReviewRound) -> None:
    """The reviewer rejects one of the tracked changes."""
    content = content_of(second)
    with zipfile.ZipFile(BytesIO(content)) as package:
        xml = package.read("word/document.xml").decode()
    start, end = xml.index("<w:del "), xml.index("</w:ins>", xml.index("<w:del ")) + len("</w:ins>")
    while "shelter" not in xml[xml.rindex("<w:p>", 0, start) : xml.index("</w:p>", start)]:
        start = xml.index("<w:del ", end)
        end = xml.index("</w:ins>", start) + len("</w:ins>")
    old = xml[start : xml.index("</w:del>", start)]
    words = old.partition("<w:delText")[2].partition(">")[2].partition("<")[0]
    file = returned(second, changed(content, xml[start:end], f"<w:r><w:t>{words}</w:t></w:r>"))
    [item] = file.items.all()
    assert (item.kind, item.after.strip(), item.tracked) == ("change", "all year", False)


def test_names_that_may_not_be_printed_now_are_withheld_in_what_was_deleted(assessment: Assessment) -> None:
    first = make_round(assessment)
    section = Section.objects.get(key="context")
    edit_section(section=section, body="Gulnara Mammadova told us of it.", by=None)
    ReviewRound.objects.filter(pk=first.pk).update(edition=next_edition(section.report))
    InterviewFactory(assessment=assessment, respondent_name="Gulnara Mammadova")
    edit_section(section=section, body="Somebody told us of it.", by=None)
    found = read(content_of(next_round(section.report)))
    texts = " ".join(f"{one.old} {one.new}" for one in found.paragraphs)
    assert "Somebody told us" in texts
    assert "Mammadova" not in texts


def test_a_file_that_cannot_be_made_keeps_nothing_from_the_round(
    assessment: Assessment, monkeypatch: pytest.MonkeyPatch, client_as: Any
) -> None:
    def fail(*arguments: Any, **options: Any) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(review_files, "make_tracked_docx", fail)
    make_round(assessment)
    section = Section.objects.get(key="context")
    edit_section(section=section, body="Another text.", by=None)
    of_round = next_round(section.report)
    assert (bool(of_round.file), bool(of_round.tracked_file), of_round.failure) == (True, False, "")
    assert "could not be made" in client_as("lead").get(f"{PAGE}2/").content.decode()


def pages_of(of_round: ReviewRound) -> tuple[str, Client]:
    """The address of a reviewer of the round, and a browser without an account."""
    return path_of(make_reviewer(of_round)), Client()


def test_review_tracked_download_is_given_by_the_link_where_the_lead_offers_it(second: ReviewRound) -> None:
    page, visitor = pages_of(second)
    for offered in (None, False):
        ReviewRound.objects.filter(pk=second.pk).update(offers_tracked=offered)
        assert "tracked/" not in visitor.get(page).content.decode()
        assert visitor.get(f"{page}tracked/").status_code == 404
    ReviewRound.objects.filter(pk=second.pk).update(offers_tracked=True)
    assert 'href="tracked/"' in visitor.get(page).content.decode()
    response = visitor.get(f"{page}tracked/")
    assert b"".join(response) == content_of(second)  # type: ignore[call-overload]
    assert response["Content-Disposition"] == 'attachment; filename="AZE-2016-review-tracked.docx"'
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert not visitor.cookies
    assert second.reviewers.get().downloaded_at
    close_round(of_round=second, by=None)
    assert visitor.get(f"{page}tracked/").status_code == 410


def test_review_tracked_download_of_a_first_round_is_not_there(assessment: Assessment) -> None:
    of_round = make_round(assessment)
    ReviewRound.objects.filter(pk=of_round.pk).update(offers_tracked=True)
    page, visitor = pages_of(of_round)
    assert "tracked/" not in visitor.get(page).content.decode()
    assert visitor.get(f"{page}tracked/").status_code == 404


@pytest.mark.parametrize(("choice", "stored"), [("yes", True), ("no", False)])
def test_the_lead_chooses_on_opening_a_round_after_another_one(
    choice: str, stored: bool, assessment: Assessment, client_as: Any
) -> None:
    lead = client_as("lead")
    first = make_round(assessment)
    assert first.offers_tracked is None
    assert "offers_tracked" in lead.get(PAGE).content.decode()
    typed = {"edition": next_edition(first.report).pk, "until": timezone.localdate() + timedelta(days=9)}
    lead.post(PAGE, typed | {"offers_tracked": choice})
    assert ReviewRound.objects.get(number=2).offers_tracked is stored


def test_who_opens_the_first_round_is_not_asked(assessment: Assessment, client_as: Any) -> None:
    next_edition(create_report(assessment=assessment, by=None))
    page = client_as("lead").get(PAGE).content.decode()
    assert 'name="until"' in page
    assert "offers_tracked" not in page
