"""Items answered with a number. One entry per respondent who was asked.

Quartiles are those of type 7 of Hyndman and Fan (1996), the default of R, NumPy and of QUARTILE.INC in spreadsheets:
between the two nearest answers in order, in proportion. All results are exact fractions of what was answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from analysis.statistics.rounding import half_away

MOST_CLASSES = 8  # of a histogram
STEPS = (1, 2, 5)  # widths of classes are one of these times a power of ten


@dataclass(frozen=True)
class NumberClass:
    """One bar of a histogram: `count` answers from `least` to `most`, both included."""

    least: Fraction
    most: Fraction
    count: int


@dataclass(frozen=True)
class NumberSummary:
    """`count` answers. `classes` are of one width and leave no gap; `places` is how many decimals an answer has."""

    count: int
    least: Fraction
    lower_quartile: Fraction
    median: Fraction
    upper_quartile: Fraction
    most: Fraction
    classes: tuple[NumberClass, ...]
    places: int


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


def summarise(values: Sequence[Fraction], places: int = 0) -> NumberSummary | None:
    """Median, quartiles, range and histogram; None where there is no number."""
    if not values:
        return None
    ordered = sorted(values)
    return NumberSummary(
        len(ordered),
        ordered[0],
        quantile(ordered, Fraction(1, 4)),
        quantile(ordered, Fraction(1, 2)),
        quantile(ordered, Fraction(3, 4)),
        ordered[-1],
        _classes(ordered, places),
        places,
    )


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which `share` of the ordered values lie (type 7)."""
    at = share * (len(ordered) - 1)
    below = at.numerator // at.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def _classes(ordered: Sequence[Fraction], places: int) -> tuple[NumberClass, ...]:
    """The narrowest classes that are at most `MOST_CLASSES`; each begins with a multiple of the width."""
    unit = Fraction(1, 10**places)
    width = unit
    while True:
        for step in STEPS:
            first, last = ordered[0] // (width * step), ordered[-1] // (width * step)
            if last - first < MOST_CLASSES:
                size = width * step
                return tuple(
                    NumberClass(
                        at * size,
                        (at + 1) * size - unit,
                        sum(at * size <= value < (at + 1) * size for value in ordered),
                    )
                    for at in range(first, last + 1)
                )
        width *= 10


def number_text(value: Fraction, places: int = 0) -> str:
    """`3`, `2.5`, `12.75`: at most two decimals more than the answers have, a half rounded away from zero."""
    digits = places + 2
    scaled = half_away(value * 10**digits)
    sign, whole, rest = "-" if scaled < 0 else "", abs(scaled) // 10**digits, abs(scaled) % 10**digits
    decimals = f"{rest:0{digits}}".rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
