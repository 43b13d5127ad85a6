"""The specification of a chart, independent of how it is drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.disclosure import HIDDEN
from analysis.statistics.rounding import PercentageRule

Kind = Literal["bars", "clustered", "stacked", "pie", "heat", "line"]
Value = int | None  # None: hidden or not known, never drawn as zero

FAVOURABLE = ("#2166ac", "#80b1d3")  # outermost first
NEUTRAL = "#d9d9d9"
UNFAVOURABLE = ("#b35806", "#f1a340")  # outermost first
BEYOND = {"#2166ac": "#0b3c6f", "#b35806": "#6b3305"}  # a third point on one side
CATEGORICAL = ("#2166ac", "#b35806", "#80b1d3", "#f1a340", "#7f7f7f", "#0b3c6f", "#6b3305", "#bdbdbd")
SINGLE = "#2166ac"


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
    series      one per colour, each as long as `categories`
    bases       for each category how many its percentages are of; empty = no percentages
    base        the sentence of the bases, "Total survey respondents: n=7. Respondents to these questions: n=6."
    unit        what is counted: respondents, interviews, people, groups
    note        remarks for readers: hidden cells, inconsistent sources, two versions
    alt         the result in one sentence
    percentages when percentages may be printed: in the whole chart or, where any base is too small, nowhere
    codes       a code for each category (item "3.1.5", letter "J"), or empty
    code_head   with codes: what their column is called, for those who hear the table
    own_bases   instead of `bases`: for each series how many its percentages are of
    most        without `bases`: the largest number that could be counted, such as how many answered. Bars are drawn to
                it, so that the bars of two charts on one page can be compared
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
    percentages: PercentageRule | None = None
    codes: tuple[str, ...] = ()
    most: int = 0
    own_bases: tuple[int, ...] = ()
    code_head: str = ""

    def __post_init__(self) -> None:
        for name, row in [("bases", self.bases), ("codes", self.codes), *((s.label, s.values) for s in self.series)]:
            if len(row) != len(self.categories) and (row or name not in ("bases", "codes")):
                raise ValueError(f"{self.key}: {name} has {len(row)} values for {len(self.categories)} categories")
        if self.codes and not self.code_head:
            raise ValueError(f"{self.key}: the column of codes has no name")
        if self.own_bases and len(self.own_bases) != len(self.series):
            raise ValueError(f"{self.key}: {len(self.own_bases)} bases for {len(self.series)} series")

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def largest(self) -> int:
        return max((value for series in self.series for value in series.values if value), default=0)

    @property
    def in_percent(self) -> bool:
        """Whether percentages are shown: where every base that is not empty is large enough."""
        smallest = min((base for base in self.bases or self.own_bases if base), default=0)
        return self.percentages is not None and self.percentages.allows(smallest)

    @property
    def has_own_bases(self) -> bool:
        """Whether the bases differ between categories, so that each must be printed beside its row."""
        return len(set(self.bases)) > 1 or self.kind == "stacked"

    @property
    def is_square(self) -> bool:
        """Whether the columns of a table of shades are its rows again: heads can be numbers of rows."""
        return self.kind == "heat" and tuple(series.label for series in self.series) == self.categories

    def whole(self, category: int, series: int = 0) -> int:
        """The value of a bar of full length, so that bars match the numbers beside them."""
        if self.kind == "line":
            return max((value or 0 for value in self.series[0].values), default=0)
        if self.bases:
            return self.bases[category] if self.in_percent else max(self.bases)
        if self.own_bases:
            return self.own_bases[series] if self.in_percent else max(self.own_bases)
        return max(self.most, self.largest)

    def length(self, category: int, value: Value, series: int = 0) -> float:
        """How long a bar is, of the full length: 0 to 1."""
        whole = self.whole(category, series)
        return value / whole if value and whole else 0.0

    @property
    def shown_as(self) -> Kind:
        """What pages and reports show, in every format: parts of one whole and ordered categories are bars too."""
        return "bars" if self.kind in ("pie", "line") else self.kind

    def percent(self, category: int, count: int, series: int = 0) -> int | None:
        if self.percentages is None or not self.in_percent:
            return None
        return self.percentages.percent(count, self.own_bases[series] if self.own_bases else self.bases[category])

    def value_text(self, category: int, count: Value, series: int = 0) -> str:
        """A number as it is printed: "4", "58% (53)", or the sign of a hidden one."""
        if count is None:
            return HIDDEN
        share = self.percent(category, count, series)
        return str(count) if share is None else f"{share}% ({count})"

    def rows(self) -> Iterator[tuple[str, str, tuple[Value, ...]]]:
        """(code, label, one value per series) of each category."""
        for index, label in enumerate(self.categories):
            code = self.codes[index] if self.codes else ""
            yield code, label, tuple(series.values[index] for series in self.series)


def ordered(points: Sequence[str]) -> dict[str, str]:
    """Colours of ordered points whose favourable end is not known: one hue, from light to dark."""
    light, dark = (0xD5, 0xDC, 0xDE), (0x3A, 0x4A, 0x50)
    steps = max(1, len(points) - 1)
    shades = [
        [low + (high - low) * at // steps for low, high in zip(light, dark, strict=True)] for at in range(len(points))
    ]
    return {point: "#{:02x}{:02x}{:02x}".format(*shade) for point, shade in zip(points, shades, strict=True)}


def is_light(colour: str) -> bool:
    """Whether text on this colour must be dark."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 299 * red + 587 * green + 114 * blue > 140_000


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
