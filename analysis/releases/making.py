"""Responses -> the results of a release: totals, who took part, and the break-downs that are safe together.

Groups have at least `group_size` respondents, `group_aim` if possible, and are made from sizes only, once
for all questions. They join groups of those who took part, so that the two together disclose nothing more.

Not broken down: the characteristics themselves, questions that depend on others, those that not every respondent was
asked or whose versions offer different options, and those answered in words, numbers or dates, or with one box. Where
the versions of the questionnaire differ in a question, forms of a version that fewer than `k` have are left out of its
result.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from analysis.frames import SurveyFrames
from analysis.item_types.answers import Counted, answers_in_groups, count, how_many
from analysis.releases.answers import Answers
from analysis.releases.plans import MOST_USED, Characteristic, options_of
from analysis.releases.stored import (
    FAVOURABLE,
    MIDDLE,
    MOST_NAMED,
    NO_RATING,
    SIDES,
    UNFAVOURABLE,
    Group,
    groups_from_json,
    groups_to_json,
    to_json,
)
from analysis.statistics.breakdowns import NOTHING_KNOWN, Detail, Known, published, published_several
from analysis.statistics.certainty import Several
from analysis.statistics.coded import Coded, crossed
from analysis.statistics.counts import DONT_KNOW, Counts, is_blank
from analysis.statistics.groups import POOLED, even_parts, make_groups
from analysis.statistics.likert import sides
from analysis.statistics.profiles import SKIPPED
from instruments import schema

SMALL_GROUP, LARGE_GROUP, MANY = 5, 10, 60  # with many respondents, groups of 10 give more tables than groups of 5
# with this many, hardly any table is shown by sides that is not shown whole: not worth the lot


@dataclass(frozen=True)
class Settings:
    """`k`: with fewer responses only their number is published; `key`: the secret from which lots are drawn."""

    k: int
    one_in: int
    key: bytes
    characteristics: tuple[Characteristic, ...]
    names_everybody: bool = False


@dataclass(frozen=True)
class Earlier:
    """A release that was published before: the ids of its responses, and its results.

    `left`: those of its responses that are no longer in the new release, as far as they are still stored. Of those that
    are not, an attacker is supposed to know the answers.
    """

    members: frozenset[int]
    results: Mapping[str, Any]
    left: SurveyFrames | None = None


def group_size(responses: int, k: int, earlier: Sequence[Earlier] = ()) -> int:
    """The smallest size of a group: never below the assessment's threshold, or below its earlier value."""
    before: list[int] = [one.results["k"] for one in earlier if one.results.get("groups")]
    return max(k, LARGE_GROUP if responses >= MANY else SMALL_GROUP, *before)


def group_aim(responses: int) -> int:
    """The size that groups should have: 7 of 19 respondents, 12 of 40, 15 of 60, 34 of 200, 100 of 1000.

    In smaller groups all members too often agree, and the table cannot be shown.
    """
    return round(float(responses ** (2 / 3)))


def make_results(found: SurveyFrames, settings: Settings, earlier: Sequence[Earlier] = ()) -> dict[str, Any]:
    """The results of `found` as they are stored. `earlier`: the releases of the same survey, the oldest first."""
    responses = len(found.responses)
    results: dict[str, Any] = {"responses": responses, "versions": [version.pk for version in found.versions]}
    if responses < settings.k:
        return results
    making = _Making(found, settings, earlier)
    profiles = dict(making.profiles())
    return results | {
        "k": making.k,
        "items": {code: making.item(code, only_asked=code in profiles) for code in making.codes},
        "groups": {profile: groups_to_json(groups.groups) for profile, groups in making.groups.items()},
        "profiles": profiles,
        "languages": groups_to_json(making.languages()),
    }


@dataclass(frozen=True)
class Groups:
    """`of[i]`: the place in `groups` of the group of respondent `i`."""

    groups: tuple[Group, ...]
    of: tuple[int, ...]


