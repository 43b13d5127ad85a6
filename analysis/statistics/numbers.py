"""Items answered with a number. One entry per respondent who was asked.

Quartiles are those of type 7 of Hyndman and Fan (1996), the default of R, NumPy and of QUARTILE.INC in spreadsheets:
between the two nearest answers in order, in proportion. All results are exact fractions of what was answered.

With `k` above 1 nothing tells what fewer than `k` respondents answered. A value is shown if at least `k` are at or
below it, and at least `k` at or above it, so that the lowest answer appears only where `k` gave it. Bars have nobody or
at least `k`; the first and the last one are open where the end is not shown. The `k - 1` lowest and the `k - 1` highest
answers change nothing: however far out they lie, the result is the same.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from analysis.statistics.classes import Bar, join_bars, open_ends
from analysis.statistics.rounding import half_away

MOST_CLASSES = 8  # of a histogram, before any are joined
STEPS = (1, 2, 5)  # widths of classes are one of these times a power of ten


NumberClass = Bar[Fraction]  # one bar of a histogram


@dataclass(frozen=True)
class NumberSummary:
    """`count` answers. A value is None where too few stand behind it.

    `classes` leave no gap, and are of one width as far as none were joined; empty where they would say nothing.
    `places`: how many decimals an answer has. `k`: how many answers are behind whatever is shown.
    """

    count: int
    least: Fraction | None
    lower_quartile: Fraction | None
    median: Fraction | None
    upper_quartile: Fraction | None
    most: Fraction | None
    classes: tuple[NumberClass, ...]
    places: int
    k: int = 1


def numbers(answers: Iterable[Any]) -> list[Fraction]:
    """The numbers among the answers; what is blank, or no number (another version asked for words), is left out."""
    found = []
    for answer in answers:
        try:
            value = Decimal(str(answer).strip())
        except InvalidOperation:
            continue
        if value.is_finite():
            found.append(Fraction(value))
    return found


def summarise(values: Sequence[Fraction], places: int = 0, k: int = 1) -> NumberSummary | None:
    """Median, quartiles, range and histogram; None where nothing but the number of answers can be shown."""
    if len(values) < max(1, k):
        return None
    ordered = sorted(values)

    def shown(value: Fraction) -> Fraction | None:
        enough = bisect_right(ordered, value) >= k and len(ordered) - bisect_left(ordered, value) >= k
        return value if enough else None

    lower, median, upper = (shown(quantile(ordered, Fraction(quarter, 4))) for quarter in (1, 2, 3))
    if median is None:  # then nothing else is of `k`: fewer than `2k - 1` answered, and no answer was given by most
        return None
    least, most = shown(ordered[0]), shown(ordered[-1])
    classes = open_ends(_classes(ordered, places, k), first=least is None, last=most is None)
    return NumberSummary(len(ordered), least, lower, median, upper, most, classes, places, k)


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which `share` of the ordered values lie (type 7)."""
    at = share * (len(ordered) - 1)
    below = at.numerator // at.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def _classes(ordered: Sequence[Fraction], places: int, k: int) -> list[NumberClass]:
    """The narrowest classes that are at most `MOST_CLASSES`; each begins with a multiple of the width.

    They reach from the `k`-th lowest answer to the `k`-th highest. What lies beyond is counted in the outermost ones.
    Where these two cross, there is one class.
    """
    low, high = ordered[k - 1], ordered[-k]
    unit = width = Fraction(1, 10**places)
    while True:
        for step in STEPS:
            size = width * step
            first, last = low // size, high // size
            if last - first < MOST_CLASSES:
                edges = [bisect_left(ordered, at * size) for at in range(first + 1, last + 1)]
                counts = [to - of for of, to in zip([0, *edges], [*edges, len(ordered)], strict=True)]
                found = [
                    NumberClass((first + at) * size, (first + at + 1) * size - unit, count)
                    for at, count in enumerate(counts)
                ]
                return join_bars(found, k)
        width *= 10


def coarser(found: NumberSummary, k: int) -> NumberSummary | None:
    """A summary of all answers, from before answers of few were protected, as far as it is known to be of `k` each."""
    if k < 2:
        return found
    if found.count < 2 * k - 1:
        return None
    has_quartiles = found.count >= 4 * k - 3
    return replace(
        found,
        least=None,
        lower_quartile=found.lower_quartile if has_quartiles else None,
        upper_quartile=found.upper_quartile if has_quartiles else None,
        most=None,
        classes=open_ends(join_bars(found.classes, k), first=True, last=True),
        k=k,
    )


def number_text(value: Fraction, places: int = 0) -> str:
    """`3`, `2.5`, `12.75`: at most two decimals more than the answers have, a half rounded away from zero."""
    digits = places + 2
    scaled = half_away(value * 10**digits)
    sign, whole, rest = "-" if scaled < 0 else "", abs(scaled) // 10**digits, abs(scaled) % 10**digits
    decimals = f"{rest:0{digits}}".rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
