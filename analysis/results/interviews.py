"""The numbers that come from interviews: participants, sections asked, themes. Made by `results`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.disclosure import HIDDEN, SafeTable, protect
from analysis.frames import InterviewFrames, ThemeFrames
from analysis.results.limits import describe_limits
from analysis.statistics import themes as theme_statistics
from analysis.statistics.agreement import Pair, compare
from analysis.statistics.coverage import Asked, Limits, sections, sections_by_sector
from analysis.statistics.participants import SEXES, Participants, participants, participants_by
from analysis.statistics.profiles import Crosstab
from analysis.statistics.rounding import PercentageRule, Share
from analysis.statistics.themes import Step, ThemeCount
from analysis.words import table_note, translate
from assessments.models import Sector
from instruments import schema
from interviews.guides import sections_in


class InterviewResults:
    """Units are interviews, except in `participants` and `by_sector`, which also count the people in them.

    `guide` is the one in use, `guides` are this one and then the other versions by primary key, the latest first: an
    interview is counted by the one of its notes, and sections and questions of all of them are joined by code.
    """

    def __init__(
        self,
        found: InterviewFrames,
        guide: schema.InterviewGuide,
        guides: Mapping[int, schema.InterviewGuide],
        language: str,
        percentages: PercentageRule,
        k: int,
    ):
        self.frames = found
        self.guide = guide
        self.guides = guides
        self.language = language
        self.percentages = percentages
        self.k = k

    @cached_property
    def participants(self) -> Participants:
        return participants(self.frames.interviews)

    @cached_property
    def by_sector(self) -> dict[str, Participants]:
        """Sector code -> participants, the sector with most interviews first; '' where none is recorded."""
        return participants_by(self.frames.interviews, "sector")

    @cached_property
    def sexes_by_sector(self) -> SafeTable:
        """People by sex (rows of SEXES) and sector (columns), protected by `analysis.disclosure`."""
        found = {sector: [part.women, part.men, part.other] for sector, part in self.by_sector.items()}
        table = pd.DataFrame(found, index=list(SEXES), dtype=int)
        return protect(Crosstab(table, table.sum()), self.k)

    def sexes_in(self, sector: str) -> list[int | str]:
        """Women, men and others of a sector as they may be printed."""
        cells: list[int | None] = self.sexes_by_sector.cells[sector].tolist()
        return [HIDDEN if cell is None or pd.isna(cell) else int(cell) for cell in cells]

    @property
    def sexes_note(self) -> str:
        """The note under a table with `sexes_in`."""
        return table_note(self.sexes_by_sector, self.language) if self.by_sector else ""

    @cached_property
    def by_entity(self) -> dict[str, Participants]:
        """Type of entity -> participants: the profile of entities interviewed."""
        return participants_by(self.frames.interviews, "entity")

    @cached_property
    def completed(self) -> int:
        return int(self.frames.interviews["completed"].sum())

    @cached_property
    def in_capital(self) -> Share | None:
        """Interviews with organisations in the capital, of those whose organisation is known."""
        known = self.frames.interviews["in_capital"].dropna()
        return self.percentages.share(int(known.astype(bool).sum()), len(known)) if len(known) else None

    @cached_property
    def sections(self) -> list[Asked]:
        """Every section of the guide: interviews in which it was asked, and those with an answer."""
        notes = self.frames.notes
        codes = zip(notes["interview"].tolist(), notes["question"].tolist(), strict=True)
        found = [self.guide_of(interview).section_of.get(question) for interview, question in codes]
        answered = pd.DataFrame({"interview": notes["interview"], "section": found}).dropna()
        return sections(self.frames.planned, answered, self.section_names)

    @property
    def section_names(self) -> list[str]:
        """Codes of the sections of the guide in use, then of those that only other versions have."""
        return list(self._sections)

    @cached_property
    def _sections(self) -> dict[str, schema.GuideSection]:
        return sections_in(self.guides.values())

    def guide_of(self, interview: str) -> schema.InterviewGuide:
        """The guide by which an interview is counted: that of its notes, or else the one in use."""
        return self.guides.get(self.frames.guides.get(interview, 0), self.guide)

    def question(self, code: str) -> schema.Question | None:
        """A question in the words of the guide in use, or else of the latest version that has it."""
        return next((guide.by_name[code] for guide in self.guides.values() if code in guide.by_name), None)

    def asked(self, question: str) -> set[str]:
        """Interviews in which the section with the question was asked, as their guide has it."""
        planned = zip(self.frames.planned["interview"], self.frames.planned["section"], strict=True)
        return {interview for interview, section in planned if self._section_of(interview, question) == section}

    def _section_of(self, interview: str, question: str) -> str | None:
        return self.guide_of(interview).section_of.get(question)

    def answered(self, question: str) -> set[str]:
        """Interviews with notes under the question."""
        notes = self.frames.notes
        return set(notes.loc[notes["question"] == question, "interview"])

    @cached_property
    def sections_by_sector(self) -> pd.DataFrame:
        return sections_by_sector(self.frames.interviews, self.frames.planned, self.section_names)

    def section_title(self, section: str) -> str:
        return self._sections[section].title.translate(self.language)

    def sector_label(self, sector: str) -> str:
        if sector in Sector.values:
            return translate(f"sector_{sector}", self.language)
        return sector or translate("no_sector", self.language)


class ThemeResults:
    """Results by theme: `counts`, and further results of single themes."""

    def __init__(
        self,
        found: ThemeFrames,
        interviews: InterviewFrames,
        k: int,
        open_codings: pd.DataFrame,
        members: frozenset[int],
    ):
        self.frames = found
        self._members = members  # the responses of the survey's release
        self.open_codings = open_codings  # themes of open answers of the survey: respondents, never interviews
        self.k = k
        self._interviews = interviews

    @cached_property
    def counts(self) -> list[ThemeCount]:
        """Every theme in use, those mentioned in most interviews first."""
        return theme_statistics.frequencies(
            self.frames.codings, self.frames.themes, self._interviews.interviews, self._interviews.planned
        )

    @cached_property
    def code_of(self) -> dict[Any, str]:
        """Key of a theme -> its code in the codebook, which is unique; labels need not be."""
        return dict(zip(self.frames.themes["theme"], self.frames.themes["code"], strict=True))

    @cached_property
    def respondents(self) -> dict[object, int]:
        """Key of a theme -> respondents who wrote of it, of the responses that are released. Beside `counts`,
        which are interviews."""
        released = self.open_codings[self.open_codings["pk"].isin(self._members)]
        return released.groupby("theme")["response"].nunique().to_dict()

    def by_sector(self, theme: object) -> SafeTable:
        """Interviews asked by sector, mentioning the theme or not, protected by `analysis.disclosure`."""
        area = next(count.area for count in self.counts if count.theme == theme)
        asked = theme_statistics.asked_of(self._interviews.planned, self._interviews.interviews, area)
        table = theme_statistics.by_sector(self.frames.codings, theme, self._interviews.interviews, asked)
        return protect(Crosstab(table, table.sum()), self.k)

    @cached_property
    def co_occurrence(self) -> pd.DataFrame:
        """Interviews in which two themes both occur; only themes that occur. Index and columns = keys of themes."""
        used = [count.theme for count in self.counts if count.mentions]
        return theme_statistics.co_occurrence(self.frames.codings, used)

    @cached_property
    def saturation(self) -> list[Step]:
        return theme_statistics.saturation(self.frames.codings, self._interviews.interviews)

    @cached_property
    def agreement(self) -> list[Pair]:
        """How far each two coders agree who coded the same interviews."""
        return compare(self.frames.codings, self._interviews.notes)

    @cached_property
    def label_of(self) -> dict[Any, str]:
        """Key of a theme -> its label, which need not be unique."""
        return dict(zip(self.frames.themes["theme"], self.frames.themes["label"], strict=True))


@dataclass(frozen=True)
class Coverage:
    """`without_evidence`: codes of criteria that no evidence supports. `limits`: the limits of the data, as values."""

    without_evidence: tuple[str, ...]
    limits: Limits

    @property
    def sentences(self) -> list[str]:
        """The limits in words, in the language of who reads them."""
        return describe_limits(self.limits)
