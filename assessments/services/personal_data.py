"""Requests of access: finding a person, and collecting what is stored about them into one file."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.audit import record
from assessments.erasers import assessment_rows
from assessments.known_names import without_names
from assessments.models import Assessment, User
from assessments.personal_data import Person, Place, Table
from ctnat.ui.cells import csv_bytes
from ctnat.ui.errors import InputError
from ctnat.ui.zips import packed

LONGEST = 254  # characters of a name or an address
MOST_FOUND = 100
STYLE = Path(settings.BASE_DIR, "static", "css", "person_file.css")


def find_person(*, assessment: Assessment, words: str) -> list[Place]:
    """Where a person of this name, or with this address, is stored. Raises `InputError` for words that find nobody."""
    words = " ".join(words.replace("\x00", "").split())[:LONGEST]
    if len(words) < 3:
        raise InputError({"words": _("Enter a name or an e-mail address of at least three letters.")})
    found = [place for rows in reversed(assessment_rows()) for place in rows.find_person(assessment, words)]
    if len(found) > MOST_FOUND:
        raise InputError({"words": _("Too many people have this name. Enter more of it, or the e-mail address.")})
    return found


@transaction.atomic
def export_person(*, assessment: Assessment, words: str, keys: Iterable[str], by: User) -> Iterator[bytes]:
    """A ZIP file of what is stored about the person whose places have these `keys`, in pieces.

    It has a page to read (index.html), data.json, and a CSV for each table. Nothing is stored but an event of the audit
    log, which names the rows and not the person. Raises `InputError` where one of the places is no longer found.
    """
    found = {place.key: place for place in find_person(assessment=assessment, words=words)}
    chosen = list(dict.fromkeys(keys))
    if not chosen:
        raise InputError(_("Choose at least one entry that is this person."))
    if unknown := [key for key in chosen if key not in found]:
        raise InputError(
            _("{count} of the chosen entries are no longer found. Search again.").format(count=len(unknown))
        )
    person = Person(tuple(found[key] for key in chosen), words)
    person = Person(person.places, words, partial(without_names, assessment, but=person.labels))
    with override(settings.LANGUAGE_CODE):  # a file is the same for every member
        tables = [table for rows in reversed(assessment_rows()) for table in rows.tables_of(assessment, person)]
        filled = sorted((table for table in tables if table.rows), key=lambda table: table.name == "log")
        files = list(_files(assessment, person, filled))  # made now: later, other clocks apply
    record(
        "person.exported",
        by=by,
        assessment=assessment,
        label="request of access",
        rows=sorted(chosen),
        tables={table.name: len(table.rows) for table in filled},
    )
    return packed((name, [content]) for name, content in files)


def _files(assessment: Assessment, person: Person, tables: list[Table]) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file. Names are our own words, never what was typed."""
    made_at = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    context = {"assessment": assessment, "person": person, "tables": tables, "made_at": made_at}
    yield "index.html", render_to_string("assessments/_person_file.html", context).encode()
    yield "style.css", STYLE.read_bytes()
    data: dict[str, Any] = {"assessment": assessment.reference, "made_at": made_at}
    data["tables"] = {
        table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables
    }
    yield "data.json", json.dumps(data, ensure_ascii=False, indent=2).encode()
    for table in tables:
        yield f"tables/{table.name}.csv", csv_bytes([table.columns, *table.rows])
