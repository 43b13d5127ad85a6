"""Responses -> the results of a release: totals, who took part, and the break-downs that are safe together.

Groups have at least `group_size` respondents and are made from sizes alone, once for all questions. Not broken down
are characteristics themselves, questions that depend on others, those that not every respondent was asked, and those
answered in words, numbers or dates.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.disclosure import protect_summary
from analysis.frames import SurveyFrames
from analysis.item_types.answers import Counted, answers_in_groups, count, how_many
from analysis.releases.answers import Answers
from analysis.releases.plans import ORDERED, Characteristic, options_of
from analysis.releases.stored import Group, groups_from_json, groups_to_json, to_json
from analysis.statistics.breakdowns import NOTHING_KNOWN, Known, published, published_several
from analysis.statistics.certainty import Several
from analysis.statistics.counts import DONT_KNOW, Counts, is_blank
from analysis.statistics.groups import MOST_GROUPS, POOLED, make_groups
from analysis.statistics.likert import sides
from analysis.statistics.profiles import SKIPPED
from instruments import schema

SMALL_GROUP, LARGE_GROUP, MANY = 5, 10, 60  # groups of 10 give more tables than groups of 5 where there are many


@dataclass(frozen=True)
class Settings:
    """`k`: fewer responses give nothing but their number; `key`: the secret of the lot."""

    k: int
    one_in: int
    key: bytes
    characteristics: tuple[Characteristic, ...]
    names_everybody: bool = False


@dataclass(frozen=True)
class Earlier:
    """A release that was published before: the ids of its responses, and its results."""

    members: frozenset[int]
    results: Mapping[str, Any]


def group_size(responses: int, k: int, earlier: Sequence[Earlier] = ()) -> int:
    """The smallest group of a break-down: never smaller than the assessment's threshold, or than it was before."""
    before: list[int] = [one.results["k"] for one in earlier if one.results.get("groups")]
    return max(k, LARGE_GROUP if responses >= MANY else SMALL_GROUP, *before)


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
        for one in self.settings.characteristics:
            values = self._values(one.profile)
            if values is not None and (made := self._group(one, values)):
                yield one.profile, made

    def _values(self, profile: str) -> list[str | None] | None:
        """The value of each respondent; None where not all were asked."""
        item = self.document.profile_item(profile)
        if item is None or not self.answers.asked(item.name).all():
            return None
        return [_stated(answer) for answer in self.answers.given(item.name)]

    def _group(self, one: Characteristic, values: Sequence[str | None]) -> Groups | None:
        units = one.groups
        if before := self._groups_before(one.profile):  # groups can only be made coarser
            units = tuple(group.values for group in before if not group.is_pooled)
            known = {value for group in units for value in group}
            values = [value if value in known else None for value in values]
        order = self._order(one.profile) if one.profile in ORDERED else None
        return group_values(values, units, self.k, order, self._order(one.profile))

    def _groups_before(self, profile: str) -> tuple[Group, ...]:
        """The groups of the newest earlier release that has the characteristic."""
        for one in reversed(self.earlier):
            if profile in one.results.get("groups", {}):
                return groups_from_json(one.results["groups"][profile])
        return ()

    def _order(self, profile: str) -> list[str]:
        item = self.document.profile_item(profile)
        return list(options_of(self.document, item)) if item else []

    def item(self, code: str, *, only_asked: bool = False) -> dict[str, Any]:
        """The stored result of an item; of a characteristic with small values only how many were asked."""
        document = self.answers.home(code).document
        item, scale = document.by_name[code], document.scale_of(document.by_name[code])
        names = [option.name for option in document.options(item) if option.name != DONT_KNOW]
        answers = self.answers.given(code)
        if only_asked:
            nothing = Counts(len(answers), 0, 0, 0, {})
            return to_json(Counted(nothing)) | {"versions": self._having(code)}
        options = list(scale.from_favourable) if scale else names
        counted = count(item, answers, options)
        counted = Counted(
            counted.counts,
            counted.ranking,
            protect_summary(counted.numbers, self.settings.k),
            protect_summary(counted.days, self.settings.k),
        )
        stored = to_json(counted) | {"versions": self._having(code)}
        by = self._breakdowns(item, answers, scale)
        return stored if by is None else stored | {"by": by}

    def _having(self, code: str) -> list[int]:
        return [version.pk for version in self.found.versions if code in version.document.by_name]

    def _breakdowns(
        self, item: schema.Item, answers: Sequence[Any], scale: schema.Scale | None
    ) -> dict[str, dict[str, Any]] | None:
        """The published tables of an item; None where it cannot be broken down."""
        if item.profile or item.depends_on or len(answers) < self.responses:
            return None
        by_group = answers_in_groups(item, answers)
        if by_group is None:
            return None
        groups = {profile: [str(place) for place in found.of] for profile, found in self.groups.items()}
        key, one_in, known = self.settings.key, self.settings.one_in, self._known(item.name)
        if any(isinstance(one, Several) for one in by_group):
            sizes = [len(one.options) for one in by_group if one.options]
            least, most = how_many(item)
            least, most = min([least, *sizes]), max([most, *sizes]) if most else None
            shown = published_several(
                item.name, groups, by_group, key, least=least, most=most, one_in=one_in, known=known
            )
        else:
            shown = published(item.name, groups, by_group, key, kind=side_of(scale), one_in=one_in, known=known)
        return {profile: table_of(by_group, self.groups[profile]) for profile in shown}

    def _known(self, code: str) -> Known:
        """What earlier releases have disclosed of an item."""
        if not any(one.results.get("items") for one in self.earlier):
            return NOTHING_KNOWN
        pks = [int(pk) for pk in self.found.responses["pk"]]
        columns: list[list[Any]] = []
        told = [False] * len(pks)
        for one in self.earlier:
            if code not in one.results.get("items", {}):
                continue
            inside = [pk in one.members for pk in pks]
            columns.append(inside)
            if 0 < inside.count(False) < self.settings.k:
                told = [was or not now for was, now in zip(told, inside, strict=True)]
            for profile in one.results["items"][code].get("by", {}):
                columns.append(self._groups_then(profile, one, inside))
        return Known(list(zip(*columns, strict=True)), told) if columns else NOTHING_KNOWN

    def _groups_then(self, profile: str, one: Earlier, inside: Sequence[bool]) -> list[Any]:
        values = self._values(profile) or [None] * self.responses
        groups = groups_from_json(one.results["groups"][profile])
        place = {value: at for at, group in enumerate(groups) for value in group.values}
        return [place.get(value or "", POOLED) if was else None for value, was in zip(values, inside, strict=True)]

    def profiles(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Item -> its groups, for each characteristic of which fewer than `k` respondents have some value."""
        if self.settings.names_everybody:
            return
        units = {one.profile: one.groups for one in self.settings.characteristics}
        for code in self.codes:
            item = self.answers.home(code).document.by_name[code]
            if not item.profile:
                continue
            values = [_stated(answer) for answer in self.answers.given(code)]
            sizes = Counter(values)
            if all(size >= self.settings.k for size in sizes.values()):
                continue
            order = self._order(item.profile)
            least = max(1, self.settings.k)
            found = group_values(
                values,
                units.get(item.profile, ()),
                least,
                order if item.profile in ORDERED else None,
                order,
                most=len(sizes) + 1,
            )
            yield code, groups_to_json(found.groups if found else ())

    def languages(self) -> tuple[Group, ...]:
        """How many answered in each language, few of them joined."""
        values = [str(language) for language in self.found.responses["language"]]
        sizes = Counter(values)
        if self.settings.names_everybody or all(size >= self.settings.k for size in sizes.values()):
            ordered = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))  # never as they came in
            return tuple(Group((language,), size) for language, size in ordered)
        found = group_values(values, (), self.settings.k, None, [], most=len(sizes) + 1)
        return found.groups if found else ()


def _stated(answer: Any) -> str | None:
    return None if is_blank(answer) or str(answer) == DONT_KNOW else str(answer)


def group_values(
    values: Sequence[str | None],
    units: Sequence[tuple[str, ...]],
    k: int,
    order: Sequence[str] | None,
    form: Sequence[str],
    most: int = MOST_GROUPS,
) -> Groups | None:
    """Groups of at least `k`, where `units` are never divided; None where there are no two. In the order of `form`."""
    unit_of = {value: f"{number}/" for number, unit in enumerate(units) for value in unit}
    members = {f"{number}/": unit for number, unit in enumerate(units)}
    joined = [unit_of.get(value, value) if value else None for value in values]
    ordered = list(dict.fromkeys(unit_of.get(value, value) for value in order)) if order else None
    made = make_groups(joined, k, ordered, most)
    if made is None:
        return None
    sizes = Counter(made.of)
    place = {value: at for at, value in enumerate(form)}
    found: dict[str, tuple[str, ...]] = {
        name: tuple(value for unit in parts for value in members.get(unit, (unit,)))
        for name, parts in made.groups.items()
    }
    names = sorted(found, key=lambda name: (name == POOLED, place.get(next(iter(found[name]), ""), len(place)), name))
    at = {name: number for number, name in enumerate(names)}
    groups = tuple(Group(found[name], sizes[name], name == POOLED) for name in names)
    return Groups(groups, tuple(at[name] for name in made.of))


def side_of(scale: schema.Scale | None) -> Callable[[Any], Hashable]:
    """The protected part of an answer: itself; of a rating the side of the scale, or that there is none."""
    cut = sides(scale.from_favourable, scale.neutral) if scale and scale.favourable else None
    if cut is None:
        return lambda answer: answer
    side = {point: number for number, points in enumerate(cut) for point in points}
    no_rating = {DONT_KNOW: "none", SKIPPED: "none"}
    return lambda answer: side.get(answer, no_rating.get(answer, "middle"))


def table_of(answers: Sequence[Any], groups: Groups) -> dict[str, Any]:
    """How many of each group gave each option, answered, did not know, skipped."""
    nobody = [0] * len(groups.groups)
    found: dict[str, Any] = {"options": {}, "answered": [*nobody], DONT_KNOW: [*nobody], SKIPPED: [*nobody]}
    for one, place in zip(answers, groups.of, strict=True):
        options = sorted(one.options) if isinstance(one, Several) else [one]
        if not options or options[0] in (DONT_KNOW, SKIPPED):
            found[one.state if isinstance(one, Several) else one][place] += 1
            continue
        found["answered"][place] += 1
        for option in options:
            found["options"].setdefault(option, [*nobody])[place] += 1
    found["options"] = dict(sorted(found["options"].items()))  # the order of the answers would show who came first
    return found
