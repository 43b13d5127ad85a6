"""The register: codes given once, files kept and dropped with the row, imports all or none."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.bibliography import Entry
from assessments.models import AuditEvent, Document
from assessments.services import documents as services
from tests.factories import DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def pdf(name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


@pytest.fixture
def user() -> Any:
    return UserFactory()


def test_register_document_keeps_the_file_under_a_name_of_its_own(assessment: Any, user: Any) -> None:
    document = services.register_document(
        assessment=assessment, upload=pdf("Приказ.pdf"), by=user, code="Aze 1", title="Plan"
    )
    assert document.file_name == "Приказ.pdf"
    assert re.fullmatch(r"documents/\d{4}/[0-9a-f]{32}\.pdf", document.file.name)
    with document.file.open() as kept:
        assert kept.read() == PDF


@pytest.mark.parametrize("code", ["Aze 1", "aze 1", "AZE 1"])
def test_register_document_refuses_a_code_that_is_taken(assessment: Any, user: Any, code: str) -> None:
    DocumentFactory(assessment=assessment, code="Aze 1", title="The first")
    with pytest.raises(ValidationError) as caught:
        services.register_document(assessment=assessment, upload=pdf(), by=user, code=code, title="The second")
    assert caught.value.message_dict == {"code": ["Aze 1 is taken by “The first”. Choose another code."]}
    assert Document.objects.count() == 1


def test_register_document_allows_the_same_code_in_another_assessment(assessment: Any, user: Any) -> None:
    DocumentFactory(code="Aze 1")
    services.register_document(assessment=assessment, upload=None, by=user, code="Aze 1", title="Ours")
    assert Document.objects.filter(code="Aze 1").count() == 2


def test_register_document_keeps_nothing_where_the_file_is_wrong(assessment: Any, user: Any) -> None:
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
    services.remove_document(document=document, by=user)
    assert (storage.exists(document.file.name), Document.objects.count()) == (False, 0)


def test_import_documents_numbers_on_from_the_highest(assessment: Any, user: Any) -> None:
    DocumentFactory(assessment=assessment, code="Aze 30")
    DocumentFactory(assessment=assessment, code="Gen 99", title="On the register", year=2014)
    entries = [
        Entry(kind="report", title="First", year=2015),
        Entry(kind="report", title="ON the register!", year=2014),
        Entry(kind="report", title="First", year=2015),
        Entry(kind="law", title="Second"),
    ]

    done = services.import_documents(assessment=assessment, entries=entries, prefix="Aze", by=user)

    assert [document.code for document in done.added] == ["Aze 31", "Aze 32"]
    assert done.known == ["ON the register!", "First"]
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
