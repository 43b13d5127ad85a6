"""The register: a code belongs to one source permanently, removing moves to the trash, imports store all or nothing."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.bibliography import Entry
from assessments.models import AuditEvent, Document
from assessments.services import documents as services
from indicators.models import Mark
from tests.factories import DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def pdf(name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


@pytest.fixture
def user() -> Any:
    return UserFactory()


def test_register_document_stores_the_file_under_a_generated_name(assessment: Any, user: Any) -> None:
    document = services.register_document(
        assessment=assessment, upload=pdf("Приказ.pdf"), by=user, code="Aze 1", title="Plan"
    )
    assert document.file_name == "Приказ.pdf"
    assert re.fullmatch(r"documents/\d{4}/[0-9a-f]{32}\.pdf", document.file.name)
    with document.file.open() as kept:
        assert kept.read() == PDF


@pytest.mark.parametrize("code", ["Aze 1", "aze 1", "AZE 1", "Aze 01"])
def test_register_document_refuses_a_code_that_is_taken(assessment: Any, user: Any, code: str) -> None:
    DocumentFactory(assessment=assessment, code="Aze 1", title="The first")
    with pytest.raises(ValidationError) as caught:
        services.register_document(assessment=assessment, upload=pdf(), by=user, code=code, title="The second")
    free = f"{code.split()[0]} 2"
    assert caught.value.message_dict == {
        "code": [f"Aze 1 is already used for “The first”. Choose another code, such as {free}."]
    }
    assert Document.objects.count() == 1


def test_register_document_allows_the_same_code_in_another_assessment(assessment: Any, user: Any) -> None:
    DocumentFactory(code="Aze 1")
    services.register_document(assessment=assessment, upload=None, by=user, code="Aze 1", title="Ours")
    assert Document.objects.filter(code="Aze 1").count() == 2


def test_register_document_stores_nothing_where_the_file_is_wrong(assessment: Any, user: Any) -> None:
    wrong = SimpleUploadedFile("plan.pdf", b"MZ")
    with pytest.raises(ValidationError):
        services.register_document(assessment=assessment, upload=wrong, by=user, code="Aze 1", title="Plan")
    assert (Document.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_update_document_puts_a_new_file_in_place_of_the_old(assessment: Any, user: Any) -> None:
    document = services.register_document(assessment=assessment, upload=pdf(), by=user, code="Aze 1", title="Plan")
    storage, old = document.file.storage, document.file.name
    services.update_document(document=document, upload=pdf("new.pdf"), by=user, title="Plan, amended")
    assert (storage.exists(old), storage.exists(document.file.name)) == (False, True)


def test_remove_document_moves_it_to_the_trash_with_code_and_file(assessment: Any, user: Any) -> None:
    document = services.register_document(assessment=assessment, upload=pdf(), by=user, code="Aze 1", title="Plan")
    services.remove_document(document=document, by=user)
    assert (Document.objects.count(), list(Document.all_objects.for_trash())) == (0, [document])
    assert assessment.documents.count() == 0
    assert Document.all_objects.get().is_removed
    assert document.file.storage.exists(document.file.name)

    services.restore_document(document=document, by=user)
    assert (Document.objects.get(), Document.objects.get().is_removed) == (document, False)
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["document.added", "document.removed", "document.restored"]


def test_the_code_of_a_removed_source_is_never_given_again(assessment: Any, user: Any) -> None:
    document = services.add_document(assessment=assessment, by=user, code="Aze 30", title="Cited")
    services.remove_document(document=document, by=user)

    assert services.next_code(assessment, "Aze") == "Aze 31"
    with pytest.raises(ValidationError) as caught:
        services.add_document(assessment=assessment, by=user, code="aze 30", title="Another")
    assert caught.value.message_dict["code"] == [
        "aze 30 belongs to “Cited”, which is in the trash. Choose another code, such as aze 31."
    ]
    added = services.import_documents(
        assessment=assessment, entries=[Entry(kind="report", title="Cited")], prefix="Aze", by=user
    )
    assert [row.code for row in added] == ["Aze 31"]


def test_a_code_that_a_source_once_had_stays_with_it(assessment: Any, user: Any) -> None:
    document = services.add_document(assessment=assessment, by=user, code="Aze 5", title="Renamed")
    services.update_document(document=document, upload=None, by=user, code="Aze 6")
    with pytest.raises(ValidationError, match="Aze 5 belonged to “Renamed”, which is now Aze 6"):
        services.add_document(assessment=assessment, by=user, code="Aze 5", title="Another")
    services.update_document(document=document, upload=None, by=user, code="Aze 5")
    with pytest.raises(ValidationError, match="Aze 6 belonged to “Renamed”"):
        services.add_document(assessment=assessment, by=user, code="Aze 6", title="Another")
    assert services.next_code(assessment, "Aze") == "Aze 7"


def test_a_code_that_is_in_use_does_not_change(assessment: Any, user: Any) -> None:
    document = services.add_document(assessment=assessment, by=user, code="Aze 5", title="Cited")
    Mark.objects.create(assessment=assessment, criterion="1.1", cell="F1", evidence=["document:Aze 5#3"])
    with pytest.raises(ValidationError, match="Aze 5 is used in Indicator"):
        services.update_document(document=document, upload=None, by=user, code="Aze 6", title="Cited")
    document.refresh_from_db()
    assert document.code == "Aze 5"


def test_a_source_removed_meanwhile_is_not_changed(assessment: Any, user: Any) -> None:
    document = services.add_document(assessment=assessment, by=user, code="Aze 5", title="Gone")
    services.remove_document(document=Document.objects.get(), by=user)
    with pytest.raises(ValidationError, match="removed in the meantime"):
        services.update_document(document=document, upload=None, by=user, title="Changed")


def test_import_documents_numbers_on_from_the_highest(assessment: Any, user: Any) -> None:
    DocumentFactory(assessment=assessment, code="Aze 30")
    DocumentFactory(assessment=assessment, code="Gen 99", title="On the register", year=2014)
    entries = [
        Entry(kind="report", title="First", year=2015),
        Entry(kind="report", title="ON the register!", year=2014),
        Entry(kind="report", title="First", year=2015),
        Entry(kind="law", title="Second"),
    ]

    plan = services.plan_import(assessment=assessment, entries=entries)
    added = services.import_documents(assessment=assessment, entries=entries, prefix="Aze", by=user)

    assert [document.code for document in added] == ["Aze 31", "Aze 32"]
    assert [entry.title for entry in plan.new] == [document.title for document in added] == ["First", "Second"]
    assert [entry.title for entry in plan.known] == ["ON the register!", "First"]
    assert AuditEvent.objects.get().detail == {"count": 2, "codes": ["Aze 31", "Aze 32"]}


def test_import_documents_takes_all_or_none(assessment: Any, user: Any) -> None:
    entries = [Entry(kind="report", title="Good"), Entry(kind="report", title="Bad", url="https://not a link")]
    with pytest.raises(ValidationError, match="“Bad”"):
        services.import_documents(assessment=assessment, entries=entries, prefix="Aze", by=user)
    assert (Document.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_counts_and_bibliography(assessment: Any) -> None:
    DocumentFactory(assessment=assessment, authors="roe", title="B", in_bibliography=True, reviewed=True)
    DocumentFactory(assessment=assessment, authors="Doe", title="Z", in_bibliography=True)
    DocumentFactory(assessment=assessment, reviewed=True)
    DocumentFactory(in_bibliography=True)  # of another assessment
    register = Document.objects.for_assessment(assessment)
    counts = register.counts()
    assert (counts.registered, counts.reviewed, counts.included) == (3, 2, 2)
    assert [document.authors for document in register.for_bibliography()] == ["Doe", "roe"]


def test_bibliography_puts_what_has_no_author_under_its_title(assessment: Any) -> None:
    for authors, title in (("Roe, R.", "A"), ("", "Plan"), ("Doe, J.; et al.", "B"), ("Parliament", "C")):
        DocumentFactory(assessment=assessment, authors=authors, title=title, in_bibliography=True)
    found = [(document.by_line, document.title) for document in Document.objects.for_bibliography()]
    assert found == [("Doe, J.; et al.", "B"), ("Parliament.", "C"), ("", "Plan"), ("Roe, R.", "A")]
