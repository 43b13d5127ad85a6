"""Builds of the living report, with their progress and their files."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import in_one_line
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of
from reports.document.report_text import languages_of
from reports.models import Build
from reports.output.formats import FORMATS
from reports.output.revision import data_revision
from reports.services.builds import cancel_build, request_build, restart_stalled_build
from reports.views.common import find_build, find_report, job_page, page, tell_cancelled
from reports.views.files import download


@require_safe
@requires("report.view")
def build_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    report = find_report(assessment)
    return page(
        request,
        "build_list",
        report=report,
        formats=FORMATS.values(),
        builds=page_of(request, Build.objects.for_assessment(assessment).select_related("report"), size=20),
        revision=data_revision(report),
        languages=[(code, language_name(code)) for code in languages_of(report)],
    )


@require_POST
@requires("report.build")
def build_request(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    report = find_report(assessment)
    language = request.POST.get("language", "")
    try:
        job = request_build(
            report=report,
            format=request.POST.get("format", ""),
            language="" if language == report.language else language,
            by=request.user,
        )
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("reports:build_list", assessment.reference)
    return redirect("reports:build", assessment.reference, job.pk)


@require_safe
@requires("report.view")
def build(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One build with its progress; the page asks again each second until it is finished.

    Watching also restarts it where its worker was killed: that is safe, because a build may run twice.
    """
    job = find_build(assessment, pk)
    if restart_stalled_build(job=job):
        job.refresh_from_db()
    return job_page(request, "build", job)


@require_POST
@requires("report.build")
def build_cancel(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    tell_cancelled(request, cancel_build(job=find_build(assessment, pk), by=request.user))
    return redirect("reports:build", assessment.reference, pk)


@require_safe
@requires("report.view")
def build_file(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse | FileResponse:
    job = find_build(assessment, pk)
    if job.status != Build.Status.DONE:
        raise Http404(_("This document is not ready yet."))
    suffix = f"-{job.language}" if job.language else ""
    response = download(job.file, job.format, f"{assessment.reference}-report{suffix}")
    record("report.downloaded", by=request.user, assessment=assessment, target=job, label=f"{job.format} {job.pk}")
    return response
