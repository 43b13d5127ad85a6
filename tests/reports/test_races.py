"""Freezing an edition: two leads, a double click, an old page, a server killed in between."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError
from reports.document.builder import build, build_all
from reports.document.open_points import find_open_points
from reports.models import Edition, Report, Section, SectionRevision
from reports.services import editions
from reports.services.editions import OpenPointsLeft, make_edition
from reports.services.reports import create_report
from reports.services.sections import EditConflict, edit_section, restore_section
from tests.analysis.builders import make_interview
from workshops.models import Comment
from workshops.services.comments import resolve_comment

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/report/"


@pytest.fixture
def report(assessment: Assessment) -> Report:
    report = create_report(assessment=assessment, by=None)
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)  # a short document is quick
    return report


@pytest.fixture
def lead(client_as: Any) -> Client:
    return client_as("lead")


def context(report: Report) -> Section:
    return report.sections.get(key="context")


def typed(response: Any) -> dict[str, Any]:
    """What a browser would send of the page's form unchanged."""
    return {bound.html_name: bound.value() or "" for bound in response.context["form"] if bound.value() is not None}


def reasons_of(report: Report) -> dict[str, tuple[str, str]]:
    return {point.kind: ("No time", point.mark) for point in find_open_points(report, [build(report)])}


def test_an_edition_asked_for_twice_is_made_once(report: Report, lead: Client) -> None:
    address = f"{BASE}editions/"
    form = typed(lead.get(address)) | {"kind": "draft", "what_changed": "Section 2"}
    assert form["after"] == "" or form["after"] == 0
    for _ in range(2):
        assert lead.post(address, form | {"after": "0"}).status_code == 302
    assert list(Edition.objects.values_list("number", "what_changed")) == [(1, "Section 2")]
    assert AuditEvent.objects.filter(action="report.edition_made").count() == 1


def test_an_edition_that_a_colleague_made_meanwhile_is_shown_first(
    report: Report, client_as: Any, lead: Client
) -> None:
    address = f"{BASE}editions/"
    form = typed(lead.get(address)) | {"after": "0", "kind": "draft", "what_changed": "Typed by the lead"}
    make_edition(report=report, kind="for_validation", by=None)

    refused = lead.post(address, form)

    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Edition 1 (For validation) was made after you opened this page" in text
    assert "Typed by the lead" in text
    assert Edition.objects.count() == 1
    assert lead.post(address, typed(refused)).status_code == 302  # knowingly
    assert list(Edition.objects.values_list("number", flat=True)) == [1, 2]


def test_a_final_edition_sent_twice_is_one_and_another_reason_is_not_dropped(report: Report, lead: Client) -> None:
    address = f"{BASE}editions/final/"
    page = typed(lead.get(address))
    form = page | {name.replace("seen", "reason"): "No time" for name in page if name.startswith("seen_")}
    form["after"] = "0"
    for _ in range(2):
        assert lead.post(address, form).status_code == 302
    other = lead.post(address, form | {"reason_cells": "The workshop is next month"})
    assert other.status_code == 409
    assert "The workshop is next month" in other.content.decode()
    assert Edition.objects.get().kind == "final"


def test_a_reason_is_for_the_points_that_were_read(assessment: Assessment, report: Report) -> None:
    """One statement is decided and another added while the lead writes: the number is the same, the points are not."""
    make_interview(assessment, 1)
    first = Comment.objects.create(assessment=assessment, statement="This is not so.")
    reasons = reasons_of(report)
    resolve_comment(comment=first, disposition="noted", reason="Known", by=None)
    Comment.objects.create(assessment=assessment, statement="Nor is this.")

    with pytest.raises(OpenPointsLeft) as caught:
        make_edition(report=report, kind="final", by=None, reasons=reasons)

    assert [point.kind for point in caught.value.points] == ["statements"]
    assert Edition.objects.count() == 0


def test_an_edition_contains_nothing_that_was_saved_while_it_was_made(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two queries a colleague saves the section that has already been read."""
    edit_section(section=context(report), body="Before.", by=None)
    colleague = iter(["While it is made.", "Once more."])

    def build_slowly(report: Report, **options: Any) -> Any:
        built = build_all(report, **options)
        if body := next(colleague, ""):
            edit_section(section=context(report), body=body, by=None)
        return built

    monkeypatch.setattr(editions, "build_all", build_slowly)
    edition = make_edition(report=report, kind="draft", by=None)
    assert ["context", "Research context", "Once more."] in edition.paragraphs


def test_a_report_that_never_comes_to_rest_makes_no_edition(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(100))
    monkeypatch.setattr(editions, "data_revision", lambda _: str(next(moments)))
    with pytest.raises(Exception, match="saving changes at this moment"):
        make_edition(report=report, kind="draft", by=None)
    assert Edition.objects.count() == 0


def test_a_server_killed_while_it_freezes_leaves_nothing_and_the_form_sent_again_makes_one(
    report: Report, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{BASE}editions/"
    form = {"after": "0", "kind": "draft", "what_changed": "Section 2"}
    lead.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(editions, "enqueue_edition", lambda _: 1 / 0)  # after the row was written
        assert lead.post(address, form).status_code == 500
    assert (Edition.objects.count(), AuditEvent.objects.filter(action="report.edition_made").count()) == (0, 0)
    assert lead.post(address, form).status_code == 302
    assert Edition.objects.get().what_changed == "Section 2"


def test_a_server_killed_after_it_froze_is_asked_again_for_the_files(
    report: Report, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    """The edition was stored but its job was not enqueued: the list offers to make the files from the captured text."""
    with transaction.atomic():
        edition = make_edition(report=report, kind="draft", by=None)
    edit_section(section=context(report), body="Typed after the press.", by=None)
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(f"{BASE}editions/{edition.number}/retry/")
    edition.refresh_from_db()
    assert edition.is_ready
    assert "Typed after the press." not in str(edition.paragraphs)


def test_an_earlier_text_restored_twice_is_restored_once(report: Report, lead: Client) -> None:
    section = edit_section(section=context(report), body="Second.", by=None)
    number = section.revision
    edit_section(section=section, body="Third.", by=None)
    for _ in range(2):  # the second press carries the revision that the page showed
        lead.post(f"{BASE}sections/context/history/{number}/restore/", {"revision": str(number + 1)})
    assert context(report).body == "Second."
    bodies = SectionRevision.objects.filter(section=section).order_by("revision").values_list("body", flat=True)
    assert list(bodies)[1:] == ["Second.", "Third.", "Second."]


def test_an_earlier_text_is_not_restored_over_what_a_colleague_saved_since(report: Report) -> None:
    section = edit_section(section=context(report), body="Second.", by=None)
    seen = edit_section(section=section, body="Third.", by=None).revision
    edit_section(section=section, body="By a colleague.", by=None)
    with pytest.raises(EditConflict):
        restore_section(section=section, number=section.revision, by=None, revision=seen)
    assert context(report).body == "By a colleague."


def test_a_newer_edition_is_named(report: Report) -> None:
    first = make_edition(report=report, kind="draft", by=None, after=0)
    with pytest.raises(ConflictError) as refused:
        make_edition(report=report, kind="final", by=None, after=0)
    assert refused.value.current == first
