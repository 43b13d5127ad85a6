"""Open points before a final edition, by kind. The lead gives a reason for each kind, stored with the edition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override

from analysis.services.releases import difference
from assessments.lacking import lacking_languages
from assessments.models import Assessment
from ctnat.ui.formats import page_day_lazy as _day
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.names import language_name_lazy
from ctnat.ui.seen import mark
from indicators.models import Mark, Recommendation
from instruments.translation_states import language_states
from interviews.models import Coding, Interview
from reports.document.builder import ReportData
from reports.document.outline import INTRO
from reports.document.quotations import QUOTED
from reports.document.registry import Problem
from reports.models import Report, Section, SectionTranslation
from surveys.models import Survey
from workshops.changes import statements_of
from workshops.models import Workshop

MOST_LISTED = 30
LABELS: dict[str, StrOrPromise] = {
    "places": _("Interviews without a record of whether the organisation is in the capital"),
    "cells": _("Cells of the indicator matrix that are not assessed"),
    "proposals": _("Marks that the workshop proposed, without a decision"),
    "results": _("Results of the survey that are not released or not of the last state"),
    "statements": _("Statements without a decision"),
    "recommendations": _("Recommendations validated in an earlier wording"),
    "workshops": _("Workshops not closed, or without a decision on the report"),
    "sections": _("Sections that are hidden or empty"),
    "quotations": _("Quotations of which no attribution was agreed"),
    "warnings": _("Warnings of the check"),
    "translations": _("Translations that have not been reviewed"),
    "names": _("Words that were decided on"),  # only with editions: see `services.editions`
}


@dataclass(frozen=True)
class OpenPoint:
    """One kind of open point. `page` is where it is resolved, an address under `a/<reference>/`.

    The items are lazy: in the language of who reads them, and in English where they are stored with an edition.
    """

    kind: str
    items: tuple[StrOrPromise, ...]
    page: str = ""

    @property
    def label(self) -> StrOrPromise:
        return LABELS[self.kind]

    @property
    def stored_items(self) -> list[str]:
        with override(settings.LANGUAGE_CODE):
            return [str(item) for item in self.items]

    @property
    def stored_label(self) -> str:
        with override(settings.LANGUAGE_CODE):
            return str(self.label)

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def mark(self) -> str:
        """A hash of the items: a reason is given for these, not for others of the same number."""
        return mark(self.stored_items)

    @property
    def shown(self) -> tuple[StrOrPromise, ...]:
        return self.items[:MOST_LISTED]

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def find_open_points(report: Report, documents: Sequence[ReportData]) -> list[OpenPoint]:
    """The kinds of which there is something open, in the order of the method's steps.

    `documents` are the built document in each language of the report, the first one first.
    """
    points = (
        _interviews_without_place(report.assessment),
        _cells(report.assessment),
        _proposals(report.assessment),
        _statements(report.assessment),
        _survey_results(report.assessment),
        _recommendations(report.assessment),
        _workshops(report.assessment),
        _sections(report),
        _quotations(report),
        _warnings(report, documents),
        _translations(report, documents),
    )
    return [point for point in points if point.items]


def _interviews_without_place(assessment: Assessment) -> OpenPoint:
    found = Interview.objects.filter(assessment=assessment, deleted_at=None)
    unknown = found.filter(Q(organisation=None) | Q(organisation__in_capital=None)).order_by("number")
    return OpenPoint("places", tuple(unknown.values_list("code", flat=True)), "organisations/")


def _cells(assessment: Assessment) -> OpenPoint:
    marked = Mark.objects.for_assessment(assessment).counting().exclude(state=Mark.State.NOT_ASSESSED)
    done = set(marked.values_list("criterion", "cell"))
    document = assessment.matrix.document
    items = tuple(
        f"{criterion.name} {cell.name}"
        for criterion in getattr(document, "criteria", ())
        for cell in criterion.cells
        if (criterion.name, cell.name) not in done
    )
    return OpenPoint("cells", items, "indicators/")


def _proposals(assessment: Assessment) -> OpenPoint:
    rows = Mark.objects.for_assessment(assessment).awaiting_decision()
    items = tuple(
        format_lazy("{cell}: {state}", cell=f"{row.criterion} {row.cell}", state=Mark.State(row.state).label)
        for row in rows
    )
    return OpenPoint("proposals", items, "indicators/")


def _survey_results(assessment: Assessment) -> OpenPoint:
    """Results of the survey that are not released, or that are not those of all its forms at present."""
    survey = Survey.objects.for_assessment(assessment).first()
    items: list[StrOrPromise] = []
    if survey is not None:
        last, differs = difference(survey)
        if last is None and survey.responses.for_counting().exists():
            items.append(_("The results of the survey are not released"))
        elif differs:
            text = ngettext_lazy(
                "{n} response was added or taken out since the results were released",
                "{n} responses were added or taken out since the results were released",
                differs,
            )
            items.append(format_lazy(text, n=differs))
        if sealed := survey.sealed_answers.count():
            text = ngettext_lazy(
                "{n} form is still sealed and in no result", "{n} forms are still sealed and in no result", sealed
            )
            items.append(format_lazy(text, n=sealed))
    return OpenPoint("results", tuple(items), "analysis/release/")


def _statements(assessment: Assessment) -> OpenPoint:
    items = tuple(
        f"{row.label}: {Truncator(row.statement).words(20)}"
        for row in statements_of(assessment)
        if not row.disposition and not row.withdrawn
    )
    return OpenPoint("statements", items, "workshop/responses/")


def _recommendations(assessment: Assessment) -> OpenPoint:
    rows = Recommendation.objects.for_assessment(assessment).standing()
    items = tuple(Truncator(row.text).words(20) for row in rows if row.was_validated_otherwise)
    return OpenPoint("recommendations", items, "indicators/recommendations/")


def _workshops(assessment: Assessment) -> OpenPoint:
    """Validation workshops that are not closed, and closed ones of which it is not decided whether they count."""
    items: list[StrOrPromise] = []
    for row in Workshop.objects.for_assessment(assessment).for_validation():
        if not row.is_closed:
            state = Workshop.Status(row.status).label
            items.append(format_lazy("{day}: {state}", day=_day(row.held_on), state=state))
        elif row.counted is None:
            text = _("{day}: not decided whether the report includes it")
            items.append(format_lazy(text, day=_day(row.held_on)))
    return OpenPoint("workshops", tuple(items), "workshop/")


def _sections(report: Report) -> OpenPoint:
    return OpenPoint("sections", tuple(_unwritten(report)), "report/")


def _unwritten(report: Report) -> Iterator[StrOrPromise]:
    sections = list(report.sections.all())
    parents = {section.parent_id for section in sections}
    for section in sections:
        if section.hidden:
            yield format_lazy(_("{title} (hidden)"), title=section.title)
        elif not section.body.strip() and section.pk not in parents and not _adds_something(section):
            yield format_lazy(_("{title} (no text)"), title=section.title)


def _adds_something(section: Section) -> bool:
    """Whether the section's kind puts a table, a list or an annex into it by itself."""
    return section.kind.split(" ")[0] not in ("", INTRO, "annex")


