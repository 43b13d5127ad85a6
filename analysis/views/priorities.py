"""Priorities of respondents beside those of the groups at the workshop."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from analysis.results import for_assessment
from analysis.statistics.priorities import WEIGHTS
from analysis.views.rendering import page
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest


@require_safe
@requires("analysis.view")
def priorities(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment)
    found = results.priorities
    survey_rows, workshop_rows = found.survey.by_option, found.workshop.by_option
    rows = [(letter, label, survey_rows[letter], workshop_rows[letter]) for letter, label in found.options]
    labels = dict(found.options)
    workshops = [
        (held, [(entry, labels[entry.option]) for entry in votes.options if entry.named])
        for held, votes in found.workshops
    ]
    item = results.survey.items.get(found.item.name) if found.item else None
    note = item.note if item else ""
    return page(request, "priorities", results, rows=rows, workshops=workshops, weights=WEIGHTS, note=note)
