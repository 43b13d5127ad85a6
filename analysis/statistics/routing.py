"""Who was asked an item. One entry per respondent."""

from collections.abc import Collection, Iterable
from typing import Any

from analysis.statistics.counts import is_blank


def was_asked(answers: Iterable[Any], parents: Iterable[Any], wanted: Collection[str] | None = None) -> list[bool]:
    """Who was asked a dependent item, one entry per respondent.

    Asked are those who answered the earlier item (2.2.1 of 2.2), or gave one of the `wanted` options there. Anyone who
    answered the dependent item was asked it, too: a paper form does not enforce its routing.
    """
    return [not is_blank(answer) or _leads_on(parent, wanted) for answer, parent in zip(answers, parents, strict=True)]


def _leads_on(parent: Any, wanted: Collection[str] | None) -> bool:
    if is_blank(parent):
        return False
    return wanted is None or any(code in wanted for code in (parent if isinstance(parent, (list, tuple)) else [parent]))
