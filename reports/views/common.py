"""Shared by the report's pages: finding a row of the assessment, and rendering a template with it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments.file_encryption import send_file
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.worker import worker_is_running
from ctnat.ui.languages import direction
from ctnat.ui.names import language_name
from ctnat.ui.seen import mark
from reports.document.builder import ReportData, write_section
from reports.document.evidence import evidence_of, writer_for
from reports.document.links import member_link
from reports.models import AssessmentExport, Build, Edition, InterviewDocument, Job, Report, ReportLanguage, Section
from reports.output.html import place_section_notes
from reports.services.sections import MAX_BODY


def find_report(assessment: Assessment) -> Report:
    """The assessment's report, or 404. It brings its assessment with it."""
    report = get_object_or_404(Report, assessment=assessment)
    report.assessment = assessment
    return report


def find_section(assessment: Assessment, key: str) -> Section:
    section = get_object_or_404(
        Section.objects.select_related("report", "parent"), report__assessment=assessment, key=key
    )
    section.report.assessment = assessment
    return section


def find_build(assessment: Assessment, pk: int) -> Build:
    return get_object_or_404(Build.objects.for_assessment(assessment), pk=pk)


def find_edition(assessment: Assessment, number: int) -> Edition:
    found = Edition.objects.for_assessment(assessment).with_files().select_related("report__assessment")
    return get_object_or_404(found, number=number)


def find_language(report: Report, language: str) -> ReportLanguage:
    """One of the report's further languages, or 404."""
    row = get_object_or_404(report.further_languages.for_printing(), language=language)
    row.report = report
    return row


def chosen_language(request: MemberRequest, report: Report) -> str:
    """The further language that the address asks for (`?language=fr`), blank for the first one; 404 for another."""
    language = request.GET.get("language", "")
    if language in ("", report.language):
        return ""
    return find_language(report, language).language


def problem_rows(report: Report, documents: Sequence[ReportData]) -> list[dict[str, Any]]:
    """What authors should put right in each language of the report: the problem, its section's title, its language."""
    titles = dict(report.sections.values_list("key", "title"))
    return [
        {
            "problem": problem,
            "title": titles.get(problem.section, ""),
            "language": "" if document.language == report.language else document.language,
            "language_name": language_name(document.language),
        }
        for document in documents
        for problem in document.problems
    ]


def preview_of(section: Section, body: str, language: str = "") -> dict[str, Any]:
    """HTML of a text as the section would show it in one of the report's languages, and its problems."""
    report = section.report
    with translation.override(language or report.language):  # names of months and sectors
        evidence = evidence_of(report, language)
        writer = writer_for(report, evidence, member_link(report.assessment))
        draft = Section(key=section.key, kind=section.kind, title=section.title, body=body[:MAX_BODY])
        html = write_section(writer, evidence, draft, level=1 + bool(section.parent))
    return {
        "html": place_section_notes(html, writer.footnotes),
        "problems": writer.problems,
        "language": evidence.language,
        "direction": direction(evidence.language),
    }


def posted(request: MemberRequest) -> QueryDict | None:
    """The data to bind a form to: also for a post without any field."""
    return request.POST if request.method == "POST" else None


def page(request: MemberRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"reports/{name}.html", {"assessment": request.assessment, **context}, status=status)


def job_page(request: MemberRequest, name: str, job: Job) -> HttpResponse:
    """The page of a job, or where it asks again, its part with the progress: 204 while that is as the page has it."""
    seen = mark([job.status, job.progress, job.step, job.is_stalled, worker_is_running()])
    if not request.headers.get("HX-Request"):
        return page(request, name, job=job, part=name, seen=seen)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)  # the page stays as it is, and asks less often (static/js/app.js)
    return page(request, f"_{name}", job=job, part=name, seen=seen)


def tell_cancelled(request: MemberRequest, job: Job) -> None:
    if job.cancel_requested:
        messages.success(request, _("Cancelled. No file is made."))
    else:
        messages.info(request, _("Nothing to cancel: it was finished already."))


def job_file(job: AssessmentExport | InterviewDocument, name: str, *, content_type: str) -> FileResponse:
    """The file of a finished job as a download called `name`; 404 once it has expired."""
    if job.status != Job.Status.DONE or job.expires_at <= timezone.now():
        raise Http404(_("This export has expired, or is not ready. Make a new one."))
    try:
        response = send_file(job.file.open(), name, content_type=content_type)
    except (OSError, ValueError):  # `ValueError`: there is no name
        raise Http404(_("The file no longer exists. Make a new export.")) from None
    response["X-Content-Type-Options"] = "nosniff"
    return response
