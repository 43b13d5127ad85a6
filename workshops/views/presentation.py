"""Pages shown to the groups: the projector, the handout and the slides."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.models import Assessment
from ctnat.ui.access import for_readers
from indicators.models import Mark
from workshops.agenda import agendas
from workshops.models import Group, Workshop
from workshops.priorities import find_priority_item
from workshops.qr import qr_svg
from workshops.results import priority_counts, results_of
from workshops.views.workshops import find_workshop, join_url, live_part, live_revision


@require_safe
@requires("workshop.view")
@for_readers
def projector(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    context = {"assessment": assessment, "workshop": row, "show": _shown(request), "live_revision": live_revision(row)}
    return render(request, "workshops/projector.html", context | _projected(request, row))


@require_safe
@requires("workshop.view")
@for_readers
def projector_counts(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    return live_part(request, row, "workshops/_projector_counts.html", lambda: _projected(request, row))


@require_safe
@requires("workshop.view")
@for_readers
def handout(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return render(request, "workshops/handout.html", _pack(find_workshop(assessment, pk)))


@require_safe
@requires("workshop.view")
@for_readers
def slides(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return render(request, "workshops/slides.html", _pack(find_workshop(assessment, pk)))


def _shown(request: HttpRequest) -> str:
    return "verdicts" if request.GET.get("show") == "verdicts" else "priorities"


def _projected(request: HttpRequest, row: Workshop) -> dict[str, Any]:
    show = _shown(request)
    url = join_url(request, row) if row.is_open else ""
    results = results_of(row)
    found = priority_counts(results, find_priority_item(row.assessment), row.assessment.report_language)
    return {
        "show": show,
        "counts": found,
        "most": max([count.groups for count in found.rows] + [1]),
        "verdicts": results.verdicts if show == "verdicts" else (),
        "joined": Group.objects.for_workshop(row).exclude(device_hmac="").count(),
        "join_url": url,
        "qr": qr_svg(url) if url else "",
    }


def _pack(row: Workshop) -> dict[str, Any]:
    """Marks and recommendations of each category, and the priorities. Findings as text are the report's."""
    item, language = find_priority_item(row.assessment), row.assessment.report_language
    return {
        "assessment": row.assessment,
        "workshop": row,
        "agendas": [(agenda, _by_state(agenda)) for agenda in agendas(row.assessment, fixed=row.agenda)],
        "priorities": [(option.name, option.text.translate(language)) for option in (item.options if item else ())],
        "places": range(1, (item.places if item else 3) + 1),
        "counts": priority_counts(results_of(row), item, language),
    }


def _by_state(agenda: Any) -> dict[str, list[Any]]:
    return {state: [cell for cell in agenda.category.cells if cell.state == state] for state in Mark.State.values}
