"""The one edge where counts become words: whole percentages, rounded half away from zero.

The reference report prints 53 of 92 as 58, 39 of 92 as 42, 28 of 36 as 78, 8 of 36 as 22 and 13 of 19 as 68.
"""

from dataclasses import dataclass
from fractions import Fraction

SMALL_BASE = 10  # below this many, a percentage pretends to a precision that is not there


def half_away(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero, on both sides of it."""
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole


def percent(count: int, base: int) -> int | None:
    """`count` (negative for a balance) as a whole percentage of `base`; None where nobody is in the base."""
    return half_away(Fraction(100 * int(count), int(base))) if base else None


def one_decimal(value: Fraction | None) -> str:
    """`2.5` for a mean; an empty string where there is none."""
    if value is None:
        return ""
    tenths = half_away(value * 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


@dataclass(frozen=True)
class Share:
    """A count with its base. `percent` is None when the base is below `small`, so that only the count is shown."""

    count: int
    base: int
    small: int = SMALL_BASE

    @property
    def percent(self) -> int | None:
        return percent(self.count, self.base) if self.base >= self.small else None

    def __str__(self) -> str:
        words = f"{self.count} of {self.base}"
        return words if self.percent is None else f"{self.percent}% ({words})"
