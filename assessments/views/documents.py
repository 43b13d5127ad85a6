"""The desk review: register, files, import, bibliography."""

import re
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.file_encryption import send_file
from assessments.forms import DocumentForm, DocumentImportForm
from assessments.models import Assessment, Document
from assessments.requests import MemberRequest, run_service, status_of
from assessments.services.documents import (
    import_documents,
    next_code,
    plan_import,
    register_document,
    remove_document,
    restore_document,
    update_document,
)
from assessments.uses import uses, uses_of_several
from ctnat.ui.countries import everyday_name
from ctnat.ui.errors import add_errors
from ctnat.ui.pages import page_of, page_of_keys


def _by_code(row: tuple[int, str]) -> tuple[str, int]:
    """Aze 2 before Aze 10. A row is (primary key, code)."""
    prefix, number = row[1].split()
    return prefix.lower(), int(number)


def _prefix(assessment: Assessment) -> str:
    """The first letters of the country's short name, as in the method: "Aze"."""
    letters = re.sub(r"[^A-Za-z]", "", everyday_name(assessment.country))
    return (letters[:3] if len(letters) > 2 else assessment.country).capitalize()


@require_safe
@requires("documents.view")
def document_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    register = Document.objects.for_assessment(assessment)
    counts = register.counts()
    found, words, show = register, request.GET.get("q", "")[:100], request.GET.get("show", "")
    if words:
        found = found.filter(Q(code__iexact=words) | Q(title__icontains=words) | Q(authors__icontains=words))
    if show == "unread":
        found = found.filter(reviewed=False)
    elif show == "bibliography":
        found = found.filter(in_bibliography=True)
    keys = [pk for pk, _code in sorted(found.order_by().values_list("pk", "code"), key=_by_code)]
    context = {
        "assessment": assessment,
        "page": page_of_keys(request, found, keys),
        "counts": counts,
        "removed": Document.all_objects.for_assessment(assessment).for_trash().count(),
        "words": words,
        "show": show,
        "may_edit": "documents.edit" in request.may,
    }
    return render(request, "assessments/document_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("documents.edit")
def document_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    initial = {"code": next_code(assessment, _prefix(assessment)), "in_bibliography": True}
    form = DocumentForm(request.POST or None, request.FILES or None, initial=initial)
    if made := run_service(request, form, register_document, assessment=assessment):
        messages.success(request, _("{code} was added to the register.").format(code=made.code))
        return redirect("assessments:document_list", assessment.reference)
    return render(request, "assessments/document_edit.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("documents.edit")
def document_edit(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    register = Document.all_objects if request.method == "POST" else Document.objects
    document = get_object_or_404(register.for_assessment(assessment), pk=pk)  # moved to the trash: what was typed stays
    draft = copy(document)  # the page shows the stored name, whatever is typed
    form = DocumentForm(request.POST or None, request.FILES or None, instance=draft)
    if saved := run_service(request, form, update_document, document=draft):
        messages.success(request, _("{code} was saved.").format(code=saved.code))
        return redirect("assessments:document_list", assessment.reference)
    context = {"assessment": assessment, "form": form, "document": document, "uses": uses(document)}
    return render(request, "assessments/document_edit.html", context, status=status_of(form))


@require_POST
@requires("documents.edit")
def document_remove(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.for_assessment(assessment), pk=pk)
    remove_document(document=document, by=request.user)
    messages.success(
        request, _("{code} was moved to the trash. It keeps its code and can be restored.").format(code=document.code)
    )
    return redirect("assessments:document_list", assessment.reference)


@require_safe
@requires("documents.edit")
def document_trash(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    page = page_of(request, Document.all_objects.for_assessment(assessment).for_trash().order_by("-removed_at", "pk"))
    used = uses_of_several(assessment, list(page))
    rows = [(document, len(used[document.pk])) for document in page]
    context = {"assessment": assessment, "rows": rows, "page": page}
    return render(request, "assessments/document_trash.html", context)


@require_POST
@requires("documents.edit")
def document_restore(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    removed = Document.all_objects.for_assessment(assessment).for_trash()
    document = get_object_or_404(removed, pk=pk)
    restore_document(document=document, by=request.user)
    messages.success(request, _("{code} was restored.").format(code=document.code))
    return redirect("assessments:document_list", assessment.reference)


@require_safe
@requires("documents.view")
def document_file(request: MemberRequest, assessment: Assessment, pk: int) -> FileResponse:
    """Always a download without a media type: an uploaded file is never shown by this site."""
    document = get_object_or_404(Document.objects.for_assessment(assessment).exclude(file=""), pk=pk)
    try:
        content = document.file.open("rb")
    except OSError:
        raise Http404(_("This file is missing on the server. Tell the administrator of the site.")) from None
    record("document.downloaded", by=request.user, assessment=assessment, target=document)
    return send_file(content, document.file_name, content_type="application/octet-stream")


@require_http_methods(["GET", "POST"])
@requires("documents.edit")
def document_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Shows first what would be imported and what cannot be read; the second post, with `store`, imports it."""
    initial = {"code_prefix": _prefix(assessment)}
    form = DocumentImportForm(request.POST or None, request.FILES or None, initial=initial)
    context: dict[str, Any] = {"assessment": assessment, "form": form}
    if form.is_valid():
        read = form.cleaned_data
        if "store" in request.POST:
            added = _store(request, form, assessment)
            if added is not None:
                messages.success(request, _added_message(added))
                return redirect("assessments:document_list", assessment.reference)
        else:
            context |= {
                "plan": plan_import(assessment=assessment, entries=read["entries"]),
                "errors": form.bibliography.errors,
                "prefix": read["prefix"],
                "text": read["text"],
                "first_code": next_code(assessment, read["prefix"]),
            }
    return render(request, "assessments/document_import.html", context)


def _store(request: MemberRequest, form: DocumentImportForm, assessment: Assessment) -> list[Document] | None:
    read = form.cleaned_data
    try:
        return import_documents(assessment=assessment, entries=read["entries"], prefix=read["prefix"], by=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return None


def _added_message(added: list[Document]) -> str:
    if not added:
        return _("Nothing was added: all sources are already in the register.")
    if len(added) == 1:
        return _("{code} was added to the register.").format(code=added[0].code)
    return _("{n} sources were added to the register, {first} to {last}.").format(
        n=len(added), first=added[0].code, last=added[-1].code
    )


@require_safe
@requires("documents.view")
def document_bibliography(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    register = Document.objects.for_assessment(assessment)
    page = page_of(request, register.for_bibliography(), size=200)
    context = {"assessment": assessment, "page": page, "counts": register.counts()}
    return render(request, "assessments/document_bibliography.html", context)
