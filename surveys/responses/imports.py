"""Responses read from a table, with every error by row and column."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from assessments.forms import known_language
from ctnat.ui.bulk import without_collecting
from ctnat.ui.errors import in_one_line
from ctnat.ui.tables import Table, TableError, read_table
from surveys.models import Response, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.reading import from_row
from surveys.questionnaire.validation import check
from surveys.words import error_text

MOST_CELLS = 100_000  # of a workbook: 750 responses to the survey of 2016; more come as CSV
OWN_COLUMNS = frozenset({"language", "source", "uuid"})
SOURCES = {"web": "web", "paper": "paper", "email": "email", "e-mail": "email"}


@dataclass(frozen=True)
class Plan:
    """`rows` are ready for `services.import_responses`; with an error none is imported."""

    rows: list[dict[str, Any]]
    errors: list[str]
    columns: int = 0


@without_collecting()
def plan_import(survey: Survey, content: bytes, name: str) -> Plan:
    """Read and check a table. Columns: item codes, `CODE_other`, `language`, `source`, `uuid`; a blank cell is skipped.

    A row without a `uuid` gets one made from the file's content, so that the same file again is recognised.
    """
    try:
        table = read_table(content, name, workbook_cells=MOST_CELLS)
    except TableError as error:
        return Plan([], [str(error)])
    errors = _header_errors(survey, table)
    if not table.rows:
        errors.append(gettext("The table has a header but no rows. Enter one form per row."))
    known = _item_columns(survey)
    mark = hashlib.sha256(content).hexdigest()
    rows: list[dict[str, Any]] = []
    for number, cells in table.rows:
        row, found = _row(survey, known, cells, f"{survey.pk}:{mark}:{number}")
        rows.append(row)
        errors += [
            gettext("row {number}, column {column}: {text}").format(number=number, column=column, text=text)
            for column, text in found
        ]
    seen: dict[UUID, int] = {}
    for (number, _cells), row in zip(table.rows, rows, strict=True):
        if (first := seen.setdefault(row["uuid"], number)) != number:
            errors.append(
                gettext("row {number}, column uuid: Row {first} has the same identifier. Keep one of them.").format(
                    number=number, first=first
                )
            )
    return Plan(rows, errors, len(known & set(table.header)))


def _item_columns(survey: Survey) -> set[str]:
    document = document_of(survey.questionnaire)
    others = {item.other_key for item in document.items if item.open_options}
    return set(document.by_name) | others


def _header_errors(survey: Survey, table: Table) -> list[str]:
    known = _item_columns(survey)
    strangers = [name for name in dict.fromkeys(table.header) if name and name not in known | OWN_COLUMNS]
    errors = [
        _(
            "row 1, column {name}: The survey has no question with this code. Correct the code or remove the column."
        ).format(name=name[:60])
        for name in strangers
    ]
    errors += [
        _("row 1, column {name}: This column appears twice. Keep one of them.").format(name=name)
        for name in table.doubled
    ]
    if not known & set(table.header):
        errors.append(
            _("row 1: No column is named with a question code such as 1.1. Check that this is the right file.")
        )
    return errors


def _row(
    survey: Survey, known: Collection[str], cells: Mapping[str, str], mark: str
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    document = document_of(survey.questionnaire)
    raw = from_row(document, {name: cell for name, cell in cells.items() if name in known})
    checked = check(document, raw, survey.today)
    found = [(error.key, error_text(error, "en")) for error in checked.errors]
    language, typed = (survey.languages or ["en"])[0], cells.get("language", "").strip()
    if typed:
        try:
            language = known_language(typed[:60])
        except ValidationError as error:
            found.append(("language", in_one_line(error)))
    word = cells.get("source", "").strip().lower()
    source = SOURCES.get(word, "")
    if word and not source:
        found.append(("source", _("“{word}” is not a source. Write web, paper or e-mail.").format(word=word[:40])))
    identifier = cells.get("uuid", "").strip()
    try:
        uuid = UUID(identifier) if identifier else uuid5(NAMESPACE_OID, mark)
    except ValueError:
        found.append(("uuid", _("This is not a UUID. Correct it, or leave the cell blank.")))
        uuid = uuid5(NAMESPACE_OID, mark)
    row = {
        "answers": checked.answers,
        "language": language,
        "source": source or Response.Source.PAPER,
        "uuid": uuid,
    }
    return row, found
