"""Editions of the report: the list with the form that makes the next, their files, and what changed between two."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import ConflictError, add_errors
from reports.document.builder import build_with_names
from reports.document.open_points import find_open_points
from reports.forms import EditionForm, FinalEditionForm, ShareForm, WhatChangedForm
from reports.models import Edition, Report, ShareLink
from reports.output.comparison import compare
from reports.services.editions import OpenPointsLeft, enqueue_edition, make_edition
from reports.views.common import find_edition, find_report, page, posted
from reports.views.files import download


@require_http_methods(["GET", "POST"])
@requires("report.view")
def edition_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The editions, and for leads the form that makes the next one."""
    report = find_report(assessment)
    form = EditionForm(posted(request), initial={"after": _last_number(report)})
    may = "report.publish" in request.may
    if request.method == "POST" and not may:
        return HttpResponse(status=403)
    if request.method == "POST" and form.is_valid():
        try:
            edition = make_edition(report=report, by=request.user, **form.cleaned_data)
        except ConflictError as conflict:
            form.show_newer(conflict.current)
            form.add_error(None, conflict)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{edition} is being created. Its files appear here when they are ready.")
            return redirect("reports:edition_list", assessment.reference)
    found = Edition.objects.for_assessment(assessment).with_files().select_related("made_by").order_by("-number")
    links = ShareLink.objects.for_assessment(assessment).for_opening().select_related("edition")
    context: dict[str, Any] = {"editions": found, "links": links, "form": form, "share": ShareForm()}
    return page(request, "edition_list", status=_status(form), **context)


def _last_number(report: Report) -> int:
    """Of the editions there are now, 0 where there is none."""
    last = Edition.objects.filter(report=report).order_by("-number").first()
    return last.number if last else 0


def _status(form: WhatChangedForm) -> int:
    return 409 if form.has_error(NON_FIELD_ERRORS, "conflict") else 422 if form.errors else 200


@require_http_methods(["GET", "POST"])
@requires("report.publish")
def edition_final(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The open points before the final edition, with a reason for each kind, and the button that freezes it."""
    report = find_report(assessment)
    with transaction.atomic():
        data, names = build_with_names(report)
        points = find_open_points(report, data)
    errors = [problem for problem in data.problems if problem.kind == "error"]
    form = FinalEditionForm(points, posted(request), initial={"after": _last_number(report)})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        values = {"what_changed": typed["what_changed"], "after": typed["after"], "reasons": form.reasons}
        try:
            edition = make_edition(report=report, kind=Edition.Kind.FINAL, by=request.user, **values)
        except OpenPointsLeft as left:
            form.show_present_points(left.points)
            for point in left.points:
                where = f"reason_{point.kind}" if f"reason_{point.kind}" in form.fields else None
                now = f"{point.label}: these have changed; there are now {point.count}"
                form.add_error(where, f"{now}. Review them, then send the form again.")
        except ConflictError as conflict:
            form.show_newer(conflict.current)
            form.add_error(None, conflict)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{edition} was created. Its files appear here when they are ready.")
            return redirect("reports:edition_list", assessment.reference)
    titles = dict(report.sections.values_list("key", "title"))
    rows = [{"problem": problem, "title": titles.get(problem.section, "")} for problem in errors]
    waiting = sum(finding.is_open for finding in names)
    return page(request, "edition_final", status=_status(form), form=form, errors=rows, names_waiting=waiting)


@require_safe
@requires("report.view")
def edition_file(
    request: MemberRequest, assessment: Assessment, number: int, format: str
) -> HttpResponse | FileResponse:
    edition = find_edition(assessment, number)
    file = edition.file_of(format)
    if file is None:
        raise Http404("This edition does not have this file.")
    response = download(file.file.name or "", format, f"{assessment.reference}-edition-{number}")
    record("report.edition_downloaded", by=request.user, assessment=assessment, target=edition, format=format)
    return response


@require_POST
@requires("report.publish")
def edition_retry(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Make the files again where a worker was killed before they were complete."""
    enqueue_edition(find_edition(assessment, number))
    return redirect("reports:edition_list", assessment.reference)


@require_safe
@requires("report.view")
def edition_compare(request: MemberRequest, assessment: Assessment, number: int, other: int) -> HttpResponse:
    old, new = find_edition(assessment, number), find_edition(assessment, other)
    return page(request, "edition_compare", old=old, new=new, changes=compare(old.paragraphs, new.paragraphs))
