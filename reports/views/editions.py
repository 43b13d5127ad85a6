"""Editions of the report: the list with the form that makes the next, their files, and what changed between two."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.lacking import lacking_languages
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import ConflictError, add_errors
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of
from reports.document.builder import build_all
from reports.document.open_points import find_open_points
from reports.document.report_text import languages_of
from reports.forms import EditionForm, FinalEditionForm, ShareForm, WhatChangedForm
from reports.models import Edition, Report, ShareLink
from reports.output.comparison import compare
from reports.output.formats import FORMATS
from reports.services.editions import OpenPointsLeft, enqueue_edition, make_edition
from reports.views.common import find_edition, find_report, page, posted, problem_rows
from reports.views.files import download

STILL_MADE = timedelta(minutes=10)  # its files come one after the other: until then none is missing


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
            messages.success(
                request,
                _("{edition} is being created. Its files appear here when they are ready.").format(edition=edition),
            )
            return redirect("reports:edition_list", assessment.reference)
    found = Edition.objects.for_assessment(assessment).with_files().select_related("made_by").order_by("-number")
    can_be_made = Q(captured__isnull=False, erased_at=None)
    editions = page_of(request, found.annotate(can_be_made=can_be_made), size=20)
    making = any(not (edition.is_ready or edition.failure or edition.erased_at) for edition in editions)
    if making and "making" in request.GET:  # the page waits for the files
        return HttpResponse(status=204)
    incomplete = [  # made before there was one of the formats
        edition.pk
        for edition in editions
        if may
        and edition.is_ready
        and edition.can_be_made
        and edition.made_at < timezone.now() - STILL_MADE
        and any(not edition.file_of(name) for name in FORMATS)
    ]
    links = ShareLink.objects.for_assessment(assessment).for_opening().select_related("edition")
    lacking = lacking_languages(assessment, languages_of(report), "report") if may else []
    context: dict[str, Any] = {
        "editions": editions,
        "making": making,
        "incomplete": incomplete,
        "links": page_of(request, links.order_by("expires_at", "pk"), name="links"),
        "form": form,
        "share": ShareForm(),
        "lacking": lacking,
    }
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
        documents, names = build_all(report)
        points = find_open_points(report, documents)
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
                changed = _(
                    "{label}: these have changed; there are now {count}. Review them, then send the form again."
                )
                form.add_error(where, changed.format(label=point.label, count=point.count))
        except ConflictError as conflict:
            form.show_newer(conflict.current)
            form.add_error(None, conflict)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("{edition} was created. Its files appear here when they are ready.").format(edition=edition)
            )
            return redirect("reports:edition_list", assessment.reference)
    rows = [row for row in problem_rows(report, documents) if row["problem"].kind == "error"]
    waiting = sum(finding.is_open for finding in names)
    return page(request, "edition_final", status=_status(form), form=form, errors=rows, names_waiting=waiting)


@require_safe
@requires("report.view")
def edition_file(
    request: MemberRequest, assessment: Assessment, number: int, format: str, language: str = ""
) -> HttpResponse | FileResponse:
    """`language`: a further one of the edition; blank is its first one."""
    edition = find_edition(assessment, number)
    file = edition.file_of(format, language)
    if file is None:
        raise Http404(_("This edition does not have this file."))
    suffix = f"-{language}" if language else ""
    response = download(file.file, format, f"{assessment.reference}-edition-{number}{suffix}")
    detail = {"format": format, **({"language": language} if language else {})}
    record("report.edition_downloaded", by=request.user, assessment=assessment, target=edition, **detail)
    return response


@require_POST
@requires("report.publish")
def edition_retry(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Make the files again where a worker was killed before they were complete."""
    enqueue_edition(find_edition(assessment, number))
    messages.success(request, _("The files of edition {number} are being made again.").format(number=number))
    return redirect("reports:edition_list", assessment.reference)


@require_safe
@requires("report.view")
def edition_compare(request: MemberRequest, assessment: Assessment, number: int, other: int) -> HttpResponse:
    """In the first language, or in a further one that both editions have (`?language=fr`)."""
    old, new = find_edition(assessment, number), find_edition(assessment, other)
    ours, theirs = ({row.language: row for row in edition.translations.all()} for edition in (old, new))
    both = [language for language in theirs if language in ours]
    language = request.GET.get("language", "")
    if language and language not in both:
        raise Http404(_("One of the editions is not in this language."))
    before, after = (ours[language], theirs[language]) if language else (old, new)
    return page(
        request,
        "edition_compare",
        old=old,
        new=new,
        language=language,
        languages=[(code, language_name(code)) for code in both],
        changes=compare(before.paragraphs, after.paragraphs),
    )
