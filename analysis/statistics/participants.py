"""Interviews and the people in them. The input has one row per interview; people are sums over its columns.

Columns: `interview` (code), `sector` (may be blank), `women`, `men`, `other` (people; blank = not recorded).
"""

from dataclasses import dataclass

import pandas as pd

from analysis.statistics.rounding import PercentageRule, Share

SECTOR, WOMEN, MEN, OTHER = "sector", "women", "men", "other"
SEXES = (WOMEN, MEN, OTHER)
UNKNOWN = ""  # the group of interviews without a recorded sector


@dataclass(frozen=True)
class Participants:
    """`interviews` interviews with `people` people. `uncounted` interviews have no record of who took part."""

    interviews: int
    women: int
    men: int
    other: int
    uncounted: int = 0

    @property
    def people(self) -> int:
        return self.women + self.men + self.other


def participants(interviews: pd.DataFrame) -> Participants:
    """The total of the interviews in the table."""
    people = interviews[list(SEXES)].apply(pd.to_numeric, errors="coerce")
    silent = people.fillna(0).sum(axis=1) == 0
    sums = people.fillna(0).sum().astype(int)
    return Participants(len(interviews), int(sums[WOMEN]), int(sums[MEN]), int(sums[OTHER]), int(silent.sum()))


def participants_by(interviews: pd.DataFrame, column: str = SECTOR) -> dict[str, Participants]:
    """Participants of each value of `column`, the largest number of interviews first; blank values under ''."""
    groups = {str(value): participants(rows) for value, rows in interviews.groupby(interviews[column].fillna(UNKNOWN))}
    return dict(sorted(groups.items(), key=lambda pair: (-pair[1].interviews, pair[0])))


def response_rate(sent: int, completed: int, rule: PercentageRule) -> Share | None:
    """Completed invitations of those sent; None when no invitation was sent (an open link has no known base)."""
    return rule.share(completed, sent) if sent else None
