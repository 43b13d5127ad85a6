"""Could a person who knows everyone's characteristics infer with certainty what one respondent answered?

Respondents with the same groups (a profile) cannot be distinguished. A world gives, for each profile, how many members
gave each answer, in whole numbers that agree with all published tables. A profile is certain of an answer when all its
members give it in every world. `moves` finds other worlds in milliseconds; what it leaves is decided exactly, in whole
numbers: a linear programme is not enough, because whole numbers force more than its bounds show.

The search is limited by its number of nodes, never by time: what stays undecided counts as certain, so that the result
is the same on every machine.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


def margin(groups: Sequence[Hashable], answers: Sequence[Any], kind: Kind = itself) -> bool:
    """Whether no answer is given by all members of a group, or by all but one, unless all respondents give it."""
    size, total = Counter(groups), Counter(map(kind, answers))
    cells = Counter(zip(groups, map(kind, answers), strict=True))
    return all(count <= size[group] - 2 or total[one] == len(groups) for (group, one), count in cells.items())


def margin_several(groups: Sequence[Hashable], answers: Sequence[Several]) -> bool:
    """Like `margin`, if several options may be chosen: each option, "don't know" and skipping is an answer."""
    size = Counter(groups)
    cells: Counter[tuple[Hashable, Hashable]] = Counter()
    total: Counter[Hashable] = Counter()
    for group, answer in zip(groups, answers, strict=True):
        for one in _chosen_or_state(answer):
            cells[group, one] += 1
            total[one] += 1
    return all(count <= size[group] - 2 or total[one] == len(groups) for (group, one), count in cells.items())


def certain(
    profiles: Sequence[Profile], answers: Sequence[Any], kind: Kind = itself, cells: Sequence[Kind] | None = None
) -> set[tuple[Profile, Hashable]]:
    """(profile, answer) that follow from the tables by each characteristic of the profiles and from the totals.

    `profiles` and `answers`: one entry per respondent; an answer is an option, or "don't know" or skipped as such.
    `cells`: for each place of the profiles what its table shows of an answer (by default the answer itself); the totals
    of all respondents show the answers themselves. Empty if all respondents answer alike: their total discloses it
    anyway.
    """
    if len(set(map(kind, answers))) < 2:
        return set()
    counts, members = Counter(zip(profiles, answers, strict=True)), Counter(profiles)
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


def certain_several(
    profiles: Sequence[Profile], answers: Sequence[Several], least: int = 1, most: int | None = None
) -> set[tuple[Profile, Hashable]]:
    """Like `certain`, if several options may be chosen: `least` to `most` by each respondent who answers.

    That one chose an option, did not know, or skipped is protected; that one left an option out is not. Published for
    each group: how many chose each option, answered, did not know, skipped.
    """
    options = sorted({option for answer in answers for option in answer.options})
    most = len(options) if most is None else min(most, len(options))
    members = Counter(profiles)
    counts: Counter[tuple[Profile, Hashable]] = Counter()
    for profile, answer in zip(profiles, answers, strict=True):
        for outcome in [*_chosen_or_state(answer), *(["answered"] if answer.state == "answered" else [])]:
            counts[profile, outcome] += 1
    total: Counter[Hashable] = Counter()
    for (_, one), count in counts.items():
        total[one] += count
    left: dict[tuple[Profile, Hashable], int] = {
        (profile, one): size
        for profile, size in members.items()
        for one in (*options, "dont_know", "skipped")
        if counts[profile, one] == size and total[one] < len(profiles)
    }
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
    if any(answer.order for answer in answers):
        _add_places(model, at, list(zip(profiles, answers, strict=True)), members)
    return _not_refuted(model, {key: [at[key]] for key in left}, left)


def _add_places(
    model: _Model,
    at: Mapping[tuple[Profile, Hashable], int],
    answered_by: Sequence[tuple[Profile, Several]],
    members: Mapping[Profile, int],
) -> None:
    """The totals of a ranking: how many of all respondents gave each option each rank.

    Whole numbers by option and place, of which no option and no place has more than the respondents who answered, are
    always the rankings of so many people (König).
    """
    depth = max(len(answer.order) for _, answer in answered_by)
    only_first = all(len(answer.options) < 2 for _, answer in answered_by)
    options = sorted({option for _, answer in answered_by for option in answer.order})
    placed = Counter((profile, *one) for profile, answer in answered_by for one in enumerate(answer.order))
    column = {
        (profile, place, option): model.variable(size)
        for profile, size in members.items()
        for place in range(depth)
        for option in options
    }
    for profile in members:
        answered = at[profile, "answered"]
        for option in options:
            chosen = {column[profile, place, option]: 1 for place in range(1 if only_first else depth)}
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
                count = sum(placed[profile, place, option] for profile in inside)
                model.add({column[profile, place, option]: 1 for profile in inside}, count, count)


def _totals(profiles: Sequence[Profile]) -> list[list[Profile]]:
    """The respondents of each release whose totals are published: all of them, or those without None in some place."""
    if all(None not in profile for profile in profiles):
        return [list(profiles)]
    places = [at for at in range(len(profiles[0])) if {profile[at] for profile in profiles} <= {True, None}]
    return [[profile for profile in profiles if profile[at]] for at in places]


def _chosen_or_state(answer: Several) -> list[str]:
    return sorted(answer.options) if answer.state == "answered" else [answer.state]


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
            # each characteristic of the third is that of one of the two, and the fourth has that of the other
            for pairs in product(*((pair, pair[::-1]) for pair in zip(profile, partner, strict=True))):
                third, fourth = zip(*pairs, strict=True)
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
