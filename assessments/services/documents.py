"""Changes to the desk review's register: corrections, files, imports."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.bibliography import Entry
from assessments.models import Assessment, Document, User
from assessments.uploads import Upload, check_upload, clean_name


@transaction.atomic
def add_document(*, assessment: Assessment, by: User | None, **fields: Any) -> Document:
    """A source on the register. Raises `ValidationError`, for a code that is taken too."""
    document = Document(assessment=assessment, **fields)
    check_document(document)
    document.save()
    record("document.added", by=by, assessment=assessment, target=document)
    return document


def check_document(document: Document) -> None:
    """Raises `ValidationError` where the document cannot stand on the register; case sets no two codes apart."""
    same_code = Document.objects.for_assessment(document.assessment).exclude(pk=document.pk)
    if (double := same_code.filter(code__iexact=document.code).first()) is not None:
        raise ValidationError({"code": f"{double.code} is taken by “{double.title}”. Choose another code."})
    document.full_clean()


@transaction.atomic
def register_document(*, assessment: Assessment, upload: Upload | None, by: User, **fields: Any) -> Document:
    """A new source, with its file where there is one. Raises `ValidationError`, and then neither is kept."""
    if upload:
        check_upload(upload)
    document = add_document(assessment=assessment, by=by, **fields)
    if upload:
        _keep_file(document, upload)
    return document


@transaction.atomic
def update_document(*, document: Document, upload: Upload | None, by: User, **fields: Any) -> Document:
    """Correct a source; a new file takes the place of the old one. Raises `ValidationError`, nothing changed then."""
    if upload:
        check_upload(upload)
    for name, value in fields.items():
        setattr(document, name, value)
    check_document(document)
    document.save()
    if upload:
        _drop_file(document)
        _keep_file(document, upload)
    record("document.changed", by=by, assessment=document.assessment, target=document, new_file=bool(upload))
    return document


@transaction.atomic
def remove_document(*, document: Document, by: User) -> None:
    record("document.removed", by=by, assessment=document.assessment, target=document)
    _drop_file(document)
    document.delete()


def _keep_file(document: Document, upload: Upload) -> None:
    name = clean_name(upload.name or "")
    document.file_name = name
    document.file.save(f"{uuid.uuid4().hex}{PurePath(name).suffix.lower()}", upload, save=False)
    document.save(update_fields=["file", "file_name"])


def _drop_file(document: Document) -> None:
    """The old file goes only when the change has reached the database."""
    if document.file:
        storage, name = document.file.storage, document.file.name or ""
        transaction.on_commit(lambda: storage.delete(name))


@dataclass(frozen=True)
class Imported:
    """What an import did: the new documents, and titles that were on the register already."""

    added: list[Document]
    known: list[str]


@transaction.atomic
def import_documents(*, assessment: Assessment, entries: Iterable[Entry], prefix: str, by: User) -> Imported:
    """Register `entries` as "Aze 31", "Aze 32" ... after the highest number of `prefix`. All of them or none.

    An entry whose title and year are on the register already is left out. Raises `ValidationError`.
    """
    Assessment.objects.select_for_update().get(pk=assessment.pk)  # two imports at once never give a code twice
    existing = list(Document.objects.for_assessment(assessment))
    known_titles = {(_fold(d.title), d.year) for d in existing}
    numbers = [int(d.code.split()[1]) for d in existing if d.code.split()[0].lower() == prefix.lower()]
    number = max(numbers, default=0)
    result = Imported([], [])
    for entry in entries:
        if (key := (_fold(entry.title), entry.year)) in known_titles:
            result.known.append(entry.title)
            continue
        known_titles.add(key)
        number += 1
        document = Document(assessment=assessment, code=f"{prefix} {number}", in_bibliography=True, **asdict(entry))
        try:
            document.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            raise ValidationError(f"“{entry.title[:80]}”: {' '.join(error.messages)}") from None
        result.added.append(document)
    Document.objects.bulk_create(result.added)
    codes = [document.code for document in result.added]
    record("document.imported", by=by, assessment=assessment, count=len(codes), codes=codes[:1] + codes[1:][-1:])
    return result


def _fold(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()
