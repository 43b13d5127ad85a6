"""Who was asked an item. One entry per respondent."""

from collections.abc import Iterable
from typing import Any

from analysis.statistics.counts import is_blank


def was_asked(answers: Iterable[Any], led_there: Iterable[bool]) -> list[bool]:
    """Who was asked an item, one entry per respondent.

    Asked are those whose earlier answers lead to it. Anyone who answered it was asked, too: a paper form does not
    enforce its routing.
    """
    return [not is_blank(answer) or led for answer, led in zip(answers, led_there, strict=True)]
