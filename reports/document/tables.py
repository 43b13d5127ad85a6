"""The rows of the report's tables and lists, ready for their templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from analysis.item_types.presentation import protection_note
from analysis.results import Results
from analysis.results.survey import ItemResult
from assessments.models import Assessment, Document, Sector
from ctnat.ui.formats import format_date, sort_key
from ctnat.ui.lazy import StrOrPromise
from indicators.models import Recommendation
from indicators.translated import Shown, Translated
from interviews.attribution import is_outdated
from interviews.consent import consent_of
from interviews.models import Coding, Interview
from reports.document.instrument_annex import InstrumentTexts, cell_column
from reports.document.item_types import table_row
from reports.document.registry import UnknownBlock
from reports.document.review_annex import review_rows
from reports.document.validation import Validation
from reports.document.writer import source_anchor
from reports.models import ReviewItem, ReviewRound
from reports.words import WORDS, translate
from surveys.models import Survey as AssessmentSurvey
from surveys.questionnaire.rendering import placeholders as survey_placeholders

SIGNS = {"in_place": "✓", "potential_improvement": "▲", "not_assessed": "–"}


@dataclass
class Context:
    """The data for blocks: the results, the document's words, and whether agencies may be named."""

    results: Results
    words: Mapping[str, str]
    name_agencies: bool = True
    cited: Mapping[str, int] = field(default_factory=dict)  # codes cited so far; complete when annexes are written

    @property
    def assessment(self) -> Assessment:
        return self.results.assessment

    @property
    def language(self) -> str:
        return self.results.language

    @cached_property
    def validation(self) -> Validation:
        return Validation(self.results, self.words, self.name_agencies)

    @cached_property
    def survey(self) -> AssessmentSurvey | None:
        """The survey with its questionnaire."""
        found = AssessmentSurvey.objects.filter(assessment=self.assessment).select_related("questionnaire").first()
        if found:
            found.assessment = self.assessment  # not read again
        return found

    @cached_property
    def placeholders(self) -> dict[str, str]:
        if self.survey:
            return survey_placeholders(self.survey, self.language)
        return self.assessment.placeholders_in(self.language)

    @cached_property
    def translated(self) -> Translated:
        return Translated.of(self.assessment)

    @cached_property
    def recommendations(self) -> dict[str, list[Recommendation]]:
        """Category -> its recommendations in order, without those that were dropped."""
        found: dict[str, list[Recommendation]] = {}
        for row in self.assessment.recommendations.exclude(status=Recommendation.Status.DROPPED):
            found.setdefault(row.category, []).append(row)
        return found


def _one(words: Sequence[str], otherwise: StrOrPromise, **values: str) -> str:
    """The one word that names what is to be printed. Raises `UnknownBlock` with the text `otherwise`."""
    if len(words) != 1:
        raise UnknownBlock(otherwise, **values)
    return words[0]


