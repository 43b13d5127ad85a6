"""The work of an export: everything of an assessment in one ZIP that opens without this site.

    index.html            what is in it, with links that work in a folder without a network
    tables/NAME.html .csv one page and one file for each table (`export_tables`)
    data.json             the same tables; data.schema.json is their JSON schema
    worksheet.xlsx        the data analysis worksheet; responses.csv and .sav the survey for other programs
    instruments/          the three instruments, as JSON and the survey as XLSForm
    report/, workshops/   editions and minutes as they were published
    documents/            files of the desk review; only with names, because nobody has read what is in them
    photographs/          of notes on paper; only with names, which cannot be withheld in a picture

It is written in one pass, encrypted as it is written: no file and no table is in memory as a whole.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_noop as N_
from django.utils.translation import override

from analysis.exports import responses, worksheet
from assessments.file_encryption import pieces, protected_file
from assessments.models import Assessment, Document
from assessments.packs import words_for
from ctnat.ui.cells import csv_bytes
from ctnat.ui.stored import stored_text
from ctnat.ui.zips import packed
from instruments.models import Instrument
from instruments.xlsform import to_xlsform
from reports.document.builder import Progress
from reports.models import AssessmentExport, EditionFile, Job, WordTemplate
from reports.output.export_tables import Exported, Table, photographs_of, schema, tables_of
from reports.output.jobs import STORING, Cancelled, claim, finish, progress_of
from workshops.models import Minutes

LOGGER = logging.getLogger(__name__)
WRITING = stored_text(N_("Writing {name}"))
FAILED = stored_text(
    N_(
        "The export could not be made. Try again. If it fails again, give the administrator of this site the number "
        "of the export: {number}."
    )
)
ROWS_AT_ONCE = 200  # written together
FILE_NAME = re.compile(r"[^A-Za-z0-9.]+")
Files = Iterator[tuple[str, Iterable[bytes]]]


def run_export(pk: int) -> None:
    """Do the work of one export. Called twice or beside another worker it does nothing the second time."""
    rows = AssessmentExport.objects.select_related(
        "assessment__study", "assessment__guide", "assessment__questionnaire", "assessment__matrix"
    )
    job = claim(rows, pk)
    if job is None:
        return
    progress = progress_of(job)
    try:
        field, digest = protected_file(AssessmentExport), hashlib.sha256()
        name = f"exports/{timezone.now():%Y}/{job.assessment.reference}-{job.pk}.zip"
        with words_for(job.assessment), timezone.override(job.assessment.zone), override(settings.LANGUAGE_CODE):
            content = packed(files_of(Exported(job.assessment, job.with_names), progress))
            stored = field.store(name, _measured(content, digest), field.data_key_of(job))
        progress(99, STORING)
        finish(job, Job.Status.DONE, file=stored, checksum=digest.hexdigest())
    except Cancelled:
        finish(job, Job.Status.CANCELLED)
    except Exception:
        LOGGER.exception("Export %s failed", pk)
        finish(job, Job.Status.FAILED, failure=FAILED.format(number=pk))


def _measured(content: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    for piece in content:
        digest.update(piece)
        yield piece


def files_of(exported: Exported, progress: Progress) -> Files:
    """(name, pieces) of each file. The page that lists them is the last."""
    tables, listed = tables_of(exported), dict[str, list[tuple[str, str]]]()
    made_at = timezone.localtime()

    def note(group: str, name: str, label: str) -> str:
        listed.setdefault(group, []).append((name, label))
        return name

    for number, table in enumerate(tables):
        progress(number * 50 // len(tables), WRITING.format(name=f"{table.name}.csv"))
        yield f"tables/{table.name}.csv", _csv(table, exported)
        yield f"tables/{table.name}.html", _page(table, exported)
    progress(50, WRITING.format(name="data.json"))
    yield (
        note("data", "data.json", "All tables as JSON"),
        _json(tables, exported, made_at.isoformat(timespec="seconds")),
    )
    text = json.dumps(schema(), indent=2)
    yield note("data", "data.schema.json", "What is in data.json (JSON schema)"), [text.encode()]
    progress(60, WRITING.format(name="worksheet.xlsx"))
    yield from _of_analysis(exported, note)
    progress(75, WRITING.format(name="instruments"))
    yield from _instruments(exported.assessment, note)
    progress(80, WRITING.format(name="report"))
    yield from _published(exported.assessment, note)
    if exported.with_names:
        progress(90, WRITING.format(name="documents"))
        yield from _documents(exported.assessment, note)
        progress(95, WRITING.format(name="photographs"))
        yield from _photographs(exported, note)
    context = {"exported": exported, "assessment": exported.assessment, "tables": tables, "listed": listed}
    page = render_to_string("reports/_export_index.html", {**context, "made_at": made_at})
    yield "index.html", [page.encode()]
    yield "style.css", [(settings.BASE_DIR / "static" / "css" / "person_file.css").read_bytes()]


def _csv(table: Table, exported: Exported) -> Iterator[bytes]:
    yield csv_bytes([table.heads])
    waiting: list[list[Any]] = []
    for row in table.values(exported):
        waiting.append(["; ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in row])
        if len(waiting) >= ROWS_AT_ONCE:
            yield _without_mark(waiting)
            waiting = []
    yield _without_mark(waiting)


def _without_mark(rows: list[list[Any]]) -> bytes:
    """Further rows of a CSV, which begins with its byte order mark."""
    return csv_bytes(rows).removeprefix(b"\xef\xbb\xbf")


def _page(table: Table, exported: Exported) -> Iterator[bytes]:
    """A table to read, row by row."""
    head = "".join(f"<th scope=col>{escape(name.replace('_', ' '))}</th>" for name in table.heads)
    yield (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(table.title)}</title><link rel="stylesheet" href="../style.css"></head><body><main>'
        f'<p><a href="../index.html">{escape(exported.assessment.reference)}</a></p><h1>{escape(table.title)}</h1>'
        f"<table><thead><tr>{head}</tr></thead><tbody>"
    ).encode()
    for row in table.values(exported):
        cells = "".join(f'<td dir="auto">{escape(_shown(cell))}</td>' for cell in row)
        yield f"<tr>{cells}</tr>\n".encode()
    yield b"</tbody></table></main></body></html>"


def _shown(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "; ".join(map(str, cell)) if isinstance(cell, list) else "" if cell is None else str(cell)


def _json(tables: list[Table], exported: Exported, made_at: str) -> Iterator[bytes]:
    head = {
        "format": "ct-nat-assessment",
        "version": 1,
        "reference": exported.assessment.reference,
        "made_at": made_at,
        "with_names": exported.with_names,
    }
    yield (json.dumps(head, indent=1)[:-2] + ',\n "tables": {').encode()
    for number, table in enumerate(tables):
        yield f"{',' if number else ''}\n  {json.dumps(table.name)}: [".encode()
        for place, row in enumerate(table.values(exported)):
            values = dict(zip(table.heads, row, strict=True))
            text = json.dumps(values, ensure_ascii=False, cls=DjangoJSONEncoder)
            yield f"{',' if place else ''}\n   {text}".encode()
        yield b"\n  ]"
    yield b"\n }\n}\n"


def _of_analysis(exported: Exported, note: Any) -> Files:
    """The files that leads also download one by one. They withhold names in any case."""
    with TemporaryFile() as target:  # without a name: nobody else can open it
        worksheet.save(exported.results, target)
        target.seek(0)
        yield note("analysis", "analysis/worksheet.xlsx", "Data analysis worksheet"), pieces(target)
    content = responses.csv_pieces(exported.results)
    yield note("analysis", "analysis/responses.csv", "Answers to the survey, one row each"), content
    if len(exported.results.survey.frames.responses):
        with responses.sav_file(exported.results) as path, path.open("rb") as file:
            yield note("analysis", "analysis/responses.sav", "Answers to the survey for SPSS"), pieces(file)


def _instruments(assessment: Assessment, note: Any) -> Files:
    for name in ("guide", "questionnaire", "matrix"):
        instrument: Instrument = getattr(assessment, name)
        text = json.dumps(instrument.shown_definition, ensure_ascii=False, indent=1)
        file = f"instruments/{name}-{instrument.key}-{instrument.version_number}.json"
        yield note("instruments", file, str(instrument)), [text.encode()]
        if instrument.kind == Instrument.Kind.SURVEY:
            form = to_xlsform(instrument.shown_definition, form_id=instrument.key, version=instrument.version_number)
            label = f"{instrument}, as XLSForm"
            yield note("instruments", file.replace(".json", "-xlsform.xlsx"), label), [form]


def _published(assessment: Assessment, note: Any) -> Files:
    """Editions and minutes, which are made for people outside the team."""
    rows = EditionFile.objects.filter(edition__report__assessment=assessment).select_related("edition")
    for row in rows.order_by("edition__number", "language", "format"):
        language = f"-{row.language}" if row.language else ""
        name = f"report/edition-{row.edition.number}{language}.{row.format}"
        yield note("report", name, f"{row.edition}, {row.label}"), _content(row.file)
    for template in WordTemplate.objects.filter(report__assessment=assessment):
        yield note("report", "report/template.docx", "Word template"), _content(template.file)
    for minutes in Minutes.objects.filter(workshop__assessment=assessment).order_by("workshop", "number"):
        if minutes.pdf:
            name = f"workshops/minutes-{minutes.workshop_id}-{minutes.number}.pdf"
            yield note("workshops", name, f"Minutes {minutes.number}"), [bytes(minutes.pdf)]


def _documents(assessment: Assessment, note: Any) -> Files:
    for row in Document.objects.for_assessment(assessment).exclude(file=""):
        name, dot, ending = row.file_name.rpartition(".")
        name = f"{row.code} {name if dot else ending}"
        file = FILE_NAME.sub("-", name).strip("-")[:80] + (f".{FILE_NAME.sub('', ending)[:8]}" if dot else "")
        yield note("documents", f"documents/{file}", f"{row.code}: {row.title}"), _content(row.file)


def _photographs(exported: Exported, note: Any) -> Files:
    for row in photographs_of(exported):
        name = f"photographs/{row.interview.code}-{row.pk}.jpg"
        yield note("photographs", name, f"{row.interview.code}: {row}"), _content(row.file)


def _content(file: Any) -> Iterator[bytes]:
    """What a stored file contains, piece by piece; nothing where it is gone or cannot be decrypted."""
    try:
        stored = file.open()
    except (OSError, ValueError):
        LOGGER.warning("A file could not be read for an export.")
        return
    with stored:
        yield from pieces(stored)
