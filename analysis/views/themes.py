"""The themes of the interviews, and one of them with its passages."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analysis import frames, gallery
from analysis.disclosure import HIDDEN
from analysis.results import Results, for_assessment
from analysis.statistics.agreement import Agreement
from analysis.views.rendering import page, page_language
from analysis.words import table_note
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.formats import with_decimal_sign
from ctnat.ui.pages import page_of, page_of_keys
from interviews.counting import group_overlapping
from interviews.models import Theme


@require_safe
@requires("analysis.view")
def themes(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    titles = {part.name: results.interviews.section_title(part.name) for part in results.guide.sections}
    kinds = dict(Theme.Kind.choices)
    order = {name: place for place, name in enumerate([*titles, ""])}
    counted = sorted(results.themes.counts, key=lambda theme: order.get(theme.area, order[""]))
    shown = page_of(request, counted)
    areas: dict[str, list[Any]] = {}
    for theme in shown:
        respondents = results.themes.respondents.get(theme.theme, 0)
        rows = areas.setdefault(theme.area if theme.area in titles else "", [])
        rows.append((theme, kinds.get(theme.kind, theme.kind), respondents))
    return page(
        request,
        "themes",
        results,
        shown=shown,
        areas=[(name, titles.get(name, _("Any section")), part) for name, part in areas.items()],
        charts=[gallery.chart(results, key) for key in ("themes", "saturation", "co-occurrence")],
        agreement=[
            (pair, _kappa(pair.overall), [(results.themes.label_of[key], found, _kappa(found)) for key, found in rows])
            for pair in results.themes.agreement
            for rows in [pair.by_theme.items()]
        ],
    )


def _kappa(found: Agreement) -> str:
    return _("not defined") if found.kappa is None else with_decimal_sign(f"{float(found.kappa):.2f}", page_language())


@require_safe
@requires("analysis.view")
def theme(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    found = next((count for count in results.themes.counts if count.theme == pk), None)
    if found is None:
        raise Http404(_("This theme does not exist."))
    passages: Any = page_of(request, [])
    if "interviews.view" in request.may:
        marked = frames.quotes(assessment).filter(theme=pk)
        places = marked.values_list("pk", "answer", "start", "end")  # only what is shown is decrypted
        groups = group_overlapping(places, lambda place: place[1:])
        longest = [max(group, key=lambda place: place[3] - place[2])[0] for group in groups]  # shown once
        passages = page_of_keys(request, marked, longest)
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
        written=page_of(request, _written(results, pk) if "analysis.rows" in request.may else [], name="written"),
    )


def _written(results: Results, theme: int) -> list[tuple[str, Any]]:
    """(item, open answer) of every answer in which the theme is heard; none where fewer than `k` answered at all."""
    rows = results.themes.open_codings
    own = rows[rows["theme"] == theme]
    if own.empty or len(results.survey.frames.responses) < results.survey.k:
        return []
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
