"""Single and multiple choice. A row is a respondent; a multiple choice is counted by option, not by combination."""

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.statistics.counts import Counts, is_blank, tally


def choose(answers: Iterable[Any], options: Sequence[str]) -> Counts:
    """Counts of a select_one or select_multiple item; `answers` has one entry a respondent who was asked."""
    return tally(answers, options)


def follow_up(answers: Iterable[Any], parents: Iterable[Any], options: Sequence[str]) -> Counts:
    """Counts of an item whose options are those chosen before (2.2.1 of 2.2).

    Asked are only the respondents who answered the earlier item; one who answered this item all the same counts too.
    """
    asked = [
        answer for answer, parent in zip(answers, parents, strict=True) if not (is_blank(answer) and is_blank(parent))
    ]
    return tally(asked, options)
