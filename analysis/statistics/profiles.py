"""Who answered. One entry per respondent (survey) or interview (entities); one profile is one question about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.statistics.counts import count_answers, is_blank

SKIPPED = "skipped"  # the row of a cross-tabulation for those who gave no answer
NOT_STATED = "not_stated"  # the column for those who did not say which group they belong to
PROFILES = ("country", "role", "sex", "tenure", "age")  # the characteristics a survey may be broken down by


@dataclass(frozen=True)
class Crosstab:
    """Answers (rows) by group (columns). `counts` is a table of whole numbers, index = options, columns = groups.

    `sizes` counts the respondents of each group. With `multiple` a respondent stands in several rows of a column;
    without, the rows of a column sum to its size, because `dont_know` and `skipped` are rows of their own.
    """

    counts: pd.DataFrame
    sizes: pd.Series
    multiple: bool = False


def crosstab(answers: Sequence[Any], groups: Sequence[Any], options: Sequence[str], multiple: bool = False) -> Crosstab:
    """Answers by group, both with one entry per respondent who was asked. Groups that have a respondent become columns.

    Respondents who did not state their group are a column as well: left out, their answers would be the difference
    between this table and the count of all respondents.
    """
    members: dict[str, list[Any]] = {}
    for answer, group in zip(answers, groups, strict=True):
        members.setdefault(NOT_STATED if is_blank(group) else group, []).append(answer)
    names = sorted(members, key=lambda group: (group == NOT_STATED, group))
    columns = {name: count_answers(members[name], options) for name in names}
    rows = {}
    for name, found in columns.items():
        rows[name] = {**found.counts, "dont_know": found.dont_know, SKIPPED: found.skipped}
    table = pd.DataFrame(rows).fillna(0).astype(int)
    if multiple:
        table = table.drop(index=["dont_know", SKIPPED], errors="ignore")  # without a group there is no row
    sizes = pd.Series({name: found.asked for name, found in columns.items()}, dtype=int)
    return Crosstab(table, sizes, multiple)