def _quotations(report: Report) -> OpenPoint:
    """Quotations that were released before attributions were stored: they are printed without one."""
    released = Coding.objects.for_assessment(report.assessment).for_quoting().filter(attribution={})
    shown = report.sections.filter(hidden=False)
    translated = SectionTranslation.objects.filter(section__in=shown)
    bodies = [*shown.values_list("body", flat=True), *translated.values_list("body", flat=True)]
    used = set(QUOTED.findall("\n".join(bodies)))
    rows = released.filter(pk__in=[int(number) for number in used]).values_list("pk", "answer__interview__code")
    items = tuple(format_lazy(_("{code}, passage {number}"), code=code, number=pk) for pk, code in rows.order_by("pk"))
    return OpenPoint("quotations", items, "interviews/themes/")


def _warnings(report: Report, documents: Sequence[ReportData]) -> OpenPoint:
    titles = dict(report.sections.values_list("key", "title"))
    items = tuple(
        format_lazy("{place}: {message}", place=_place(titles, problem, document, report), message=problem.message)
        for document in documents
        for problem in document.problems
        if problem.kind == "warning"
    )
    return OpenPoint("warnings", items, "report/check/")


def _place(titles: Mapping[str, str], problem: Problem, document: ReportData, report: Report) -> StrOrPromise:
    title = titles.get(problem.section, problem.section)
    if document.language == report.language:
        return title
    return format_lazy("{title} ({language})", title=title, language=language_name_lazy(document.language))


def _translations(report: Report, documents: Sequence[ReportData]) -> OpenPoint:
    languages = [document.language for document in documents]
    drafts = _("Captions, sentences and outline in {language} are drafts that have not been reviewed")
    items: list[StrOrPromise] = [
        format_lazy(drafts, language=language_name_lazy(language)) for language in languages if language != "en"
    ]
    assessment = report.assessment
    missing = _("{language}: {n} of {total} texts of the report are missing and are printed in English")
    items += [
        format_lazy(missing, language=language_name_lazy(row.code), n=row.missing, total=row.total)
        for row in lacking_languages(assessment, languages, "report")
    ]
    for name, instrument in (
        (_("Interview guide"), assessment.guide),
        (_("Survey"), assessment.questionnaire),
        (_("Indicator matrix"), assessment.matrix),
    ):
        for state in language_states(instrument):
            open_texts = state.missing + state.stale + state.draft
            if state.code in languages and open_texts:
                text = _("{name} in {language}: texts that are not reviewed: {n} of {total}")
                language = language_name_lazy(state.code)
                items.append(format_lazy(text, name=name, language=language, n=open_texts, total=state.total))
    return OpenPoint("translations", tuple(items))
