"""The report as a whole: its outline, settings, the page that members read, and its problems."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import add_errors
from ctnat.ui.languages import own_name
from ctnat.ui.pages import page_of
from reports.document.builder import build, build_all
from reports.document.links import member_link
from reports.document.report_text import languages_of
from reports.forms import NewSectionForm, ReportForm, WordTemplateForm
from reports.models import Report, Section, WordTemplate
from reports.output.html import render, sheet_names
from reports.services.reports import create_report, update_report
from reports.services.templates import remove_template, set_template
from reports.views.common import chosen_language, find_report, page, posted, problem_rows

MOST_PROBLEMS = 25  # on one page, which is read on phones too


@require_safe
@requires("report.view")
def report(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The outline with the content of each section, and the actions on the report."""
    found = Report.objects.for_assessment(assessment).first()
    if found is None:
        return page(request, "report_empty")
    children = Section.objects.select_related("updated_by")
    top = found.sections.filter(parent=None).prefetch_related(
        Prefetch("children", children.prefetch_related(Prefetch("children", Section.objects.all())))
    )
    return page(request, "report", report=found, sections=top, new_section=NewSectionForm(found))


@require_POST
@requires("report.edit")
def report_create(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    create_report(assessment=assessment, by=request.user)
    messages.success(
        request,
        _("Report created. Where there are enough data, sections contain a first draft. Check and rewrite the drafts."),
    )
    return redirect("reports:report", assessment.reference)


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def report_settings(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    found = find_report(assessment)
    form = ReportForm(posted(request), instance=Report.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            update_report(report=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:report", assessment.reference)
    status = 409 if form.has_conflict else 422 if form.errors else 200
    return _settings_page(request, found, form, WordTemplateForm(), status)


def _settings_page(
    request: MemberRequest, found: Report, form: ReportForm, template_form: WordTemplateForm, status: int
) -> HttpResponse:
    template = WordTemplate.objects.filter(report=found).select_related("uploaded_by").first()
    shown = {"report": found, "form": form, "template": template, "template_form": template_form}
    return page(request, "report_settings", status=status, **shown)


@require_POST
@requires("report.publish")
def template_upload(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The template of the report's Word files, in place of the last one."""
    found = find_report(assessment)
    form = WordTemplateForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["template"]
        try:
            set_template(report=found, file=upload, name=upload.name, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The template was saved. Word files that are made from now on have its look."))
            return redirect("reports:report_settings", assessment.reference)
    return _settings_page(request, found, ReportForm(instance=Report.objects.get(pk=found.pk)), form, 422)


@require_POST
@requires("report.publish")
def template_remove(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    remove_template(report=find_report(assessment), by=request.user)
    messages.success(request, _("The template was removed. Word files that exist keep their look."))
    return redirect("reports:report_settings", assessment.reference)


@require_safe
@requires("report.view")
def report_read(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The document for members: each fact, chart, cell and citation leads to its source."""
    report = find_report(assessment)
    language = chosen_language(request, report)
    data = build(report, language=language, link=member_link(assessment))
    record("report.read", by=request.user, assessment=assessment, target=report)
    languages = [(code, own_name(code)) for code in languages_of(report)]
    context = {"assessment": assessment, "problems": data.problems, "languages": languages, "language": data.language}
    bar = render_to_string("reports/document/_bar.html", context, request)
    sheets = [static(f"css/{name}") for name in ("tokens.css", *sheet_names("html"), "frame.css", "parts.css")]
    scripts = [static(f"js/{name}") for name in ("reports_parts.js", "parts.js")]  # in this order
    return HttpResponse(render(data, "html", bar=bar, sheets=sheets, scripts=scripts))


@require_safe
@requires("report.edit")
def report_check(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """All problems for the author, by language and section."""
    found = find_report(assessment)
    documents = build_all(found)[0]
    rows = problem_rows(found, documents)
    errors = sum(row["problem"].kind == "error" for row in rows)
    several = len(documents) > 1
    counts = {"errors": errors, "warnings": len(rows) - errors}
    shown = page_of(request, rows, size=MOST_PROBLEMS)
    return page(request, "report_check", rows=shown, several=several, **counts)
