"""The response matrix: what was commented and proposed, and what was answered, as a page and as files."""

from io import BytesIO

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.mail import written_in
from ctnat.ui.pages import page_of
from interviews.names import reading
from reports.models import ReviewItem, ReviewRound
from reports.output.matrix import HEADS, MEMBERS, Paragraphs, items_of, make_matrix_docx, rows_of, save_matrix
from reports.views.common import find_report, page

OFFICE = "application/vnd.openxmlformats-officedocument"
FILES = {"xlsx": f"{OFFICE}.spreadsheetml.sheet", "docx": f"{OFFICE}.wordprocessingml.document"}


@require_safe
@requires("report.comment")
def matrix(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The matrix of all review rounds, of one (`?from=2`), or of the comments of members (`?from=members`)."""
    report = find_report(assessment)
    sources, source = _sources(assessment), _chosen(request, assessment)
    rows = page_of(request, items_of(report, source))
    return page(
        request,
        "matrix",
        rows=rows,
        lines=list(rows_of(rows, Paragraphs(), reading(assessment, request.may))),
        heads=HEADS,
        sources=sources,
        source=source,
    )


@require_safe
@requires("report.edit")
def matrix_file(request: MemberRequest, assessment: Assessment, format: str) -> HttpResponse:
    """In the language of the report, if the program's own words are in it, else in English."""
    if format not in FILES:
        raise Http404(_("The matrix is available as XLSX and as DOCX."))
    report, source = find_report(assessment), _chosen(request, assessment)
    with written_in(report.language):
        if format == "docx":
            content, count = make_matrix_docx(report, source)
        else:
            target = BytesIO()
            count = save_matrix(report, source, target)
            content = target.getvalue()
    record("report.matrix_downloaded", by=request.user, assessment=assessment, target=report, rows=count)
    response = HttpResponse(content, content_type=FILES[format])
    suffix = f"-{source}" if source else ""
    response["Content-Disposition"] = f'attachment; filename="{assessment.reference}-matrix{suffix}.{format}"'
    return response


def _sources(assessment: Assessment) -> list[tuple[str, str]]:
    """What the matrix may be made of: (as the address names it, its label)."""
    numbers = ReviewRound.objects.for_assessment(assessment).order_by("number").values_list("number", flat=True)
    rounds = [(str(number), _("Review round {number}").format(number=number)) for number in numbers]
    return [("", _("All review rounds")), *rounds, (MEMBERS, _("Comments of members"))]


def _chosen(request: MemberRequest, assessment: Assessment) -> str:
    """What the address asks for; where it asks for nothing known, all rounds, or the members' comments if there are
    no rounds."""
    asked = request.GET.get("from", "")
    sources = dict(_sources(assessment))
    if asked in sources and (asked or "from" in request.GET):
        return asked
    of_rounds = ReviewItem.objects.for_assessment(assessment).filter(round__isnull=False)
    return "" if of_rounds.exists() else MEMBERS
