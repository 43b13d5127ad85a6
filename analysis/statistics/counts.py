"""Counts of a survey item: how many were asked, answered, did not know, skipped. One entry per respondent.

Always `asked = answered + dont_know + skipped + invalid`. Missing is never zero: silence is never counted as an answer,
and the base of every percentage is `answered`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from analysis.statistics.coded import Coded
from analysis.statistics.rounding import PercentageRule, Share

DONT_KNOW = "dont_know"


@dataclass(frozen=True)
class Counts:
    """How one item was answered. `counts`: every option in the instrument's order, zeros too; then foreign codes.

    `invalid` respondents did not answer validly: what they gave breaks a rule, as paper allows. `bases`: for an option
    that not all of those who answered were offered, how many of them were; for a box to tick, how many could tick it.
    """

    asked: int
    answered: int
    dont_know: int
    skipped: int
    counts: Mapping[str, int]
    invalid: int = 0
    bases: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def base(self, option: str) -> int:
        """How many the percentage of the option is of: those who answered, as far as they were offered it."""
        return self.bases.get(option, self.answered)

    def share(self, option: str, rule: PercentageRule) -> Share:
        return rule.share(self.counts.get(option, 0), self.base(option))

    @property
    def given(self) -> dict[str, int]:
        """Options that were chosen at least once."""
        return {option: count for option, count in self.counts.items() if count}


class NotValid:
    """Stands for an answer that breaks a rule; what was given is not counted."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = NotValid()


def is_blank(value: Any) -> bool:
    """No valid answer: nothing stored, an empty text or list, `INVALID`, or the NaN that a table puts for nothing."""
    if value is None or value is INVALID or (isinstance(value, float) and value != value):
        return True
    return not value.strip() if isinstance(value, str) else isinstance(value, (list, tuple)) and not value


def count_answers(answers: Iterable[Any], options: Sequence[str]) -> Counts:
    """Counts of `answers`, one entry per respondent who was asked: a code, a list of codes, or blank. A `Counter` says
    how many gave each.

    A list is counted by option, not by combination; an option named twice by one respondent counts once.
    Codes not among `options` (an option of another version) are kept behind them rather than dropped.
    """
    asked = answered = dont_know = invalid = 0
    chosen: Counter[str] = Counter()
    for answer, times in alike(answers).items():
        asked += times
        invalid += times if answer is INVALID else 0
        if is_blank(answer):
            continue
        codes = dict.fromkeys(str(code) for code in (answer if isinstance(answer, tuple) else [answer]))
        if list(codes) == [DONT_KNOW]:
            dont_know += times
            continue
        answered += times
        for code in codes:
            if code != DONT_KNOW:
                chosen[code] += times
    found = {option: chosen.pop(option, 0) for option in options} | dict(sorted(chosen.items()))
    skipped = asked - answered - dont_know - invalid
    return Counts(asked, answered, dont_know, skipped, MappingProxyType(found), invalid)


def alike(answers: Iterable[Any]) -> Counter[Any]:
    """How often each answer was given, lists as tuples: a hundred thousand answers have few distinct values."""
    if isinstance(answers, Counter):
        return answers
    if isinstance(answers, Coded):
        return answers.counter()
    return Counter(tuple(answer) if isinstance(answer, list) else answer for answer in answers)
