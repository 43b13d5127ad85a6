"""Pages shown to the groups: the projector, the handout and the slides."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.demonstration import band
from assessments.models import Assessment
from ctnat.ui.access import for_readers
from ctnat.ui.languages import own_name
from ctnat.ui.qr import qr_svg
from ctnat.ui.word_files import word_response
from indicators.grid import GridCell
from indicators.models import Mark
from indicators.translated import Shown, Translated
from workshops.agenda import Agenda, agendas
from workshops.models import Group, Workshop
from workshops.priorities import find_priority_item
from workshops.results import VerdictCount, priority_counts, results_of, with_translations
from workshops.views.device_pages import occasion
from workshops.views.workshops import find_workshop, join_url, live_part, live_revision
from workshops.words import WORDS, translate, translate_all

MOST_CELLS, MOST_GROUPS = 6, 4  # on one slide


@require_safe
@requires("workshop.view")
@for_readers
def projector(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    context = {"assessment": assessment, "workshop": row, "live_revision": live_revision(row)}
    return _in_room(request, row, "workshops/projector.html", context | _projected(request, row))


@require_safe
@requires("workshop.view")
@for_readers
def projector_counts(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    words = translate_all(_language(request, row))
    context = lambda: _projected(request, row) | {"words": words}  # noqa: E731 - asked only where something changed
    return live_part(request, row, "workshops/_projector_counts.html", context)


@require_safe
@requires("workshop.view")
@for_readers
def handout(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """The handout as a page, or with `?format=docx` as a Word file."""
    row = find_workshop(assessment, pk)
    language = _language(request, row)
    if request.GET.get("format") != "docx":
        return _in_room(request, row, "workshops/handout.html", _pack(row, language))
    context = {"assessment": assessment, **_pack(row, language), **_of_room(request, row)}
    html: str = render_to_string("workshops/_handout_document.html", context)
    return word_response(request, html, f"{assessment.reference}-handout-{row.held_on}-{language}")


@require_safe
@requires("workshop.view")
@for_readers
def slides(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    return _in_room(request, row, "workshops/slides.html", _pack(row, _language(request, row)))


def _language(request: HttpRequest, row: Workshop) -> str:
    """The language asked for (`?lang=`), else that of the room."""
    asked = request.GET.get("lang", "")
    return asked if asked in row.languages else row.room_language


def _of_room(request: HttpRequest, row: Workshop) -> dict[str, Any]:
    language = _language(request, row)
    return {
        "page_language": language,
        "languages": [(code, own_name(code)) for code in row.languages],
        "words": translate_all(language),
        "occasion": occasion(row, language),
        "demonstration": band(row.assessment, language),
    }


def _in_room(request: HttpRequest, row: Workshop, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context | _of_room(request, row))
    response["Content-Language"] = _language(request, row)
    return response


def _shown(request: HttpRequest) -> str:
    return "verdicts" if request.GET.get("show") == "verdicts" else "priorities"


def _projected(request: HttpRequest, row: Workshop) -> dict[str, Any]:
    show, language = _shown(request), _language(request, row)
    url = join_url(request, row) if row.is_open else ""
    words = Translated.of(row.assessment)
    results = with_translations(results_of(row), words, language)
    found = priority_counts(results, find_priority_item(row.assessment), language)
    joined = Group.objects.for_workshop(row).exclude(device_hmac="").count()
    voted = translate("voted", language, ballots=found.ballots, groups=found.groups)
    return {
        "show": show,
        "language": language,
        "counts": found,
        "wishes": {count.wish: words.working(count.wish, language) for count in found.rows if count.wish},
        "most": max([count.groups for count in found.rows] + [1]),
        "verdicts": [_judged(verdict, language) for verdict in results.verdicts] if show == "verdicts" else (),
        "voted": voted,
        "groups_joined": translate("groups_joined", language, joined=joined, groups=found.groups),
        "join_url": url,
        "qr": qr_svg(url) if url else "",
    }


def _judged(row: VerdictCount, language: str) -> dict[str, Any]:
    """A row of the table of verdicts in the room's language, where the wording was kept in it."""
    text = row.texts.get(language)
    notes = {False: translate("earlier_wording", language), None: translate("wording_unknown", language)}
    return {
        "row": row,
        "text": text or row.text,
        "language": language if text else "",
        "state": translate(row.state, language) if row.state else "",
        "note": notes.get(row.current, ""),
        "words": [(one, translate(one.choice, language)) for one in row.words],
    }


def _pack(row: Workshop, language: str) -> dict[str, Any]:
    """Marks and recommendations of each category, and the priorities. Findings as text are the report's."""
    item = find_priority_item(row.assessment)
    counts = priority_counts(results_of(row), item, language)
    country = row.assessment.country_in(WORDS.language_of("handout_title", language))
    found = agendas(row.assessment, language=language, fixed=row.agenda)
    places = range(1, (item.places if item else 3) + 1)
    return {
        "assessment": row.assessment,
        "workshop": row,
        "agendas": [_category(agenda, language) for agenda in found],
        "has_drafts": any(agenda.has_drafts for agenda in found),
        "priorities": [(option.name, option.text.translate(language)) for option in (item.options if item else ())],
        "places": places,
        "counts": counts,
        "voted": translate("voted", language, ballots=counts.ballots, groups=counts.groups),
        "handout_title": translate("handout_title", language, country=country),
        "found_title": translate("found_title", language, country=country),
        "asked_vote": translate("asked_vote", language, n=len(places)),
    }


def _category(agenda: Agenda, language: str) -> dict[str, Any]:
    category = agenda.category
    by_state = {state: [cell for cell in category.cells if cell.state == state] for state in Mark.State.values}
    improvable, groups = by_state["potential_improvement"], agenda.recommendations
    label = category.category.label.translate(language)
    return {
        "agenda": agenda,
        "language": category.category.title.language_for(language),
        "assessed": translate(
            "cells_assessed",
            language,
            assessed=category.assessed,
            total=category.total,
            in_place=len(by_state["in_place"]),
            improvement=len(improvable),
        ),
        "improvable": [(cell, _reason(agenda, cell)) for cell in improvable[:MOST_CELLS]],
        "more_cells": _more(len(improvable) - MOST_CELLS, language),
        "recommended": translate("recommended", language, category=label),
        "openings": [
            (agenda.opening_of(group), translate("recommendation_count", language, n=len(group.recommendations)))
            for group in groups[:MOST_GROUPS]
        ],
        "more_groups": _more(len(groups) - MOST_GROUPS, language),
    }


def _reason(agenda: Agenda, cell: GridCell) -> Shown:
    reason = agenda.reason_of(cell)
    words, language = translate("no_evidence", agenda.language), WORDS.language_of("no_evidence", agenda.language)
    return reason if reason.text else Shown(words, language)


def _more(count: int, language: str) -> str:
    return translate("more_in_handout", language, n=count) if count > 0 else ""
