"""The file of a later round with the changes since the edition reviewed before: made, offered, returned, erased."""

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import Assessment
from reports.models import Edition, EditionFile, Report, ReturnedFile, ReviewRound, Section
from reports.output import review_files
from reports.output.returned_files import read_returned
from reports.output.review_files import make_review_file, sent_mark
from reports.review.reading import read
from reports.services.editions import make_edition
from reports.services.review_returns import receive_file
from reports.services.review_rounds import open_round
from reports.services.sections import edit_section
from tests.interviews.factories import InterviewFactory
from tests.reports.reviews import BODY, OPEN, SAFE, make_reviewer, make_round

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