def indicators(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """The five criteria of a category with their four cells, each with sign and word of its state."""
    name = _one(words, _("name one category, such as [[indicators 1]]."))
    matrix = context.results.indicators
    category = next((category for category in matrix.categories if category.name == name), None)
    if category is None:
        known = ", ".join(category.name for category in matrix.categories)
        raise UnknownBlock(_("the matrix has no category {name}. Choose one of {known}."), name=name, known=known)
    criteria: list[dict[str, Any]] = [
        {
            "code": criterion.name,
            "text": criterion.text.translate(context.language, **context.placeholders),
            "notes": context.validation.notes_on(
                f"criterion:{criterion.name}", *(f"cell:{criterion.name}/{cell.name}" for cell in criterion.cells)
            ),
            "cells": [
                {
                    "text": cell.text.translate(context.language, **context.placeholders),
                    "state": (state := context.results.matrix[criterion.name][cell.name]),
                    "sign": SIGNS[state],
                    "word": context.words[state],
                    "column": cell_column(cell.name, context.words),
                }
                for cell in criterion.cells
            ],
        }
        for criterion in category.criteria
    ]
    marked = any(cell["state"] != "not_assessed" for row in criteria for cell in row["cells"])
    return {
        "title": category.title.translate(context.language),
        "criteria": criteria,
        "marked": marked,
        "source": "page:matrix",
    }


def priorities(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """Letters A-Q with the dots of respondents and of groups, side by side."""
    found = context.results.priorities
    survey, t = found.survey.by_option, context.words
    voices = [votes for _held, votes in found.workshops] or [found.workshop]
    days = [format_date(held.day, context.results.language) for held, _votes in found.workshops]
    several = len(days) > 1  # each has a column of its own; they are never added
    rows: list[dict[str, Any]] = [
        {
            "code": letter.split(":")[0],
            "label": label,
            "survey": survey[letter].named,
            "workshops": [
                {"groups": votes.by_option[letter].named, "dots": "●" * int(votes.by_option[letter].named)}
                for votes in voices
            ],
        }
        for letter, label in found.options
    ]
    if not rows:
        raise UnknownBlock(_("the questionnaire has no item that ranks priorities. Delete this block."))
    is_hidden = context.results.survey.is_hidden
    for row in rows:
        row["survey_dots"] = "●" * int(row["survey"])
        if is_hidden:
            row["survey"] = "–"
    groups = [votes.base.answered for votes in voices]
    named = [f"{count} ({day})" for count, day in zip(groups, days, strict=True)] if several else groups
    return {
        "rows": rows,
        "workshops": [f"{t['workshop']}, {day}" for day in days] if several else [t["workshop"]],
        "note": translate(
            "priorities_note",
            context.language,
            respondents="–" if is_hidden else found.survey.base.answered,
            groups=", ".join(map(str, named)),
        ),
    }


def grid(head: Sequence[str], rows: Sequence[Sequence[Any]], note: str = "", **more: Any) -> dict[str, Any]:
    """A plain table: the first column names the row, the others are numbers."""
    return {"head": head, "rows": rows, "note": note, **more}


def participants(context: Context, words: Sequence[str]) -> dict[str, Any]:
    found, t = context.results.interviews, context.words
    rows: list[list[Any]] = [
        [found.sector_label(sector), part.interviews, part.people, *found.sexes_in(sector)]
        for sector, part in found.by_sector.items()
    ]
    total = found.participants
    rows.append([t["total"], total.interviews, total.people, total.women, total.men, total.other])
    head = [t["sector"], t["interviews"], t["people"], t["women"], t["men"], t["other"]]
    if not total.other:
        head, rows = head[:-1], [row[:-1] for row in rows]
    note = " ".join(filter(None, [t["people_note"], found.sexes_note]))
    return grid(head, rows, note=note, total=True)


def coverage(context: Context, words: Sequence[str]) -> dict[str, Any]:
    found, t = context.results.interviews, context.words
    rows = [[found.section_title(part.section), part.asked, part.answered] for part in found.sections]
    return grid([t["section"], t["asked"], t["answered"]], rows, note=t["asked_note"])


def themes(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """Themes of one section of the guide, or all: interviews mentioning, interviews asked, mentions."""
    found, t, guide = context.results.themes, context.words, context.results.guide
    area = words[0] if words else ""
    if area and area not in {section.name for section in guide.sections}:
        raise UnknownBlock(_("the interview guide has no section {name}."), name=area)
    rows = [
        [theme.label, theme.interviews, theme.asked, theme.mentions]
        for theme in found.counts
        if theme.interviews and area in ("", theme.area)
    ]
    title = t["themes_title"]
    if area:
        title += f": {guide.section(area).title.translate(context.language).lower()}"
    head = [t["theme"], t["interviews_mentioning"], t["interviews_asked"], t["mentions"]]
    return grid(head, rows, note=t["themes_note"], title=title, empty=t["no_themes"])


def survey(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """One row per item: counts of its options, or the summary of its numbers or dates. All have the same columns."""
    items = survey_items(context, words)
    found = [table_row(item, context.language) for item in items]
    if any(row.columns != found[0].columns for row in found):
        raise UnknownBlock(_("these items have different options. Use a separate table for each."))
    t = context.words
    rows = [[f"{item.code} {item.label}", *row.values] for item, row in zip(items, found, strict=True)]
    title = items[0].label if len(items) == 1 else f"{t['survey_title']} {', '.join(item.code for item in items)}"
    if context.results.survey.is_hidden:
        return grid([t["question"], *found[0].columns], [], title=title, empty=context.results.survey.state_words)
    return grid([t["question"], *found[0].columns], rows, title=title, note=protection_note(context.results, items))


def survey_items(context: Context, words: Sequence[str]) -> list[ItemResult]:
    """The items named by their codes. Raises `UnknownBlock` for one that the survey lacks."""
    known = context.results.survey.items
    if not words:
        raise UnknownBlock(_("name at least one item of the survey, such as 3.1.5."))
    for code in words:
        if code not in known:
            raise UnknownBlock(_("the survey has no item {code}. Choose one from the palette."), code=code)
    return [known[code] for code in words]


def treaties(context: Context, words: Sequence[str]) -> dict[str, Any]:
    country = context.assessment.country_in(WORDS.language_of("treaties_title", context.language))
    found = context.assessment.documents.filter(kind=Document.Kind.TREATY).order_by("ratified", "title")
    return {
        "title": translate("treaties_title", context.language, country=country),
        "rows": [
            {"title": row.title, "in_force": row.in_force or "–", "ratified": row.ratified or "–"} for row in found
        ],
    }


def recommendations(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """The recommendations of one category under their lead-ins, in order."""
    category = _one(words, _("name one category, such as [[recommendations 1]]."))
    if category not in {entry.name for entry in context.results.indicators.categories}:
        raise UnknownBlock(_("the matrix has no category {name}."), name=category)
    found = context.recommendations.get(category, [])
    written = context.assessment.report_language

    def shown(row: Recommendation, name: str, text: str) -> Shown:
        return context.translated.shown(f"recommendation:{row.pk}", name, text, written, context.language)

    groups = [
        {
            "opening": shown(entries[0], "opening", opening),
            "entries": [
                {
                    "text": shown(entry, "text", entry.text),
                    "rewritten": entry.was_validated_otherwise,
                    "notes": context.validation.notes_on(f"recommendation:{entry.pk}"),
                }
                for entry in entries
            ],
        }
        for opening, entries in ((key, list(rows)) for key, rows in groupby(found, key=lambda row: row.opening))
    ]
    return {"groups": groups, "language": context.language}


def bibliography(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """Documents of the bibliography and those cited in the text, in the order of a bibliography."""
    found = context.assessment.documents.filter(Q(in_bibliography=True) | Q(code__in=list(context.cited)))
    ordered = sorted(
        found, key=lambda row: ((row.authors or row.title).casefold(), row.title.casefold(), row.year or 0)
    )
    return {"rows": [{"document": row, "anchor": source_anchor(row.code)} for row in ordered]}


def organisations(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """Organisations of the interviews by sector; without the right to name agencies, how many of each sector."""
    interviews = Interview.objects.for_assessment(context.assessment).for_counting()
    interviewed = context.assessment.organisations.filter(interviews__in=interviews)
    found = sorted(interviewed.distinct(), key=lambda row: (list(Sector.values).index(row.sector), sort_key(row.name)))
    groups: list[dict[str, Any]] = [
        {"sector": context.results.interviews.sector_label(sector), "entries": list(entries)}
        for sector, entries in groupby(found, key=lambda row: row.sector)
    ]
    for group in groups:
        group["count"] = len(group["entries"])
        if not context.name_agencies:
            group["entries"] = []
    return {"groups": groups, "named": context.name_agencies}


def instrument(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """One of the three instruments as used, for an annex: of the survey the version that it uses, which is another one
    than the assessment's until it goes over to it."""
    survey = context.survey
    documents = {
        "interview_guide": context.assessment.guide,
        "survey": survey.questionnaire if survey else context.assessment.questionnaire,
        "indicators": context.assessment.matrix,
    }
    kind = _one(words, _("name one instrument: {kinds}."), kinds=", ".join(documents))
    if kind not in documents:
        raise UnknownBlock(_("there is no such instrument. Choose one of {kinds}."), kinds=", ".join(documents))
    texts = InstrumentTexts(context.language, context.placeholders, context.words)
    used = documents[kind]
    which = f"{used.key} · {used.version_number}"
    return {"kind": kind, "which": which, **texts.document(used.document)}


def validation(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """The whole log of the validation: statements, cells decided again, recommendations changed."""
    return context.validation.annex()


def review(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """What reviewers commented and proposed in one review round, or in all, as far as it is decided on."""
    found = ReviewItem.objects.for_assessment(context.assessment).filter(round__isnull=False).exclude(disposition="")
    if words:
        number = _one(words, _("name one review round by its number, or none for all."))
        rounds = ReviewRound.objects.for_assessment(context.assessment).values_list("number", flat=True)
        if number not in map(str, rounds):
            raise UnknownBlock(_("there is no review round {number}."), number=number[:20])
        found = found.filter(round__number=int(number))
    found = found.exclude(kind=ReviewItem.Kind.REPLY).for_list().select_related("file__reviewer", "report")
    rows = found.order_by("round__number", "place", "number")
    return {"rows": review_rows(rows, context.words, context.results.interviews.sector_label)}


def quote(context: Context, words: Sequence[str]) -> dict[str, Any]:
    """A released passage with the attribution agreed. Raises `UnknownBlock` for one that is not released."""
    number = _one(words, _("name one passage by its number."))
    found = (
        Coding.objects.filter(
            pk=int(number), answer__interview__assessment=context.assessment, answer__interview__deleted_at=None
        )
        .select_related("answer__interview__organisation")
        .first()
        if number.isdecimal() and len(number) < 19
        else None
    )
    if found is not None and consent_of(found.answer.interview).refusal:
        refusal = _refusal(found.answer.interview)
        raise UnknownBlock(_("passage {number} is not released for quotation. {reason}"), number=number, reason=refusal)
    if found is not None and found.withdrawn_at and not found.released and found.kept_words:
        raise UnknownBlock(CHANGED_DETAILS, number=number)
    if found is not None and found.withdrawn_at:
        raise UnknownBlock(
            _(
                "passage {number} is not released for quotation: its text has changed since it was released. Check it "
                "on the page of its theme and release it again."
            ),
            number=number,
        )
    quoted = found.quotable_words if found else None
    if found is None or quoted is None:
        raise UnknownBlock(
            _("passage {number} is not released for quotation. Release it on the page of its theme."), number=number
        )
    interview = found.answer.interview
    if is_outdated(found.attribution, interview):
        raise UnknownBlock(CHANGED_DETAILS, number=number)
    source = f"interview:{interview.code}/{found.answer.question}"
    return {"text": quoted, "by": _attributed_to(context, found.attribution), "source": source}


def _reason_of_refusal(interview: Interview) -> str:
    return consent_of(interview).refusal


_refusal = lazy(_reason_of_refusal, str)
CHANGED_DETAILS = _(
    "passage {number} is not released for quotation: the details of the interview were changed after its attribution "
    "had been approved. Read it, and release it again, on the page of its theme."
)


def _attributed_to(context: Context, attribution: Mapping[str, Any]) -> str:
    """The attribution agreed at the release, in the report's language: nothing is looked up in the interview."""
    if context.name_agencies and attribution.get("agency"):
        return str(attribution["agency"])
    agreed, words = attribution.get("attributes", {}), context.words
    parts = [
        context.results.interviews.sector_label(agreed["sector"]) if "sector" in agreed else "",
        agreed.get("kind", ""),
        words[f"quoted_{agreed['sex']}"] if "sex" in agreed else "",
        words[f"quoted_{agreed['place']}"] if "place" in agreed else "",
    ]
    return words["comma"].join(filter(None, parts)) or words["an_interviewee"]
