"""Priorities of respondents beside those of the groups at the workshop."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from analysis.results import Results, for_assessment
from analysis.statistics.priorities import WEIGHTS
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.formats import page_day
from workshops.results import WorkshopResults


@require_safe
@requires("analysis.view")
def priorities(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    found = results.priorities
    # Each counted workshop has columns of its own: they are never added, and none represents the others.
    voices = [found.survey, *([votes for _, votes in found.workshops] or [found.workshop])]
    rows = []
    for letter, label in found.options:
        entries = [votes.by_option[letter] for votes in voices]
        rows.append((letter.partition(":")[0], label, entries, any(entry.place == 1 for entry in entries)))
    workshops = [held for held, votes in found.workshops]
    item = results.survey.items.get(found.item.name) if found.item else None
    note = item.note if item else ""
    return page(
        request,
        "priorities",
        results,
        rows=rows,
        voices=voices,
        charts=_charts(workshops),
        workshops=workshops,
        weights=WEIGHTS,
        note=note,
        who_set_priorities=_who_set_priorities(results),
    )


def _who_set_priorities(results: Results) -> str:
    found = results.priorities
    votes = [(held, votes.base.answered) for held, votes in found.workshops]
    counted = [
        ngettext("{n} group on {date}", "{n} groups on {date}", n).format(n=n, date=page_day(held.day))
        if len(votes) > 1
        else ngettext("{n} group", "{n} groups", n).format(n=n)
        for held, n in votes
    ]
    groups = ", ".join(counted) or _("no group")
    if results.survey.is_hidden:
        return _("{groups} set priorities. “=” marks a shared place.").format(groups=groups)
    base = found.survey.base
    return ngettext(
        "{answered} of {n} respondents and {groups} set priorities. “=” marks a shared place.",
        "{answered} of {n} respondents and {groups} set priorities. “=” marks a shared place.",
        base.asked,
    ).format(answered=base.answered, n=base.asked, groups=groups)


def _charts(workshops: Sequence[WorkshopResults]) -> list[tuple[str, str]]:
    """(key, name) of each chart that can be downloaded: the survey's, then each workshop's."""
    if len(workshops) < 2:
        return [("priorities-survey", _("survey")), ("priorities-workshop", _("workshop"))]
    several = [
        (f"priorities-workshop-{number}", _("workshop of {date}").format(date=page_day(held.day)))
        for number, held in enumerate(workshops, 1)
    ]
    return [("priorities-survey", _("survey")), *several]
