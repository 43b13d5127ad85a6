"""The codebook as a whole: filled from the guide and the matrix, exported and imported."""

from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.uploads import check_upload
from ctnat.ui.access import in_english
from ctnat.ui.tables import TableError, read_table
from interviews import codebook_files
from interviews.forms import UploadForm
from interviews.models import Theme
from interviews.names import reading
from interviews.services.themes import (
    import_themes,
    seed_codebook,
)
from interviews.views.interviews import guide_sections


@require_POST
@requires("codebook.edit")
def codebook_seed(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    new = seed_codebook(assessment=assessment, by=request.user)
    messages.success(request, _("{new} themes were added from the guide and the indicator matrix.").format(new=new))
    return redirect("interviews:theme_list", assessment.reference)


@in_english
@require_safe
@requires("interviews.view")
def codebook_export(request: MemberRequest, assessment: Assessment, form: str) -> HttpResponse:
    """The codebook without any passage: `csv`, or `qdc` for other QDA programs."""
    themes = list(Theme.objects.for_assessment(assessment).filter(merged_into=None).order_by("area", "code"))
    read = reading(assessment, request.may)
    for theme in themes:  # these objects are not stored
        theme.label, theme.definition = read(theme.label), read(theme.definition)
    if form == "csv":
        content, kind = codebook_files.to_csv(themes), "text/csv; charset=utf-8"
    elif form == "qdc":
        areas = dict(guide_sections(assessment))
        content, kind = codebook_files.to_qdc(themes, areas, assessment.reference), "application/xml"
    else:
        raise Http404(_("This format does not exist."))
    record("codebook.exported", by=request.user, assessment=assessment, format=form)
    name = f"{assessment.reference}-codebook.{form}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def codebook_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, accept=".csv,.xlsx,.qdc")
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            entries = _entries(assessment, form.cleaned_data["file"])
            done = import_themes(assessment=assessment, entries=entries, by=request.user)
        except (codebook_files.CodebookError, TableError) as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            if not done.faults:
                messages.success(
                    request,
                    _("{added} themes were added and {changed} updated.").format(
                        added=done.added, changed=done.changed
                    ),
                )
                return redirect("interviews:theme_list", assessment.reference)
            faults = done.faults
    context = {"assessment": assessment, "form": form, "faults": faults, "columns": codebook_files.COLUMNS}
    return render(request, "interviews/codebook_import.html", context)


def _entries(assessment: Assessment, upload: UploadedFile[bytes]) -> list[codebook_files.Entry]:
    name = upload.name or ""
    if PurePath(name).suffix.lower() == ".qdc":
        if (upload.size or 0) > codebook_files.QDC_LIMIT:
            raise ValidationError(
                _("The file is larger than 2 MB, the limit for a codebook. Export only the codebook.")
            )
        return codebook_files.from_qdc(upload.read(), dict(guide_sections(assessment)))
    check_upload(upload, allowed=frozenset({".csv", ".xlsx"}))
    return codebook_files.from_table(read_table(upload.read(), name))
