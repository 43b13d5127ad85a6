"""The report's text: its outline, its sections with live preview and palette, and the page that members read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import add_errors
from reports import palette, services
from reports.builder import build, evidence_of, write_section, writer_for
from reports.forms import MoveForm, NewSectionForm, ReportForm, SectionForm
from reports.links import member_link
from reports.models import Report, Section
from reports.render import place_section_notes, sheet_names
from reports.render import render as render_document


def find_report(assessment: Assessment) -> Report:
    """The assessment's report, or 404. It brings its assessment with it."""
    report = get_object_or_404(Report, assessment=assessment)
    report.assessment = assessment
    return report


def posted(request: MemberRequest) -> QueryDict | None:
    """What a form is bound to: also a post without any field is one."""
    return request.POST if request.method == "POST" else None


def _section(assessment: Assessment, key: str) -> Section:
    section = get_object_or_404(
        Section.objects.select_related("report", "parent"), report__assessment=assessment, key=key
    )
    section.report.assessment = assessment
    return section


def page(request: MemberRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"reports/{name}.html", {"assessment": request.assessment, **context}, status=status)


@require_safe
@requires("report.view")
def report(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The outline with what each section has, and what can be done with the report."""
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
    services.create_report(assessment=assessment, by=request.user)
    messages.success(
        request, "The report is there, with first drafts where the data allow one. Read them, then rewrite."
    )
    return redirect("reports:report", assessment.reference)


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def report_settings(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    found = find_report(assessment)
    form = ReportForm(posted(request), instance=Report.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_report(report=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("reports:report", assessment.reference)
    return page(request, "report_settings", status=422 if form.errors else 200, report=found, form=form)


@require_safe
@requires("report.view")
def report_read(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The document as members read it: each fact, chart, cell and citation leads to what stands behind it."""
    report = find_report(assessment)
    data = build(report, link=member_link(assessment))
    record("report.read", by=request.user, assessment=assessment, target=report)
    bar = render_to_string("reports/document/bar.html", {"assessment": assessment, "faults": data.faults}, request)
    sheets = [static(f"css/{name}") for name in sheet_names("html")]
    return HttpResponse(render_document(data, "html", bar=bar, sheets=sheets))


@require_safe
@requires("report.edit")
def report_check(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Everything an author should put right, by section."""
    found = find_report(assessment)
    faults = build(found).faults
    titles = dict(found.sections.values_list("key", "title"))
    rows = [{"fault": fault, "title": titles.get(fault.section, "")} for fault in faults]
    errors = sum(fault.kind == "error" for fault in faults)
    return page(request, "report_check", rows=rows, errors=errors, warnings=len(faults) - errors)


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def section_edit(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    """Write one section. Where somebody else saved in the meantime, both texts are shown and nothing is overwritten."""
    section = _section(assessment, key)
    initial = {"title": section.title, "body": section.body, "revision": section.revision}
    form = SectionForm(posted(request), initial=initial)
    theirs, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.edit_section(section=section, by=request.user, **form.cleaned_data)
            except services.EditConflict as conflict:
                theirs, status = conflict.section, 409
                typed = request.POST.copy()
                typed["revision"] = str(theirs.revision)  # saving again is then a decision
                form.data = typed
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, f"“{form.cleaned_data['title']}” is saved.")
                goes = "reports:section_edit" if "stay" in request.POST else "reports:report"
                return redirect(goes, assessment.reference, *([key] if "stay" in request.POST else []))
    evidence = evidence_of(section.report)
    found, total = palette.search(evidence, "")
    return page(
        request,
        "section_edit",
        status=status,
        section=section,
        form=form,
        theirs=theirs,
        preview=_preview(section, str(form["body"].value() or "")),
        entries=found,
        total=total,
    )


def _preview(section: Section, body: str) -> dict[str, Any]:
    """HTML of a text as the section would show it, and its faults."""
    evidence = evidence_of(section.report)
    writer = writer_for(section.report, evidence, member_link(section.report.assessment))
    draft = Section(key=section.key, kind=section.kind, title=section.title, body=body[: services.MAX_BODY])
    html = write_section(writer, evidence, draft, level=1 + bool(section.parent))
    return {"html": place_section_notes(html, writer.footnotes), "faults": writer.faults}


@require_POST
@requires("report.edit")
def section_preview(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    """The preview alone, for the editor that asks for it while one types."""
    preview = _preview(_section(assessment, key), request.POST.get("body", ""))
    return page(request, "_preview", preview=preview)


@require_safe
@requires("report.edit")
def palette_search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Entries of the palette by words: a list for the editor, or a page of its own."""
    words = request.GET.get("q", "")[:100]
    found, total = palette.search(evidence_of(find_report(assessment)), words)
    name = "_palette" if request.headers.get("HX-Request") else "palette_search"
    return page(request, name, entries=found, total=total, words=words)


@require_safe
@requires("report.view")
def section_history(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    section = _section(assessment, key)
    revisions = section.revisions.select_related("by").order_by("-revision")[:50]
    return page(request, "section_history", section=section, revisions=revisions)


@require_POST
@requires("report.edit")
def section_add(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    found = find_report(assessment)
    form = NewSectionForm(found, request.POST)
    if form.is_valid():
        try:
            section = services.add_section(report=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            return redirect("reports:section_edit", assessment.reference, section.key)
    else:
        messages.error(request, "Give the new section a title of up to 300 characters, and a place.")
    return redirect("reports:report", assessment.reference)


@require_POST
@requires("report.edit")
def section_move(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    section = _section(assessment, key)
    form = MoveForm(request.POST)
    if form.is_valid():
        step = -1 if form.cleaned_data["to"] == "up" else 1
        services.move_section(section=section, position=section.position + step, by=request.user)
    else:
        messages.error(request, "A section goes up or down. Use the buttons beside it.")
    return redirect(f"{_outline(assessment)}#outline-{section.key}")


@require_POST
@requires("report.edit")
def section_hide(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    section = _section(assessment, key)
    services.hide_section(section=section, by=request.user, hidden=not section.hidden)
    return redirect(f"{_outline(assessment)}#outline-{section.key}")


def _outline(assessment: Assessment) -> str:
    return reverse("reports:report", args=[assessment.reference])
