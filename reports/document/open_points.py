"""Open points before a final edition, by kind. The lead gives a reason for each kind, stored with the edition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import Truncator

from analysis.services.releases import difference
from assessments.lacking import lacking_languages
from assessments.models import Assessment
from ctnat.ui.languages import english_name
from ctnat.ui.seen import mark
from indicators.models import Mark, Recommendation
from instruments.translation_states import language_states
from interviews.models import Coding, Interview
from reports.document.builder import ReportData
from reports.document.outline import INTRO
from reports.document.quotations import QUOTED
from reports.models import Report, Section, SectionTranslation
from surveys.models import Survey
from workshops.changes import statements_of
from workshops.models import Workshop

MOST_LISTED = 30


@dataclass(frozen=True)
class OpenPoint:
    """One kind of open point. `page` is where it is resolved, an address under `a/<reference>/`."""

    kind: str
    label: str
    items: tuple[str, ...]
    page: str = ""

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def mark(self) -> str:
        """A hash of the items: a reason is given for these, not for others of the same number."""
        return mark(list(self.items))

    @property
    def shown(self) -> tuple[str, ...]:
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
    label = "Interviews without a record of whether the organisation is in the capital"
    return OpenPoint("places", label, tuple(unknown.values_list("code", flat=True)), "organisations/")


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
    return OpenPoint("cells", "Cells of the indicator matrix that are not assessed", items, "indicators/")


def _proposals(assessment: Assessment) -> OpenPoint:
    rows = Mark.objects.for_assessment(assessment).awaiting_decision()
    items = tuple(f"{row.criterion} {row.cell}: {row.get_state_display().lower()}" for row in rows)
    return OpenPoint("proposals", "Marks that the workshop proposed, without a decision", items, "indicators/")


def _survey_results(assessment: Assessment) -> OpenPoint:
    """Results of the survey that are not released, or that are not those of all its forms at present."""
    survey = Survey.objects.for_assessment(assessment).first()
    items: list[str] = []
    if survey is not None:
        last, differs = difference(survey)
        if last is None and survey.responses.for_counting().exists():
            items.append("The results of the survey are not released")
        elif differs:
            responses = "1 response was" if differs == 1 else f"{differs} responses were"
            items.append(f"{responses} added or taken out since the results were released")
        if sealed := survey.sealed_answers.count():
            forms = "1 form is" if sealed == 1 else f"{sealed} forms are"
            items.append(f"{forms} still sealed and in no result")
    label = "Results of the survey that are not released or not of the last state"
    return OpenPoint("results", label, tuple(items), "analysis/release/")


def _statements(assessment: Assessment) -> OpenPoint:
    items = tuple(
        f"{row.label}: {Truncator(row.statement).words(20)}"
        for row in statements_of(assessment)
        if not row.disposition and not row.withdrawn
    )
    return OpenPoint("statements", "Statements without a decision", items, "workshop/responses/")


def _recommendations(assessment: Assessment) -> OpenPoint:
    rows = Recommendation.objects.for_assessment(assessment).standing()
    items = tuple(Truncator(row.text).words(20) for row in rows if row.was_validated_otherwise)
    label = "Recommendations validated in an earlier wording"
    return OpenPoint("recommendations", label, items, "indicators/recommendations/")


def _workshops(assessment: Assessment) -> OpenPoint:
    """Validation workshops that are not closed, and closed ones of which it is not decided whether they count."""
    items = []
    for row in Workshop.objects.for_assessment(assessment).for_validation():
        if not row.is_closed:
            items.append(f"{row.held_on:%-d %B %Y}: {row.get_status_display().lower()}")
        elif row.counted is None:
            items.append(f"{row.held_on:%-d %B %Y}: not decided whether the report includes it")
    return OpenPoint(
        "workshops",
        "Workshops not closed, or without a decision on the report",
        tuple(items),
        "workshop/",
    )


def _sections(report: Report) -> OpenPoint:
    return OpenPoint("sections", "Sections that are hidden or empty", tuple(_unwritten(report)), "report/")


def _unwritten(report: Report) -> Iterator[str]:
    sections = list(report.sections.all())
    parents = {section.parent_id for section in sections}
    for section in sections:
        if section.hidden:
            yield f"{section.title} (hidden)"
        elif not section.body.strip() and section.pk not in parents and not _adds_something(section):
            yield f"{section.title} (no text)"


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
    items = tuple(f"{code}, passage {pk}" for pk, code in rows.order_by("pk"))
    return OpenPoint("quotations", "Quotations of which no attribution was agreed", items, "interviews/themes/")


def _warnings(report: Report, documents: Sequence[ReportData]) -> OpenPoint:
    titles = dict(report.sections.values_list("key", "title"))
    items = tuple(
        f"{titles.get(problem.section, problem.section)}{_in(document, report)}: {problem.message}"
        for document in documents
        for problem in document.problems
        if problem.kind == "warning"
    )
    return OpenPoint("warnings", "Warnings of the check", items, "report/check/")


def _in(document: ReportData, report: Report) -> str:
    return "" if document.language == report.language else f" ({english_name(document.language)})"


def _translations(report: Report, documents: Sequence[ReportData]) -> OpenPoint:
    languages = [document.language for document in documents]
    items = [
        f"Captions, sentences and outline in {english_name(language)} are drafts that have not been reviewed"
        for language in languages
        if language != "en"
    ]
    assessment = report.assessment
    items += [
        f"{row.name}: {row.missing} of {row.total} texts of the report are missing and are printed in English"
        for row in lacking_languages(assessment, languages, "report")
    ]
    for name, instrument in (
        ("Interview guide", assessment.guide),
        ("Survey", assessment.questionnaire),
        ("Indicator matrix", assessment.matrix),
    ):
        for state in language_states(instrument):
            open_texts = state.missing + state.stale + state.draft
            if state.code in languages and open_texts:
                items.append(f"{name} in {state.name}: {open_texts} of {state.total} texts are not reviewed")
    return OpenPoint("translations", "Translations that have not been reviewed", tuple(items))
