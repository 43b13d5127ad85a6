"""Builds with their progress, editions with their files, and links that open an edition without an account."""

import base64
import hashlib
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import public, requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import add_errors
from reports import builds, editions
from reports.forms import EditionForm, ShareForm
from reports.models import Build, Edition, ShareLink
from reports.revision import data_revision
from reports.views import find_report, page, posted

STYLE = re.compile(rb"<style>(.*?)</style>", re.S)


def _build(assessment: Assessment, pk: int) -> Build:
    return get_object_or_404(Build.objects.for_assessment(assessment), pk=pk)


def _edition(assessment: Assessment, number: int) -> Edition:
    found = Edition.objects.for_assessment(assessment).select_related("report__assessment")
    return get_object_or_404(found, number=number)


@require_safe
@requires("report.view")
def build_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    report = find_report(assessment)
    return page(
        request,
        "build_list",
        report=report,
        builds=Build.objects.for_assessment(assessment).select_related("requested_by")[:20],
        revision=data_revision(report),
    )


@require_POST
@requires("report.build")
def build_request(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    try:
        job = builds.request_build(
            report=find_report(assessment), format=request.POST.get("format", ""), by=request.user
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reports:build_list", assessment.reference)
    return redirect("reports:build", assessment.reference, job.pk)


@require_safe
@requires("report.view")
def build(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One build with its progress; the page asks again each second until it is finished.

    Whoever watches also has it retried where its worker was killed: the work was asked for, and doing it twice is safe.
    """
    job = _build(assessment, pk)
    if builds.revive(job):
        job.refresh_from_db()
    name = "_build" if request.headers.get("HX-Request") else "build"
    running = job.status in (Build.Status.WAITING, Build.Status.RUNNING)
    return page(request, name, job=job, running=running, stalled=builds.is_stalled(job))


@require_POST
@requires("report.build")
def build_cancel(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    builds.cancel_build(job=_build(assessment, pk), by=request.user)
    return redirect("reports:build", assessment.reference, pk)


@require_safe
@requires("report.view")
def build_file(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse | FileResponse:
    job = _build(assessment, pk)
    if job.status != Build.Status.DONE:
        raise Http404("This document is not finished.")
    response = download(job.file.name or "", job.format, f"{assessment.reference}-report")
    record("report.downloaded", by=request.user, assessment=assessment, target=job, label=f"{job.format} {job.pk}")
    return response


def download(name: str, format: str, title: str) -> FileResponse:
    """A file of the storage as a download. Raises `Http404` where it is gone."""
    if not name or not default_storage.exists(name):
        raise Http404("The file is gone. Build the document again.")
    response = FileResponse(default_storage.open(name), as_attachment=True, filename=f"{title}.{format}")
    response["Content-Type"] = builds.TYPES[format]
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@requires("report.view")
def edition_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The editions, and for leads the form that makes the next one."""
    report = find_report(assessment)
    form = EditionForm(posted(request))
    may = "report.publish" in request.may
    if request.method == "POST" and not may:
        return HttpResponse(status=403)
    if request.method == "POST" and form.is_valid():
        try:
            edition = editions.make_edition(report=report, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{edition} is being made. Its files appear here when they are ready.")
            return redirect("reports:edition_list", assessment.reference)
    found = Edition.objects.for_assessment(assessment).select_related("made_by").order_by("-number")
    links = ShareLink.objects.for_assessment(assessment).for_opening().select_related("edition")
    context: dict[str, Any] = {"editions": found, "links": links, "form": form, "share": ShareForm()}
    return page(request, "edition_list", status=422 if form.errors else 200, **context)


@require_safe
@requires("report.view")
def edition_file(
    request: MemberRequest, assessment: Assessment, number: int, format: str
) -> HttpResponse | FileResponse:
    edition = _edition(assessment, number)
    if format not in builds.TYPES:
        raise Http404("An edition is kept as PDF and as HTML.")
    name = (edition.pdf if format == "pdf" else edition.html).name or ""
    response = download(name, format, f"{assessment.reference}-edition-{number}")
    record("report.edition_downloaded", by=request.user, assessment=assessment, target=edition, format=format)
    return response


@require_POST
@requires("report.publish")
def edition_retry(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Make the files again where a worker was killed before they were there."""
    editions.enqueue_edition(_edition(assessment, number))
    return redirect("reports:edition_list", assessment.reference)


@require_safe
@requires("report.view")
def edition_compare(request: MemberRequest, assessment: Assessment, number: int, other: int) -> HttpResponse:
    old, new = _edition(assessment, number), _edition(assessment, other)
    return page(request, "edition_compare", old=old, new=new, changes=editions.compare(old.paragraphs, new.paragraphs))


@require_POST
@requires("report.share")
def share_create(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    form = ShareForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(f"Give a number of days from 1 to {editions.LONGEST_SHARE}.")
        link, token = editions.share_edition(edition=_edition(assessment, number), by=request.user, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reports:edition_list", assessment.reference)
    address = request.build_absolute_uri(reverse("reports_public:shared", args=[token]))
    return page(request, "share_created", link=link, address=address)


@require_POST
@requires("report.share")
def share_revoke(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    link = get_object_or_404(ShareLink.objects.for_assessment(assessment), pk=pk)
    editions.revoke_share(link=link, by=request.user)
    messages.success(request, "The link no longer opens anything.")
    return redirect("reports:edition_list", assessment.reference)


@require_safe
@public
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The frozen HTML of an edition for whoever has the link. Its one style sheet is allowed by its hash."""
    edition = editions.shared_edition(token)
    if edition is None or not edition.html or not default_storage.exists(edition.html.name or ""):
        return render(request, "reports/shared_gone.html", status=404)
    with default_storage.open(edition.html.name or "") as stream:
        content = stream.read()
    response = HttpResponse(content, content_type=builds.TYPES["html"])
    found = STYLE.search(content)
    digest = base64.b64encode(hashlib.sha256(found[1] if found else b"").digest()).decode()
    response._csp_replace = {"style-src": [f"'sha256-{digest}'"], "script-src": ["'none'"]}  # type: ignore[attr-defined]
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    record("share.opened", by=None, assessment=edition.report.assessment, target=edition)
    return response
