"""All interviews as one document: requested by a member, made in the background, downloaded until it expires.

Its addresses are those of the interviews, `a/<reference>/interviews/documents/`.
"""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from interviews.models import Interview
from reports.models import InterviewDocument
from reports.services.interview_documents import (
    VALID_FOR,
    cancel_document,
    request_document,
    restart_stalled_document,
)
from reports.views.common import job_file, job_page, page, tell_cancelled

MEDIA_TYPES = {
    InterviewDocument.Format.PDF: "application/pdf",
    InterviewDocument.Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
@requires("interviews.view")
def document_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    rows = InterviewDocument.objects.for_assessment(assessment).for_reading(request.may).select_related("requested_by")
    context: dict[str, Any] = {
        "documents": rows[:20],
        "formats": InterviewDocument.Format.choices,
        "orders": InterviewDocument.Order.choices,
        "held": Interview.objects.for_assessment(assessment).for_counting().count(),
        "days": VALID_FOR.days,
    }
    return page(request, "document_list", **context)


@require_POST
@requires("interviews.view")
def document_request(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    chosen = {name: request.POST.get(name, "") for name in ("format", "order")}
    format = chosen["format"] if chosen["format"] in InterviewDocument.Format.values else InterviewDocument.Format.PDF
    order = chosen["order"] if chosen["order"] in InterviewDocument.Order.values else InterviewDocument.Order.DAY
    job = request_document(
        assessment=assessment,
        by=request.user,
        format=format,
        order=order,
        with_names=request.POST.get("names") == "yes" and "interviews.names" in request.may,
        language=get_language() or "en",
    )
    return redirect("interview_documents:document", assessment.reference, job.pk)


@require_safe
@requires("interviews.view")
def document(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One document with its progress; the page asks again each second until it is finished."""
    job = _find(request, assessment, pk)
    if restart_stalled_document(job=job):
        job.refresh_from_db()
    return job_page(request, "document", job)


@require_POST
@requires("interviews.view")
def document_cancel(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    tell_cancelled(request, cancel_document(job=_find(request, assessment, pk), by=request.user))
    return redirect("interview_documents:document", assessment.reference, pk)


@require_safe
@requires("interviews.view")
def document_file(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse | FileResponse:
    job = _find(request, assessment, pk)
    kind = "with-names" if job.with_names else "without-names"
    name = f"{assessment.reference}-interviews-{job.order}-{kind}-{timezone.localdate(job.created_at):%Y%m%d}"
    media_type = MEDIA_TYPES[InterviewDocument.Format(job.format)]
    response = job_file(job, f"{name}.{job.format}", content_type=media_type)
    record(
        "interviews.exported",
        by=request.user,
        assessment=assessment,
        target=job,
        label=f"document {job.pk}",
        with_names=job.with_names,
        checksum=job.checksum,
    )
    return response


def _find(request: MemberRequest, assessment: Assessment, pk: int) -> InterviewDocument:
    """The document, unless it has names that the member may not see."""
    rows = InterviewDocument.objects.for_assessment(assessment).for_reading(request.may)
    return get_object_or_404(rows.select_related("assessment"), pk=pk)
