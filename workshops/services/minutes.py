"""The minutes of a workshop: agenda, participants, votes and statements."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from assessments.audit import record
from assessments.models import User
from assessments.names import NameFinder
from interviews.names import finder_for, withhold
from workshops.models import Comment, Minutes, Workshop
from workshops.printing import print_html
from workshops.priorities import find_priority_item
from workshops.results import GroupWords, VerdictCount, WorkshopResults, priority_counts
from workshops.targets import labels


def make_minutes(*, workshop: Workshop, by: User | None) -> Minutes:
    """Create the next minutes from the frozen results. They are printed once the closing is committed."""
    number = workshop.minutes.count() + 1
    html = render_to_string("workshops/minutes_document.html", _content(workshop, number))
    minutes = Minutes.objects.create(workshop=workshop, number=number, html=html, made_by=by)
    transaction.on_commit(lambda: print_minutes(minutes=minutes), robust=True)
    return minutes


@transaction.atomic
def print_minutes(*, minutes: Minutes) -> Minutes:
    """Make the PDF and its checksum, once. Where this machine cannot print, both stay empty."""
    row = Minutes.objects.select_for_update(of=("self",)).select_related("workshop__assessment").get(pk=minutes.pk)
    if row.pdf is None and (pdf := print_html(row.html)):
        row.pdf, row.checksum = pdf, sha256(pdf).hexdigest()
        row.save(update_fields=["pdf", "checksum"])
        assessment = row.workshop.assessment
        record("minutes.printed", by=row.made_by, assessment=assessment, target=row, checksum=row.checksum)
    return row


def _content(workshop: Workshop, number: int) -> dict[str, Any]:
    assessment = workshop.assessment
    results, item = WorkshopResults.of_workshop(workshop), find_priority_item(assessment)
    statements = list(Comment.objects.for_assessment(assessment).filter(workshop=workshop))
    finder = finder_for(assessment)
    for row in statements:  # these objects are never stored
        row.statement, row.who = withhold(row.statement, finder), withhold(row.who, finder)
    return {
        "assessment": assessment,
        "workshop": workshop,
        "number": number,
        "results": replace(results, verdicts=tuple(_without_names(row, finder) for row in results.verdicts)),
        "counts": priority_counts(results, item, assessment.report_language),
        "agenda": workshop.agenda,
        "language": assessment.report_language,
        "statements": list(zip(statements, _names(assessment, statements), strict=True)),
    }


def _without_names(row: VerdictCount, finder: NameFinder) -> VerdictCount:
    """The verdicts on one wording, without names of people who were interviewed."""

    def clear(words: tuple[GroupWords, ...]) -> tuple[GroupWords, ...]:
        return tuple(replace(one, words=withhold(one.words, finder)) for one in words)

    return replace(row, words=clear(row.words), withdrawn=clear(row.withdrawn))


def _names(assessment: Any, statements: list[Comment]) -> list[str]:
    names = labels(assessment, [row.target for row in statements])
    return [names[row.target] for row in statements]
