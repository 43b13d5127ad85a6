"""The respondents who were asked an item, and their answers, over all versions of the questionnaire in use."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.frames import SurveyFrames, Version
from analysis.item_types.answers import earlier_item
from analysis.statistics.counts import DONT_KNOW, INVALID, is_blank
from analysis.statistics.routing import was_asked
from instruments.schema import Item, Survey
from instruments.version_changes import offered_options


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
        mask = pd.Series(False, index=self.frames.responses.index)
        for version in self.frames.versions:
            if code in version.document.by_name:
                mask |= self._asked_in(version, code)
        for at in self._invalid(code):  # somebody who gave an invalid answer was asked for it
            mask.iloc[at] = True
        return mask

    def offered_in(self, code: str) -> dict[frozenset[str], frozenset[int]]:
        """The options that an item offered -> the versions (pk) that did so. More than one where versions differ."""
        found: dict[frozenset[str], set[int]] = {}
        for version in self.frames.versions:
            if item := version.document.by_name.get(code):
                found.setdefault(offered_options(version.document, item), set()).add(version.pk)
        return {options: frozenset(versions) for options, versions in found.items()}

    def in_small_versions(self, code: str, k: int) -> pd.Series:
        """The respondents whose version words or offers an item as fewer than `k` forms do: what these few answered
        would say how those answered who came before, or after, the survey went over to another version."""
        versions = self.frames.responses["version"]
        mask = pd.Series(False, index=versions.index)
        for those in self.offered_in(code).values():
            here = versions.isin(those)
            if here.sum() < min(k, len(versions)):
                mask |= here
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
        asked = dict(zip(here, was_asked([self._answers[at].get(code) for at in here], led), strict=True))
        return pd.Series([asked.get(at, False) for at in range(len(mask))], index=mask.index, dtype=bool)

    @staticmethod
    def _leads_to(document: Survey, item: Item, answers: Mapping[str, Any], day: date) -> bool:
        """Whether a form leads to an item: there is something to choose from, and its conditions hold."""
        earlier = earlier_item(item)
        return (not earlier or earlier in answers) and document.is_relevant(item, answers, day)

    @cached_property
    def _answers(self) -> list[dict[str, Any]]:
        """One map per respondent, without what is blank."""
        rows = self.frames.answers.to_dict("records")
        return [{str(code): answer for code, answer in row.items() if not is_blank(answer)} for row in rows]

    @cached_property
    def _days(self) -> Sequence[date]:
        return self.frames.days or [date.max] * len(self.frames.answers)

    def bases(self, code: str, k: int) -> dict[str, int]:
        """Option -> how many of those who answered the item were offered it, for options that not all were offered:
        because their version lacks it, or because of what they answered before."""
        answered = self.frames.answers[code].map(lambda one: not is_blank(one) and one not in (DONT_KNOW, [DONT_KNOW]))
        answered &= self.asked(code) & ~self.in_small_versions(code, k)
        for at in self._invalid(code):
            answered.iloc[at] = False
        sizes: Counter[frozenset[str]] = Counter()
        known: set[str] = set()
        for version in self.frames.versions:
            if item := version.document.by_name.get(code):
                here = [at for at, one in enumerate(answered & (self.frames.responses["version"] == version.pk)) if one]
                known |= offered_options(version.document, item) if here else set()
                sizes.update(self._offered(version.document, item, at) for at in here)
        return {
            option: sum(size for options, size in sizes.items() if option in options)
            for option in sorted(known)
            if not all(option in options for options in sizes)
        }

    def _offered(self, document: Survey, item: Item, at: int) -> frozenset[str]:
        """The options that an item offered to the respondent in this row. What was chosen was offered: the answer on
        which it depends may not be valid, as paper allows."""
        offered = offered_options(document, item)
        if not document.filters(item):
            return offered
        chosen = self._answers[at][item.name]
        left_out = document.not_offered(item, self._answers[at], self._days[at])
        return offered - (left_out - set(chosen if isinstance(chosen, list) else [chosen]))

    def given(self, code: str, k: int = 1) -> list[Any]:
        """The answers to an item, one per respondent who was asked; `INVALID` for one that is not valid.

        Without those whose version offers it in fewer than `k` forms.
        """
        answers = self.frames.answers[code].astype(object)
        for at in self._invalid(code):
            answers.iloc[at] = INVALID
        return list(answers.loc[self.asked(code) & ~self.in_small_versions(code, k)])
