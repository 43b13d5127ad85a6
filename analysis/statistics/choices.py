"""Single and multiple choice. A row is a respondent; a multiple choice is counted by option, not by combination."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from analysis.statistics.counts import Counts, is_blank, tally


def choose(answers: Iterable[Any], options: Sequence[str]) -> Counts:
    """Counts of a select_one or select_multiple item; `answers` has one entry a respondent who was asked."""
    return tally(answers, options)


def was_asked(answers: Iterable[Any], parents: Iterable[Any], wanted: Collection[str] | None = None) -> list[bool]:
    """Whom a dependent item was put to, one entry a respondent.

    Asked is who answered the earlier item (2.2.1 of 2.2), or who gave one of the `wanted` options there. One who
    answered the dependent item all the same was asked it, too: a paper form does not enforce its routing.
    """
    return [not is_blank(answer) or _leads_on(parent, wanted) for answer, parent in zip(answers, parents, strict=True)]


def _leads_on(parent: Any, wanted: Collection[str] | None) -> bool:
    if is_blank(parent):
        return False
    return wanted is None or any(code in wanted for code in (parent if isinstance(parent, (list, tuple)) else [parent]))
