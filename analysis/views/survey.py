"""The survey: its sections, and one item with its break-downs and open answers."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analysis import gallery
from analysis.charts import Chart
from analysis.gallery import survey as survey_gallery
from analysis.item_types.answers import answer_in_words
from analysis.item_types.presentation import draw_all, write_number
from analysis.releases.answers import Answers
from analysis.results import Results, for_assessment
from analysis.results.survey import ItemResult
from analysis.statistics.likert import NET_BALANCE
from analysis.statistics.rounding import one_decimal
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.formats import with_decimal_sign
from ctnat.ui.pages import Part, Parts, page_of, parts_of
from interviews.models import Theme

PAGE = 50  # responses of which single answers are shown together


@require_safe
@requires("analysis.view")
def survey(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    found = () if results.survey.is_hidden else results.survey.document.sections
    names = [Part(row.name, f"{row.name} {results.survey.translate(row.title)}") for row in found]
    chosen = parts_of(request, names, name="section")
    sections = _sections(results, chosen) if found else []
    return page(request, "survey", results, chosen=chosen, sections=sections, net_balance=NET_BALANCE)


def _sections(results: Results, chosen: Parts) -> list[dict[str, Any]]:
    """The sections of the form that are shown, each with its charts, the items without one (texts) and all items."""
    found = results.survey
    drawn = set(survey_gallery.names(found))
    sections = []
    for section in found.document.sections:
        if not chosen.shows(section.name):
            continue
        charts = [gallery.chart(results, f"survey-{entry.name}") for entry in section.items if entry.name in drawn]
        items = [item for item in found.items.values() if item.section == section.name]
        sections.append(
            {"name": section.name, "title": found.translate(section.title), "charts": charts, "items": items}
        )
    return sections


@require_safe
@requires("analysis.view")
def survey_item(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    item = results.survey.items.get(code)
    if item is None:
        raise Http404(_("The survey does not have this item."))
    chart = next(iter(draw_all(results, [item])), None)
    shown, rows = _rows(request, results) if "analysis.rows" in request.may else (None, None)
    return page(
        request,
        "survey_item",
        results,
        item=item,
        chart=chart,
        ranked=[
            (item.labels[row.option], row, with_decimal_sign(one_decimal(row.mean), results.language))
            for row in item.ranking.options
        ]
        if item.ranking
        else [],
        breakdowns=_breakdowns(results, item),
        no_groups=_no_groups(results, item),
        net_balance=NET_BALANCE,
        numbers=_numbers(results, item),
        texts=_texts(results, item, rows) if rows else [],
        codebook=Theme.objects.for_assessment(assessment).for_coding() if "codebook.edit" in request.may else (),
        answers=_answers(results, item, rows) if rows else [],
        shown=shown,
    )


def _rows(request: MemberRequest, results: Results) -> tuple[Page[int], Answers]:
    """The responses of the page that is asked for, and what they answered: single answers are shown a few at a time."""
    found = page_of(request, range(results.frames.responses_now), size=PAGE)
    return found, Answers(results.frames.part(found.start_index() - 1 if found else 0, found.end_index()))


def _numbers(results: Results, item: ItemResult) -> list[tuple[str, str]]:
    """(what, number) of an item answered with a number, as far as they are shown."""
    found = item.numbers
    if found is None:
        return []
    rows = [
        (_("smallest"), found.least),
        (_("lower quartile"), found.lower_quartile),
        (_("median"), found.median),
        (_("upper quartile"), found.upper_quartile),
        (_("largest"), found.most),
    ]
    language = results.language
    shown = [(label, write_number(value, found.places, language)) for label, value in rows if value is not None]
    return [*shown, (_("mean"), with_decimal_sign(item.mean_text, language))] if item.mean_text else shown


def _texts(results: Results, item: ItemResult, rows: Answers) -> list[tuple[Any, list[tuple[int, str]]]]:
    """(open answer, [(key, label) of the themes heard in it]); none where fewer than `k` answered at all."""
    answers = results.survey.texts(item.code, rows)
    if not answers or results.frames.responses_now < results.survey.k:
        return []
    codings = results.themes.open_codings
    own = codings[codings["item"] == item.code]
    labels = dict(zip(results.themes.frames.themes["theme"], results.themes.frames.themes["label"], strict=True))
    heard: dict[str, list[tuple[int, str]]] = {}
    for response, theme in zip(own["response"], own["theme"], strict=True):
        heard.setdefault(response, []).append((theme, labels.get(theme, "a theme no longer in use")))
    return [(answer, heard.get(answer.response, [])) for answer in answers]


def _breakdowns(results: Results, item: ItemResult) -> list[Chart]:
    """The item by each characteristic of the release, shown or withheld."""
    if not results.survey.released or not results.survey.can_be_broken_down(item.code):
        return []
    return [
        gallery.chart(results, f"breakdown-{item.code}{survey_gallery.BETWEEN}{profile}")
        for profile in results.survey.groups
    ]


def _no_groups(results: Results, item: ItemResult) -> str:
    """The reason why an item that can be broken down is not."""
    found = results.survey
    has_none = found.released and not found.groups and found.can_be_broken_down(item.code)
    return survey_gallery.no_groups(results) if has_none else ""


def _answers(results: Results, item: ItemResult, rows: Answers) -> list[tuple[str, str]]:
    """(response, answer in words) of those who were asked."""
    responses = rows.frames.responses.loc[rows.asked(item.code), "response"]
    pairs = zip(responses, rows.given(item.code), strict=True)
    labels = results.survey.option_labels(item.code, rows)
    return [(code, answer_in_words(item.definition, value, labels, results.language)) for code, value in pairs]
