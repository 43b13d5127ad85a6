"""Which chart a block means: its words -> a chart of `analysis.gallery` and the evidence behind it."""

from collections.abc import Callable, Sequence

from analysis import gallery
from analysis.charts import Chart
from analysis.gallery import UnknownChart
from analysis.item_types.presentation import rated
from reports.document.registry import UnknownBlock
from reports.document.tables import Context, survey_items

# what may follow "chart interviews" or "chart participants"
INTERVIEW_CHARTS = {
    "people": "participants-sex",
    "sex": "participants-sex",
    "sectors": "participants-sector",
    "entities": "entities",
    "sections": "sections",
}


def make_chart(context: Context, words: Sequence[str]) -> tuple[Chart, str]:
    """(chart, evidence key). Raises `UnknownBlock`."""
    head, rest = (words[0], list(words[1:])) if words else ("", [])
    if head == "survey":
        return _survey(context, rest)
    if head not in KEYS:
        raise UnknownBlock(f"there is no chart of “{head}”; there are: survey, {', '.join(KEYS)}.")
    key = KEYS[head](rest)
    try:
        return gallery.chart(context.results, key), f"page:{key}"
    except UnknownChart:
        raise UnknownBlock(f"there is no chart of “{' '.join(words)}”. The palette lists them.") from None


def _survey(context: Context, codes: list[str]) -> tuple[Chart, str]:
    """One item, a table of the form by its number, or several items that share a scale."""
    if len(codes) == 1:
        try:
            return gallery.chart(context.results, f"survey-{codes[0]}"), f"survey:{codes[0]}"
        except UnknownChart:
            raise UnknownBlock(
                f"the survey has no item {codes[0]} that can be drawn. The palette lists them."
            ) from None
    items = survey_items(context, codes)
    scale = items[0].scale
    if scale is None or any(item.scale != scale for item in items):
        raise UnknownBlock("only items with the same rating scale fit into one chart. Give each a chart of its own.")
    title = " / ".join(f"{item.code} {item.label}" for item in items)
    return rated(context.results, items, f"survey-{'~'.join(codes)}", title), f"survey:{codes[0]}"


def _interviews(rest: list[str]) -> str:
    return INTERVIEW_CHARTS.get(rest[0] if rest else "people", "-")


KEYS: dict[str, Callable[[list[str]], str]] = {
    "interviews": _interviews,
    "participants": _interviews,
    "profile": lambda rest: f"profile-{' '.join(rest)}",
    "priorities": lambda rest: f"priorities-{' '.join(rest)}",
    "themes": lambda rest: "-".join(["themes", *rest]),
    "co-occurrence": lambda rest: "co-occurrence",
    "saturation": lambda rest: "saturation",
    "sections": lambda rest: "sections",
    "pair": lambda rest: f"pair-{'~'.join(rest)}",
    "breakdown": lambda rest: f"breakdown-{'~'.join(rest)}",
}
