"""The archive: everything can be read and nothing changed, whichever way the change takes; a lead brings it back."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from assessments.archiving import ArchivedError, goes_on
from assessments.models import Assessment, AuditEvent, Document, RetentionDate
from assessments.services.archive import archive_assessment, bring_back_assessment
from assessments.services.assessments import update_assessment
from assessments.services.documents import add_document
from assessments.services.retention import carry_out
from instruments.access import owners
from instruments.models import Instrument
from interviews.models import Answer, Theme
from interviews.services.answers import save_answer
from interviews.services.themes import add_theme
from surveys.models import Survey
from tests.factories import DocumentFactory
from tests.interviews.factories import InterviewFactory
from tests.pages import text
from tests.surveys.factories import SurveyFactory
from tests.workshops.factories import make_workshop
from workshops.models import Workshop

HOME = "/a/AZE-2016/"
# Verbs that store something and record no event, at least not always: why the archive does not need one of them.
WITHOUT_EVENT = {
    "assessments/services/contacts.py purge_contact": "erasing",
    "assessments/services/documents.py erase_document": "erasing",
    "assessments/services/set_up.py create_administrator": "of the site",
    "instruments/services/entries.py remove_entry": "a signal records it (assessments/signals.py)",
    "instruments/services/entries.py restore_entry": "a signal records it",
    "instruments/services/translations.py save_translations": "a signal records it",
    "interviews/services/beginnings.py change_plan": "records it by `plan_sections`",
    "interviews/services/beginnings.py suggest_once": "records it by `suggest_contact`",
    "interviews/services/erasure.py": "erasing",
    "interviews/services/imports.py decide_notes_import": "nobody has imported it yet; importing it records it",
    "interviews/services/imports.py forget_unfinished_imports": "erasing",
    "interviews/services/interviews.py find_organisation": "part of another verb, which records it",
    "reports/services/builds.py restart_stalled_build": "goes on",
    "reports/services/exports.py restart_stalled_export": "goes on",
    "reports/services/interview_documents.py restart_stalled_document": "goes on",
    "interviews/services/completion.py close_open_points": "complete_interview",
    "reports/services/word_imports.py": "records it by `edit_section` and `add_section`",
    "surveys/services/drafts.py": "a survey has to be closed first",
    "surveys/services/entry_drafts.py store_entry": "records it by `enter_response`",
    "surveys/services/erasure.py": "erasing",
    "surveys/services/invitations.py mark_opened": "a survey has to be closed first",
    "surveys/services/table_imports.py": "a table that nobody has imported yet; importing it records it",
}


@pytest.fixture
def archived(assessment: Assessment, member: Any) -> Assessment:
    archive_assessment(assessment=assessment, by=member("lead"))
    return assessment


def test_every_verb_that_stores_something_records_an_event_or_is_listed() -> None:
    silent = {f"{path} {verb}" for path, verb in silent_verbs()}
    excused = {name for name in silent for known in WITHOUT_EVENT if name.startswith(known)}
    assert silent - excused == set()
    assert {known for known in WITHOUT_EVENT if not any(name.startswith(known) for name in silent)} == set()


def silent_verbs() -> Iterator[tuple[str, str]]:
    """(module, function) of each public function of a service in a transaction that records no event by itself."""
    root = Path(settings.BASE_DIR)
    for path in sorted(root.glob("*/services/*.py")):
        functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            in_transaction = any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
            if in_transaction and not name.startswith("_") and not records(node, functions, set()):
                yield str(path.relative_to(root)), name


def records(node: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    called = {getattr(call.func, "id", "") for call in ast.walk(node) if isinstance(call, ast.Call)}
    if any(name.startswith("record") for name in called):
        return True
    inner = (called & set(functions)) - seen
    return any(records(functions[name], functions, seen | inner) for name in inner)


@pytest.mark.django_db
def test_assessment_archive_makes_it_read_only_until_it_is_brought_back(client_as: Any, assessment: Assessment) -> None:
    lead = client_as("lead")
    assert client_as("consultant").post(HOME + "archive/").status_code == 403
    lead.post(HOME + "archive/")
    assessment.refresh_from_db()
    assert assessment.is_archived
    home = text(lead.get(HOME))
    assert "This assessment is in the archive since" in home
    assert "it can be read, and not changed" in text(client_as("observer").get(HOME + "documents/"))
    lists = lead.get("/")
    assert ([str(one) for one in lists.context["archived"]], list(lists.context["page"])) == (["AZE-2016"], [])
    assert "1 assessment in the archive" in text(lists)
    lead.post(HOME + "bring-back/")
    assessment.refresh_from_db()
    assert not assessment.is_archived
    assert "in the archive" not in text(lead.get(HOME))
    actions = AuditEvent.objects.filter(action__startswith="assessment.").values_list("action", flat=True)
    assert sorted(actions) == ["assessment.archived", "assessment.brought_back"]


@pytest.mark.django_db
def test_assessment_bring_back_is_for_leads(client_as: Any, archived: Assessment) -> None:
    assert client_as("observer").post(HOME + "bring-back/").status_code == 403
    assert client_as("lead").get(HOME + "bring-back/").status_code == 405
    assert client_as("lead").post(HOME + "bring-back/").url == HOME + "manage/"


@pytest.mark.django_db
def test_services_refuse_each_change(archived: Assessment, member: Any) -> None:
    lead, interview = member("lead"), InterviewFactory(assessment=archived, number=1, code="AZEint1")
    changes = [
        lambda: update_assessment(assessment=archived, by=lead, office="Another"),
        lambda: add_document(assessment=archived, by=lead, code="Aze 1", kind="report", title="New"),
        lambda: add_theme(assessment=archived, by=lead, label="New"),
        lambda: save_answer(interview=interview, question="1.1", text="New", by=lead),
    ]
    for change in changes:
        with pytest.raises(ArchivedError, match="AZE-2016 is in the archive, and nothing in it can be changed"):
            change()
    archived.refresh_from_db()
    assert (archived.office, Document.objects.count(), Theme.objects.count(), Answer.objects.count()) == ("", 0, 0, 0)


@pytest.mark.django_db
def test_a_page_that_was_open_says_so_and_keeps_what_was_typed(client_as: Any, archived: Assessment) -> None:
    lead = client_as("lead")
    page = lead.post(HOME + "organisations/new/", {"name": "Ministry of Examples", "sector": "state"})
    assert "is in the archive, and nothing in it can be changed" in text(page)
    assert 'value="Ministry of Examples"' in page.content.decode()
    document = DocumentFactory(assessment=archived)
    gone = lead.post(f"{HOME}documents/{document.pk}/remove/", follow=True)  # without a form
    assert "is in the archive" in text(gone)
    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.django_db
def test_its_drafts_of_instruments_cannot_be_changed(archived: Assessment, client_as: Any) -> None:
    draft = Instrument.objects.create(
        kind="survey", key="own", version=1, definition=archived.questionnaire.definition, owner=archived
    )
    lead = client_as("lead")
    for page in (f"/instruments/{draft.pk}/publish/", f"/instruments/{draft.pk}/discard/"):
        reply = lead.post(page, {"name": "x"}, follow=True)
        assert reply.status_code < 500
    draft.refresh_from_db()
    assert (draft.published_at, draft.discarded_at) == (None, None)
    assert "AZE-2016" not in dict(owners(archived.memberships.get(role="lead").user)).values()


@pytest.mark.django_db
def test_reading_leaving_and_erasing_go_on(archived: Assessment, member: Any, client_as: Any) -> None:
    observer, lead = client_as("observer"), client_as("lead")
    for path in ("", "documents/", "survey/", "analysis/", "indicators/", "workshop/", "members/", "tool/"):
        assert observer.get(HOME + path).status_code == 200, path
    assert lead.get(HOME + "audit/").status_code == 200
    row = RetentionDate.objects.create(assessment=archived, kind="notes", due_on=timezone.localdate())
    carry_out(row)
    assert AuditEvent.objects.filter(action="retention.erased").exists()
    assert goes_on("response.withdrawn")  # a respondent's receipt
    assert not goes_on("response.entered")


@pytest.mark.django_db
def test_what_is_open_to_others_is_closed_first(client_as: Any, assessment: Assessment) -> None:
    lead = client_as("lead")
    SurveyFactory(assessment=assessment, status=Survey.Status.OPEN)
    workshop = make_workshop(assessment)
    Workshop.objects.filter(pk=workshop.pk).update(status=Workshop.Status.OPEN)
    page = text(lead.get(HOME + "manage/"))
    assert "Close this first:" in page
    assert "the survey" in page
    assert "Close this first: the survey, the workshop of" in text(lead.post(HOME + "archive/", follow=True))
    assessment.refresh_from_db()
    assert not assessment.is_archived


@pytest.mark.django_db
def test_archiving_twice_is_one_event(assessment: Assessment, member: Any) -> None:
    for _ in range(2):
        archive_assessment(assessment=assessment, by=member("lead"))
    for _ in range(2):
        bring_back_assessment(assessment=assessment, by=member("lead"))
    assert AuditEvent.objects.filter(action__in=["assessment.archived", "assessment.brought_back"]).count() == 2
