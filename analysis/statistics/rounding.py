"""Numbers as text: whole percentages, rounded half away from zero.

The reference report prints 53 of 92 as 58, 39 of 92 as 42, 28 of 36 as 78, 8 of 36 as 22 and 13 of 19 as 68.
"""

from dataclasses import dataclass
from fractions import Fraction


def half_away(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero, on both sides of it."""
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole


def percent(count: int, base: int) -> int | None:
    """`count` (negative for a balance) as a whole percentage of `base`; None where the base is empty."""
    return half_away(Fraction(100 * int(count), int(base))) if base else None


def one_decimal(value: Fraction | None) -> str:
    """`2.5` for a mean; an empty string where there is none."""
    if value is None:
        return ""
    tenths = half_away(value * 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


@dataclass(frozen=True)
class PercentageRule:
    """When a percentage may be printed: where at least `smallest_base` are in its base. An assessment has one rule.

    Below it a percentage would suggest a precision that is not there, and only counts are shown.
    """

    smallest_base: int

    def allows(self, base: int) -> bool:
        return base > 0 and base >= self.smallest_base

    def percent(self, count: int, base: int) -> int | None:
        """`count` (negative for a balance) as a whole percentage of `base`; None where the base is too small."""
        return percent(count, base) if self.allows(base) else None

    def share(self, count: int, base: int) -> "Share":
        return Share(count, base, self)


@dataclass(frozen=True)
class Share:
    """A count with its base. `percent` is None where `rule` finds the base too small, so that only counts are shown."""

    count: int
    base: int
    rule: PercentageRule

    @property
    def percent(self) -> int | None:
        return self.rule.percent(self.count, self.base)

    def __str__(self) -> str:
        words = f"{self.count} of {self.base}"
        return words if self.percent is None else f"{self.percent}% ({words})"
