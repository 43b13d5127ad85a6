"""The desk review: register, files, import, bibliography."""

import re
from copy import copy

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.forms import DocumentForm, DocumentImportForm
from assessments.models import Assessment, Document
from assessments.requests import MemberRequest, run_service
from assessments.services.documents import (
    Imported,
    import_documents,
    register_document,
    remove_document,
    update_document,
)
from assessments.uses import uses


def _by_code(document: Document) -> tuple[str, int]:
    """Aze 2 before Aze 10."""
    prefix, number = document.code.split()
    return prefix.lower(), int(number)


def _prefix(assessment: Assessment) -> str:
    """The first letters of the country's short name, as the method has it: "Aze"."""
    letters = re.sub(r"[^A-Za-z]", "", assessment.country_name)
    return (letters[:3] if len(letters) > 2 else assessment.country).capitalize()


def _next_code(assessment: Assessment) -> str:
    prefix = _prefix(assessment)
    register = Document.objects.for_assessment(assessment).filter(code__istartswith=f"{prefix} ")
    numbers = [int(code.split()[1]) for code in register.values_list("code", flat=True)]
    return f"{prefix} {max(numbers, default=0) + 1}"


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
    context = {
        "assessment": assessment,
        "documents": sorted(found, key=_by_code),
        "counts": counts,
        "words": words,
        "show": show,
        "may_edit": "documents.edit" in request.may,
    }
    return render(request, "assessments/document_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("documents.edit")
def document_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    initial = {"code": _next_code(assessment), "in_bibliography": True}
    form = DocumentForm(request.POST or None, request.FILES or None, initial=initial)
    if made := run_service(request, form, register_document, assessment=assessment):
        messages.success(request, f"{made.code} is on the register.")
        return redirect("assessments:document_list", assessment.reference)
    return render(request, "assessments/document_form.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("documents.edit")
def document_edit(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.for_assessment(assessment), pk=pk)
    draft = copy(document)  # the page names the document as it is, whatever is typed
    form = DocumentForm(request.POST or None, request.FILES or None, instance=draft)
    if saved := run_service(request, form, update_document, document=draft):
        messages.success(request, f"{saved.code} is saved.")
        return redirect("assessments:document_list", assessment.reference)
    context = {"assessment": assessment, "form": form, "document": document, "uses": uses(document)}
    return render(request, "assessments/document_form.html", context)


@require_POST
@requires("documents.edit")
def document_remove(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.for_assessment(assessment), pk=pk)
    remove_document(document=document, by=request.user)
    messages.success(
        request, f"{document.code} is off the register. Its code stays free: do not give it to another source."
    )
    return redirect("assessments:document_list", assessment.reference)


@require_safe
@requires("documents.view")
def document_file(request: MemberRequest, assessment: Assessment, pk: int) -> FileResponse:
    """Always a download, of no particular type: an uploaded file is never shown by this site."""
    document = get_object_or_404(Document.objects.for_assessment(assessment).exclude(file=""), pk=pk)
    try:
        content = document.file.open("rb")
    except OSError:
        raise Http404("The file is missing from the store.") from None
    record("document.downloaded", by=request.user, assessment=assessment, target=document)
    return FileResponse(
        content, as_attachment=True, filename=document.file_name, content_type="application/octet-stream"
    )


@require_http_methods(["GET", "POST"])
@requires("documents.edit")
def document_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    initial = {"code_prefix": _prefix(assessment)}
    form = DocumentImportForm(request.POST or None, request.FILES or None, initial=initial)
    if done := run_service(request, form, import_documents, assessment=assessment):
        messages.success(request, _told(done))
        return redirect("assessments:document_list", assessment.reference)
    return render(request, "assessments/document_import.html", {"assessment": assessment, "form": form})


def _told(done: Imported) -> str:
    parts = []
    if done.added:
        first, last = done.added[0].code, done.added[-1].code
        parts.append(f"{len(done.added)} added, from {first} to {last}." if len(done.added) > 1 else f"{first} added.")
    if done.known:
        whose = "its title and year are" if len(done.known) == 1 else "their titles and years are"
        parts.append(f"{len(done.known)} left out because {whose} on the register already.")
    return " ".join(parts)


@require_safe
@requires("documents.view")
def document_bibliography(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    register = Document.objects.for_assessment(assessment)
    context = {"assessment": assessment, "documents": register.for_bibliography(), "counts": register.counts()}
    return render(request, "assessments/document_bibliography.html", context)
