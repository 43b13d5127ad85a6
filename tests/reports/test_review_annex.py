"""The annex with the comments of reviewers: decided ones, by categories of reviewers, never by their names."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import Assessment
from ctnat.ui.errors import InputError
from reports.document.builder import build
from reports.models import Edition, Report, ReturnedFile, Reviewer, ReviewItem, ReviewRound
from reports.output.revision import data_revision
from reports.services.reports import create_report
from reports.services.review_rounds import set_category
from reports.services.sections import edit_section
from tests.factories import OrganisationFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def file(report: Report) -> ReturnedFile:
    edition = Edition.objects.create(report=report, number=1, kind="draft", data_revision="x")
    until = timezone.now() + timedelta(days=9)
    of_round = ReviewRound.objects.create(report=report, edition=edition, number=1, until=until)
    reviewer = Reviewer.objects.create(
        round=of_round, name="Ministry of Specimens", language="en", category="state", nonce="1", token_hmac="1"
    )
    return ReturnedFile.objects.create(round=of_round, reviewer=reviewer, checksum="1")


def add(file: ReturnedFile, number: int, kind: str, **fields: Any) -> ReviewItem:
    given = {"section_title": "Shelters", "author": "Ms Two", "disposition": "accepted"} | fields
    return ReviewItem.objects.create(
        report=file.round.report, round=file.round, file=file, number=number, kind=kind, place=number, **given
    )


def printed(report: Report, call: str = "[[review]]") -> str:
    edit_section(section=report.sections.get(key="context"), body=call, by=None)
    found = [node for chapter in build(report).chapters for node in (chapter, *chapter.children)]
    return " ".join(next(node.html for node in found if node.key == "context").split())


def test_decided_comments_are_printed_by_category(report: Report, file: ReturnedFile) -> None:
    add(file, 1, "change", before="36 offices", after="37 offices", response="Counted again.", changed="The number.")
    add(file, 2, "comment", before="the law", text="Which law?", disposition="declined", response="See chapter 3.")
    add(file, 3, "comment", text="Not decided.", disposition="")
    add(file, 4, "reply", text="A reply.")
    html = printed(report)
    assert "<del>36</del><ins>37</ins> offices" in html
    assert "<strong>Accepted</strong>. Counted again." in html
    assert "What changed: The number." in html
    assert "the law" in html
    assert "<strong>Declined</strong>. See chapter 3." in html
    for words in ("Ministry of Specimens", "Ms Two", "Not decided.", "A reply."):
        assert words not in html
    assert html.count('<span class="who">State agency:') == 2


def test_a_category_that_is_not_known_is_not_guessed_from_the_name(report: Report, file: ReturnedFile) -> None:
    OrganisationFactory(assessment=report.assessment, name="Ministry of Specimens", short_name="MoS", sector="state")
    add(file, 1, "comment", text="Which law?")
    before = data_revision(report)
    set_category(reviewer=file.reviewer, category="", by=None)
    assert 'class="who"' not in printed(report)
    assert data_revision(report) != before
    with pytest.raises(InputError):
        set_category(reviewer=file.reviewer, category="ministry", by=None)


def test_names_of_respondents_are_withheld(report: Report, file: ReturnedFile) -> None:
    InterviewFactory(assessment=report.assessment, respondent_name="Gulnara Mammadova")
    add(file, 1, "comment", text="Gulnara Mammadova told us.", response="Gulnara Mammadova said so.")
    assert "Gulnara" not in printed(report)


def test_one_round_is_printed_and_an_unknown_one_is_told(report: Report, file: ReturnedFile) -> None:
    assert "No comments of reviewers have been decided on yet." in printed(report, "[[review 1]]")
    add(file, 1, "comment", text="<script>", response="{{ interviews.count }}")
    assert "&lt;script&gt;" in printed(report, "[[review 1]]")
    assert "{{ interviews.count }}" in printed(report, "[[review 1]]")
    edit_section(section=report.sections.get(key="context"), body="[[review 7]]", by=None)
    assert any("there is no review round 7" in problem.message for problem in build(report).problems)


def test_the_document_is_another_one_after_a_decision(report: Report, file: ReturnedFile) -> None:
    before = data_revision(report)
    item = add(file, 1, "comment", text="Which law?")
    after = data_revision(report)
    item.revision += 1
    item.save()
    assert len({before, after, data_revision(report)}) == 3
