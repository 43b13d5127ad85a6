"""All numbers of one assessment, from one place: pages, `analyse`, the worksheet and the report read them here.

    results = for_assessment(assessment, language="en")
    results.interviews.participants.people      people in interviews
    results.survey.items["3.1.5"].counts        asked, answered, dont_know, skipped, counts of an item
    results.survey.breakdown("3.1.5", "sex")    an item by a characteristic, as it was released
    results.priorities.survey, .workshop        dots of respondents, dots of groups
    results.themes.counts                       interviews mentioning of interviews asked
    results.coverage.sentences                  the limits of the data
    results.matrix["1.1"]["F1"]                 the state of a cell
    results.as_json()                           what `manage.py analyse` prints

The database is read once, when the first topic is used; each topic is computed when it is used, and kept.
Charts of these numbers are made by `analysis.gallery`.
"""

from functools import cached_property
from typing import Any, cast

from analysis.frames import Frames
from analysis.results.interviews import Coverage, InterviewResults, ThemeResults
from analysis.results.survey import PriorityResults, SurveyResults
from analysis.statistics.coverage import Limits, without_evidence
from analysis.statistics.participants import response_rate
from analysis.statistics.rounding import PercentageRule, Share
from analysis.words import translate
from assessments.models import Assessment
from assessments.names import NameFinder
from indicators.models import Mark
from instruments import schema
from interviews.guides import guides_in
from interviews.names import finder_for, may_name_agencies, withhold_within


