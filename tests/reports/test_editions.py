"""Editions: their content is captured when they are made, and their files are made from that alone."""

import hashlib
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from assessments.audit import head_of, record, verify_chain
from assessments.models import Assessment, AuditEvent
from reports.document.builder import build
from reports.document.open_points import find_open_points
from reports.models import Edition, EditionFile, Report, Section
from reports.output.editions import NOT_CAPTURED, make_edition_files
from reports.output.formats import FORMATS
from reports.output.html import render
from reports.services.editions import OpenPointsLeft, make_edition
from reports.services.reports import create_report
from reports.services.sections import edit_section
from reports.services.shares import revoke_share, share_edition
from surveys.services.sealed_answers import seal_response
from tests.analysis.builders import make_interview
from tests.factories import DocumentFactory
from tests.indicators.factories import make_mark
from tests.surveys.factories import SurveyFactory
from workshops.models import Comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    report = create_report(assessment=assessment, by=None)
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)  # a short document is quick
    return report


def context(report: Report) -> Section:
    return report.sections.get(key="context")


def html_of(edition: Edition) -> str:
    file = edition.files.get(format="html")
    content = file.file.open().read()
    assert file.checksum == hashlib.sha256(content).hexdigest()
    return content.decode()


def test_an_edition_contains_the_text_and_numbers_of_the_moment_it_was_made(
    assessment: Assessment, report: Report
) -> None:
    edit_section(section=context(report), body="Before: {{ documents.registered }} documents.", by=None)
    edition = make_edition(report=report, kind="draft", by=None)
    edit_section(section=context(report), body="After {{ nothing }}", by=None)  # a second later, the worker is busy
    DocumentFactory(assessment=assessment)

    make_edition_files(edition.pk)

    html = html_of(edition)
    assert 'Before: <span class="fact">0</span> documents.' in html
    assert "After" not in html
    assert "Unknown fact" not in html
    edition.refresh_from_db()
    assert ["context", "Research context", "Before: 0 documents."] in edition.paragraphs


def test_a_member_with_another_language_changes_neither_the_cover_of_an_edition_nor_the_audit_log(
    assessment: Assessment, report: Report
) -> None:
    with translation.override("fr"):
        edition = make_edition(report=report, kind="draft", by=None)
        make_edition_files(edition.pk)
        edition.refresh_from_db()
        link, _token = share_edition(edition=edition, days=1, by=None)
        revoke_share(link=link, by=None)

    assert '<p class="cover-edition">Edition 1 (Draft)</p>' in html_of(edition)
    events = AuditEvent.objects.filter(action__in=["share.made", "share.revoked"])
    assert [event.object_label for event in events] == ["Edition 1 (Draft)"] * 2


def test_an_edition_prints_where_the_audit_log_ended_when_it_was_made(assessment: Assessment, report: Report) -> None:
    head = head_of(assessment)
    edition = make_edition(report=report, kind="draft", by=None)
    record("thing.done", by=None, assessment=assessment)

    make_edition_files(edition.pk)

    assert f'<code dir="ltr">{head}</code>' in html_of(edition)
    assert verify_chain(assessment, known=head).is_whole
    assert 'class="colophon"' not in render(build(report))  # which is no edition


def test_an_edition_has_one_file_per_format_and_they_never_change(report: Report) -> None:
    edition = make_edition(report=report, kind="draft", by=None)
    make_edition_files(edition.pk)
    first = list(EditionFile.objects.values())
    make_edition_files(edition.pk)
    assert {row["format"] for row in first} == set(FORMATS)
    assert list(EditionFile.objects.values()) == first


