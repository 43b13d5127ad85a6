"""The charts that a block may name: its words -> a chart of `analysis.gallery` and its evidence."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analysis import gallery
from analysis.charts import Chart
from analysis.gallery import UnknownChart
from analysis.item_types.answers import has_chart
from analysis.item_types.presentation import rated
from analysis.results import Results
from ctnat.ui.formats import page_day_lazy
from ctnat.ui.lazy import StrOrPromise
from instruments import schema
from reports.document.item_types import palette_rows
from reports.document.registry import UnknownBlock
from reports.document.tables import Context, survey_items

Offers = Iterable[tuple[StrOrPromise, str]]  # (what the palette calls it, the words that name it)


@dataclass(frozen=True)
class NamedChart:
    """`make(context, words behind the name)` gives (chart, evidence key). `offers` are its lines in the palette."""

    make: Callable[[Context, list[str]], tuple[Chart, str]]
    offers: Callable[[Results], Offers] = lambda results: ()


def make_chart(context: Context, words: Sequence[str]) -> tuple[Chart, str]:
    """(chart, evidence key). Raises `UnknownBlock`."""
    head, rest = (words[0], list(words[1:])) if words else ("", [])
    if head not in CHARTS:
        raise UnknownBlock(
            _("there is no chart of “{name}”. Choose one of: {charts}."), name=head, charts=", ".join(CHARTS)
        )
    try:
        return CHARTS[head].make(context, rest)
    except UnknownChart:
        raise UnknownBlock(
            _("there is no chart of “{name}”. Choose one from the palette."), name=" ".join(words)
        ) from None


def offered_charts(results: Results) -> Offers:
    """The palette's lines for all charts: (label, words behind `chart`)."""
    for name, chart in CHARTS.items():
        for label, words in chart.offers(results):
            yield label, f"{name} {words}".strip()


def _of_gallery(key: str, page: str, between: str = "-") -> Callable[[Context, list[str]], tuple[Chart, str]]:
    """The chart `key` of the gallery with the words behind it. `page`: where its numbers are, in `links.PAGES`."""

    def make(context: Context, rest: list[str]) -> tuple[Chart, str]:
        return gallery.chart(context.results, "-".join(filter(None, [key, between.join(rest)]))), f"page:{page}"

    return make


# Interviews -----------------------------------------------------------------------------------------------------------

# what may follow "chart interviews" or "chart participants" -> (key in the gallery, page)
INTERVIEW_CHARTS = {
    "people": ("participants-sex", "participants"),
    "sex": ("participants-sex", "participants"),
    "sectors": ("participants-sector", "participants"),
    "entities": ("entities", "participants"),
    "sections": ("sections", "coverage"),
}


def _interviews(context: Context, rest: list[str]) -> tuple[Chart, str]:
    key, page = INTERVIEW_CHARTS.get(rest[0] if rest else "people", ("-", ""))
    return gallery.chart(context.results, key), f"page:{page}"


def _interview_offers(results: Results) -> Offers:
    yield _("Sex of interview participants"), "people"
    yield _("Interviews by sector"), "sectors"
    yield _("Profile of entities interviewed"), "entities"


def theme_offers(results: Results) -> Offers:
    for part in results.guide.sections:
        yield format_lazy(_("Themes: {section}"), section=results.interviews.section_title(part.name)), part.name


# Survey ---------------------------------------------------------------------------------------------------------------


def _survey(context: Context, codes: list[str]) -> tuple[Chart, str]:
    """One item, a table of the form by its number, or several items that share a scale."""
    if len(codes) == 1:
        try:
            return gallery.chart(context.results, f"survey-{codes[0]}"), f"survey:{codes[0]}"
        except UnknownChart:
            raise UnknownBlock(
                _("the survey has no item {code} that can be shown in a chart. Choose one from the palette."),
                code=codes[0],
            ) from None
    items = survey_items(context, codes)
    scale = items[0].scale
    if scale is None or any(item.scale != scale for item in items):
        raise UnknownBlock(_("only items with the same rating scale can share a chart. Use a separate chart for each."))
    title = " / ".join(f"{item.code} {item.label}" for item in items)
    return rated(context.results, items, f"survey-{'~'.join(codes)}", title), f"survey:{codes[0]}"


def _survey_offers(results: Results) -> Offers:
    for section in results.survey.document.sections:
        for entry in section.items:
            if isinstance(entry, schema.Matrix):
                matrix = f"{entry.name} {results.survey.translate(entry.label)}"
                yield format_lazy(_("{matrix} (all rows)"), matrix=matrix), entry.name
            for item in palette_rows(entry):
                if has_chart(item) and not item.profile:
                    yield f"{item.name} {results.survey.translate(item.label)}", item.name


PROFILES = {
    "role": _("Survey respondents by role"),
    "sex": _("Survey respondents by sex"),
    "age": _("Survey respondents by age"),
    "tenure": _("Survey respondents by time in their post"),
    "experience": _("Survey respondents by experience"),
}


def _profile_offers(results: Results) -> Offers:
    for profile, label in PROFILES.items():
        if results.survey.profile(profile):
            yield label, profile


def _of_items(key: str) -> Callable[[Context, list[str]], tuple[Chart, str]]:
    """The chart `key` of the gallery of items that are named one after the other; the first has the evidence."""

    def make(context: Context, rest: list[str]) -> tuple[Chart, str]:
        chart = gallery.chart(context.results, f"{key}-{'~'.join(rest)}")
        return chart, f"survey:{rest[0]}"

    return make


def _priority_offers(results: Results) -> Offers:
    yield _("Priorities of survey respondents"), "survey"
    held = results.priorities.workshops
    for number, (workshop, _votes) in enumerate(held, start=1):
        if len(held) > 1:
            day = page_day_lazy(workshop.day)
            yield format_lazy(_("Priorities of workshop groups, {day}"), day=day), f"workshop {number}"
    if len(held) < 2:
        yield _("Priorities of workshop groups"), "workshop"


CHARTS: dict[str, NamedChart] = {
    "interviews": NamedChart(_interviews, _interview_offers),
    "participants": NamedChart(_interviews),
    "profile": NamedChart(_of_gallery("profile", "respondents", " "), _profile_offers),
    "survey": NamedChart(_survey, _survey_offers),
    "themes": NamedChart(_of_gallery("themes", "themes"), theme_offers),
    "priorities": NamedChart(_of_gallery("priorities", "priorities", " "), _priority_offers),
    "co-occurrence": NamedChart(lambda context, rest: _of_gallery("co-occurrence", "themes")(context, [])),
    "saturation": NamedChart(lambda context, rest: _of_gallery("saturation", "themes")(context, [])),
    "sections": NamedChart(lambda context, rest: _of_gallery("sections", "coverage")(context, [])),
    "pair": NamedChart(_of_items("pair")),
    "breakdown": NamedChart(_of_items("breakdown")),
}
