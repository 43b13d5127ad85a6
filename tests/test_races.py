"""Two browsers, a double click and a killed server: everything is created once, and no one sees an error page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from assessments.bibliography import Entry
from assessments.models import Assessment, AuditEvent, Document, Membership, Organisation
from assessments.services import documents as document_services
from assessments.services.documents import (
    import_documents,
    register_document,
    remove_document,
    restore_document,
    update_document,
)
from assessments.services.members import add_member
from assessments.services.organisations import add_organisation
from indicators.models import Recommendation
from interviews.models import Interview, Theme
from interviews.services.interviews import find_organisation
from interviews.services.themes import add_theme
from reports.models import Section
from reports.services.reports import create_report
from reports.services.sections import add_section
from surveys.models import Survey
from surveys.services.responses import set_counted, times_counted_anew
from surveys.services.surveys import create_survey
from tests.concurrency import at_once
from tests.factories import AssessmentFactory, DocumentFactory, UserFactory
from tests.indicators.factories import make_recommendation
from tests.surveys.factories import ResponseFactory, SurveyFactory
from workshops.models import Comment
from workshops.services.comments import add_comment

shared = pytest.mark.usefixtures("shared_database")
DOCUMENT = {"code": "Aze 1", "kind": "law", "title": "Law on trafficking"}


def _new_document(assessment: Assessment, by: Any) -> Document:
    return register_document(assessment=assessment, upload=None, by=by, **DOCUMENT)


MADE_ONCE: dict[str, tuple[Callable[[Assessment, Any], Any], Any, int, int]] = {
    # what -> (verb, model, how many there are after three at once, how many were refused)
    "organisation": (
        lambda a, by: add_organisation(assessment=a, by=by, name="Shelter", sector="ngo"),
        Organisation,
        1,
        2,
    ),
    "place of an organisation": (
        lambda a, by: find_organisation(assessment=a, by=by, name="Shelter", sector="ngo", in_capital=True),
        Organisation,
        1,
        0,
    ),
    "theme": (lambda a, by: add_theme(assessment=a, by=by, label="Referral", code="referral"), Theme, 1, 2),
    "themes of one label": (lambda a, by: add_theme(assessment=a, by=by, label="Referral"), Theme, 3, 0),
    "statement": (lambda a, by: add_comment(assessment=a, by=by, statement="Not so."), Comment, 1, 2),
    "recommendation": (lambda a, by: make_recommendation(a, "train inspectors"), Recommendation, 1, 2),
    "survey": (lambda a, by: create_survey(assessment=a, by=by), Survey, 1, 2),
    "member": (lambda a, by: add_member(assessment=a, user=by, role="observer", by=by), Membership, 1, 2),
    "section": (
        lambda a, by: add_section(report=a.report, title="Thanks", by=by),
        Section.objects.filter(title="Thanks"),
        3,
        0,
    ),
    "source": (_new_document, Document, 1, 0),  # the same form three times
}


@shared
@pytest.mark.parametrize("what", MADE_ONCE)
def test_three_at_the_same_moment(what: str) -> None:
    verb, rows, made, refused = MADE_ONCE[what]
    assessment, by = AssessmentFactory(reference="AZE-2016"), UserFactory()
    if what == "section":
        create_report(assessment=assessment, by=None)
    outcomes = at_once([lambda: verb(Assessment.objects.get(pk=assessment.pk), by)] * 3)
    count = (rows if hasattr(rows, "count") else rows.objects).count()
    assert (count, sum(outcome is not None for outcome in outcomes)) == (made, refused)


@shared
def test_codes_given_at_the_same_moment_all_differ() -> None:
    assessment, by = AssessmentFactory(reference="AZE-2016"), UserFactory()
    entries = [Entry(kind="report", title=f"Report {n}", year=2016) for n in range(3)]
    verbs = [
        lambda: import_documents(assessment=assessment, entries=entries, prefix="Aze", by=by),
        lambda: import_documents(assessment=assessment, entries=entries, prefix="Aze", by=by),  # a double click
        lambda: _new_document(assessment, by),
    ]
    outcomes = at_once(verbs)
    codes = list(Document.objects.values_list("code", flat=True))
    assert outcomes[:2] == [None, None]
    assert len(codes) == len(set(codes)) == (4 if outcomes[2] is None else 3)


@shared
def test_source_removed_while_it_is_edited_stays_removed() -> None:
    document, by = DocumentFactory(assessment__reference="AZE-2016"), UserFactory()
    outcomes = at_once(
        [
            lambda: remove_document(document=Document.objects.get(pk=document.pk), by=by),
            lambda: update_document(document=_read(document), upload=None, by=by, title="Typed"),
        ]
    )
    assert outcomes[0] is None
    assert Document.all_objects.get().is_removed


def _read(document: Document) -> Document:
    return Document.all_objects.select_related("assessment").get(pk=document.pk)


@pytest.mark.django_db
def test_source_removed_and_restored_twice_is_logged_once(member: Any, assessment: Assessment) -> None:
    document, by = DocumentFactory(assessment=assessment), member("lead")
    for _ in range(2):
        remove_document(document=document, by=by)
    moment = Document.all_objects.get().removed_at
    remove_document(document=document, by=by)
    assert Document.all_objects.get().removed_at == moment
    for _ in range(2):
        restore_document(document=document, by=by)
    events = AuditEvent.objects.filter(action__startswith="document.").order_by("pk").values_list("action", flat=True)
    assert list(events) == ["document.removed", "document.restored"]


@pytest.mark.django_db
def test_new_source_sent_again_after_the_server_was_killed_is_one(
    client_as: Any, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, address = client_as("lead"), reverse("assessments:document_new", args=[assessment.reference])
    lead.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(document_services, "record", lambda *_, **__: 1 / 0)
        assert lead.post(address, DOCUMENT).status_code == 500
    assert Document.all_objects.count() == 0
    for _ in range(2):  # the response to the first was lost
        assert lead.post(address, DOCUMENT).status_code == 302
    assert Document.all_objects.count() == 1
    other = lead.post(address, DOCUMENT | {"title": "Another"})
    assert "Aze 1 is already used" in other.content.decode()


@pytest.mark.django_db
def test_place_that_contradicts_what_is_recorded_is_not_dropped(assessment: Assessment, client_as: Any) -> None:
    """The interview form names an organisation that is on the list with another answer: the answer is not ignored."""
    add_organisation(assessment=assessment, by=None, name="Shelter", sector="ngo", in_capital=True)
    lead, address = client_as("lead"), reverse("interviews:interview_new", args=[assessment.reference])
    head = {"held_at": "2016-04-01T10:00", "women": "1", "men": "0", "other": "0", "language": "en"}
    refused = lead.post(address, head | {"new_organisation": "shelter", "sector": "ngo", "in_capital": "no"})
    assert "recorded as in the capital" in refused.content.decode()
    assert Interview.objects.count() == 0


@pytest.mark.django_db
def test_form_that_a_colleague_brought_back_is_not_removed_by_an_old_page(
    assessment: Assessment, client_as: Any
) -> None:
    response = ResponseFactory(survey=SurveyFactory(assessment=assessment))
    lead = client_as("lead")
    address = reverse("surveys:response_trash", args=[assessment.reference, response.code, "remove"])
    shown = lead.get(reverse("surveys:response_detail", args=[assessment.reference, response.code]))
    seen = {"seen": str(shown.context["times_counted_anew"])}
    assert f'name="seen" value="{seen["seen"]}"' in shown.content.decode()
    set_counted(response=response, counted=False, by=None)
    set_counted(response=response, counted=True, by=None)  # a colleague has found that it is not a duplicate

    page = lead.post(address, seen, follow=True)

    response.refresh_from_db()
    assert response.deleted_at is None
    assert "was changed by another member after you opened this page" in page.content.decode()
    lead.post(address, {"seen": str(times_counted_anew(response))})
    response.refresh_from_db()
    assert response.deleted_at is not None
