"""What a chart says, before anyone draws it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.statistics.rounding import SMALL_BASE, percent

Kind = Literal["bars", "clustered", "stacked", "pie", "heat", "line"]
Value = int | None  # None: hidden or not known, never drawn as zero

FAVOURABLE = ("#2166ac", "#80b1d3")  # outermost first
NEUTRAL = "#d9d9d9"
UNFAVOURABLE = ("#b35806", "#f1a340")  # outermost first
BEYOND = {"#2166ac": "#0b3c6f", "#b35806": "#6b3305"}  # a third point on one side
CATEGORICAL = ("#2166ac", "#b35806", "#80b1d3", "#f1a340", "#7f7f7f", "#0b3c6f", "#6b3305", "#bdbdbd")
SINGLE = "#2166ac"
LIGHT = frozenset({"#80b1d3", "#d9d9d9", "#f1a340", "#bdbdbd"})  # text on these is dark


@dataclass(frozen=True)
class Series:
    """One colour of a chart: a number (or None) for each category."""

    label: str
    values: tuple[Value, ...]
    colour: str = SINGLE


@dataclass(frozen=True)
class Chart:
    """A chart that can be drawn or read.

    key         stable, URL-safe name of the chart within its assessment (`survey-3.1`)
    kind        bars: one series; clustered: bars side by side; stacked: parts of each category's base; pie: parts of
                one whole (one series); heat: a shade per cell; line: one series along ordered categories
    categories  labels of the rows (bars, stacked, heat), wedges (pie) or steps (line)
    series      one a colour, each as long as `categories`
    bases       for each category how many its percentages are of; empty = no percentages
    base        the sentence of the bases, "Total survey respondents: n=7. Respondents to these questions: n=6."
    unit        what is counted: respondents, interviews, people, groups
    note        what must be known to read it: hidden cells, inconsistent sources, two versions
    alt         the result in one sentence
    small       where any base is below this, the whole chart shows counts and no percentages
    codes       a code for each category (item "3.1.5", letter "J"), or empty
    """

    key: str
    title: str
    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    alt: str
    base: str = ""
    bases: tuple[int, ...] = ()
    note: str = ""
    small: int = SMALL_BASE
    codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, row in [("bases", self.bases), ("codes", self.codes), *((s.label, s.values) for s in self.series)]:
            if len(row) != len(self.categories) and (row or name not in ("bases", "codes")):
                raise ValueError(f"{self.key}: {name} has {len(row)} values for {len(self.categories)} categories")

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def largest(self) -> int:
        return max((value for series in self.series for value in series.values if value), default=0)

    @property
    def in_percent(self) -> bool:
        """Whether percentages are shown: where every base that somebody is in is large enough."""
        return min((base for base in self.bases if base), default=0) >= self.small

    @property
    def has_own_bases(self) -> bool:
        """Whether the bases differ between categories, so that each must be printed beside its row."""
        return len(set(self.bases)) > 1 or self.kind == "stacked"

    def percent(self, category: int, count: int) -> int | None:
        return percent(count, self.bases[category]) if self.in_percent else None

    def value_text(self, category: int, count: Value) -> str:
        """A number as it is printed: "4", "58% (53)", "–" for one that is hidden."""
        if count is None:
            return "–"
        share = self.percent(category, count)
        return str(count) if share is None else f"{share}% ({count})"

    def rows(self) -> Iterator[tuple[str, str, tuple[Value, ...]]]:
        """(code, label, one value a series) of each category."""
        for index, label in enumerate(self.categories):
            code = self.codes[index] if self.codes else ""
            yield code, label, tuple(series.values[index] for series in self.series)


def diverging(points: Sequence[str], neutral: str | None) -> dict[str, str]:
    """Colours of the points of a scale (the favourable end first): blues, grey for the neutral point, browns."""
    points = list(points)
    middle = points.index(neutral) if neutral else len(points) / 2
    favourable = [point for index, point in enumerate(points) if index < middle and point != neutral]
    unfavourable = [point for point in points if point not in favourable and point != neutral]
    colours = dict(zip(favourable, _side(len(favourable), FAVOURABLE), strict=True))
    if neutral:
        colours[neutral] = NEUTRAL
    elif len(points) % 2:
        # A middle point which the scale does not call neutral goes to neither side.
        colours[favourable.pop()] = NEUTRAL
        colours |= dict(zip(favourable, _side(len(favourable), FAVOURABLE), strict=True))
    colours |= dict(zip(reversed(unfavourable), _side(len(unfavourable), UNFAVOURABLE), strict=True))
    return {point: colours[point] for point in points}


def _side(count: int, colours: tuple[str, str]) -> list[str]:
    """`count` colours of one side, the outermost first."""
    if count <= 1:
        return list(colours[:count])
    return ([BEYOND[colours[0]]] * max(0, count - 2) + list(colours))[:count]


def cycle(count: int) -> list[str]:
    """`count` colours for categories without order."""
    return [CATEGORICAL[index % len(CATEGORICAL)] for index in range(count)]
