"""The rows of review rounds: what is erased of them, when, and what is told about one person."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments.erasers import assessment_rows, retained_rows, withdraw_copies
from assessments.models import Assessment
from assessments.personal_data import Person
from reports.erasers import ReportRows
from reports.models import Edition, Report, ReturnedFile, Reviewer, ReviewItem, ReviewRound
from reports.services.reports import create_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(assessment: Assessment) -> ReviewItem:
    report = create_report(assessment=assessment, by=None)
    edition = Edition.objects.create(report=report, number=1, kind="draft")
    until = timezone.now() + timedelta(days=14)
    of_round = ReviewRound(report=report, edition=edition, number=1, until=until, note="Please read chapter 2.")
    of_round.file.save("round.docx", ContentFile(b"a file"), save=False)
    of_round.snapshot.save("round.json", ContentFile(b"{}"), save=False)
    of_round.save()
    reviewer = Reviewer.objects.create(
        round=of_round, name="A ministry", email="office@example.org", language="en", nonce="1", token_hmac="1"
    )
    file = ReturnedFile(round=of_round, reviewer=reviewer, checksum="1")
    file.file.save("back.docx", ContentFile(b"another file"))
    return ReviewItem.objects.create(
        report=report, round=of_round, file=file, number=1, kind="comment", text="The shelter closed.", author="Ms Two"
    )


def stored(item: ReviewItem) -> list[bool]:
    """Whether each of the three files is there."""
    assert item.round
    assert item.file
    return [default_storage.exists(f.name) for f in (item.round.file, item.round.snapshot, item.file.file)]


def test_erasing_a_round_erases_its_words_and_files_and_keeps_that_it_was_held(
    item: ReviewItem, member: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert item.round
    assessment = item.report.assessment
    assert stored(item) == [True, True, True]
    with django_capture_on_commit_callbacks(execute=True):
        assert withdraw_copies(assessment, [f"round:{item.round.pk}"], by=member("lead")) == 1
    assert stored(item) == [False, False, False]
    found = ReviewItem.objects.select_related("round", "file").get()
    assert found.round
    assert found.file
    assert (found.text, found.round.note, found.file.unplaced) == ("", "", [])
    assert (found.round.erased_at is not None, found.round.is_open, found.round.is_ready) == (True, False, False)
    assert not Edition.objects.exclude(erased_at=None).exists()


def test_erasing_an_edition_erases_its_rounds(item: ReviewItem, member: Any) -> None:
    assert item.round
    keys = [f"edition:{item.round.edition_id}", f"round:{item.round.pk}"]
    assert withdraw_copies(item.report.assessment, keys, by=member("lead")) == 1
    assert ReviewItem.objects.get().text == ""


def test_names_of_reviewers_are_erased_with_the_other_names(item: ReviewItem) -> None:
    assessment = item.report.assessment
    for rows in retained_rows("names"):
        rows.erase(assessment)
    found = ReviewItem.objects.select_related("file__reviewer").get()
    assert found.file
    reviewer = found.file.reviewer
    assert (found.author, found.text, found.file.file.name) == ("", "The shelter closed.", "")
    assert (reviewer.name, reviewer.email, reviewer.revoked_at is not None) == ("A ministry", "", True)


def test_all_rows_of_an_assessment_can_be_erased(item: ReviewItem) -> None:
    for rows in assessment_rows():
        rows.erase(item.report.assessment)
    for model in (Report, ReviewRound, Reviewer, ReturnedFile, ReviewItem):
        assert not model._default_manager.exists()


@pytest.mark.parametrize("words", ["A ministry", "office@example.org", "Ms Two"])
def test_a_reviewer_is_found_by_office_address_and_the_name_in_the_file(item: ReviewItem, words: str) -> None:
    places = ReportRows().find_person(item.report.assessment, words)
    assert [place.kind for place in places] == ["reviewer"]
    tables = {
        table.name: table.rows for table in ReportRows().tables_of(item.report.assessment, Person(tuple(places), words))
    }
    assert [row[4] for row in tables["review_comments"]] == ["Ms Two"]
    assert tables["reviewers"][0][:2] == ["A ministry", "office@example.org"]
    assert len(tables["files_returned"]) == 1
