"""The dashboard: an overview, then a page a topic; each number leads to the rows behind it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analysis import frames, gallery, survey_gallery
from analysis.charts import Chart
from analysis.disclosure import HIDDEN
from analysis.item_types.charts import draw_all
from analysis.item_types.counting import rows_per_respondent
from analysis.item_types.labels import answer_in_words
from analysis.results import Results, for_assessment
from analysis.statistics.agreement import Agreement
from analysis.statistics.likert import NET_BALANCE
from analysis.statistics.numbers import number_text
from analysis.statistics.priorities import WEIGHTS
from analysis.statistics.profiles import PROFILES
from analysis.statistics.rounding import one_decimal
from analysis.survey_results import ItemResult
from analysis.words import table_note
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from interviews.counting import group_overlapping
from interviews.models import Theme


def page(request: MemberRequest, name: str, results: Results, **context: Any) -> HttpResponse:
    """Every page of the room has the assessment, its results and what its reader may see."""
    shared = {"assessment": results.assessment, "results": results, "page": name, "may": request.may}
    return render(request, f"analysis/{name}.html", shared | context)


@require_safe
@requires("analysis.view")
def overview(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment)
    marked = sum(state != "not_assessed" for cells in results.matrix.values() for state in cells.values())
    return page(
        request,
        "overview",
        results,
        marked=marked,
        cells=4 * len(results.matrix),
        coded=sum(theme.mentions for theme in results.themes.counts),
        top_themes=[theme for theme in results.themes.counts if theme.interviews][:5],
        labels=dict(results.priorities.options),
    )


@require_safe
@requires("analysis.view")
def participants(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment)
    found = results.interviews
    sectors = [(found.sector_label(sector), who, found.sexes_in(sector)) for sector, who in found.by_sector.items()]
    rows = results.interviews.frames.interviews.to_dict("records") if "interviews.view" in request.may else []
    for row in rows:
        row["sector_label"] = results.interviews.sector_label(row["sector"])
    keys = ["participants-sex", "participants-sector", *(["entities"] if any(results.interviews.by_entity) else [])]
    profiles = [f"profile-{name}" for name in (*PROFILES, "experience") if results.survey.profile(name)]
    return page(
        request,
        "participants",
        results,
        sectors=sectors,
        rows=rows,
        interview_charts=[gallery.chart(results, key) for key in keys],
        survey_charts=[gallery.chart(results, key) for key in profiles] if results.survey.responses else [],
    )


@require_safe
@requires("analysis.view")
def survey(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment)
    return page(request, "survey", results, sections=_sections(results), net_balance=NET_BALANCE)


def _sections(results: Results) -> list[dict[str, Any]]:
    """Each section of the form with its charts, the items without one (texts) and all of its items."""
    found = results.survey
    drawn = set(survey_gallery.names(found))
    sections = []
    for section in found.document.sections:
        charts = [gallery.chart(results, f"survey-{entry.name}") for entry in section.items if entry.name in drawn]
        items = [item for item in found.items.values() if item.section == section.name]
        sections.append(
            {"name": section.name, "title": found.translate(section.title), "charts": charts, "items": items}
        )
    return sections


@require_safe
@requires("analysis.view")
def survey_item(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    results = for_assessment(assessment)
    item = results.survey.items.get(code)
    if item is None:
        raise Http404("The survey has no such item.")
    chart = next(iter(draw_all(results, [item])), None)
    asked_by = [name for name in dict.fromkeys((request.GET.get("by", ""), request.GET.get("and", ""))) if name]
    return page(
        request,
        "survey_item",
        results,
        item=item,
        chart=chart,
        ranked=[(item.labels[row.option], row, one_decimal(row.mean)) for row in item.ranking.options]
        if item.ranking
        else [],
        breakdown=_breakdown(results, item, asked_by),
        by=asked_by,
        profiles=_profiles(results, item),
        net_balance=NET_BALANCE,
        numbers=_numbers(results, item),
        texts=_texts(results, item) if "analysis.rows" in request.may else [],
        codebook=Theme.objects.for_assessment(assessment).for_coding() if "codebook.edit" in request.may else (),
        answers=_answers(results, item) if "analysis.rows" in request.may else [],
    )


def _numbers(results: Results, item: ItemResult) -> list[tuple[str, str]]:
    """(what, number) of an item answered with a number; quartiles where percentages may be given."""
    found = item.numbers
    if found is None:
        return []
    wide = results.percentages.allows(found.count)
    rows = [
        ("smallest", found.least),
        *([("lower quartile", found.lower_quartile)] if wide else []),
        ("median", found.median),
        *([("upper quartile", found.upper_quartile)] if wide else []),
        ("largest", found.most),
    ]
    return [(label, number_text(value, found.places)) for label, value in rows]


def _texts(results: Results, item: ItemResult) -> list[tuple[Any, list[tuple[int, str]]]]:
    """(open answer, [(key, label) of the themes heard in it])."""
    answers = results.survey.texts(item.code)
    if not answers:
        return []
    rows = results.themes.open_codings
    own = rows[rows["item"] == item.code]
    labels = dict(zip(results.themes.frames.themes["theme"], results.themes.frames.themes["label"], strict=True))
    heard: dict[str, list[tuple[int, str]]] = {}
    for response, theme in zip(own["response"], own["theme"], strict=True):
        heard.setdefault(response, []).append((theme, labels.get(theme, "a theme no longer in use")))
    return [(answer, heard.get(answer.response, [])) for answer in answers]


def _profiles(results: Results, item: ItemResult) -> list[tuple[str, str]]:
    """(profile, label) by which the item can be broken down."""
    if rows_per_respondent(item.definition) is None:
        return []
    found = [(name, results.survey.profile(name)) for name in results.survey.group_profiles]
    return [(name, asked.label) for name, asked in found if asked and asked.code != item.code]


def _breakdown(results: Results, item: ItemResult, by: list[str]) -> Chart | None:
    if not by:
        return None
    try:
        return gallery.chart(results, f"breakdown-{survey_gallery.BETWEEN.join([item.code, *by])}")
    except gallery.UnknownChart as error:
        raise Http404("The survey cannot be broken down so.") from error


def _answers(results: Results, item: ItemResult) -> list[tuple[str, str]]:
    """(response, answer in words) of everybody who was asked."""
    mask = results.survey.asked(item.code)
    responses = results.survey.frames.responses.loc[mask, "response"]
    pairs = zip(responses, results.survey.answers(item.code), strict=True)
    return [(code, answer_in_words(item.definition, value, item.labels, results.language)) for code, value in pairs]


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


@require_safe
@requires("analysis.view")
def themes(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment)
    titles = {part.name: results.interviews.section_title(part.name) for part in results.guide.sections}
    kinds = dict(Theme.Kind.choices)
    areas: dict[str, list[Any]] = {name: [] for name in [*titles, ""]}
    for theme in results.themes.counts:
        respondents = results.themes.respondents.get(theme.theme, 0)
        areas[theme.area if theme.area in titles else ""].append(
            (theme, kinds.get(theme.kind, theme.kind), respondents)
        )
    return page(
        request,
        "themes",
        results,
        areas=[(name, titles.get(name, "Any section"), part) for name, part in areas.items() if part],
        charts=[gallery.chart(results, key) for key in ("themes", "saturation", "co-occurrence")],
        agreement=[
            (pair, _kappa(pair.overall), [(results.themes.label_of[key], found, _kappa(found)) for key, found in rows])
            for pair in results.themes.agreement
            for rows in [pair.by_theme.items()]
        ],
    )


def _kappa(found: Agreement) -> str:
    return "not defined" if found.kappa is None else f"{float(found.kappa):.2f}"


@require_safe
@requires("analysis.view")
def theme(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    results = for_assessment(assessment)
    found = next((count for count in results.themes.counts if count.theme == pk), None)
    if found is None:
        raise Http404("No such theme.")
    passages: Any = ()
    if "interviews.view" in request.may:
        marked = frames.quotes(assessment).filter(theme=pk)
        groups = group_overlapping(marked, lambda coding: (coding.answer_id, coding.start, coding.end))
        passages = [max(group, key=lambda coding: coding.end - coding.start) for group in groups]  # shown once
    table = results.themes.by_sector(pk)
    return page(
        request,
        "theme",
        results,
        theme=found,
        code=results.themes.code_of[pk],
        passages=passages,
        sectors=[
            (results.interviews.sector_label(str(sector)), table.column_totals[sector], _cell(table.cells, sector))
            for sector in table.cells.columns
        ],
        sector_note=table_note(table, results.language),
        hidden_sign=HIDDEN,
        respondents=results.themes.respondents.get(pk, 0),
        written=_written(results, pk) if "analysis.rows" in request.may else [],
    )


def _written(results: Results, theme: int) -> list[tuple[str, Any]]:
    """(item, open answer) of every answer in which the theme is heard."""
    rows = results.themes.open_codings
    own = rows[rows["theme"] == theme]
    known = {
        (item, answer.response): answer
        for item in set(own["item"]) & set(results.survey.items)
        for answer in results.survey.texts(item)
    }
    pairs = zip(own["item"], own["response"], strict=True)
    return [(item, known[item, response]) for item, response in pairs if (item, response) in known]


def _cell(cells: Any, sector: Any) -> int | None:
    value = cells.loc["mentioned", sector]
    return None if value is None or value != value else int(value)


@require_safe
@requires("analysis.view")
def coverage(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment)
    titles = {criterion.name: str(criterion.text) for criterion in results.indicators.criteria}
    return page(
        request,
        "coverage",
        results,
        chart=gallery.chart(results, "sections"),
        sections=[(results.interviews.section_title(part.section), part) for part in results.interviews.sections],
        missing=[(code, titles[code]) for code in results.coverage.without_evidence],
    )