class Results:
    """The numbers of `assessment`, with labels in `language` (English where a text is not translated)."""

    def __init__(self, assessment: Assessment, language: str = "en"):
        self.assessment = assessment
        self.language = language
        self.frames = Frames(assessment)
        self.percentages = PercentageRule(assessment.percent_threshold)
        self.k = assessment.disclosure_threshold  # with fewer responses nothing but their number is shown

    def translate(self, key: str, **values: Any) -> str:
        """A text of the catalogues in the language of these results."""
        return translate(key, self.language, **values)

    def without_names(self, value: Any) -> Any:
        """`value` (a text, or rows, a chart, a document of them) as it may leave the system: without names of
        respondents, and without those of agencies where they are not to be named."""
        return withhold_within(value, self._name_finder, not self.may_name_agencies)

    @cached_property
    def _name_finder(self) -> NameFinder:
        return finder_for(self.assessment, self.interviews.sector_label)

    @cached_property
    def may_name_agencies(self) -> bool:
        return may_name_agencies(self.assessment)

    def share(self, count: int, base: int) -> str:
        """`58% (53 of 92)`, or `4 of 7` where the base is too small for percentages."""
        words, percent = self.translate("share", count=count, base=base), self.percentages.percent(count, base)
        return words if percent is None else f"{percent}% ({words})"

    @cached_property
    def guide(self) -> schema.InterviewGuide:
        return cast(schema.InterviewGuide, self.assessment.guide.document)

    @cached_property
    def indicators(self) -> schema.IndicatorMatrix:
        return cast(schema.IndicatorMatrix, self.assessment.matrix.document)

    @cached_property
    def interviews(self) -> InterviewResults:
        found = self.frames.interviews
        guides = guides_in(self.assessment, found.guides.values())
        return InterviewResults(found, self.guide, guides, self.language, self.percentages, self.k)

    @cached_property
    def themes(self) -> ThemeResults:
        return ThemeResults(self.frames.themes, self.interviews.frames, self.k, self.frames.open_codings, self._members)

    @property
    def _members(self) -> frozenset[int]:
        """The responses of the newest release whose results may be shown."""
        release = self.frames.survey.release
        return frozenset(release["members"]) if release and self.survey.released else frozenset()

    @cached_property
    def survey(self) -> SurveyResults:
        placeholders = self.assessment.placeholders_in(self.language)
        state = self.frames.survey
        return SurveyResults(
            state,
            lambda: self.frames.responses,
            self.language,
            self.percentages,
            max(self.k, state.smallest_group),
            placeholders,
        )

    @cached_property
    def priorities(self) -> PriorityResults:
        return PriorityResults(self.survey, self.frames.workshops)

    @cached_property
    def marks(self) -> dict[tuple[str, str], dict[str, Any]]:
        """(criterion, cell) -> `state`, `evidence` (keys), `rationale` of the mark that counts."""
        rows = self.frames.marks.to_dict("records")
        return {(row["criterion"], row["cell"]): cast(dict[str, Any], row) for row in rows}

    @cached_property
    def matrix(self) -> dict[str, dict[str, str]]:
        """Criterion -> cell -> state; every cell of the instrument, not assessed where it has no mark."""
        unmarked = {"state": Mark.State.NOT_ASSESSED.value}
        return {
            criterion.name: {cell: self.marks.get((criterion.name, cell), unmarked)["state"] for cell in schema.CELLS}
            for criterion in self.indicators.criteria
        }

    @cached_property
    def coverage(self) -> Coverage:
        evidence: dict[str, list[str]] = {}
        for (criterion, _), mark in self.marks.items():
            evidence.setdefault(criterion, []).extend(mark["evidence"] or [])
        codes = [criterion.name for criterion in self.indicators.criteria]
        missing = without_evidence(codes, evidence)
        return Coverage(tuple(missing), self._limits(missing, codes))

    def _limits(self, missing: list[str], codes: list[str]) -> Limits:
        interviews, survey = self.interviews, self.survey
        bases = [item.counts.answered for item in survey.items.values() if item.scale and item.counts.asked]
        largest = next(((name, who.interviews) for name, who in interviews.by_sector.items() if name), None)
        return Limits(
            interviews.participants.interviews,
            interviews.participants.people,
            survey.responses,
            survey.found.sent or None,
            survey.found.completed,
            interviews.in_capital,
            (interviews.sector_label(largest[0]), largest[1]) if largest else None,
            min(bases, default=None),
            tuple(interviews.section_title(section.section) for section in interviews.sections if not section.asked),
            len(missing),
            len(codes),
            tuple(
                f"{one.code} ({reason})" if one.code else reason
                for one in survey.corrections
                for reason in [self.without_names(one.reason)]
            ),
            survey.not_valid,
        )

    @property
    def response_rate(self) -> Share | None:
        """Completed of sent invitations as a `Share`; None where none was sent."""
        return response_rate(self.survey.found.sent, self.survey.found.completed, self.percentages)

    def as_json(self, by: str = "") -> dict[str, Any]:
        """The document of `manage.py analyse`; `by` (a profile or its item code) adds `breakdown`.

        Raises `ValueError` where `by` names something by which the survey cannot be broken down.
        """
        who = self.interviews.participants
        document: dict[str, Any] = {
            "assessment": self.assessment.reference,
            "interviews": {
                "count": who.interviews,
                "people": who.people,
                "women": who.women,
                "men": who.men,
                "other": who.other,
                "sectors": {name: part.interviews for name, part in self.interviews.by_sector.items() if name},
                "sections": {
                    part.section: {"asked": part.asked, "answered": part.answered} for part in self.interviews.sections
                },
            },
            "survey": {
                "responses": self.survey.responses,
                **({"note": self.survey.state_words} if self.survey.is_hidden else {}),
                "items": {}
                if self.survey.is_hidden
                else {code: item.as_json() for code, item in self.survey.items.items()},
            },
            "priorities": {
                "survey": {}
                if self.survey.is_hidden
                else {entry.option: entry.named for entry in self.priorities.survey.options},
                "workshop": None  # several are counted: each is among "workshops"
                if len(self.priorities.workshops) > 1
                else {entry.option: entry.named for entry in self.priorities.workshop.options},
            },
            "workshops": [
                {
                    "held_on": workshop.held_on,
                    "place": workshop.place,
                    "groups": len(workshop.present),
                    "women": workshop.people.women,
                    "men": workshop.people.men,
                    "other": workshop.people.other,
                    "priorities": {entry.option: entry.named for entry in votes.options},
                    "verdicts": [
                        {
                            "target": row.target,
                            "text": row.text,
                            "state": row.state,
                            "revision": row.revision,
                            "earlier_wording": row.current is False,
                            "agree": row.agree,
                            "amend": row.amend,
                            "disagree": row.disagree,
                        }
                        for row in workshop.verdicts
                    ],
                }
                for workshop, votes in self.priorities.workshops
            ],
            "themes": [
                {
                    "name": theme.label,
                    "code": self.themes.code_of[theme.theme],
                    "interviews": theme.interviews,
                    "asked": theme.asked,
                    "unprompted": theme.unprompted,
                    "mentions": theme.mentions,
                }
                for theme in self.themes.counts
            ],
            "matrix": self.matrix,
        }
        if by:
            document["breakdown"] = self.survey.breakdown_json(by)
        return document


def for_assessment(assessment: Assessment, language: str = "en") -> Results:
    """The numbers of one assessment. Nothing is read before a topic is used."""
    return Results(assessment, language)
