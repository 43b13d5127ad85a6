"""The sections of a report: their editor with live preview and palette, their earlier texts, their order."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import add_errors, in_one_line
from reports.document import palette
from reports.document.evidence import evidence_of
from reports.forms import MoveForm, NewSectionForm, SectionForm
from reports.models import SectionRevision
from reports.services import sections
from reports.views.common import find_report, find_section, page, posted, preview_of


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def section_edit(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    """Edit one section. If another user saved meanwhile, both texts are shown, none is overwritten."""
    section = find_section(assessment, key)
    initial = {"title": section.title, "body": section.body, "revision": section.revision}
    form = SectionForm(posted(request), initial=initial)
    theirs, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sections.edit_section(section=section, by=request.user, **form.cleaned_data)
            except sections.EditConflict as conflict:
                theirs, status = conflict.section, 409
                form.show_newer(theirs)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("“{title}” was saved.").format(title=form.cleaned_data["title"]))
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
        preview=preview_of(section, str(form["body"].value() or "")),
        entries=found,
        total=total,
    )


@require_POST
@requires("report.edit")
def section_preview(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    """The preview alone, requested by the editor while the author types."""
    preview = preview_of(find_section(assessment, key), request.POST.get("body", ""))
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
    section = find_section(assessment, key)
    revisions = section.revisions.for_language("").select_related("by").order_by("-revision")[:50]
    return page(request, "section_history", section=section, revisions=revisions)


@require_POST
@requires("report.edit")
def section_restore(request: MemberRequest, assessment: Assessment, key: str, number: int) -> HttpResponse:
    """Make an earlier text the current one."""
    section = find_section(assessment, key)
    revision = number_sent(request.POST.get("revision", "")) or 0
    try:
        sections.restore_section(section=section, number=number, by=request.user, revision=revision)
    except SectionRevision.DoesNotExist:
        raise Http404(_("This version does not exist.")) from None
    except sections.EditConflict as conflict:
        messages.error(
            request, _("{conflict} Nothing was restored. Check its current text first.").format(conflict=conflict)
        )
    else:
        messages.success(request, _("Version restored. The text that it replaced is kept in the version history."))
    return redirect("reports:section_history", assessment.reference, key)


@require_POST
@requires("report.edit")
def section_add(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    found = find_report(assessment)
    form = NewSectionForm(found, request.POST)
    if form.is_valid():
        try:
            section = sections.add_section(report=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, in_one_line(error))
        else:
            messages.success(request, _("Section added. Write its text here."))
            return redirect("reports:section_edit", assessment.reference, section.key)
    else:
        messages.error(request, _("Enter a title of up to 300 characters for the new section, and choose its place."))
    return redirect("reports:report", assessment.reference)


@require_POST
@requires("report.edit")
def section_move(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    section = find_section(assessment, key)
    form = MoveForm(request.POST)
    if form.is_valid():
        step = -1 if form.cleaned_data["to"] == "up" else 1
        sections.move_section(section=section, position=section.position + step, by=request.user)
        messages.success(request, _("“{title}” was moved.").format(title=section.title))
    else:
        messages.error(request, _("Not moved. Use the up and down buttons next to the section."))
    return redirect(f"{_outline(assessment)}#outline-{section.key}")


@require_POST
@requires("report.edit")
def section_hide(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    section = find_section(assessment, key)
    hidden = {"yes": True, "no": False}.get(request.POST.get("hidden", ""))  # not the opposite of what is stored now
    if hidden is None:
        messages.error(request, _("Not changed. Use the buttons “Hide” and “Show” next to the section."))
    else:
        sections.hide_section(section=section, by=request.user, hidden=hidden)
        done = _("“{title}” is hidden: it is not in the report.") if hidden else _("“{title}” is in the report again.")
        messages.success(request, done.format(title=section.title))
    return redirect(f"{_outline(assessment)}#outline-{section.key}")


def _outline(assessment: Assessment) -> str:
    return reverse("reports:report", args=[assessment.reference])