@dataclass(frozen=True)
class _Together:
    """Sorts of respondents: which kind of answer they gave, the groups in which they are, and how many they are (None:
    one each)."""

    kinds: Sequence[int]
    groups: Mapping[str, Groups]
    times: Sequence[int] | None = None


class _Making:
    def __init__(self, found: SurveyFrames, settings: Settings, earlier: Sequence[Earlier]):
        self.found, self.settings, self.earlier = found, settings, earlier
        self.answers = Answers(found)
        self.document = found.versions[0].document
        self.responses = len(found.responses)
        self.k = group_size(self.responses, settings.k, earlier)
        self.codes = dict.fromkeys(code for version in found.versions for code in version.document.by_name)
        self.groups = dict(self._groups())

    def _groups(self) -> Iterator[tuple[str, Groups]]:
        """For the first characteristics of the plan that have two groups large enough, at most `MOST_USED`."""
        found = 0
        for one in self.settings.characteristics:
            values = self._values(one.profile)
            if found < MOST_USED and values is not None and (made := self._group(one, values)):
                found += 1
                yield one.profile, made

    def _values(self, profile: str) -> list[str | None] | None:
        """The value of each respondent; None if not all were asked."""
        item = self.document.profile_item(profile)
        if item is None or not self.answers.asked(item.name).all():
            return None
        return list(self.answers.collected(item.name).map(_stated))

    def _group(self, one: Characteristic, values: Sequence[str | None]) -> Groups | None:
        units, order = one.groups, self._order(one.profile)
        if before := self._groups_before(one.profile):  # groups can only be made coarser
            units = tuple(group.values for group in before if not group.is_pooled)
        named = group_values(values, units, self.settings.k, order, only_units=bool(before))
        made = join_evenly(named, self.k, group_aim(self.responses)) if named else None
        return others_last(made, units) if made else None

    def _groups_before(self, profile: str) -> tuple[Group, ...]:
        """The groups in the latest earlier release that has the characteristic."""
        for one in reversed(self.earlier):
            if profile in one.results.get("groups", {}):
                return groups_from_json(one.results["groups"][profile])
        return ()

    def _order(self, profile: str) -> list[str]:
        item = self.document.profile_item(profile)
        return list(options_of(self.document, item)) if item else []

    def item(self, code: str, *, only_asked: bool) -> dict[str, Any]:
        """The stored result of an item; for a characteristic with small values, only how many were asked."""
        document = self.answers.home(code).document
        item, scale = document.by_name[code], document.scale_of(document.by_name[code])
        names = [option.name for option in document.options(item) if option.name != DONT_KNOW]
        answers = self.answers.collected(code, self.settings.k)
        left_out = {"left_out": True} if self.answers.in_small_versions(code, self.settings.k).any() else {}
        if only_asked:
            nothing = Counts(len(answers), 0, 0, 0, {})
            return to_json(Counted(nothing)) | {"versions": self._having(code)} | left_out
        options = list(scale.from_favourable) if scale else names
        counted = count(item, answers, options, k=self.settings.k)
        if not counted.counts.bases:
            bases = self.answers.bases(code, self.settings.k)
            counted = replace(counted, counts=replace(counted.counts, bases=bases))
        stored = to_json(counted) | {"versions": self._having(code)} | left_out
        by = self._breakdowns(item, answers, scale)
        return stored if by is None else stored | {"by": by}

    def _having(self, code: str) -> list[int]:
        return [version.pk for version in self.found.versions if code in version.document.by_name]

    def _breakdowns(
        self, item: schema.Item, answers: Coded, scale: schema.Scale | None
    ) -> dict[str, dict[str, Any]] | None:
        """The published tables of an item; None if it cannot be broken down."""
        document = self.answers.home(item.name).document
        if item.profile or document.depends_on(item) or len(answers) < self.responses:
            return None
        if len(self.answers.offered_in(item.name)) > 1:
            return None  # how many of a group were offered an option would be another table
        kinds = answers_in_groups(item, answers.kinds)
        if kinds is None:
            return None
        known = self._known(item)
        together = self._each(answers) if known.groups else self._together(answers)
        by_group = Coded(tuple(kinds), np.array(together.kinds, dtype=np.intp))
        groups = {profile: list(map(str, found.of)) for profile, found in together.groups.items()}
        key, one_in, times = self.settings.key, self.settings.one_in, together.times
        side = side_of(scale)
        if any(isinstance(one, Several) for one in kinds):
            sizes = [len(one.options) for one in kinds if one.options]
            least, most = how_many(item)
            least, most = min([least, *sizes]), max([most, *sizes]) if most else None
            shown = published_several(
                item.name, groups, by_group, key, least=least, most=most, one_in=one_in, known=known, times=times
            )
        else:
            by_sides = self.responses < MANY
            shown = published(
                item.name, groups, by_group, key, side=side, by_sides=by_sides, one_in=one_in, known=known, times=times
            )
        return {
            profile: sides_of(by_group, together.groups[profile], side, times)
            if side and detail == "sides"
            else table_of(by_group, together.groups[profile], times)
            for profile, detail in shown.items()
        }

    def _together(self, answers: Coded) -> "_Together":
        """The answers of all respondents, counted for those who are in the same groups and answered alike."""
        first, sort = self._sorts
        times = np.bincount(sort * len(answers.kinds) + answers.codes)
        found = np.flatnonzero(times)
        at, kinds = np.divmod(found, len(answers.kinds))
        rows = first[at].tolist()
        return _Together(
            kinds.tolist(),
            {name: Groups(one.groups, tuple(one.of[row] for row in rows)) for name, one in self.groups.items()},
            times[found].tolist(),
        )

    def _each(self, answers: Coded) -> "_Together":
        """The answers one by one: earlier releases tell more of some respondents than of others."""
        return _Together(answers.codes.tolist(), self.groups)

    @cached_property
    def _sorts(self) -> tuple[np.ndarray, np.ndarray]:
        """Respondents who are in the same groups: (the first of each sort, the sort of each)."""
        return crossed([np.array(groups.of) for groups in self.groups.values()], self.responses)

    def _known(self, item: schema.Item) -> Known:
        """What earlier releases have disclosed about an item."""
        earlier = [one for one in self.earlier if item.name in one.results.get("items", {})]
        if not earlier:
            return NOTHING_KNOWN
        left = self._left(item)
        pks = [*(int(pk) for pk in self.found.responses["pk"]), *left]
        now = [*([True] * self.responses), *([None] * len(left))]
        columns: list[list[Any]] = [now]
        cells: list[Detail] = ["whole"]
        told = [False] * len(pks)
        for one in earlier:
            then = [True if pk in one.members else None for pk in pks]
            columns.append(then)
            cells.append("whole")
            for few in (_places(now, then), _places(then, now)):  # respondents who joined, and who left
                if len(few) < self.settings.k:
                    told = [was or at in few for at, was in enumerate(told)]
            for profile, table in one.results["items"][item.name].get("by", {}).items():
                columns.append(self._groups_then(profile, one, then, [who for who, _ in left.values()]))
                cells.append("sides" if "sides" in table else "whole")
        answers = [answer for _, answer in left.values()]
        return Known(list(zip(*columns, strict=True)), cells, told, answers_in_groups(item, answers) or ())

    def _left(self, item: schema.Item) -> dict[int, tuple[Mapping[str, str | None], Any]]:
        """Response -> (its characteristics, its answer), for responses only in earlier releases."""
        found: dict[int, tuple[Mapping[str, str | None], Any]] = {}
        for one in self.earlier:
            if one.left is None:
                continue
            answers = Answers(one.left)
            if not any(item.name in version.document.by_name for version in one.left.versions):
                continue
            for at in answers.frames.answers.index[answers.asked(item.name)]:
                row = one.left.answers.loc[at]
                who = {
                    str(asked.profile): _stated(row[asked.name])
                    for asked in self.document.items
                    if asked.profile and asked.name in row
                }
                found[int(one.left.responses.loc[at, "pk"])] = (who, row[item.name])
        return found

    def _groups_then(
        self, profile: str, one: Earlier, then: Sequence[Any], left: Sequence[Mapping[str, str | None]]
    ) -> list[Any]:
        values = [*(self._values(profile) or [None] * self.responses), *(who.get(profile) for who in left)]
        groups = groups_from_json(one.results["groups"][profile])
        place = {value: at for at, group in enumerate(groups) for value in group.values}
        return [place.get(value or "", POOLED) if was else None for value, was in zip(values, then, strict=True)]

    def profiles(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Item -> its groups, for each characteristic with a value that fewer than `k` respondents have."""
        if self.settings.names_everybody:
            return
        units = {one.profile: one.groups for one in self.settings.characteristics}
        for code in self.codes:
            item = self.answers.home(code).document.by_name[code]
            if not item.profile:
                continue
            values = list(self.answers.collected(code).map(_stated))
            if all(size >= self.settings.k for size in Counter(values).values()):
                continue
            found = self.groups.get(item.profile)
            if found is None or not self._groups_before(item.profile):
                order = self._order(item.profile)
                found = group_values(values, units.get(item.profile, ()), self.settings.k, order)
            yield code, groups_to_json(found.groups if found else ())

    def languages(self) -> tuple[Group, ...]:
        """How many answered in each language; small languages are joined."""
        values = [str(language) for language in self.found.responses["language"]]
        sizes = Counter(values)
        if self.settings.names_everybody or all(size >= self.settings.k for size in sizes.values()):
            ordered = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))  # never in order of arrival
            return tuple(Group((language,), size) for language, size in ordered)
        found = group_values(values, (), self.settings.k, [])
        return found.groups if found else ()


def _places(inside: Sequence[Any], outside: Sequence[Any]) -> set[int]:
    """The respondents who are in the first release and not in the second."""
    return {at for at, (one, other) in enumerate(zip(inside, outside, strict=True)) if one and not other}


def _stated(answer: Any) -> str | None:
    return None if is_blank(answer) or str(answer) == DONT_KNOW else str(answer)


def group_values(
    values: Sequence[str | None],
    units: Sequence[tuple[str, ...]],
    k: int,
    order: Sequence[str],
    *,
    only_units: bool = False,
) -> Groups | None:
    """Groups of at least `k`, where `units` are never divided; None if there are not two. In the order of `order`.

    Small ones are joined to a neighbour in `order`, the options of the form; without it they are pooled. With
    `only_units` values outside of them are pooled with those who stated none.
    """
    unit_of = {value: f"{number}/" for number, unit in enumerate(units) for value in unit}
    members = {f"{number}/": unit for number, unit in enumerate(units)}
    joined = [unit_of.get(value, None if only_units else value) if value else None for value in values]
    ordered = list(dict.fromkeys(unit_of.get(value, value) for value in order))
    made = make_groups(joined, max(1, k), ordered, len(set(joined)) + 1)
    if made is None:
        return None
    sizes = Counter(made.of)
    place = {value: at for at, value in enumerate(order)}
    found: dict[str, tuple[str, ...]] = {
        name: tuple(value for unit in parts for value in members.get(unit, (unit,)))
        for name, parts in made.groups.items()
    }
    if only_units and POOLED in found:
        others = {value for value in values if value and value not in unit_of}
        found[POOLED] += tuple(sorted(others, key=lambda value: (place.get(value, len(place)), value)))

    def rank(name: str) -> tuple[int, bool, int, str]:
        first = min((place.get(value, len(place)) for value in found[name]), default=len(place) + 1)
        return first, name == POOLED, -sizes[name], name

    names = sorted(found, key=rank)
    at = {name: number for number, name in enumerate(names)}
    groups = tuple(Group(found[name], sizes[name], name == POOLED) for name in names)
    return Groups(groups, tuple(at[name] for name in made.of))


def join_evenly(found: Groups, k: int, aim: int) -> Groups | None:
    """Neighbours of `found` joined to few groups of about the same size; None if there are not two large enough."""
    parts = even_parts([group.size for group in found.groups], k, aim)
    if parts is None:
        return None
    place = {at: number for number, part in enumerate(parts) for at in part}
    joined = [[found.groups[at] for at in part] for part in parts]
    groups = tuple(
        Group(
            tuple(value for group in part for value in group.values),
            sum(group.size for group in part),
            any(group.is_pooled for group in part),
        )
        for part in joined
    )
    return Groups(groups, tuple(place[at] for at in found.of))


def others_last(found: Groups, units: Sequence[tuple[str, ...]]) -> Groups:
    """The groups, with a pool of many values, which is named "other", after those that are named by their values."""
    unit_of = {value: number for number, unit in enumerate(units) for value in unit}

    def is_other(group: Group) -> bool:
        return group.is_pooled and len({unit_of.get(value, value) for value in group.values}) > MOST_NAMED

    order = sorted(range(len(found.groups)), key=lambda at: is_other(found.groups[at]))
    place = {at: number for number, at in enumerate(order)}
    return Groups(tuple(found.groups[at] for at in order), tuple(place[at] for at in found.of))


def side_of(scale: schema.Scale | None) -> Callable[[Any], str] | None:
    """The side of the scale on which a rating is, or that it is no rating; None if answers have no sides."""
    cut = sides(scale.from_favourable, scale.neutral) if scale and scale.favourable else None
    if cut is None:
        return None
    side = {point: name for name, points in zip((FAVOURABLE, UNFAVOURABLE), cut, strict=True) for point in points}
    side |= {DONT_KNOW: NO_RATING, SKIPPED: NO_RATING}
    return lambda answer: side.get(answer, MIDDLE)


def sides_of(
    answers: Sequence[Any], groups: Groups, side: Callable[[Any], str], times: Sequence[int] | None = None
) -> dict[str, Any]:
    """For each group, how many rated favourably, in the middle, unfavourably, or gave no rating.

    `times`: for how many respondents each of `answers` stands; without it, for one.
    """
    found: dict[str, np.ndarray] = {name: _zeros(groups) for name in (*SIDES, NO_RATING)}
    for one, sizes in _by_group(answers, groups, times):
        found[side(one)] += sizes
    no_rating = found.pop(NO_RATING).tolist()
    return {"sides": {name: sizes.tolist() for name, sizes in found.items()}, "no_rating": no_rating}


def table_of(answers: Sequence[Any], groups: Groups, times: Sequence[int] | None = None) -> dict[str, Any]:
    """For each group, how many chose each option, answered, did not know, skipped. `times`: as of `sides_of`."""
    found = {name: _zeros(groups) for name in ("answered", DONT_KNOW, SKIPPED)}
    chosen: dict[str, np.ndarray] = {}
    for one, sizes in _by_group(answers, groups, times):
        options = sorted(one.options) if isinstance(one, Several) else [one]
        if not options or options[0] in (DONT_KNOW, SKIPPED):
            found[one.state if isinstance(one, Several) else one] += sizes
            continue
        found["answered"] += sizes
        for option in options:
            if option not in chosen:
                chosen[option] = _zeros(groups)
            chosen[option] += sizes
    ordered = sorted(chosen)  # the order of the answers would show who answered first
    return {"options": {option: chosen[option].tolist() for option in ordered}} | {
        name: sizes.tolist() for name, sizes in found.items()
    }


def _zeros(groups: Groups) -> np.ndarray:
    return np.zeros(len(groups.groups), dtype=int)


def _by_group(answers: Sequence[Any], groups: Groups, times: Sequence[int] | None) -> Iterator[tuple[Any, np.ndarray]]:
    """Each kind of answer, and how many of each group gave it."""
    coded = answers if isinstance(answers, Coded) else Coded.of(answers)
    width = len(groups.groups)
    sizes = np.bincount(coded.codes * width + np.array(groups.of), times, len(coded.kinds) * width).astype(int)
    return zip(coded.kinds, sizes.reshape(-1, width), strict=True)
