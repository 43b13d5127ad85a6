"""The numbers that come from survey responses (one row per respondent) and from ballots (one per group)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from analysis.frames import Corrected, SurveyFrames, SurveyState, Version
from analysis.item_types.answers import (
    Counted,
    answers_in_groups,
    chooses_several,
    count,
    listed_elsewhere,
    priorities_item,
    rows_per_respondent,
    words_key,
)
from analysis.releases.answers import Answers
from analysis.releases.plans import SEPARATOR
from analysis.releases.stored import MIDDLE, MOST_NAMED, POOLED_CODE, SIDES, Group, from_json, groups_from_json
from analysis.statistics.counts import DONT_KNOW, Counts, is_blank
from analysis.statistics.days import DaySummary
from analysis.statistics.likert import Balance, balance
from analysis.statistics.numbers import NumberSummary
from analysis.statistics.priorities import Priorities, tally, vote
from analysis.statistics.profiles import PROFILES
from analysis.statistics.ranking import Ranking, ranked
from analysis.statistics.rounding import PercentageRule, one_decimal
from analysis.words import translate
from instruments import schema
from workshops.results import WorkshopResults, wish_key


@dataclass(frozen=True)
class OpenAnswer:
    """Words of one respondent, for those who may see rows. `response` is the code AZEsur1.

    `language` is blank where fewer than the threshold answered in it: it could identify the person.
    """

    response: str
    language: str
    text: str


@dataclass(frozen=True)
class ItemResult:
    """One item of the survey.

    code, label, section   the item's number, its text, its section
    definition             the item as the newest version words it
    scale                  the rating scale, or None
    options                (code, label) in the order of the form; codes of other versions behind
    counts                 asked, answered, dont_know, skipped, invalid; counts by option; of a ranking: who named it
    balance                net balance of a scale that has a defined middle
    ranking                places of an item in which options are put in order
    numbers, days          summary of numbers or dates; None too where nothing of it can be shown
    offers_dont_know       whether "don't know" is among its bases: the form offers it, or a respondent answered it
    versions               labels of the versions that have the item, when there are several in use
    wordings               (version, text) where the versions in use word it differently
    left_out               whether forms of a version that too few have are not counted in it
    note                   a remark for readers, for instance that the source contradicts itself
    is_pooled              a characteristic of which few respondents have some value: `options` are groups of values
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
    is_pooled: bool = False
    wordings: tuple[tuple[str, str], ...] = ()
    left_out: bool = False

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.options)

    @property
    def single_options(self) -> tuple[str, ...]:
        """Of a characteristic with joined groups: those that are one option."""
        return tuple(option for option, _ in self.options if "+" not in option and option != POOLED_CODE)

    @property
    def is_multiple(self) -> bool:
        """Whether a respondent may be counted under several options of a break-down."""
        return chooses_several(self.definition)

    @property
    def places(self) -> int:
        """How many decimals a number has that answers the item."""
        return self.numbers.places if self.numbers else 0

    @property
    def mean_text(self) -> str:
        """The mean of a rating with one decimal; blank for anything else, of which single answers would show."""
        if not self.numbers or self.numbers.k > 1 or not self.options:
            return ""
        total = sum(int(code) * count for code, count in self.counts.counts.items())
        return one_decimal(Fraction(total, self.counts.answered)) if self.counts.answered else ""

    def as_json(self) -> dict[str, Any]:
        counts = self.counts
        if self.is_pooled:
            return {"asked": counts.asked, "counts": dict(counts.counts), "joined": True}
        return {
            "asked": counts.asked,
            "answered": counts.answered,
            "dont_know": counts.dont_know,
            "skipped": counts.skipped,
            **({"invalid": counts.invalid} if counts.invalid else {}),
            "counts": counts.given,
            **({"numbers": _numbers_json(self.numbers)} if self.numbers else {}),
            **({"days": _days_json(self.days)} if self.days else {}),
        }


def _numbers_json(found: NumberSummary) -> dict[str, Any]:
    def plain(value: Fraction | None) -> int | float | None:
        if value is None:
            return None
        return int(value) if value.denominator == 1 else float(value)

    return {
        "count": found.count,
        "median": plain(found.median),
        "quartiles": [plain(found.lower_quartile), plain(found.upper_quartile)],
        "range": [plain(found.least), plain(found.most)],
        "histogram": [{"from": plain(one.first), "to": plain(one.last), "count": one.count} for one in found.classes],
    }


