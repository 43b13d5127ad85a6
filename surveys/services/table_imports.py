"""Tables that other programs have exported, from their upload to their import. Nothing is stored in part."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from assessments.write_ahead_log import empty_log_after_commit
from ctnat.ui.errors import ConflictError, InputError
from surveys.importing.files import FileSheet
from surveys.importing.languages import language_of, source_of
from surveys.importing.state import ImportState, packed
from surveys.importing.targets import Target
from surveys.models import ImportMapping, Response, Survey, TableImport
from surveys.questionnaire.versions import of_version
from surveys.services.responses import import_responses

HOURS = 24  # for which an unfinished import is kept
READ_AS = ("encoding", "separator", "is_sure")  # stay, whatever sheet is chosen
MOST_FORMS = 5_000  # rows of one table: more take a page too long


@transaction.atomic
def start_table_import(
    *,
    survey: Survey,
    sheets: Sequence[FileSheet],
    file_name: str,
    read_as: Mapping[str, Any] | None = None,
    correction: int | None = None,
    by: User,
) -> TableImport:
    """Keep the sheets of a file, encrypted, until they are imported or 24 hours have passed. Raises `InputError`.

    `survey` has the version of the questionnaire that the forms show, `correction` is its correction. `read_as`:
    {"encoding", "separator", "is_sure"} of a CSV.
    """
    if not sheets:
        raise InputError(_("The file is empty. Choose another one."))
    if max(len(sheet.lines) for sheet in sheets) > MOST_FORMS + 50:
        raise InputError(
            _("The table has more than {limit} rows. Split it into several files.").format(limit=f"{MOST_FORMS:,}")
        )
    made = TableImport.objects.create(
        survey=survey,
        file_name=file_name,
        content=packed(sheets),
        version=survey.questionnaire,
        correction=correction,
        decisions=dict(read_as or {}),
        created_by=by,
        expires_at=timezone.now() + timedelta(hours=HOURS),
    )
    record("table_import.started", by=by, assessment=survey.assessment, target=survey)
    return made


def _locked(table_import: TableImport, seen: int | None) -> TableImport:
    """The row under a lock. Raises `InputError` if it is gone, `ConflictError` if another page changed it."""
    rows = TableImport.objects.select_for_update(of=("self",)).select_related("survey__assessment", "version")
    found: TableImport | None = rows.filter(pk=table_import.pk).first()
    if found is None:
        raise InputError(_("This import was finished or discarded in the meantime. Choose the file again."))
    if seen is not None and seen != found.revision:
        raise ConflictError(
            found, _("This import was changed on another page after you opened this one. Check it, then try again.")
        )
    return found


def _decide(found: TableImport, **decided: Any) -> TableImport:
    found.decisions = {**found.decisions, **decided}
    found.revision += 1
    found.save(update_fields=["decisions", "revision"])
    return found


@transaction.atomic
def choose_sheet(
    *, table_import: TableImport, sheet: int, heading: int, by: User, seen: int | None = None
) -> TableImport:
    """Choose the sheet, and the index of its row of headings. Columns that were confirmed for another are forgotten."""
    found = _locked(table_import, seen)
    if (found.decisions.get("sheet"), found.decisions.get("heading")) != (sheet, heading):
        found.decisions = {name: found.decisions[name] for name in READ_AS if name in found.decisions}
    return _decide(found, sheet=sheet, heading=heading)


@transaction.atomic
def map_columns(
    *, table_import: TableImport, targets: Sequence[Target], by: User, seen: int | None = None
) -> TableImport:
    """Confirm what each column is. Decimal signs and orders of dates are kept where the column stays the same."""
    found = _locked(table_import, seen)
    return _decide(found, targets=[target.key for target in targets])


@transaction.atomic
def explain_values(
    *,
    table_import: TableImport,
    values: Mapping[str, Mapping[str, str]],
    signs: Mapping[int, str],
    orders: Mapping[int, str],
    by: User,
    seen: int | None = None,
) -> TableImport:
    """Confirm what values mean, and how numbers and dates are written."""
    found = _locked(table_import, seen)
    return _decide(
        found,
        values={key: dict(known) for key, known in values.items()},
        signs={str(at): sign for at, sign in signs.items()},
        orders={str(at): order for at, order in orders.items()},
    )


@transaction.atomic
def finish_table_import(
    *,
    table_import: TableImport,
    language: str,
    source: str,
    as_given: bool = False,
    by: User,
    seen: int | None = None,
) -> tuple[list[Response], int]:
    """Store the forms, remember what was confirmed, and erase the table. Returns (new responses, rows known before).

    `language` and `source` are those of rows that do not state theirs. All or nothing: raises `InputError` where a
    row has a fault. What a form was known by and when it was sent is not stored; numbers are given in the order of an
    HMAC, so that they say nothing about the order of sending.
    """
    found = _locked(table_import, seen)
    state = ImportState.of(found)
    if not state.is_mapped:
        raise InputError(_("Confirm the columns first."))
    survey = found.survey
    there = state.known()
    rows: dict[UUID, dict[str, Any]] = {}
    known = 0
    for row in state.rows(as_given=as_given):
        if row.faults or row.errors or not row.marks:
            raise InputError(_("Some rows have faults. Nothing was imported. Correct them first."))
        if not row.checked.answers and not row.checked.invalid:
            continue
        if there & set(row.marks) or row.marks[0] in rows:
            known += 1
            continue
        rows[row.marks[0]] = {
            "answers": row.checked.answers,
            "invalid": row.checked.invalid,
            "language": language_of(row.language) or language,
            "source": source_of(row.source) or source,
            "uuid": row.marks[0],
        }
    shown = of_version(survey, state.version)
    in_order = [rows[mark] for mark in sorted(rows)]
    made = import_responses(survey=shown, rows=in_order, correction=found.correction, by=by)
    _remember(state, by)
    found.delete()
    empty_log_after_commit()
    return made, known


def _remember(state: ImportState, by: User) -> None:
    columns, values, marks = state.to_remember()
    mapping, _made = ImportMapping.objects.get_or_create(
        survey=state.table_import.survey, name=state.program, mode=state.mode
    )
    mapping.columns = {**mapping.columns, **columns}
    mapping.values = {
        key: {**mapping.values.get(key, {}), **known} for key, known in {**mapping.values, **values}.items()
    }
    mapping.marks = {kind: {**mapping.marks.get(kind, {}), **known} for kind, known in marks.items()}
    mapping.changed_by = by
    mapping.save()


@transaction.atomic
def discard_table_import(*, table_import: TableImport, by: User) -> None:
    """Erase a table that is not to be imported. Where it is gone already, nothing changes."""
    found = TableImport.objects.select_for_update().filter(pk=table_import.pk).first()
    if found is None:
        return
    record("table_import.discarded", by=by, assessment=table_import.survey.assessment, target=table_import.survey)
    found.delete()
    empty_log_after_commit()


@transaction.atomic
def forget_mapping(*, mapping: ImportMapping, by: User) -> None:
    """Forget what was confirmed for the columns and values of a program."""
    record("import_mapping.forgotten", by=by, assessment=mapping.survey.assessment, target=mapping.survey)
    mapping.delete()
