"""Interviews that were typed elsewhere: the files to type them in, and their import, which shows all of it before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.translation_pages import XLSX
from ctnat.ui.cells import csv_bytes
from ctnat.ui.days import read_moment
from ctnat.ui.digits import revision_sent
from ctnat.ui.errors import ConflictError, FileError, in_one_line
from ctnat.ui.formats import page_day
from ctnat.ui.pages import page_of
from ctnat.ui.word_files import word_response
from ctnat.ui.workbook import Workbook
from interviews.forms import NotesUploadForm
from interviews.guides import guide_of
from interviews.importing.columns import OUT, Column, labels
from interviews.importing.files import ALLOWED, read_uploads
from interviews.importing.rows import ReadRow
from interviews.importing.state import ORDERS, ImportState
from interviews.information_notes import languages_of
from interviews.models import Interview, NotesImport
from interviews.services.imports import (
    decide_notes_import,
    discard_notes_import,
    finish_notes_import,
    forget_unfinished_imports,
    start_notes_import,
)
from interviews.word_notes import GAP, Sheet, instruction, sheet_of, title

LEFT_OUT = "out"  # as it is posted
SHOWN_FAULTS, SHOWN_BEGUN = 100, 20


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def interview_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Choose a table or Word files. Imports that were begun can be continued."""
    forget_unfinished_imports()
    form = NotesUploadForm(request.POST or None, request.FILES or None, accept=",".join(sorted(ALLOWED)))
    if request.method == "POST" and form.is_valid():
        try:
            files = read_uploads(form.cleaned_data["file"])
            made = start_notes_import(assessment=assessment, files=files, by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            page = "notes_import_preview" if ImportState(made).is_ready else "notes_import_columns"
            return redirect(f"interviews:{page}", assessment.reference, made.pk)
    begun = NotesImport.objects.for_assessment(assessment).for_user(request.user)
    context = {
        "assessment": assessment,
        "form": form,
        "begun": [ImportState(one) for one in begun[:SHOWN_BEGUN]],
        "here": "import",
        "languages": languages_of(assessment),
    }
    return render(request, "interviews/interview_import.html", context)


def _find(request: MemberRequest, assessment: Assessment, key: UUID) -> NotesImport | None:
    """The import, which belongs to who began it; None where it was finished or discarded, or has expired."""
    found = NotesImport.objects.for_assessment(assessment).for_user(request.user).filter(pk=key).first()
    if found is not None:
        found.assessment = assessment  # its guide is parsed already
    return found


def _with_import(
    view: Callable[[MemberRequest, Assessment, NotesImport], HttpResponse],
) -> Callable[[MemberRequest, Assessment, UUID], HttpResponse]:
    """The view gets the import in place of its key; where it is gone, the first page says why."""

    @wraps(view)
    def found(request: MemberRequest, assessment: Assessment, key: UUID) -> HttpResponse:
        notes_import = _find(request, assessment, key)
        if notes_import is not None:
            return view(request, assessment, notes_import)
        messages.error(
            request, _("This import was finished or discarded, or is older than a day. Nothing was imported now.")
        )
        return redirect("interviews:interview_import", assessment.reference)

    return found


# Columns --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
@_with_import
def notes_import_columns(request: MemberRequest, assessment: Assessment, notes_import: NotesImport) -> HttpResponse:
    """What each column is, and whether dates have the day or the month first. Only what is doubtful is open."""
    state = ImportState(notes_import)
    chosen: list[str | None] = []
    wrong: dict[int, str] = {}
    error = ""
    order = request.POST.get("order", "") or state.decisions.get("order", "")
    if request.method == "POST":
        chosen, wrong = _chosen(state, request.POST)
        if not wrong:
            error = _decide(request, notes_import, [target or OUT for target in chosen], order)
        if not wrong and not error:
            decided = ImportState(notes_import)
            if decided.order is not None:
                return redirect("interviews:notes_import_preview", assessment.reference, notes_import.pk)
            if "asks_order" not in request.POST:  # only now it is known which column has the dates
                return redirect("interviews:notes_import_columns", assessment.reference, notes_import.pk)
            error = _("Choose whether the day or the month comes first in the dates.")
            state, chosen = decided, []
    lines = list(_column_lines(state, chosen, wrong))
    context = {
        "assessment": assessment,
        "state": state,
        "notes_import": notes_import,
        "error": error,
        "wrong": [line for line in lines if line["error"]],
        "doubtful": [line for line in lines if line["is_open"]],
        "known": [line for line in lines if not line["is_open"] and line["value"] != LEFT_OUT],
        "out": [line for line in lines if not line["is_open"] and line["value"] == LEFT_OUT],
        "groups": _groups(assessment),
        "orders": _orders(state, order),
        "here": "import",
    }
    status = 422 if error or wrong else 200
    return render(request, "interviews/notes_import_columns.html", context, status=status)


def _chosen(state: ImportState, posted: Mapping[str, str]) -> tuple[list[str | None], dict[int, str]]:
    """(the target of each column, errors by column)."""
    possible = set(state.possible)
    chosen: list[str | None] = []
    wrong: dict[int, str] = {}
    for column in state.columns:
        value = posted.get(f"c{column.at}", "")
        target = OUT if value == LEFT_OUT else value if value in possible else None
        if target is None:
            wrong[column.at] = _("Choose what this column is, or “Leave out”.")
        chosen.append(target)
    for at, target in enumerate(chosen):
        if target and chosen.count(target) > 1:
            wrong[at] = _("Another column is chosen as this, too. Leave one of them out.")
    return chosen, wrong


def _decide(request: MemberRequest, notes_import: NotesImport, targets: Sequence[str], order: str) -> str:
    """Store what was confirmed. Returns what went wrong; blank where nothing did."""
    try:
        decide_notes_import(
            notes_import=notes_import,
            targets=targets,
            order=order,
            by=request.user,
            seen=revision_sent(request.POST.get("seen", "")),
        )
    except ValidationError as error:
        if not isinstance(error, ConflictError):
            return in_one_line(error)
        message = in_one_line(error)
    else:
        message = ""
    notes_import.refresh_from_db(fields=["decisions", "revision"])
    return message


def _column_lines(
    state: ImportState, chosen: Sequence[str | None], wrong: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    for column, target in zip(state.columns, chosen or state.targets, strict=True):
        yield {
            "at": column.at,
            "heading": column.heading or _("(no heading)"),
            "samples": [sample[:60] for sample in state.samples(column.at)],
            "value": LEFT_OUT if target == OUT else target or "",
            "why": _why(column),
            "is_open": column.at in wrong or (not column.is_sure and not state.is_mapped),
            "error": wrong.get(column.at, ""),
        }


def _why(column: Column) -> str:
    return {
        "several": _("Several questions say this."),
        "same": _("Another column says the same."),
        "other_words": _("The number is that of this question, but the words differ."),
    }.get(column.why, "")


def _groups(assessment: Assessment) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can be, as groups of a list: [(title, [(value, words)])]."""
    language = assessment.report_language
    values = assessment.placeholders_in(language)
    groups = [(_("Details"), list(labels().items()))]
    for section in guide_of(assessment).sections:
        questions = [
            (one.name, f"{one.name} {one.text.translate(language, **values)}"[:90]) for one in section.questions
        ]
        groups.append((f"{section.name}. {section.title.translate(language, **values)}", questions))
    return groups


def _orders(state: ImportState, chosen: str) -> list[dict[str, Any]]:
    """The choices where the dates do not show whether the day or the month comes first."""
    if state.days.order is not None:
        return []
    sample = next(iter(state.days.because), "")
    words = {"dmy": _("Day before month"), "mdy": _("Month before day")}
    moments = {order: read_moment(sample, order) for order in ORDERS}
    return [
        {
            "value": order,
            "words": words[order],
            "sample": sample,
            "read_as": page_day(moment) if (moment := moments[order]) else "",
            "is_chosen": order == chosen,
        }
        for order in ORDERS
    ]


# Preview --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
@_with_import
def notes_import_preview(request: MemberRequest, assessment: Assessment, notes_import: NotesImport) -> HttpResponse:
    """What will be stored of each interview, and every fault. Then all of it is imported, or nothing."""
    state = ImportState(notes_import)
    if not state.is_ready:
        return redirect("interviews:notes_import_columns", assessment.reference, notes_import.pk)
    refused: list[str] = []
    if request.method == "POST":
        try:
            made = finish_notes_import(
                notes_import=notes_import, shown=request.POST.get("shown", "")[:64], by=request.user
            )
        except ValidationError as error:
            refused = [str(one) for one in error.errors] if isinstance(error, FileError) else error.messages
        else:
            messages.success(request, _imported(made))
            if len(made) == 1:
                return redirect(made[0])
            return redirect("interviews:interview_list", assessment.reference)
    rows, faults = state.rows, _faults(state)
    context = {
        "assessment": assessment,
        "state": state,
        "notes_import": notes_import,
        "refused": refused,
        "page": page_of(request, rows),
        "numbers": _numbers(rows),
        "faults": faults[:SHOWN_FAULTS],
        "more_faults": max(0, len(faults) - SHOWN_FAULTS),
        "left_out": [state.headings[column.at] for column in state.columns if _is_lost(state, column)],
        "unplaced": [row.entry for row in rows if row.entry.unplaced],
        "here": "import",
    }
    return render(request, "interviews/notes_import_preview.html", context, status=422 if refused else 200)


def _is_lost(state: ImportState, column: Column) -> bool:
    """Whether a column with cells is left out."""
    return state.targets[column.at] == OUT and bool(state.samples(column.at))


def _numbers(rows: Sequence[ReadRow]) -> dict[str, int]:
    good = [row for row in rows if not row.faults and not row.known]
    return {
        "all": len(good),
        "complete": sum(row.complete for row in good),
        "open": sum(not row.planned and not row.complete for row in good),
        "planned": sum(row.planned for row in good),
        "known": sum(bool(row.known) for row in rows),
        "faulty": sum(bool(row.faults) for row in rows),
    }


def _faults(state: ImportState) -> list[tuple[str, str, str]]:
    """(row or file, column, what is wrong)."""
    names = labels()
    return [
        (row.entry.place, fault.column if state.is_table else names.get(fault.column, fault.column), fault.text)
        for row in state.rows
        for fault in row.faults
    ]


def _imported(made: Sequence[Interview]) -> str:
    planned = sum(interview.planned for interview in made)
    still_open = sum(not interview.planned and not interview.is_complete for interview in made)
    texts = [ngettext("{n} interview was imported.", "{n} interviews were imported.", len(made)).format(n=len(made))]
    if planned:
        texts.append(
            ngettext(
                "{n} without notes: planned, not yet held.", "{n} without notes: planned, not yet held.", planned
            ).format(n=planned)
        )
    if still_open:
        texts.append(
            ngettext(
                "{n} is not complete: who took part is missing.",
                "{n} are not complete: who took part is missing.",
                still_open,
            ).format(n=still_open)
        )
    return " ".join(texts)


@require_POST
@requires("interviews.edit")
def notes_import_discard(request: MemberRequest, assessment: Assessment, key: UUID) -> HttpResponse:
    if (notes_import := _find(request, assessment, key)) is not None:
        discard_notes_import(notes_import=notes_import, by=request.user)
        messages.success(request, _("The import is discarded. Nothing was imported."))
    return redirect("interviews:interview_import", assessment.reference)


# Files to type in -----------------------------------------------------------------------------------------------------


@require_safe
@requires("interviews.edit")
def import_template(request: MemberRequest, assessment: Assessment, form: str) -> HttpResponse:
    """An empty file to type in, in one of the guide's languages: `docx` for one interview, `xlsx` or `csv` for many."""
    language = request.GET.get("language", "")
    if language not in languages_of(assessment):
        language = assessment.report_language
    sheet = sheet_of(assessment, language)
    name = f"{assessment.reference}-notes-{language}"
    columns = [row.column for row in sheet.head]
    columns += [question.name for section in sheet.sections for question in section.questions]
    if form == "docx":
        with translation.override(language):
            words = {
                "title": title(),
                "instruction": instruction(),
                "observations": f"{_('Observations')} (observations)",
            }
            html = render_to_string("interviews/_note_sheet.html", {"sheet": sheet, "gap": GAP, **words})
        return word_response(request, html, name)
    if form == "xlsx":
        content, kind = _workbook(sheet, columns), XLSX
    elif form == "csv":
        content, kind = csv_bytes([columns]), "text/csv; charset=utf-8"
    else:
        raise Http404(_("This format does not exist."))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _workbook(sheet: Sheet, columns: list[str]) -> bytes:
    """The first sheet is read by the import; the second says what its columns mean."""
    meanings = [[row.column, row.label, row.hint] for row in sheet.head]
    meanings += [[question.name, question.text, ""] for section in sheet.sections for question in section.questions]
    target = BytesIO()
    with translation.override(sheet.language), Workbook(target, title=title(), creator="CT-NAT") as book:
        book.sheet(_("Interviews"), columns, [])
        head = [_("Column"), _("Meaning"), _("What to enter")]
        book.sheet(_("Columns"), head, meanings, widths=[14, 80, 50], right_to_left=sheet.direction == "rtl")
    return target.getvalue()