def _days_json(found: DaySummary) -> dict[str, Any]:
    def plain(day: date | None, form: str = "%Y-%m-%d") -> str | None:
        return day.strftime(form) if day else None

    form = "%Y" if found.by_year else "%Y-%m"
    periods = [
        {"from": plain(one.first, form), "to": plain(one.last, form), "count": one.count} for one in found.periods
    ]
    return {
        "count": found.count,
        "range": [plain(found.first), plain(found.last)],
        "years" if found.by_year else "months": periods,
    }


@dataclass(frozen=True)
class Breakdown:
    """An item by one characteristic, as released. `groups`: (label, respondents) of each group.

    counts      option -> how many of each group chose it; None where the table is withheld, for whatever reason
    sides       whether, instead of options, `counts` has the sides of a scale (`SIDES`)
    answered, dont_know, skipped, no_rating    how many of each group; by sides only the first and the last
    """

    profile: str
    groups: tuple[tuple[str, int], ...]
    counts: Mapping[str, tuple[int, ...]] | None = None
    answered: tuple[int, ...] = ()
    dont_know: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    sides: bool = False
    no_rating: tuple[int, ...] = ()


State = Literal["none", "open", "pending", "unreleased", "few", "released"]
STATE_WORDS: dict[State, str] = {
    "open": "results_open",
    "pending": "results_pending",
    "unreleased": "results_unreleased",
    "few": "results_few",
}


