"""Interviews that were typed elsewhere: the files to type them in, and their import."""

from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.translation_pages import XLSX
from assessments.uploads import Upload, check_upload
from ctnat.ui.cells import csv_bytes
from ctnat.ui.tables import Table, TableError, read_table
from ctnat.ui.word_files import WordError, read_word, word_response
from ctnat.ui.workbook import Workbook
from interviews.forms import UploadForm
from interviews.information_notes import languages_of
from interviews.services.imports import HEAD, import_interviews
from interviews.word_notes import GAP, Sheet, instruction, notes_in, sheet_of, title

WORD = ".docx"
ALLOWED = frozenset({".csv", ".xlsx", WORD})


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def interview_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Import interviews typed elsewhere: all rows of a table or none, or one interview from a Word file."""
    form = UploadForm(request.POST or None, request.FILES or None, accept=",".join(sorted(ALLOWED)))
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            table, unplaced = _read(assessment, form.cleaned_data["file"])
        except (TableError, WordError, ValidationError) as error:
            form.add_error("file", error if isinstance(error, ValidationError) else str(error))
        else:
            done = import_interviews(assessment=assessment, table=table, by=request.user)
            faults = done.faults
            if not faults:
                planned = sum(interview.planned for interview in done.interviews)
                messages.success(request, _imported(len(done.interviews), planned))
                if unplaced:
                    messages.warning(request, _("What stands under no question was added to the observations."))
                    return redirect(done.interviews[0])
                return redirect("interviews:interview_list", assessment.reference)
    context = {
        "assessment": assessment,
        "form": form,
        "faults": faults,
        "head": HEAD,
        "here": "import",
        "languages": languages_of(assessment),
    }
    return render(request, "interviews/interview_import.html", context)


def _read(assessment: Assessment, upload: Upload) -> tuple[Table, list[str]]:
    """(the rows to import, texts of a Word file that stand under no question)."""
    check_upload(upload, allowed=ALLOWED)
    if PurePath(upload.name or "").suffix.lower() != WORD:
        return read_table(upload.read(), upload.name or ""), []
    found = notes_in(assessment, read_word(cast(BinaryIO, upload)))
    return found.table, found.unplaced


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


def _imported(made: int, planned: int) -> str:
    done = ngettext("{n} interviews were imported.", "{n} interviews were imported.", made).format(n=made)
    if not planned:
        return done
    more = ngettext(
        "{n} without notes: planned, not yet held.", "{n} without notes: planned, not yet held.", planned
    ).format(n=planned)
    return f"{done} {more}"
