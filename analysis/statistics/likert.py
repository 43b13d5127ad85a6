"""Rating scales, counted by respondents; `dont_know` stays outside the base.

Points come in the order of the scale, the favourable end first. The net balance is the number of favourable minus
the number of unfavourable answers, as percentage points of those who answered; the neutral point only enlarges the
base.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.statistics.counts import Counts
from analysis.statistics.rounding import PercentageRule

NET_BALANCE = (
    "Net balance: favourable minus unfavourable answers, in percentage points of those who answered. "
    "The neutral point counts in the base only; don't know and skipped are left out."
)


@dataclass(frozen=True)
class Balance:
    """Respondents on either side of a scale's middle. `net` counts respondents, `net_percent` percentage points."""

    favourable: int
    neutral: int
    unfavourable: int
    base: int
    rule: PercentageRule

    @property
    def net(self) -> int:
        return self.favourable - self.unfavourable

    @property
    def net_percent(self) -> int | None:
        return self.rule.percent(self.net, self.base)


def sides(from_favourable: Sequence[str], neutral: str | None) -> tuple[Sequence[str], Sequence[str]] | None:
    """(favourable points, unfavourable points), or None for a scale without a defined middle.

    Without a neutral point an even scale is cut in half; an odd one has a middle point that we would have to guess.
    """
    if neutral is not None:
        middle = list(from_favourable).index(neutral)
        return from_favourable[:middle], from_favourable[middle + 1 :]
    if len(from_favourable) % 2:
        return None
    half = len(from_favourable) // 2
    return from_favourable[:half], from_favourable[half:]


def balance(
    counts: Counts, from_favourable: Sequence[str], neutral: str | None, rule: PercentageRule
) -> Balance | None:
    """The net balance of a rated item; None where the scale has no defined middle or there are no answers."""
    cut = sides(from_favourable, neutral)
    if cut is None or not counts.answered:
        return None
    favourable, unfavourable = (sum(counts.counts[point] for point in side) for side in cut)
    neutrals = counts.counts[neutral] if neutral else 0
    return Balance(favourable, neutrals, unfavourable, counts.answered, rule)
