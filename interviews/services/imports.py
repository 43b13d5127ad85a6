"""Interviews typed elsewhere: kept from the upload of their files to their import. Nothing is stored in part."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from assessments.write_ahead_log import empty_log_after_commit
from ctnat.ui.errors import ConflictError, FileError, InputError, RowError, in_one_line
from ctnat.ui.tables import Table
from interviews.guides import guide_of
from interviews.importing.columns import HEAD, MORE, REQUIRED
from interviews.importing.files import SentFile, packed
from interviews.importing.rows import OF_FIELD, Entry, ReadRow, read_rows
from interviews.importing.state import ORDERS, ImportState, word_entry
from interviews.models import Interview, NotesImport
from interviews.services.answers import save_first_answers
from interviews.services.interviews import complete_interview, create_interview, find_organisation, start_interview

HOURS = 24  # for which an unfinished import is kept


# From a page ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_notes_import(*, assessment: Assessment, files: Sequence[SentFile], by: User) -> NotesImport:
    """Keep what the files say, encrypted, until it is imported or 24 hours have passed."""
    check_not_archived(assessment)
    made = NotesImport.objects.create(
        assessment=assessment,
        content=packed(files),
        created_by=by,
        expires_at=timezone.now() + timedelta(hours=HOURS),
    )
    record("notes_import.started", by=by, assessment=assessment, files=len(files))
    return made


def _locked(notes_import: NotesImport, seen: int | None = None) -> NotesImport:
    """The row under a lock, with the assessment as it is now. Raises `InputError` if it is gone, `ConflictError` if
    another page changed it."""
    rows = NotesImport.objects.select_for_update(of=("self",)).with_assessment()
    found: NotesImport | None = rows.filter(pk=notes_import.pk).first()
    if found is None:
        raise InputError(_("This import was finished or discarded in the meantime. Nothing was imported now."))
    if seen is not None and seen != found.revision:
        raise ConflictError(
            found, _("This import was changed on another page after you opened this one. Check it, then try again.")
        )
    return found


@transaction.atomic
def decide_notes_import(
    *, notes_import: NotesImport, targets: Sequence[str], order: str, by: User, seen: int | None = None
) -> NotesImport:
    """Confirm what each column is, and whether dates have the day first ("dmy") or the month ("mdy"); blank: as the
    dates themselves show."""
    found = _locked(notes_import, seen)
    if targets:
        _check_targets(targets)
    found.decisions = {"targets": list(targets), "order": order if order in ORDERS else ""}
    found.revision += 1
    found.save(update_fields=["decisions", "revision"])
    return found


def _check_targets(targets: Sequence[str]) -> None:
    if "date" not in targets:
        raise InputError(_("No column has the dates. Choose “Date and time” for one of them."))
    if twice := next((target for target in targets if target and targets.count(target) > 1), ""):
        raise InputError(_("Two columns are chosen as {column}. Leave one of them out.").format(column=twice))


@transaction.atomic
def finish_notes_import(*, notes_import: NotesImport, shown: str, by: User) -> list[Interview]:
    """Store the interviews and erase what was kept. All or nothing.

    `shown` is the mark of the preview (`ImportState.mark`). Raises `ConflictError` where a preview would say something
    else by now, `FileError` for rows that cannot be stored, and `InputError` where the import is gone.
    """
    lock_assessment(notes_import.assessment)
    found = _locked(notes_import)
    state = ImportState(found)
    check_not_archived(found.assessment)
    if not state.is_ready or state.mark != shown:
        raise ConflictError(
            found,
            _("The guide, the interviews or this import have changed since this preview. Check it, then import again."),
        )
    if state.has_faults:
        raise InputError(_("Some rows have faults. Nothing was imported. Correct them first."))
    made, faults = _store_all(found.assessment, state.to_store, by)
    if faults:
        raise FileError(*faults)
    if made:
        codes = [interview.code for interview in made]
        record("interviews.imported", by=by, assessment=found.assessment, codes=codes)
    found.delete()
    empty_log_after_commit()
    return made


@transaction.atomic
def discard_notes_import(*, notes_import: NotesImport, by: User) -> None:
    """Erase files that are not to be imported. Where they are gone already, nothing changes."""
    found = NotesImport.objects.select_for_update().filter(pk=notes_import.pk).first()
    if found is None:
        return
    record("notes_import.discarded", by=by, assessment=notes_import.assessment)
    found.delete()
    empty_log_after_commit()


@transaction.atomic
def forget_unfinished_imports() -> int:
    """Erase files that were not imported in time."""
    gone, _by_model = NotesImport.objects.filter(expires_at__lte=timezone.now()).delete()
    if gone:
        empty_log_after_commit()
    return gone


# At once --------------------------------------------------------------------------------------------------------------


@dataclass
class Imported:
    """`faults` are lines that each name a row, a column and what to do; where there are any, nothing was changed."""

    interviews: list[Interview] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def import_interviews(
    *, assessment: Assessment, table: Table, by: User | None, file_name: str = "", dry_run: bool = False
) -> Imported:
    """Create an interview for each row of a table whose columns have our names, or none where any row has a fault.

    A row with notes becomes a complete interview; one that says nothing about who took part is not complete yet. One
    without any notes becomes a planned interview, in which nothing was asked.
    """
    if faults := _column_faults(assessment, table):
        return Imported(faults=faults)
    entries = [Entry(_("Row {number}").format(number=number), cells, file_name) for number, cells in table.rows]
    return _import(assessment, entries, by, dry_run)


def import_word_files(
    *, assessment: Assessment, files: Sequence[SentFile], by: User | None, dry_run: bool = False
) -> Imported:
    """The same of Word files with one interview each."""
    return _import(assessment, [word_entry(assessment, file) for file in files], by, dry_run)


def _import(assessment: Assessment, entries: Sequence[Entry], by: User | None, dry_run: bool) -> Imported:
    rows = read_rows(assessment, entries)
    faults = [fault for row in rows for fault in _faults_of(row)]
    if faults:
        return Imported(faults=[str(fault) for fault in faults])
    with transaction.atomic():
        made, faults = _store_all(assessment, rows, by)
        if faults or dry_run:
            transaction.set_rollback(True)
        else:
            codes = [interview.code for interview in made]
            record("interviews.imported", by=by, assessment=assessment, codes=codes)
    if faults or dry_run:
        assessment.refresh_from_db(fields=["last_interview"])
    return Imported(made, [str(fault) for fault in faults])


def _column_faults(assessment: Assessment, table: Table) -> list[str]:
    known = {*HEAD, *MORE, *guide_of(assessment).by_name}
    faults = [
        _("Column “{column}” is not known. Use {head}, or the code of a question such as 3.1.").format(
            column=column[:60], head=", ".join(HEAD)
        )
        for column in table.header
        if column and column not in known
    ]
    faults += [
        _("Column “{column}” appears twice. Use each column name only once.").format(column=column[:60])
        for column in table.doubled
    ]
    faults += [
        _("Column “{column}” is missing. Add it to the file.").format(column=column)
        for column in REQUIRED
        if column not in table.header
    ]
    return faults or ([] if table.rows else [_("There are no rows below the column names.")])


def _faults_of(row: ReadRow) -> list[RowError]:
    faults = [_row_error(row, fault.column, fault.text) for fault in row.faults]
    if row.known:
        text = _("This interview already exists as {code}. Delete the row from the file.").format(code=row.known)
        faults.append(_row_error(row, "", text))
    return faults


def _row_error(row: ReadRow, column: str, text: str) -> RowError:
    return RowError(f"{row.entry.place}, {column}" if column else row.entry.place, text)


# Storing --------------------------------------------------------------------------------------------------------------


def _store_all(
    assessment: Assessment, rows: Sequence[ReadRow], by: User | None
) -> tuple[list[Interview], list[RowError]]:
    """The interviews, and what the services refuse. The caller rolls back where there is any."""
    made: list[Interview] = []
    faults: list[RowError] = []
    for row in rows:
        try:
            with transaction.atomic():
                made.append(_store(assessment, row, by))
        except ValidationError as error:
            faults += _refusals(row, error)
    return made, faults


def _store(assessment: Assessment, row: ReadRow, by: User | None) -> Interview:
    fields: dict[str, Any] = dict(row.fields)
    if row.organisation:
        name, sector, in_capital = row.organisation
        fields["organisation"] = find_organisation(
            assessment=assessment, name=name, sector=sector, in_capital=in_capital, by=by
        )
    source: dict[str, Any] = {"imported_from": row.entry.file, "imported_at": timezone.now(), "imported_by": by}
    unknown_people = not row.planned and not row.complete  # as of one begun on a device: completing it asks
    interview = create_interview(
        assessment=assessment, by=by, planned=row.planned or unknown_people, **row.plan, **fields, **source
    )
    if row.planned:
        return interview
    if unknown_people:
        start_interview(interview=interview, by=by)
    save_first_answers(interview=interview, texts=row.notes, by=by)
    return complete_interview(interview=interview, by=by) if row.complete else interview


def _refusals(row: ReadRow, error: ValidationError) -> list[RowError]:
    if not hasattr(error, "error_dict"):
        return [_row_error(row, "", in_one_line(error))]
    return [
        _row_error(row, OF_FIELD.get(name, name), " ".join(messages)) for name, messages in error.message_dict.items()
    ]
