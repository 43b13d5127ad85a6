"""The quick starts for focal points and for facilitators, as a page and as PDF of two pages A4."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.printing import print_html
from assessments.requests import MemberRequest
from ctnat.ui.access import lists_members
from workshops.quick_start import QuickStart, for_facilitators, for_focal_points


@require_safe
@lists_members
@requires("survey.manage")
def quick_start_survey(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    return _show(request, assessment, for_focal_points(assessment), "survey")


@require_safe
@lists_members
@requires("workshop.run")
def quick_start_workshop(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    return _show(request, assessment, for_facilitators(assessment, request.build_absolute_uri("/")), "workshop")


def _show(request: MemberRequest, assessment: Assessment, sheet: QuickStart, name: str) -> HttpResponse:
    """With `?pdf=1` the file, else the page."""
    context = {"assessment": assessment, "sheet": sheet, "language": get_language() or "en"}
    if request.GET.get("pdf"):
        if pdf := print_html(render_to_string("workshops/_quick_start_document.html", context)):
            response = HttpResponse(pdf, content_type="application/pdf")
            response["Content-Disposition"] = f'attachment; filename="{assessment.reference}-quick-start-{name}.pdf"'
            return response
        messages.error(
            request,
            _(
                "The PDF cannot be created: a program for PDF layout is missing on this server. "
                "Tell the administrator of the site."
            ),
        )
        return redirect(request.path)
    return render(request, f"workshops/quick_start_{name}.html", context)
