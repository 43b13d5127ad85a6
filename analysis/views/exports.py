"""Downloads for leads: the worksheet and the responses. Each download is logged."""

from io import BytesIO

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analysis.exports import responses, worksheet
from analysis.results import for_assessment
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.access import in_english

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "sav": "application/x-spss-sav"}


@require_safe
@requires("analysis.export")
def exports(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    return page(request, "exports", for_assessment(assessment, page_language()))


@in_english
@require_POST
@requires("analysis.export")
def export_file(request: MemberRequest, assessment: Assessment, format: str) -> HttpResponse:
    """The worksheet (xlsx) or the responses (csv, sav)."""
    if format not in FILES:
        raise Http404(_("Files are available as XLSX, CSV or SAV."))
    results = for_assessment(assessment)
    if format == "xlsx":
        target = BytesIO()
        worksheet.save(results, target)
        content, name = target.getvalue(), "worksheet"
    else:
        name = "responses"
        content = responses.csv_file(results) if format == "csv" else responses.sav(results)
    record(
        f"{name}.exported", by=request.user, assessment=assessment, format=format, responses=results.survey.responses
    )
    response = HttpResponse(content, content_type=FILES[format])
    response["Content-Disposition"] = f'attachment; filename="{assessment.reference}-{name}.{format}"'
    return response
