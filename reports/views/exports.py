"""Export of everything of an assessment: requested by a lead, made in the background, downloaded until it expires."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from reports.models import AssessmentExport
from reports.services.exports import VALID_FOR, cancel_export, request_export, restart_stalled_export
from reports.views.common import job_file, job_page, tell_cancelled


@require_safe
@requires("assessment.export")
def export_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    exports = AssessmentExport.objects.for_assessment(assessment).select_related("requested_by")
    context = {"assessment": assessment, "exports": exports[:20], "now": timezone.now(), "days": VALID_FOR.days}
    return render(request, "reports/export_list.html", context)


@require_POST
@requires("assessment.export")
def export_request(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    job = request_export(assessment=assessment, with_names=request.POST.get("names") == "yes", by=request.user)
    return redirect("life:export", assessment.reference, job.pk)


@require_safe
@requires("assessment.export")
def export(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One export with its progress; the page asks again each second until it is finished."""
    job = _find(assessment, pk)
    if restart_stalled_export(job=job):
        job.refresh_from_db()
    return job_page(request, "export", job)


@require_POST
@requires("assessment.export")
def export_cancel(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    tell_cancelled(request, cancel_export(job=_find(assessment, pk), by=request.user))
    return redirect("life:export", assessment.reference, pk)


@require_safe
@requires("assessment.export")
def export_file(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse | FileResponse:
    job = _find(assessment, pk)
    kind = "with-names" if job.with_names else "without-names"
    name = f"{assessment.reference}-export-{kind}-{timezone.localdate(job.created_at):%Y%m%d}.zip"
    response = job_file(job, name, content_type="application/zip")
    record(
        "assessment.exported",
        by=request.user,
        assessment=assessment,
        target=job,
        label=f"export {job.pk}",
        with_names=job.with_names,
        checksum=job.checksum,
    )
    return response


def _find(assessment: Assessment, pk: int) -> AssessmentExport:
    return get_object_or_404(AssessmentExport.objects.for_assessment(assessment).select_related("assessment"), pk=pk)
