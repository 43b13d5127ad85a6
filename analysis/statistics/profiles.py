"""Characteristics of respondents. One entry per respondent (survey) or interview (entities)."""

from dataclasses import dataclass

import pandas as pd

SKIPPED = "skipped"  # in break-downs, of those who gave no answer
PROFILES = ("country", "role", "sex", "tenure", "age")  # the characteristics a survey may be broken down by


@dataclass(frozen=True)
class Crosstab:
    """A table (rows) by group (columns). `counts` is a table of whole numbers, `sizes` counts what is in each group."""

    counts: pd.DataFrame
    sizes: pd.Series
