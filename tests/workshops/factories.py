"""Workshops and groups, made by the services."""

from datetime import date
from typing import Any

from analysis.frames import Frames
from assessments.models import Assessment
from workshops.models import Group, Workshop
from workshops.priorities import find_priority_item
from workshops.results import PriorityCounts, WorkshopResults, priority_counts, results_of
from workshops.services.ballots import cast_ballot
from workshops.services.groups import add_group
from workshops.services.workshops import create_workshop, open_workshop, update_agenda


def make_workshop(assessment: Assessment, *, opened: bool = True, **fields: Any) -> Workshop:
    workshop = create_workshop(
        assessment=assessment, **{"held_on": date(2016, 4, 25), "place": "Baku", "by": None} | fields
    )
    return open_workshop(workshop=workshop, by=None) if opened else workshop


def put_to_groups(assessment: Assessment) -> None:
    """What was marked or written since the opening is put to the groups."""
    for workshop in Workshop.objects.for_assessment(assessment).filter(status="open"):
        update_agenda(workshop=workshop, by=None)


def make_group(workshop: Workshop, name: str = "Group 1", ballot: str = "", **fields: Any) -> Group:
    """`ballot` is letters, the highest first ("JAN")."""
    group = add_group(workshop=workshop, name=name, **{"by": None} | fields)
    if ballot:
        cast_ballot(group=group, priorities=list(ballot), source="paper")
    return group


def counts_of(workshop: Workshop) -> PriorityCounts:
    return priority_counts(results_of(workshop), find_priority_item(workshop.assessment))


def counts(workshop: Workshop) -> dict[str, int]:
    """letter -> number of groups that chose it, as in the tally."""
    return {row.letter: row.groups for row in counts_of(Workshop.objects.get(pk=workshop.pk)).rows}


def counted_results(assessment: Assessment) -> tuple[WorkshopResults, ...]:
    """The frozen results of the workshops selected by the lead, as analysis and report read them."""
    return Frames(assessment).workshops
