"""The numbers that come from survey responses (one row per respondent) and from ballots (one per group)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.disclosure import SafeTable, protect, protect_summary
from analysis.frames import SurveyFrames, Version
from analysis.item_types.answers import count, listed_elsewhere, priorities_item, rows_per_respondent, words_key
from analysis.statistics.counts import DONT_KNOW, Counts, is_blank
from analysis.statistics.days import DaySummary
from analysis.statistics.likert import Balance, balance
from analysis.statistics.numbers import NumberSummary
from analysis.statistics.priorities import Priorities, vote
from analysis.statistics.profiles import PROFILES, crosstab
from analysis.statistics.ranking import Ranking
from analysis.statistics.rounding import PercentageRule
from analysis.statistics.routing import was_asked
from analysis.words import table_note, translate
from instruments import schema
from workshops.results import WorkshopResults, wish_key


@dataclass(frozen=True)
class OpenAnswer:
    """Words of one respondent, for those who may see rows. `response` is the code AZEsur1."""

    response: str
    language: str
    text: str


@dataclass(frozen=True)
class ItemResult:
    """One item of the survey.

    code, label, section   the tool's number, its text, the section it stands in
    definition             the item as the newest version words it
    scale                  the rating scale, or None
    options                (code, label) in the order of the form; codes of other versions behind
    counts                 asked, answered, dont_know, skipped and counts by option; of a ranking: who named it at all
    balance                net balance of a scale that has a defined middle
    ranking                places of an item in which options are put in order
    numbers, days          summary of numbers or dates; None too where too few have answered for it to leave
    offers_dont_know       whether "don't know" is among its bases: the form offers it, or a respondent answered it
    versions               labels of the versions that have the item, when there are several in use
    note                   what a reader must know, for instance that the source contradicts itself
    """

    code: str
    label: str
    section: str
    definition: schema.Item
    scale: schema.Scale | None
    options: tuple[tuple[str, str], ...]
    counts: Counts
    balance: Balance | None
    ranking: Ranking | None
    numbers: NumberSummary | None
    days: DaySummary | None
    offers_dont_know: bool
    versions: tuple[str, ...]
    note: str

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.options)

    @property
    def places(self) -> int:
        """How many decimals a number has that answers the item."""
        return self.numbers.places if self.numbers else 0

    def as_json(self) -> dict[str, Any]:
        counts = self.counts
        return {
            "asked": counts.asked,
            "answered": counts.answered,
            "dont_know": counts.dont_know,
            "skipped": counts.skipped,
            "counts": counts.given,
            **({"numbers": _numbers_json(self.numbers)} if self.numbers else {}),
            **({"days": _days_json(self.days)} if self.days else {}),
        }


def _numbers_json(found: NumberSummary) -> dict[str, Any]:
    def plain(value: Fraction) -> int | float:
        return int(value) if value.denominator == 1 else float(value)

    return {
        "count": found.count,
        "median": plain(found.median),
        "quartiles": [plain(found.lower_quartile), plain(found.upper_quartile)],
        "range": [plain(found.least), plain(found.most)],
        "histogram": [{"from": plain(one.least), "to": plain(one.most), "count": one.count} for one in found.classes],
    }


def _days_json(found: DaySummary) -> dict[str, Any]:
    periods = {f"{start.year}" if found.by_year else f"{start:%Y-%m}": count for start, count in found.periods}
    return {
        "count": found.count,
        "range": [found.first.isoformat(), found.last.isoformat()],
        "years" if found.by_year else "months": periods,
    }


class SurveyResults:
    """`items` of all versions in use by code; `responses` counts respondents."""

    def __init__(
        self, found: SurveyFrames, language: str, percentages: PercentageRule, k: int, placeholders: Mapping[str, str]
    ):
        self.frames = found
        self.language = language
        self.percentages = percentages
        self.k = k
        self._placeholders = placeholders
        self._groups: dict[tuple[str, ...], pd.Series] = {}

    @property
    def responses(self) -> int:
        return len(self.frames.responses)

    @property
    def document(self) -> schema.Survey:
        """The questionnaire in use."""
        return self.frames.versions[0].document

    @property
    def versions(self) -> tuple[str, ...]:
        """Labels of the versions analysed together, the one in use first."""
        return tuple(version.label for version in self.frames.versions)

    @cached_property
    def items(self) -> dict[str, ItemResult]:
        """Item code -> result, aligned by code: the form in use first, then what only other versions have."""
        codes = dict.fromkeys(code for version in self.frames.versions for code in version.document.by_name)
        return {code: self._item(code) for code in codes}

    @cached_property
    def languages(self) -> dict[str, int]:
        """Language -> responses."""
        return {str(code): int(n) for code, n in self.frames.responses["language"].value_counts().items()}

    def profile(self, profile: str) -> ItemResult | None:
        """The item that asks for a characteristic (`country`, `role`, `sex`, `tenure`, `age`), or None."""
        item = self.document.profile_item(profile)
        return self.items[item.name] if item else None

    def matrices(self) -> list[tuple[schema.Matrix, list[ItemResult]]]:
        """The tables of the form that share a scale, each with its rows."""
        return [
            (entry, [self.items[row.name] for row in entry.rows])
            for section in self.document.sections
            for entry in section.items
            if isinstance(entry, schema.Matrix)
        ]

    def texts(self, code: str) -> list[OpenAnswer]:
        """What respondents wrote: to a text item, or beside the open option of another. For those who may see rows."""
        column = words_key(self.items[code].definition)
        if column not in self.frames.answers:
            return []
        rows = zip(
            self.frames.responses["response"],
            self.frames.responses["language"],
            self.frames.answers[column],
            strict=True,
        )
        return [OpenAnswer(response, language, str(text)) for response, language, text in rows if not is_blank(text)]

    def translate(self, text: schema.Text) -> str:
        return text.translate(self.language, **self._placeholders)

    def asked(self, code: str) -> pd.Series:
        """Whom the item was put to: a mask over the rows of `frames.answers`.

        Not asked is who answered a version without the item, or whom its routing led past it.
        """
        having = {version.pk for version in self.frames.versions if code in version.document.by_name}
        mask = self.frames.responses["version"].isin(having)
        item = self._home(code).document.by_name[code]
        parent = next(iter(item.depends_on), None)
        if parent is None:
            return mask
        wanted = frozenset(item.relevant.options) if item.relevant else None
        return mask & pd.Series(was_asked(self.frames.answers[code], self.frames.answers[parent], wanted), dtype=bool)

    def answers(self, code: str) -> list[Any]:
        """The stored answers to an item, one per respondent who was asked."""
        return list(self.frames.answers.loc[self.asked(code), code])

    def _home(self, code: str) -> Version:
        """The newest version in use that has the item: its wording is shown."""
        return next(version for version in self.frames.versions if code in version.document.by_name)

    def _item(self, code: str) -> ItemResult:
        document = self._home(code).document
        item = document.by_name[code]
        scale = document.scale_of(item)
        offered = {option.name: self.translate(option.label) for option in document.options(item)}
        options = [(name, label) for name, label in offered.items() if name != DONT_KNOW]  # which is counted apart
        names = [name for name, _ in options]
        counted = count(item, self.answers(code), scale.from_favourable if scale else names)
        counts = counted.counts
        options += [(name, self._foreign(code, item, name)) for name in counts.counts if name not in set(names)]
        several = len(self.frames.versions) > 1
        having = tuple(version.label for version in self.frames.versions if code in version.document.by_name)
        note = self.frames.notes.get(code) or {}
        return ItemResult(
            code,
            self.translate(item.label),
            document.section_of[code],
            item,
            scale,
            tuple(options),
            counts,
            self._balance(counts, scale),
            counted.ranking,
            protect_summary(counted.numbers, self.k),
            protect_summary(counted.days, self.k),
            bool(document.dont_know(item) or DONT_KNOW in offered or counts.dont_know),
            having if several else (),
            str(note.get(self.language) or note.get("en") or "") if isinstance(note, dict) else str(note),
        )

    def _balance(self, counts: Counts, scale: schema.Scale | None) -> Balance | None:
        """None too where the favourable end of the scale is not known."""
        if scale is None or scale.favourable is None:
            return None
        return balance(counts, scale.from_favourable, scale.neutral, self.percentages)

    def _foreign(self, code: str, item: schema.Item, name: str) -> str:
        """The label of an option that the shown version of the item does not have."""
        if label := listed_elsewhere(item, name, self.language):
            return label
        for version in self.frames.versions:
            if other := version.document.by_name.get(code):
                for option in version.document.options(other):
                    if option.name == name:
                        return translate("earlier_option", self.language, option=self.translate(option.label))
        return translate("earlier_option", self.language, option=name)

    def groups(self, *profiles: str) -> pd.Series:
        """For each respondent the group by one or two profiles ("Female, 18 to 34"); None where not stated."""
        if profiles not in self._groups:
            columns = []
            for profile in profiles:
                item = self.document.profile_item(profile)
                if item is None:
                    raise ValueError(f"The questionnaire does not ask for {profile}.")
                labels = self.items[item.name].labels
                cells = self.frames.answers[item.name]
                columns.append([None if is_blank(cell) else labels.get(str(cell), str(cell)) for cell in cells])
            joined = [None if None in parts else ", ".join(map(str, parts)) for parts in zip(*columns, strict=True)]
            self._groups[profiles] = pd.Series(joined, dtype=object)
        return self._groups[profiles]

    def breakdown(self, code: str, *profiles: str) -> SafeTable:
        """An item by one or two of `PROFILES`, protected by `analysis.disclosure`. Index = option codes.

        A ranking is broken down by who named an option at all. Raises `ValueError` for an item without options, one
        that is itself one of the profiles, or an unknown profile.
        """
        item = self.items[code]
        own = {self.document.by_name[name].profile for name in [code] if name in self.document.by_name}
        rows = rows_per_respondent(item.definition)
        if rows is None or own & set(profiles):
            raise ValueError(f"Item {code} cannot be broken down by {' and '.join(profiles)}.")
        options = [name for name, _ in item.options]
        groups = list(self.groups(*profiles)[self.asked(code)])
        table = crosstab(self.answers(code), groups, options, multiple=rows == "several")
        return protect(table, self.k, dimensions=2 if len(profiles) > 1 else 1)

    def profile_named(self, name: str) -> str:
        """The profile for its own name or for the code of the item that asks it. Raises `ValueError`."""
        item = self.document.by_name.get(name)
        found = str(item.profile) if item else name
        offered = {str(item.profile): item for item in self.document.items if self._makes_groups(item)}
        if found not in offered:
            offers = ", ".join(f"{item.name} ({profile})" for profile, item in offered.items())
            raise ValueError(f"{name} is nothing to break the survey down by. Use one or two of: {offers}.")
        return found

    @staticmethod
    def _makes_groups(item: schema.Item) -> bool:
        """Whether respondents can be grouped by an item: a characteristic that has options, one for each respondent."""
        return item.profile in PROFILES and rows_per_respondent(item) == "one"

    @property
    def group_profiles(self) -> tuple[str, ...]:
        """The characteristics of the form by which answers can be broken down, in the order of `PROFILES`."""
        found = {item.profile for item in self.document.items if self._makes_groups(item)}
        return tuple(profile for profile in PROFILES if profile in found)

    def breakdown_json(self, *by: str) -> dict[str, Any]:
        """Every item that can be broken down: group -> option -> count, null where hidden. Raises `ValueError`."""
        profiles = [self.profile_named(name) for name in by]
        if len(profiles) > 2 or len(set(profiles)) < len(profiles):
            raise ValueError("Break the survey down by one or two different characteristics.")
        items = {}
        for code, item in self.items.items():
            own = self.document.by_name[code].profile if code in self.document.by_name else None
            if rows_per_respondent(item.definition) is None or own in profiles:
                continue
            table = self.breakdown(code, *profiles)
            items[code] = {
                "groups": {str(group): int(size) for group, size in table.column_totals.items()},
                "counts": {
                    str(group): column.where(column.notna(), None).to_dict() for group, column in table.cells.items()
                },
                "note": table_note(table, self.language),
            }
        return {"by": profiles, "hidden_below": self.k, "items": items}


class PriorityResults:
    """Priorities: `survey` (a dot is a respondent) beside `workshop` (a dot is a group). Never added.

    Nor are two workshops: `workshops` has each, `workshop` is the one held last. Each wish that groups wrote under
    "Other" is an option of its own ("Q: more shelters"), after those of the form.
    """

    def __init__(self, survey: SurveyResults, held: Sequence[WorkshopResults]):
        self._survey = survey
        self._held = held

    @cached_property
    def _found(self) -> tuple[schema.Item, int] | None:
        return priorities_item(self._survey.document)

    @property
    def item(self) -> schema.Item | None:
        """The item of the questionnaire in which respondents choose their priorities."""
        return self._found[0] if self._found else None

    @staticmethod
    def named_with_wishes(votes: Priorities, letter: str) -> int:
        """How many ballots named `letter`, whatever they wrote under it."""
        return sum(
            entry.named for entry in votes.options if entry.option == letter or entry.option.startswith(f"{letter}: ")
        )

    @cached_property
    def options(self) -> tuple[tuple[str, str], ...]:
        """(letter, label) in the order of the form, then the wishes of groups."""
        if self.item is None:
            return ()
        options = self._survey.items[self.item.name].options
        labels = dict(options)
        wishes = {}
        for option in self.item.open_options:
            for workshop in self._held:
                for wish in workshop.wishes(option):
                    wishes[wish_key(option, wish)] = f"{labels.get(option, option)}: {wish}"
        return (*options, *wishes.items())

    @cached_property
    def survey(self) -> Priorities:
        answers = self._survey.answers(self.item.name) if self.item else []
        return vote(answers, [letter for letter, _ in self.options], self.places)

    @cached_property
    def workshop(self) -> Priorities:
        return self.workshops[-1][1] if self.workshops else self._votes(())

    @cached_property
    def workshops(self) -> tuple[tuple[WorkshopResults, Priorities], ...]:
        """Each counted workshop with the votes of its groups, in the order in which they were held."""
        return tuple((workshop, self._votes(self._ballots_of(workshop))) for workshop in self._held)

    def _votes(self, ballots: Iterable[Sequence[str]]) -> Priorities:
        return vote(ballots, [letter for letter, _ in self.options], self.places)

    def _ballots_of(self, workshop: WorkshopResults) -> Iterator[list[str]]:
        """Letters, the highest first; where a group wrote what "Other" is, its wish stands for the letter."""
        wishes = {
            (group, option): wish_key(option, wish)
            for option in (self.item.open_options if self.item else ())
            for wish, groups in workshop.wishes(option).items()
            for group in groups
        }
        for group in workshop.ballots:
            yield [wishes.get((group.name, letter), letter) for letter in group.ballot]

    @property
    def places(self) -> int:
        return self._found[1] if self._found else 3
