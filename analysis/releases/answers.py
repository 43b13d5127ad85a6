"""The respondents who were asked an item, and their answers, over all versions of the questionnaire in use."""

from typing import Any

import pandas as pd

from analysis.frames import SurveyFrames, Version
from analysis.statistics.routing import was_asked


class Answers:
    """The answers of the responses in `frames`."""

    def __init__(self, frames: SurveyFrames):
        self.frames = frames

    def home(self, code: str) -> Version:
        """The newest version in use that has the item: its wording is shown."""
        return next(version for version in self.frames.versions if code in version.document.by_name)

    def asked(self, code: str) -> pd.Series:
        """The respondents who were asked the item, as a mask over the rows of `frames.answers`.

        Respondents were not asked if their version lacks the item or its routing skipped it.
        """
        having = {version.pk for version in self.frames.versions if code in version.document.by_name}
        mask = self.frames.responses["version"].isin(having)
        item = self.home(code).document.by_name[code]
        parent = next(iter(item.depends_on), None)
        if parent is None:
            return mask
        wanted = frozenset(item.relevant.options) if item.relevant else None
        return mask & pd.Series(was_asked(self.frames.answers[code], self.frames.answers[parent], wanted), dtype=bool)

    def given(self, code: str) -> list[Any]:
        """The stored answers to an item, one per respondent who was asked."""
        return list(self.frames.answers.loc[self.asked(code), code])
