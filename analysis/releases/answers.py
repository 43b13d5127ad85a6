"""The respondents who were asked an item, and their answers, over all versions of the questionnaire in use."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.frames import SurveyFrames, Version
from analysis.item_types.answers import earlier_item
from analysis.statistics.coded import Coded, crossed
from analysis.statistics.counts import DONT_KNOW, INVALID, is_blank
from analysis.statistics.routing import was_asked
from instruments.schema import Item, Survey
from instruments.version_changes import offered_options

Found = TypeVar("Found")


class Answers:
    """The answers of the responses in `frames`. What depends on answers is found out once for all who are alike."""

    def __init__(self, frames: SurveyFrames):
        self.frames = frames
        self._coded: dict[str, Coded] = dict(frames.coded)
        self._asked: dict[str, np.ndarray] = {}

    def home(self, code: str) -> Version:
        """The newest version in use that has the item: its wording is shown."""
        return next(version for version in self.frames.versions if code in version.document.by_name)

    def coded(self, code: str) -> Coded:
        """The answers of all respondents to an item, asked or not."""
        if code not in self._coded:
            self._coded[code] = Coded.of(self.frames.answers[code])
        return self._coded[code]

    def asked(self, code: str) -> pd.Series:
        """The respondents who were asked the item, as a mask over the rows of `frames.answers`.

        Respondents were not asked if the version that they answered lacks the item, or its conditions left it out on
        the day on which the form was received.
        """
        return pd.Series(self.who_was_asked(code), index=self.frames.responses.index)

    def who_was_asked(self, code: str) -> np.ndarray:
        """`asked` without the index of a table."""
        if code not in self._asked:
            mask = np.zeros(len(self._versions), dtype=bool)
            for version in self.frames.versions:
                if code in version.document.by_name:
                    mask |= self._asked_in(version, code)
            mask[self._invalid(code)] = True  # somebody who gave an invalid answer was asked for it
            self._asked[code] = mask
        return self._asked[code]

    @cached_property
    def _versions(self) -> np.ndarray:
        """The version that each respondent answered."""
        found: np.ndarray = self.frames.responses["version"].to_numpy()
        return found

    @cached_property
    def _sizes(self) -> Counter[int]:
        """How many answered each version."""
        return Counter(self._versions.tolist())

    def offered_in(self, code: str) -> dict[frozenset[str], frozenset[int]]:
        """The options that an item offered -> the versions (pk) that did so. More than one where versions differ."""
        found: dict[frozenset[str], set[int]] = {}
        for version in self.frames.versions:
            if item := version.document.by_name.get(code):
                found.setdefault(offered_options(version.document, item), set()).add(version.pk)
        return {options: frozenset(versions) for options, versions in found.items()}

    def in_small_versions(self, code: str, k: int) -> np.ndarray:
        """The respondents whose version words or offers an item as fewer than `k` forms do, as a mask: what these few
        answered would say how those answered who came before, or after, the survey went over to another version."""
        mask = np.zeros(len(self._versions), dtype=bool)
        for those in self.offered_in(code).values():
            if sum(self._sizes[version] for version in those) < min(k, len(mask)):
                mask |= np.isin(self._versions, list(those))
        return mask

    def _invalid(self, code: str) -> list[int]:
        """The rows whose answer to an item is not valid."""
        return self._invalid_rows.get(code, [])

    @cached_property
    def _invalid_rows(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, codes in enumerate(self.frames.invalid):
            for code in codes:
                found.setdefault(code, []).append(at)
        return found

    def _asked_in(self, version: Version, code: str) -> np.ndarray:
        document, item = version.document, version.document.by_name[code]
        mask: np.ndarray = self._versions == version.pk
        if code not in document.conditions and not document.depends_on(item):
            return mask
        here = np.flatnonzero(mask)

        def is_asked(answers: Mapping[str, Any], day: date) -> bool:
            return was_asked([answers.get(code)], [self._leads_to(document, item, answers, day)])[0]

        found, sort = self._of_each_sort(here, document, item, is_asked)
        mask[here] = np.array(found, dtype=bool)[sort]
        return mask

    @staticmethod
    def _leads_to(document: Survey, item: Item, answers: Mapping[str, Any], day: date) -> bool:
        """Whether a form leads to an item: there is something to choose from, and its conditions hold."""
        earlier = earlier_item(item)
        return (not earlier or earlier in answers) and document.is_relevant(item, answers, day)

    def _of_each_sort(
        self, rows: np.ndarray, document: Survey, item: Item, find: Callable[[Mapping[str, Any], date], Found]
    ) -> tuple[list[Found], np.ndarray]:
        """What `find` gives for the answers, without blanks, of each sort of respondents who are alike in the item and
        in all on which it depends; and of which sort each of `rows` is."""
        columns = {code: self.coded(code) for code in (item.name, *document.depends_on(item))}
        days = Coded.of(self.frames.days or [date.max] * len(self._versions))
        first, sort = crossed([*(column.codes[rows] for column in columns.values()), days.codes[rows]], len(rows))
        found = []
        for at in rows[first].tolist():
            answers = {code: column[at] for code, column in columns.items() if not is_blank(column[at])}
            found.append(find(answers, days[at]))
        return found, sort

    def bases(self, code: str, k: int) -> dict[str, int]:
        """Option -> how many of those who answered the item were offered it, for options that not all were offered:
        because their version lacks it, or because of what they answered before."""
        answered = self.coded(code).are(lambda one: not is_blank(one) and one not in (DONT_KNOW, [DONT_KNOW]))
        answered &= self.who_was_asked(code) & ~self.in_small_versions(code, k)
        answered[self._invalid(code)] = False
        sizes: Counter[frozenset[str]] = Counter()
        known: set[str] = set()
        for version in self.frames.versions:
            if item := version.document.by_name.get(code):
                here = np.flatnonzero(answered & (self._versions == version.pk))
                if len(here):
                    offered = offered_options(version.document, item)
                    known |= offered
                    sizes.update(self._offered(version.document, item, offered, here))
        return {
            option: sum(size for options, size in sizes.items() if option in options)
            for option in sorted(known)
            if not all(option in options for options in sizes)
        }

    def _offered(
        self, document: Survey, item: Item, offered: frozenset[str], rows: np.ndarray
    ) -> Counter[frozenset[str]]:
        """To how many of `rows` an item offered which of its options. What was chosen was offered: the answer on which
        it depends may not be valid, as paper allows."""
        if not document.filters(item):
            return Counter({offered: len(rows)})

        def of_sort(answers: Mapping[str, Any], day: date) -> frozenset[str]:
            chosen = answers[item.name]
            left_out = document.not_offered(item, answers, day)
            return offered - (left_out - set(chosen if isinstance(chosen, list) else [chosen]))

        found, sort = self._of_each_sort(rows, document, item, of_sort)
        return Counter(found[at] for at in sort.tolist())

    def given(self, code: str, k: int = 1) -> list[Any]:
        """The answers to an item, one per respondent who was asked; `INVALID` for one that is not valid.

        Without those whose version offers it in fewer than `k` forms.
        """
        return list(self.collected(code, k))

    def collected(self, code: str, k: int = 1) -> Coded:
        """The same answers by number; each kind of answer was given."""
        answers = self.coded(code)
        if invalid := self._invalid(code):
            codes = answers.codes.copy()
            codes[invalid] = len(answers.kinds)
            answers = Coded((*answers.kinds, INVALID), codes)
        return answers.where(self.who_was_asked(code) & ~self.in_small_versions(code, k))