def test_a_file_that_failed_is_made_by_trying_again(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = make_edition(report=report, kind="draft", by=None)
    with monkeypatch.context() as patched:
        patched.setitem(FORMATS, "pdf", FORMATS["html"].__class__("pdf", "PDF", "", lambda *_: 1 / 0, 40))
        make_edition_files(edition.pk)
    edition.refresh_from_db()
    assert edition.failure == "The PDF file could not be created. Try again."
    assert set(edition.files.values_list("format", flat=True)) == set(FORMATS) - {"pdf"}
    make_edition_files(edition.pk)
    edition.refresh_from_db()
    assert (edition.failure, edition.files.count()) == ("", len(FORMATS))


def test_a_final_edition_is_refused_for_errors_in_its_text(report: Report) -> None:
    edit_section(section=context(report), body="{{ nothing }}", by=None)
    with pytest.raises(ValidationError, match="A final edition cannot contain errors"):
        make_edition(report=report, kind="final", by=None)
    assert not Edition.objects.exists()


def test_files_of_an_edition_that_was_not_captured_cannot_be_made(report: Report) -> None:
    edition = Edition.objects.create(report=report, number=1, kind="draft", data_revision="x")
    make_edition_files(edition.pk)
    edition.refresh_from_db()
    assert (edition.failure, edition.files.count()) == (NOT_CAPTURED, 0)


def open_kinds(report: Report) -> dict[str, int]:
    return {point.kind: point.count for point in find_open_points(report, [build(report)])}


def marks_of(report: Report) -> dict[str, str]:
    return {point.kind: point.mark for point in find_open_points(report, [build(report)])}


def test_forms_that_are_still_sealed_are_an_open_point(assessment: Assessment, report: Report) -> None:
    survey = SurveyFactory(assessment=assessment)
    assert "results" not in open_kinds(report)
    for _ in range(2):
        seal_response(survey=survey, answers={}, language="en", uuid=uuid4())
    points = {point.kind: point.items for point in find_open_points(report, [build(report)])}
    assert points["results"] == ("2 forms are still sealed and in no result",)


def test_a_final_edition_needs_a_reason_for_each_kind_of_open_point(assessment: Assessment, report: Report) -> None:
    make_interview(assessment, 1)
    Comment.objects.create(assessment=assessment, statement="This is not so.")
    kinds = open_kinds(report)
    assert kinds == {"places": 1, "cells": 100, "statements": 1, "sections": kinds["sections"]}
    marks = marks_of(report)
    reasons = {kind: (f"Because of {kind}", mark) for kind, mark in marks.items()}

    with pytest.raises(OpenPointsLeft) as caught:
        make_edition(report=report, kind="final", by=None, reasons=reasons | {"cells": (" ", marks["cells"])})
    assert [point.kind for point in caught.value.points] == ["cells"]
    Comment.objects.create(assessment=assessment, statement="Nor is this.")
    with pytest.raises(OpenPointsLeft) as caught:  # written for one statement, and there are two
        make_edition(report=report, kind="final", by=None, reasons=reasons)
    assert [point.kind for point in caught.value.points] == ["statements"]

    both = {"statements": ("Both noted", marks_of(report)["statements"])}
    edition = make_edition(report=report, kind="final", by=None, reasons=reasons | both)
    edition.refresh_from_db()
    kept = {point["kind"]: (point["reason"], len(point["items"])) for point in edition.open_points}
    numbers = {kind: (f"Because of {kind}", count) for kind, count in kinds.items()}
    assert kept == numbers | {"statements": ("Both noted", 2)}


def test_a_proposed_mark_without_a_decision_is_open_and_assesses_no_cell(
    assessment: Assessment, report: Report
) -> None:
    make_mark(assessment, "1.1/F1")
    for cell in ("1.1/F1", "1.1/F2"):
        make_mark(assessment, cell, "potential_improvement", source="workshop", rationale="Heard twice.")
    kinds = open_kinds(report)
    assert (kinds["cells"], kinds["proposals"]) == (99, 2)


def test_a_draft_edition_needs_no_reasons(report: Report) -> None:
    assert make_edition(report=report, kind="for_validation", by=None).open_points == []
