"""Could a person who knows everyone's characteristics infer with certainty what one respondent answered?

Respondents with the same groups (a profile) cannot be distinguished. A world gives, for each profile, how many members
gave each answer, in whole numbers that agree with all published tables. A profile is certain of an answer when all its
members give it in every world. Exchanges between four respondents find other worlds in milliseconds; what they leave is
decided exactly, in whole numbers: a linear programme is not enough, because whole numbers force more than its bounds
show.

Respondents come as parallel sequences, one entry for each; with `times`, one entry for those who are alike.

The search is limited by its number of nodes, never by time: what stays undecided counts as certain, so that the result
is the same on every machine.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

NODES = 20_000
Profile = tuple[Any, ...]  # the groups of a respondent, one for each published table; None: not in that table
Kind = Callable[[Any], Hashable]  # answer -> what is protected: the answer itself, or its side of a scale


@dataclass(frozen=True)
class Several:
    """A respondent's answer if more than one option may be chosen: their options, or none of them.

    `order`: of a ranking the options in their places, of which the totals are published; `options` are those of all
    these places, or only the first.
    """

    options: frozenset[str] = frozenset()
    state: str = "answered"  # or dont_know, skipped
    order: tuple[str, ...] = ()


@dataclass
class _Model:
    """Linear equations over whole numbers, built row by row."""

    upper: list[int] = field(default_factory=list)
    rows: list[tuple[dict[int, int], float, float]] = field(default_factory=list)

    def variable(self, upper: int) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def add(self, coefficients: dict[int, int], least: float, most: float) -> None:
        self.rows.append((coefficients, least, most))

    def least(self, columns: Sequence[int]) -> np.ndarray | None:
        """The world with the smallest sum of `columns` (which may be named several times); None if undecided."""
        cost = np.bincount(columns, minlength=len(self.upper))
        places = [
            (row, column, value) for row, (parts, _, _) in enumerate(self.rows) for column, value in parts.items()
        ]
        at_row, at_column, values = zip(*places, strict=True)
        matrix = coo_array((values, (at_row, at_column)), shape=(len(self.rows), len(self.upper)))
        limits = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        found = milp(
            cost,
            constraints=limits,
            bounds=Bounds(0, self.upper),
            integrality=np.ones(len(self.upper)),
            options={"node_limit": NODES},
        )
        return np.rint(found.x) if found.status == 0 else None


def itself(answer: Any) -> Hashable:
    return answer  # type: ignore[no-any-return]


def how_often(keys: Iterable[Hashable], times: Sequence[int] | None = None) -> Counter[Any]:
    """How often each key is there; the first stands for `times[0]` respondents, and so on."""
    if times is None:
        return Counter(keys)
    found: dict[Any, int] = {}
    for key, number in zip(keys, times, strict=True):
        found[key] = found.get(key, 0) + number
    return Counter(found)


def margin(
    groups: Sequence[Hashable], answers: Sequence[Any], kind: Kind = itself, times: Sequence[int] | None = None
) -> bool:
    """Whether no answer is given by all members of a group, or by all but one, unless all respondents give it."""
    cells = how_often(zip(groups, map(kind, answers), strict=True), times)
    return _is_wide(cells, how_often(groups, times))


def _is_wide(cells: Mapping[Any, int], size: Counter[Any]) -> bool:
    """`cells`: (group, answer) -> how many of the group gave it; `size` of each group."""
    total: Counter[Hashable] = Counter()
    for (_, one), count in cells.items():
        total[one] += count
    return all(count <= size[group] - 2 or total[one] == size.total() for (group, one), count in cells.items())


def certain(
    profiles: Sequence[Profile],
    answers: Sequence[Any],
    kind: Kind = itself,
    cells: Sequence[Kind] | None = None,
    times: Sequence[int] | None = None,
) -> set[tuple[Profile, Hashable]]:
    """(profile, answer) that follow from the tables by each characteristic of the profiles and from the totals.

    `profiles` and `answers`: one entry per respondent; an answer is an option, or "don't know" or skipped as such.
    `cells`: for each place of the profiles what its table shows of an answer (by default the answer itself); the totals
    of all respondents show the answers themselves. Empty if all respondents answer alike: their total discloses it
    anyway.
    """
    if len(set(map(kind, answers))) < 2:
        return set()
    counts, members = how_often(zip(profiles, answers, strict=True), times), how_often(profiles, times)
    options = sorted(set(answers), key=str)
    left = _suspects(counts, members, options, kind)
    left = {key for key in left if not _another_world(key, counts, members, options, kind)}
    if not left:
        return set()
    model, at = _Model(), {}
    for profile in members:
        for option in options:
            at[profile, option] = model.variable(members[profile])
        model.add({at[profile, option]: 1 for option in options}, members[profile], members[profile])
    totals = all(all(group is not None for group in profile) for profile in members)
    for place in range(len(next(iter(members)))):
        cell = cells[place] if cells else itself
        tables: defaultdict[tuple[Any, Any], list[tuple[Profile, Any]]] = defaultdict(list)
        for profile, option in at:
            if profile[place] is not None:
                tables[profile[place], cell(option)].append((profile, option))
        _add_tables(model, at, counts, tables.values())
    if totals:
        _add_tables(model, at, counts, [[(profile, option) for profile in members] for option in options])
    columns = {
        (profile, one): [at[profile, option] for option in options if kind(option) == one] for profile, one in left
    }
    return _not_refuted(model, columns, {key: members[key[0]] for key in left})


def _add_tables(
    model: _Model,
    at: Mapping[tuple[Profile, Any], int],
    counts: Mapping[tuple[Profile, Any], int],
    cells: Iterable[Sequence[tuple[Profile, Any]]],
) -> None:
    """Each of `cells` is published: how many of these profiles gave one of these answers."""
    for parts in cells:
        count = sum(counts[part] for part in parts)
        model.add({at[part]: 1 for part in parts}, count, count)


@dataclass(frozen=True)
class Chosen:
    """What respondents of each profile chose if more than one option may be chosen.

    members    how many they are
    counts     (profile, option) -> how many chose it; also who answered, did not know, skipped
    by_place   of a ranking: (profile, place, option) -> how many gave it this place
    """

    members: Counter[Profile]
    counts: Counter[tuple[Profile, Hashable]]
    by_place: Counter[tuple[Profile, int, str]]
    options: tuple[str, ...]
    only_first: bool  # whether of a ranking only who put an option first is counted as having chosen it

    @classmethod
    def of(
        cls, profiles: Sequence[Profile], answers: Sequence[Several], times: Sequence[int] | None = None
    ) -> "Chosen":
        of_profile: dict[Profile, tuple[dict[Hashable, int], dict[tuple[int, str], int]]] = {}
        for profile, answer, number in zip(profiles, answers, times or [1] * len(answers), strict=True):
            of = of_profile.get(profile)
            if of is None:
                of = of_profile[profile] = {}, {}
            chosen, placed = of
            chosen[answer.state] = chosen.get(answer.state, 0) + number
            for option in answer.options:
                chosen[option] = chosen.get(option, 0) + number
            for key in enumerate(answer.order):
                placed[key] = placed.get(key, 0) + number
        counts = Counter({(at, one): size for at, (chosen, _) in of_profile.items() for one, size in chosen.items()})
        by_place = Counter({(at, *key): size for at, (_, placed) in of_profile.items() for key, size in placed.items()})
        options = tuple(sorted({option for answer in answers for option in answer.options}))
        only_first = all(len(answer.options) < 2 for answer in answers)
        return cls(how_often(profiles, times), counts, by_place, options, only_first)

    def by(self, places: Sequence[int]) -> "Chosen":
        """The same of profiles that have only some characteristics."""

        def part(profile: Profile) -> Profile:
            return tuple(profile[place] for place in places)

        members: Counter[Profile] = Counter()
        counts: Counter[tuple[Profile, Hashable]] = Counter()
        by_place: Counter[tuple[Profile, int, str]] = Counter()
        parts = {profile: part(profile) for profile in self.members}
        for profile, number in self.members.items():
            members[parts[profile]] += number
        for (profile, one), number in self.counts.items():
            counts[parts[profile], one] += number
        for (profile, place, option), number in self.by_place.items():
            by_place[parts[profile], place, option] += number
        return replace(self, members=members, counts=counts, by_place=by_place)


def margin_several(found: Chosen) -> bool:
    """Like `margin`, if several options may be chosen: each option, "don't know" and skipping is an answer."""
    cells = {(profile, one): count for (profile, one), count in found.counts.items() if one != "answered"}
    return _is_wide(cells, found.members)


def certain_several(found: Chosen, least: int = 1, most: int | None = None) -> set[tuple[Profile, Hashable]]:
    """Like `certain`, if several options may be chosen: `least` to `most` by each respondent who answers.

    That one chose an option, did not know, or skipped is protected; that one left an option out is not. Published for
    each group: how many chose each option, answered, did not know, skipped.
    """
    options, members, counts = found.options, found.members, found.counts
    most = len(options) if most is None else min(most, len(options))
    total: Counter[Hashable] = Counter()
    for (_, one), count in counts.items():
        total[one] += count
    left: dict[tuple[Profile, Hashable], int] = {
        (profile, one): size
        for profile, size in members.items()
        for one in (*options, "dont_know", "skipped")
        if counts[profile, one] == size and total[one] < members.total()
    }
    left = {key: size for key, size in left.items() if not _exchanged(key, found)}
    if not left:
        return set()
    states = ("answered", "dont_know", "skipped")
    model = _Model()
    at: dict[tuple[Profile, Hashable], int] = {}
    for profile, size in members.items():
        for one in (*options, *states):
            at[profile, one] = model.variable(size)
        model.add({at[profile, state]: 1 for state in states}, size, size)
        answered = at[profile, "answered"]
        for option in options:
            model.add({at[profile, option]: 1, answered: -1}, -np.inf, 0)
        chosen = {at[profile, option]: 1 for option in options}
        model.add({**chosen, answered: -least}, 0, np.inf)
        model.add({**chosen, answered: -most}, -np.inf, 0)
    for place in range(len(next(iter(members)))):
        for group in {profile[place] for profile in members} - {None}:
            inside = [profile for profile in members if profile[place] == group]
            for one in (*options, *states):
                count = sum(counts[profile, one] for profile in inside)
                model.add({at[profile, one]: 1 for profile in inside}, count, count)
    if found.by_place:
        _add_places(model, at, found)
    return _not_refuted(model, {key: [at[key]] for key in left}, left)


def _add_places(model: _Model, at: Mapping[tuple[Profile, Hashable], int], found: Chosen) -> None:
    """The totals of a ranking: how many of all respondents gave each option each rank.

    Whole numbers by option and place, of which no option and no place has more than the respondents who answered, are
    always the rankings of so many people (König).
    """
    members, by_place = found.members, found.by_place
    depth = 1 + max(place for _, place, _ in by_place)
    options = sorted({option for _, _, option in by_place})
    column = {
        (profile, place, option): model.variable(size)
        for profile, size in members.items()
        for place in range(depth)
        for option in options
    }
    for profile in members:
        answered = at[profile, "answered"]
        for option in options:
            chosen = {column[profile, place, option]: 1 for place in range(1 if found.only_first else depth)}
            if (profile, option) in at:
                model.add({**chosen, at[profile, option]: -1}, 0, 0)
            else:
                model.add(chosen, 0, 0)
            model.add({**{column[profile, place, option]: 1 for place in range(depth)}, answered: -1}, -np.inf, 0)
        for place in range(depth):
            model.add({**{column[profile, place, option]: 1 for option in options}, answered: -1}, -np.inf, 0)
    for inside in _totals(list(members)):
        for place in range(depth):
            for option in options:
                count = sum(by_place[profile, place, option] for profile in inside)
                model.add({column[profile, place, option]: 1 for profile in inside}, count, count)


def _exchanged(suspect: tuple[Profile, Hashable], found: Chosen) -> bool:
    """Like `_another_world`, if several options may be chosen: two who chose `one` and two who chose `other` may
    exchange these options, if none of them has both then, and of a ranking, if all four gave them the same place.

    Nobody chooses more or fewer options than before. Finding nothing proves nothing.
    """
    (profile, one), counts, by_place = suspect, found.counts, found.by_place
    if one not in found.options:  # skipped, or not known
        return False
    depth = 1 + max((place for _, place, _ in by_place), default=0)

    def chosen(of: Profile, option: Any) -> int:
        return sum(by_place[of, place, option] for place in range(depth)) if by_place else counts[of, option]

    def has(of: Profile, option: Any, place: int) -> int:
        return by_place[of, place, option] if by_place else counts[of, option]

    def has_room(of: Profile, option: Any, times: int = 1) -> bool:
        return chosen(of, option) + times <= counts[of, "answered"]

    places = range(1 if found.only_first else depth)
    for place in (place for place in places if has(profile, one, place)):
        for other in (other for other in found.options if has_room(profile, other)):
            for partner in (of for of in found.members if has(of, one, place) and has_room(of, other)):
                for third, fourth in _agreeing(profile, partner):
                    number = 2 if third == fourth else 1
                    if all(has(of, other, place) >= number and has_room(of, one, number) for of in (third, fourth)):
                        return True
    return False


def _agreeing(first: Profile, second: Profile) -> Iterator[tuple[Profile, Profile]]:
    """The pairs of profiles that have the same groups as these two: in each characteristic the third has the group of
    one of them, and the fourth that of the other."""
    for pairs in product(*((pair, pair[::-1]) for pair in zip(first, second, strict=True))):
        third, fourth = zip(*pairs, strict=True)
        yield third, fourth


def _totals(profiles: Sequence[Profile]) -> list[list[Profile]]:
    """The respondents of each release whose totals are published: all of them, or those without None in some place."""
    if all(None not in profile for profile in profiles):
        return [list(profiles)]
    places = [at for at in range(len(profiles[0])) if {profile[at] for profile in profiles} <= {True, None}]
    return [[profile for profile in profiles if profile[at]] for at in places]


def _suspects(
    counts: Counter[tuple[Profile, Any]], members: Counter[Profile], options: Sequence[Any], kind: Kind
) -> set[tuple[Profile, Hashable]]:
    """Profiles whose members all give the same answer in the real data: no other can be certain."""
    found = set()
    for profile in members:
        kinds = {kind(option) for option in options if counts[profile, option]}
        if len(kinds) == 1:
            found.add((profile, kinds.pop()))
    return found


def _another_world(
    suspect: tuple[Profile, Hashable],
    counts: Counter[tuple[Profile, Any]],
    members: Counter[Profile],
    options: Sequence[Any],
    kind: Kind,
) -> bool:
    """Two who answer `a` (one of the suspects) and two who answer `b` may be exchanged if their groups agree.

    They agree when in each characteristic the groups of the first two are those of the second two: then no table
    changes, and one of the suspects answers otherwise. The other three have other profiles, since all with this one
    answer alike. Finding none proves nothing.
    """
    profile, one = suspect
    others = [option for option in options if kind(option) != one]
    for option in (option for option in options if counts[profile, option]):
        for partner in (partner for partner in members if counts[partner, option]):
            for third, fourth in _agreeing(profile, partner):
                if any(counts[third, other] and counts[fourth, other] for other in others):
                    return True
    return False


def _not_refuted(
    model: _Model,
    columns: dict[tuple[Profile, Hashable], list[int]],
    sizes: dict[tuple[Profile, Hashable], int],
) -> set[tuple[Profile, Hashable]]:
    """The suspects that are certain: each solution clears those who answer otherwise in it, until it clears none."""
    left = set(columns)
    while left:
        world = model.least([column for key in sorted(left, key=str) for column in columns[key]])
        if world is None:
            return left
        still = {key for key in left if world[columns[key]].sum() == sizes[key]}
        if still == left:
            return left
        left = still
    return left
