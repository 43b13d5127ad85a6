"""The minutes of a workshop: agenda, participants, votes and statements."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.audit import record
from assessments.models import User
from assessments.printing import print_html
from ctnat.ui.errors import InputError
from indicators.translated import Translated
from interviews.names import finder_for, may_name_agencies, withhold_in_html
from workshops.models import Comment, Minutes, Workshop
from workshops.priorities import find_priority_item
from workshops.results import GroupWords, WorkshopResults, priority_counts, with_translations
from workshops.targets import labels


def make_minutes(*, workshop: Workshop, by: User | None) -> Minutes:
    """Create the next minutes from the frozen results. They are printed once the closing is committed."""
    number = workshop.minutes.count() + 1
    finder, named = finder_for(workshop.assessment), may_name_agencies(workshop.assessment)
    with override(settings.LANGUAGE_CODE):  # stored: not in the language of the member who closed the workshop
        html: str = render_to_string("workshops/minutes_document.html", _content(workshop, number, named))
    html = withhold_in_html(html, finder, agencies=not named)
    minutes = Minutes.objects.create(workshop=workshop, number=number, html=html, made_by=by)
    transaction.on_commit(lambda: print_minutes(minutes=minutes), robust=True)
    return minutes


@transaction.atomic
def renew_minutes(*, workshop: Workshop, number: int, by: User | None) -> Minutes:
    """Make the minutes again from the same frozen results, with the working translations of now.

    `number` is that of the newest minutes on the page: where there are newer ones, they are returned, so that the same
    form makes one.
    """
    row = Workshop.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=workshop.pk)
    if not row.is_closed:
        raise InputError(_("Close the workshop first: its minutes are made from frozen results."))
    newest: Minutes | None = row.minutes.order_by("number").last()
    if newest is not None and newest.number != number:
        return newest
    made = make_minutes(workshop=row, by=by)
    record("minutes.renewed", by=by, assessment=row.assessment, target=made)
    return made


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


def _content(workshop: Workshop, number: int, named: bool) -> dict[str, Any]:
    assessment = workshop.assessment
    words, language = Translated.of(assessment), assessment.report_language
    results = with_translations(WorkshopResults.of_workshop(workshop), words, language)
    item = find_priority_item(assessment)
    statements = list(Comment.objects.for_assessment(assessment).filter(workshop=workshop))
    if not named:
        results = _numbered(results)
        for row in statements:
            row.who = ""  # these objects are never stored
    return {
        "assessment": assessment,
        "workshop": workshop,
        "number": number,
        "results": results,
        "counts": priority_counts(results, item, assessment.report_language),
        "agenda": workshop.agenda,
        "language": assessment.report_language,
        "statements": [
            (row, label, "" if row.language == language else words.working(row.statement, language))
            for row, label in zip(statements, _names(assessment, statements), strict=True)
        ],
    }


def _numbered(results: WorkshopResults) -> WorkshopResults:
    """Groups are often called by their agencies: where these are not named, each group has a number instead."""
    names = {group.name: f"Group {number}" for number, group in enumerate(results.groups, start=1)}

    def numbered(words: tuple[GroupWords, ...]) -> tuple[GroupWords, ...]:
        return tuple(replace(one, group=names.get(one.group, "A group")) for one in words)

    return replace(
        results,
        groups=tuple(replace(group, name=names[group.name]) for group in results.groups),
        verdicts=tuple(
            replace(row, words=numbered(row.words), withdrawn=numbered(row.withdrawn)) for row in results.verdicts
        ),
    )


def _names(assessment: Any, statements: list[Comment]) -> list[str]:
    names = labels(assessment, [row.target for row in statements])
    return [names[row.target] for row in statements]
