"""Evidence: a search for sources, one source, the evidence of a criterion, and contradictions between sources."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from analysis import evidence
from analysis.item_types.presentation import draw_all
from analysis.results import Results, for_assessment
from analysis.results.disagreements import find_disagreements, items_of
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment, Document
from assessments.requests import MemberRequest
from assessments.sealed_words import sought_words, to_results, typed_words
from indicators.models import Mark
from instruments import schema
from interviews.models import Answer, Interview
from workshops.models import Comment

MOST_WORDS = 200  # characters


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analysis.view")
def evidence_search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Sources by words, which stay out of the address. With `HX-Request` the list alone, each with its key, for the
    page that attaches evidence."""
    is_part, typed = bool(request.headers.get("HX-Request")), typed_words(request, "q", MOST_WORDS)
    if typed is not None and not is_part:
        return to_results(request, typed)
    words = (typed or "") if is_part else sought_words(request)
    found = evidence.search(assessment, words, request.may)
    groups = [(evidence.KINDS[kind], rows) for kind, rows in found.items()]
    results = for_assessment(assessment, page_language())
    name = "_evidence_found" if is_part else "evidence_search"
    return page(request, name, results, words=words, groups=groups)


@require_safe
@requires("analysis.view")
def evidence_source(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The source behind a key, for those who may see its kind."""
    key = request.GET.get("key", "")[:200]
    parts = evidence.parse(key)
    if parts is None:
        raise Http404(_("This is not an evidence key."))
    if evidence.NEEDS[parts.kind] not in request.may:
        raise PermissionDenied(_("Your role does not allow viewing this type of source."))
    results = for_assessment(assessment, page_language())
    shown = SOURCES[parts.kind](results, parts)
    cited = [
        f"{criterion}/{cell}" for (criterion, cell), mark in results.marks.items() if key in (mark["evidence"] or [])
    ]
    return page(request, "evidence_source", results, key=key, kind=parts.kind, parts=parts, cited=cited, **shown)


def _document(results: Results, parts: evidence.Parts) -> dict[str, Any]:
    register = Document.objects.for_assessment(results.assessment)
    return {"document": get_object_or_404(register, code=parts.code)}


def _interview(results: Results, parts: evidence.Parts) -> dict[str, Any]:
    interviews = Interview.objects.filter(assessment=results.assessment, deleted_at=None).select_related("organisation")
    interview = get_object_or_404(interviews, code=parts.code)
    interview.assessment = results.assessment  # its guide is parsed already
    question = interview.questions([parts.place]).get(parts.place)
    if question is None:
        raise Http404(_("The guide does not have this question."))
    answer = Answer.objects.filter(interview=interview, question=parts.place).first()
    asked = interview.guide.section_of.get(parts.place) in (interview.sections or [])
    return {"interview": interview, "question": question, "answer": answer, "asked": asked}


def _survey(results: Results, parts: evidence.Parts) -> dict[str, Any]:
    item = results.survey.items.get(parts.code)
    if item is None:
        raise Http404(_("The survey does not have this item."))
    return {"item": item, "chart": next(iter(draw_all(results, [item])), None)}


def _comment(results: Results, parts: evidence.Parts) -> dict[str, Any]:
    return {"comment": get_object_or_404(Comment, assessment=results.assessment, pk=parts.code)}


SOURCES = {"document": _document, "interview": _interview, "survey": _survey, "comment": _comment}


@require_safe
@requires("analysis.view")
def criterion(request: MemberRequest, assessment: Assessment, criterion: str) -> HttpResponse:
    """The evidence of a criterion: a page of its own, or with `HX-Request` the panel beside the matrix."""
    results = for_assessment(assessment, page_language())
    found = results.indicators.by_name.get(criterion)
    if found is None:
        raise Http404(_("The matrix does not have this criterion."))
    name = "_criterion" if request.headers.get("HX-Request") else "criterion"
    return page(request, name, results, **criterion_evidence(results, found))


def criterion_evidence(results: Results, found: schema.Criterion) -> dict[str, Any]:
    """Documents attached, interviews asked and answered, themes, survey items: side by side, never one score."""
    attached: dict[str, list[str]] = {}
    for cell in schema.CELLS:
        for key in results.marks.get((found.name, cell), {}).get("evidence") or []:
            attached.setdefault(key, []).append(cell)
    sources = evidence.resolve(results.assessment, attached)
    questions = []
    for code in found.interview:
        if (question := results.interviews.question(code)) is None:
            continue
        asked, answered = results.interviews.asked(code), results.interviews.answered(code)
        questions.append((code, str(question.text), len(answered & asked), len(asked), sorted(answered)))
    own = results.themes.frames.themes
    linked = set(own.loc[own["criterion"] == found.name, "theme"])
    items = items_of(results, found)
    return {
        "criterion": found,
        "cells": list(results.matrix[found.name].items()),
        "attached": [(source, attached[key]) for key, source in sources.items()],
        "questions": questions,
        "themes": [theme for theme in results.themes.counts if theme.theme in linked],
        "charts": draw_all(results, items),
    }


@require_safe
@requires("analysis.view")
def disagreements(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    rows = Mark.objects.filter(assessment=assessment, counts=False).values_list("criterion", "cell", "state")
    others = {(code, cell): state for code, cell, state in rows if state != Mark.State.NOT_ASSESSED}
    return page(request, "disagreements", results, found=find_disagreements(results, others))
