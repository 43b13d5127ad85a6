"""Changes to the desk review's register: corrections, files, imports."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import erase_labels, record
from assessments.bibliography import Entry
from assessments.locks import lock_assessment
from assessments.models import Assessment, AuditEvent, Document, RetiredCode, User
from assessments.uploads import Upload, check_upload, clean_name
from assessments.uses import uses
from ctnat.ui.errors import InputError, in_one_line
from ctnat.ui.seen import Marks, check_seen, values_of


def next_code(assessment: Assessment, prefix: str) -> str:
    """The code after the highest one that was ever given under `prefix`: "Aze 31"."""
    numbers = [number for (name, number) in _given_codes(assessment) if name == prefix.lower()]
    return f"{prefix} {max(numbers, default=0) + 1}"


def _given_codes(assessment: Assessment) -> dict[tuple[str, int], Document | None]:
    """(prefix in lower case, number) -> the source that has or had the code, None where that is not known."""
    retired = assessment.retired_codes.select_related("document")
    given: dict[tuple[str, int], Document | None] = {(row.prefix, row.number): row.document for row in retired}
    documents = Document.all_objects.for_assessment(assessment).only("assessment", "code", "title", "removed_at")
    return given | {split_code(row.code): row for row in documents}


def split_code(code: str) -> tuple[str, int]:
    """ "Aze 16" -> ("aze", 16). Codes that differ only in case or in leading zeros are the same."""
    prefix, _, number = code.partition(" ")
    return prefix.lower(), int(number)


def check_document(document: Document) -> None:
    """Raises `ValidationError` for a field that is not valid, or a code that was given to another source."""
    document.full_clean(validate_unique=False, validate_constraints=False)
    prefix, number = split_code(document.code)
    given = _given_codes(document.assessment)
    owner = given.get((prefix, number))
    if (prefix, number) in given and (owner is None or owner.pk != document.pk):
        free = next_code(document.assessment, document.code.split()[0])
        raise InputError(
            {
                "code": _("{taken} Choose another code, such as {free}.").format(
                    taken=_taken(document.code, owner, (prefix, number)), free=free
                )
            }
        )


def _taken(code: str, owner: Document | None, key: tuple[str, int]) -> str:
    """The reason why a code cannot be given, as a sentence."""
    if owner is None:
        return _("{code} belonged to a source that was removed.").format(code=code)
    if owner.is_removed:
        return _("{code} belongs to “{title}”, which is in the trash.").format(code=code, title=owner.title)
    if split_code(owner.code) != key:
        return _("{code} belonged to “{title}”, which is now {present_code}.").format(
            code=code, title=owner.title, present_code=owner.code
        )
    return _("{code} is already used for “{title}”.").format(code=owner.code, title=owner.title)


@transaction.atomic
def add_document(*, assessment: Assessment, by: User | None, **fields: Any) -> Document:
    """Add a source to the register. Raises `ValidationError`, also for a code that is taken."""
    lock_assessment(assessment)
    document = Document(assessment=assessment, **fields)
    check_document(document)
    document.save()
    record("document.added", by=by, assessment=assessment, target=document)
    return document


@transaction.atomic
def register_document(*, assessment: Assessment, upload: Upload | None, by: User, **fields: Any) -> Document:
    """Add a source, with its file where there is one. Raises `ValidationError`, and then stores neither."""
    if upload:
        check_upload(upload)
    lock_assessment(assessment)
    there: Document | None = Document.objects.for_assessment(assessment).filter(code=fields.get("code")).first()
    file_name = clean_name(upload.name or "") if upload else ""
    if there and (values_of(there, fields), there.file_name) == (fields, file_name):
        return there  # sent twice on a slow line, or again after the server was killed
    document = add_document(assessment=assessment, by=by, **fields)
    if upload:
        _keep_file(document, upload)
    return document


@transaction.atomic
def update_document(
    *, document: Document, upload: Upload | None, by: User, seen: Marks | None = None, **fields: Any
) -> Document:
    """Correct a source; a new file replaces the old one. Raises `ValidationError`, and then changes nothing:
    `SeenConflict` where another person has changed it since it was shown (`seen`)."""
    if upload:
        check_upload(upload)
    lock_assessment(document.assessment)
    row: Document | None = Document.objects.filter(pk=document.pk).first()
    if row is None:
        raise InputError(_("This source was removed in the meantime. Restore it from the trash, then edit it."))
    check_seen(row, seen, fields)
    if not upload and values_of(row, fields) == fields:  # saved without a change, or sent twice on a slow line
        return row
    before, document.file, document.file_name = row.code, row.file, row.file_name
    for name, value in fields.items():
        setattr(document, name, value)
    check_document(document)
    if before != document.code:
        _change_code(document, before)
    document.save()
    if upload:
        _drop_file(document)
        _keep_file(document, upload)
    record("document.changed", by=by, assessment=document.assessment, target=document, new_file=bool(upload))
    return document


def _change_code(document: Document, before: str) -> None:
    """The old code stays with the source, so that a citation never leads to another one."""
    if cited := uses(Document(pk=document.pk, assessment=document.assessment, code=before)):
        raise InputError(
            {
                "code": _("{before} is used in {n} places, such as {label}. Change these first.").format(
                    before=before, n=len(cited), label=cited[0].label
                )
            }
            if len(cited) > 1
            else {
                "code": _("{before} is used in {label}. Change that first.").format(before=before, label=cited[0].label)
            }
        )
    prefix, number = split_code(document.code)
    RetiredCode.objects.filter(assessment=document.assessment, prefix=prefix, number=number).delete()
    prefix, number = split_code(before)
    if (prefix, number) != split_code(document.code):
        RetiredCode.objects.create(assessment=document.assessment, prefix=prefix, number=number, document=document)


@transaction.atomic
def remove_document(*, document: Document, by: User) -> None:
    """Move a source to the trash: its code and its file stay with it, so that it can be restored. Twice is once."""
    if _lock_document(document).is_removed:
        return
    document.removed_at = timezone.now()
    document.save(update_fields=["removed_at"])
    record("document.removed", by=by, assessment=document.assessment, target=document)


@transaction.atomic
def restore_document(*, document: Document, by: User) -> None:
    """Undo `remove_document`. Twice is once."""
    if not _lock_document(document).is_removed:
        return
    document.removed_at = None
    document.save(update_fields=["removed_at"])
    record("document.restored", by=by, assessment=document.assessment, target=document)


def _lock_document(document: Document) -> Document:
    """The row as it is now. Codes and files are changed under the same lock."""
    lock_assessment(document.assessment)
    return Document.all_objects.get(pk=document.pk)


@transaction.atomic
def erase_document(*, document: Document, by: User | None) -> None:
    """Erase a source with its file, and its title in the audit log. Its codes are never given to another one."""
    lock_assessment(document.assessment)
    prefix, number = split_code(document.code)
    RetiredCode.objects.get_or_create(assessment=document.assessment, prefix=prefix, number=number)
    events = AuditEvent.objects.filter(object_type=document._meta.label_lower, object_id=str(document.pk))
    erase_labels(events, by=by)
    _drop_file(document)
    document.delete()


def _keep_file(document: Document, upload: Upload) -> None:
    name = clean_name(upload.name or "")
    document.file_name = name
    document.file.save(f"{uuid.uuid4().hex}{PurePath(name).suffix.lower()}", upload, save=False)
    document.save(update_fields=["file", "file_name"])


def _drop_file(document: Document) -> None:
    """The old file is deleted only when the change is committed."""
    if document.file:
        storage, name = document.file.storage, document.file.name or ""
        transaction.on_commit(lambda: storage.delete(name))


@dataclass(frozen=True)
class ImportPlan:
    """Which entries would be registered, and which are on the register already (same title and year)."""

    new: list[Entry]
    known: list[Entry]


def plan_import(*, assessment: Assessment, entries: Iterable[Entry]) -> ImportPlan:
    """What `import_documents` would do. Changes nothing."""
    existing = Document.objects.for_assessment(assessment).values_list("title", "year")
    seen = {(_fold(title), year) for title, year in existing}
    plan = ImportPlan([], [])
    for entry in entries:
        key = (_fold(entry.title), entry.year)
        (plan.known if key in seen else plan.new).append(entry)
        seen.add(key)
    return plan


@transaction.atomic
def import_documents(*, assessment: Assessment, entries: Iterable[Entry], prefix: str, by: User) -> list[Document]:
    """Register `entries` as "Aze 31", "Aze 32" ... after the highest number ever given under `prefix`.

    All of them or none; an entry whose title and year are on the register already is left out. Raises
    `ValidationError`.
    """
    lock_assessment(assessment)
    first = split_code(next_code(assessment, prefix))[1]
    added = []
    for number, entry in enumerate(plan_import(assessment=assessment, entries=entries).new, start=first):
        document = Document(assessment=assessment, code=f"{prefix} {number}", in_bibliography=True, **entry.fields)
        try:
            document.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            raise InputError(f"“{entry.title[:80]}”: {in_one_line(error)}") from None
        added.append(document)
    Document.objects.bulk_create(added)
    codes = [document.code for document in added]
    record("document.imported", by=by, assessment=assessment, count=len(codes), codes=codes[:1] + codes[1:][-1:])
    return added


def _fold(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()