class SurveyResults:
    """The released results of the survey. `items` of all versions by code; `responses` counts respondents.

    state   none: no response; open: results appear when the survey is closed; pending: they are being worked out;
            unreleased: closed, or never opened, and not released yet; few: fewer than `k` responses, so that nothing
            but their number is shown; released: `items` has the results of the newest data release
    """

    def __init__(
        self,
        found: SurveyState,
        rows: Callable[[], SurveyFrames],
        language: str,
        percentages: PercentageRule,
        k: int,
        placeholders: Mapping[str, str],
    ):
        self.found = found
        self.language = language
        self.percentages = percentages
        self.k = k
        self._rows = rows
        self._placeholders = placeholders

    @cached_property
    def rows(self) -> Answers:
        """The responses as they are now, for those who may see rows."""
        return Answers(self._rows())

    @property
    def frames(self) -> SurveyFrames:
        return self.rows.frames

    @cached_property
    def released(self) -> Mapping[str, Any]:
        """The stored results of the newest release; empty where nothing but the number of responses may be shown."""
        results: Mapping[str, Any] = self.found.release["results"] if self.found.release else {}
        return results if "items" in results else {}

    @property
    def released_k(self) -> int:
        """The smallest group of the release, which was the threshold at that time; `k` where there is none."""
        return int(self.found.release["k"]) if self.found.release and self.released else self.k

    @property
    def state(self) -> State:
        if self.released:
            return "released"
        if self.found.is_pending:
            return "pending"
        if not self.found.so_far:
            return "none"
        if self.found.status == "open":
            return "open"
        return "few" if self.found.so_far < self.k else "unreleased"

    @property
    def is_hidden(self) -> bool:
        """Whether there are responses of which nothing but the number may be shown."""
        return self.state not in ("none", "released")

    @property
    def state_words(self) -> str:
        """Why there are no results yet; empty where they are shown, or where there are no answers."""
        if not self.is_hidden:
            return ""
        return translate(STATE_WORDS[self.state], self.language, count=self.found.so_far, k=self.k)

    @property
    def responses(self) -> int:
        """Those of the release; before there is one, those that came in so far."""
        return int(self.released["responses"]) if self.released else self.found.so_far

    @property
    def document(self) -> schema.Survey:
        """The questionnaire in use."""
        return self.found.versions[0].document

    @property
    def versions(self) -> tuple[str, ...]:
        """Labels of the versions analysed together, the one in use first."""
        return tuple(version.label for version in self.found.versions)

    @cached_property
    def corrections(self) -> tuple[Corrected, ...]:
        """Corrections of the wording that some of those who answered had not seen yet, with the reason of each."""
        return self.found.corrections

    @cached_property
    def not_valid(self) -> tuple[tuple[str, int], ...]:
        """(item, how many answered it in a way that breaks a rule), of items with any; not before results are shown."""
        if self.is_hidden:
            return ()
        return tuple((code, item.counts.invalid) for code, item in self.items.items() if item.counts.invalid)

    @cached_property
    def items(self) -> dict[str, ItemResult]:
        """Item code -> result, aligned by code: the form in use first, then what only other versions have."""
        codes = dict.fromkeys(code for version in self.found.versions for code in version.document.by_name)
        return {code: self._item(code) for code in codes}

    @cached_property
    def languages(self) -> dict[str, int]:
        """Language -> responses; languages of few are joined under a blank code."""
        found = groups_from_json(self.released.get("languages", []))
        return {"" if group.is_pooled else "+".join(group.values): group.size for group in found}

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

    def option_labels(self, code: str, rows: Answers | None = None) -> dict[str, str]:
        """Option -> label, of the form and of what is stored now: for those who may see rows. `rows`: only some."""
        document = self._home(code).document
        item = document.by_name[code]
        found = {option.name: self.translate(option.label) for option in document.options(item)}
        rows = rows or self.rows
        if answers_in_groups(item, []) is not None and code in rows.frames.answers:
            given = {str(one) for cell in rows.coded(code).kinds for one in _chosen(cell)}
            found |= {name: self._foreign(code, item, name) for name in sorted(given - set(found)) if name != DONT_KNOW}
        return found

    def texts(self, code: str, rows: Answers | None = None) -> list[OpenAnswer]:
        """Respondents' own words: answers in words, and texts of open options. For those who may see rows. `rows`:
        only some of them."""
        column = words_key(self.items[code].definition)
        found = (rows or self.rows).frames
        if column not in found.answers:
            return []
        sizes = None if rows else Counter(found.responses["language"])
        return [
            OpenAnswer(response, str(language) if sizes is None or sizes[language] >= self.k else "", str(text))
            for response, language, text in zip(
                found.responses["response"], found.responses["language"], found.answers[column], strict=True
            )
            if not is_blank(text)
        ]

    def translate(self, text: schema.Text) -> str:
        return text.translate(self.language, **self._placeholders)

    def asked(self, code: str) -> pd.Series:
        """Who was asked the item, among the current responses: for those who may see rows."""
        return self.rows.asked(code)

    def answers(self, code: str) -> list[Any]:
        """The stored answers to an item, one per respondent who was asked: for those who may see rows."""
        return self.rows.given(code)

    def _home(self, code: str) -> Version:
        """The newest version in use that has the item: its wording is shown."""
        return next(version for version in self.found.versions if code in version.document.by_name)

    def _item(self, code: str) -> ItemResult:
        document = self._home(code).document
        item = document.by_name[code]
        scale = document.scale_of(item)
        offered = {option.name: self.translate(option.label) for option in document.options(item)}
        options = [(name, label) for name, label in offered.items() if name != DONT_KNOW]  # which is counted apart
        names = [name for name, _ in options]
        stored = self.released.get("items", {}).get(code)
        pooled = self.released.get("profiles", {}).get(code)
        offers = scale.from_favourable if scale else names
        counted = from_json(stored, self.released_k) if stored else count(item, [], offers, k=self.k)
        if pooled is not None:
            groups = groups_from_json(pooled)
            counted = _counted_groups(groups, counted.counts.asked)
            options = [(group.code, self._group_label(code, group)) for group in groups]
        counts = counted.counts
        options += [(name, self._foreign(code, item, name)) for name in counts.counts if name not in dict(options)]
        several = len(self.found.versions) > 1
        having = tuple(version.label for version in self.found.versions if code in version.document.by_name)
        note = self.found.notes.get(code) or {}
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
            counted.numbers,
            counted.days,
            bool(document.dont_know(item) or DONT_KNOW in offered or counts.dont_know),
            having if several else (),
            str(note.get(self.language) or note.get("en") or "") if isinstance(note, dict) else str(note),
            pooled is not None,
            self._wordings(code) if several else (),
            bool(stored and stored.get("left_out")),
        )

    def _wordings(self, code: str) -> tuple[tuple[str, str], ...]:
        """(version, text) of each version that has the item, where they differ."""
        having = [version for version in self.found.versions if code in version.document.by_name]
        texts = [(version.label, self.translate(version.document.by_name[code].text)) for version in having]
        return tuple(texts) if len({" ".join(text.split()) for _, text in texts}) > 1 else ()

    def _group_label(self, code: str, group: Group) -> str:
        """The name of a group: its options, of a family that is in it as a whole the name of the family."""
        names = self._names_of(code, group.values)
        if group.is_pooled and not 0 < len(names) <= MOST_NAMED:
            return translate("pooled_group" if names else "not_stated", self.language)
        label = ", ".join(names)
        return translate("pooled_few", self.language, values=label) if group.is_pooled else label

    def _names_of(self, code: str, values: Sequence[str]) -> list[str]:
        document = self._home(code).document
        item = document.by_name[code]
        texts = {option.name: self.translate(option.text) for option in document.options(item)}
        labels = {option.name: self.translate(option.label) for option in document.options(item)}
        found: dict[str, None] = {}
        for value in values:
            head, dash, _ = texts.get(value, "").partition(SEPARATOR)
            family = {name for name, text in texts.items() if dash and text.partition(SEPARATOR)[0] == head}
            is_whole = len(family) > 1 and family <= set(values)
            found[head if is_whole else labels.get(value) or self._foreign(code, item, value)] = None
        return list(found)

    def _balance(self, counts: Counts, scale: schema.Scale | None) -> Balance | None:
        """None too where the favourable end of the scale is not known."""
        if scale is None or scale.favourable is None:
            return None
        return balance(counts, scale.from_favourable, scale.neutral, self.percentages)

    def _foreign(self, code: str, item: schema.Item, name: str) -> str:
        """The label of an option that the shown version of the item does not have."""
        if label := listed_elsewhere(item, name, self.language):
            return label
        for version in self.found.versions:
            if other := version.document.by_name.get(code):
                for option in version.document.options(other):
                    if option.name == name:
                        return translate("earlier_option", self.language, option=self.translate(option.label))
        return translate("earlier_option", self.language, option=name)

    @cached_property
    def groups(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Characteristic -> (label, respondents) of its groups, in the order of the release's plan.

        The order of the stored results is not kept: PostgreSQL orders the keys of JSON by itself.
        """
        found = {}
        released = self.released.get("groups", {})
        planned = [one["profile"] for one in self.found.release["plan"]] if self.found.release else []
        for profile in sorted(released, key=lambda one: (planned.index(one) if one in planned else len(planned), one)):
            stored = released[profile]
            item = self.document.profile_item(profile)
            if item is not None:
                groups = groups_from_json(stored)
                found[profile] = tuple((self._group_label(item.name, group), group.size) for group in groups)
        return found

    @property
    def has_lot(self) -> bool:
        """Whether some tables of the release were left out by lot."""
        return bool(self.found.release and self.found.release["one_in"])

    @property
    def withheld_words(self) -> str:
        """Why a table is not shown: never which of the reasons."""
        return translate("withheld" if self.has_lot else "withheld_by_rule", self.language)

    @property
    def tables(self) -> int:
        """How many tables by group a release can have: each question that is broken down, by each characteristic."""
        return len(self.groups) * sum(self.can_be_broken_down(code) for code in self.items) if self.released else 0

    @property
    def tables_shown(self) -> int:
        """How many of them it has. The number does not tell why the others are missing."""
        return sum(len(self.released["items"][code].get("by", ())) for code in self.items) if self.released else 0

    def can_be_broken_down(self, code: str) -> bool:
        """Whether an item has break-downs, shown or withheld: a question of its form, never of its answers."""
        if self.released:
            return "by" in self.released["items"].get(code, {})
        document = self._home(code).document
        item = document.by_name[code]
        return not item.profile and not document.depends_on(item) and answers_in_groups(item, []) is not None

    def breakdown(self, code: str, profile: str) -> Breakdown:
        """An item by one of the characteristics of the release.

        Raises `ValueError` for an item that is not broken down, or a characteristic that the release has not.
        """
        if not self.can_be_broken_down(code) or profile not in self.groups:
            raise ValueError(f"Item {code} is not broken down by {profile}.")
        table = self.released["items"][code]["by"].get(profile)
        if table is None:
            return Breakdown(profile, self.groups[profile])
        if "sides" in table:
            counts = {side: tuple(table["sides"][side]) for side in SIDES}
            answered = tuple(map(sum, zip(*counts.values(), strict=True)))
            groups, no_rating = self.groups[profile], tuple(table["no_rating"])
            return Breakdown(profile, groups, counts, answered, sides=True, no_rating=no_rating)
        return Breakdown(
            profile,
            self.groups[profile],
            {option: tuple(counts) for option, counts in table["options"].items()},
            tuple(table["answered"]),
            tuple(table["dont_know"]),
            tuple(table["skipped"]),
        )

    def side_labels(self, item: ItemResult) -> dict[str, str]:
        """The names of the sides of a scale, the middle by its neutral point."""
        words = ("side_favourable", "side_middle", "side_unfavourable")
        found = {side: translate(word, self.language) for side, word in zip(SIDES, words, strict=True)}
        if item.scale and item.scale.neutral in item.labels:
            found[MIDDLE] = item.labels[item.scale.neutral]
        return found

    def profile_named(self, name: str) -> str:
        """The profile for its own name or for the code of the item that asks it. Raises `ValueError`."""
        item = self.document.by_name.get(name)
        found = str(item.profile) if item else name
        offered = {str(item.profile): item for item in self.document.items if self._makes_groups(item)}
        if found not in offered:
            offers = ", ".join(f"{item.name} ({profile})" for profile, item in offered.items())
            raise ValueError(f"{name} is nothing to break the survey down by. Use one of: {offers}.")
        return found

    @staticmethod
    def _makes_groups(item: schema.Item) -> bool:
        """Whether respondents can be grouped by an item: a characteristic that has options, one for each respondent."""
        return item.profile in PROFILES and rows_per_respondent(item) == "one"

    def breakdown_json(self, by: str) -> dict[str, Any]:
        """Each item that is broken down: option -> how many of each group; null where withheld. Raises `ValueError`."""
        profile = self.profile_named(by)
        if self.released and profile not in self.groups:
            offers = ", ".join(self.groups) or "nothing: there are no groups large enough to be compared"
            raise ValueError(f"This release is not broken down by {profile}. It is broken down by: {offers}.")
        found: dict[str, Any] = {"by": profile, "groups": {}, "items": {}}
        if self.released:
            found["groups"] = dict(self.groups[profile])
            for code in self.items:
                if self.can_be_broken_down(code):
                    table = self.breakdown(code, profile)
                    found["items"][code] = None if table.counts is None else _table_json(table)
        return found


def _chosen(cell: Any) -> Sequence[Any]:
    if is_blank(cell):
        return ()
    return cell if isinstance(cell, (list, tuple)) else (cell,)


def _table_json(table: Breakdown) -> dict[str, Any]:
    found: dict[str, Any] = {
        "counts": {option: list(counts) for option, counts in table.counts.items()} if table.counts else {},
        "answered": list(table.answered),
    }
    if table.sides:
        return found | {"by_sides": True, "no_rating": list(table.no_rating)}
    return found | {"dont_know": list(table.dont_know), "skipped": list(table.skipped)}


def _counted_groups(groups: Sequence[Group], asked: int) -> Counted:
    """The counts of a characteristic whose small values are joined with those who did not state it."""
    sizes = {group.code: group.size for group in groups}
    return Counted(Counts(asked, sum(sizes.values()), 0, 0, MappingProxyType(sizes)))


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
        """The dots of respondents; none while there are no results."""
        found = self._survey.items[self.item.name].ranking if self.item else None
        rows = {row.option: row.by_place for row in found.options} if found else {}
        letters = dict.fromkeys([*(letter for letter, _ in self.options), *rows])
        base = found.base if found else vote((), list(letters), self.places).base
        nowhere = (0,) * self.places
        return tally(Ranking(base, tuple(ranked(letter, rows.get(letter, nowhere)) for letter in letters)), self.places)

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
        """Letters, the highest first; where a group wrote what "Other" is, its wish replaces the letter."""
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
