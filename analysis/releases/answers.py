"""The respondents who were asked an item, and their answers, over all versions of the questionnaire in use."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.frames import SurveyFrames, Version
from analysis.statistics.counts import INVALID, is_blank
from analysis.statistics.routing import was_asked
from instruments.schema import Item, SelectItem, Survey


class Answers:
    """The answers of the responses in `frames`."""

    def __init__(self, frames: SurveyFrames):
        self.frames = frames

    def home(self, code: str) -> Version:
        """The newest version in use that has the item: its wording is shown."""
        return next(version for version in self.frames.versions if code in version.document.by_name)

    def asked(self, code: str) -> pd.Series:
        """The respondents who were asked the item, as a mask over the rows of `frames.answers`.

        Respondents were not asked if the version that they answered lacks the item, or its conditions left it out on
        the day on which the form was received.
        """
        mask = pd.Series(False, index=self.frames.responses.index, dtype=bool)
        for version in self.frames.versions:
            if code in version.document.by_name:
                mask |= self._asked_in(version, code)
        for at in self._invalid(code):  # somebody who gave an invalid answer was asked for it
            mask.iloc[at] = True
        return mask

    def _invalid(self, code: str) -> list[int]:
        """The rows whose answer to an item is not valid."""
        return [at for at, codes in enumerate(self.frames.invalid) if code in codes]

    def _asked_in(self, version: Version, code: str) -> pd.Series:
        document, item = version.document, version.document.by_name[code]
        mask: pd.Series = self.frames.responses["version"] == version.pk
        if code not in document.conditions and not document.depends_on(item):
            return mask
        here = [at for at, one in enumerate(mask) if one]
        led = [self._leads_to(document, item, self._answers[at], self._days[at]) for at in here]
        asked = was_asked([self._answers[at].get(code) for at in here], led)
        return pd.Series(asked, index=mask.index[here], dtype=bool).reindex(mask.index, fill_value=False)

    @staticmethod
    def _leads_to(document: Survey, item: Item, answers: Mapping[str, Any], day: date) -> bool:
        """Whether a form leads to an item: there is something to choose from, and its conditions hold."""
        earlier = item.choices_of if isinstance(item, SelectItem) else None
        return (not earlier or earlier in answers) and document.is_relevant(item, answers, day)

    @cached_property
    def _answers(self) -> list[dict[str, Any]]:
        """One map per respondent, without what is blank."""
        rows = self.frames.answers.to_dict("records")
        return [{str(code): answer for code, answer in row.items() if not is_blank(answer)} for row in rows]

    @cached_property
    def _days(self) -> Sequence[date]:
        return self.frames.days or [date.max] * len(self.frames.answers)

    def given(self, code: str) -> list[Any]:
        """The answers to an item, one per respondent who was asked; `INVALID` for one that is not valid."""
        answers = self.frames.answers[code].astype(object)
        for at in self._invalid(code):
            answers.iloc[at] = INVALID
        return list(answers.loc[self.asked(code)])
