"""Which break-downs of a data release are published: a table of a question by a characteristic, whole or not at all.

In the order of the characteristics a table is published if

1. it is not withheld by lot;
2. in no group do all members, or all but one, give the same answer (`margin`);
3. together with the tables of the question already published, no answer of a person can be inferred with certainty
   (`certain`).

For a rated question, a table that fails the third condition is tried again by sides: how many of each group rated
favourably, unfavourably, neither, or gave no rating.

The result does not show which of the three withheld a table, or why it is by sides. The lots are needed for safety:
without them, anyone who knows the rule would learn from a table's absence. A second lot shows some tables by sides
only, so that this discloses nothing either. They are drawn from a secret that an assessment keeps as long as it exists,
because lots drawn again could be averaged away.
"""

import hmac
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from analysis.statistics.certainty import (
    Chosen,
    Kind,
    Profile,
    Several,
    certain,
    certain_several,
    itself,
    margin,
    margin_several,
)

ONE_IN = 20  # tables withheld by lot; 0 = none


Detail = Literal["whole", "sides"]


def withheld_by_lot(key: bytes, item: str, characteristic: str, one_in: int = ONE_IN) -> bool:
    return _drawn(key, f"{item}|{characteristic}", one_in)


def by_sides_by_lot(key: bytes, item: str, characteristic: str, one_in: int = ONE_IN) -> bool:
    """Whether a table of a rated question is shown by sides only."""
    return _drawn(key, f"{item}|{characteristic}|sides", one_in)


def _drawn(key: bytes, what: str, one_in: int) -> bool:
    drawn = hmac.new(key, what.encode(), sha256).digest()
    return bool(one_in) and int.from_bytes(drawn) % one_in == 0


@dataclass(frozen=True)
class Known:
    """What earlier releases have already disclosed. The respondents of the new release come first, in its order; after
    them, with their `answers`, those who were only in earlier ones.

    groups  for each respondent the group in each earlier table; None if they were not in it
    cells   for each of these tables, whether it was published whole or by sides
    told    whose answers follow from two releases in any case, because fewer than `k` came or left in between; the
            person who made the release was informed
    """

    groups: Sequence[Profile] = ()
    cells: Sequence[Detail] = ()
    told: Sequence[bool] = ()
    answers: Sequence[Any] = ()

    def with_groups(self, shown: Sequence[Sequence[str]]) -> list[Profile]:
        """The profile of each respondent: what was published before, then the groups of `shown`."""
        now = list(zip(*shown, strict=True))
        if not self.groups:
            return now
        others: list[Profile] = [(None,) * len(shown)] * (len(self.groups) - len(now))
        return [(*before, *profile) for before, profile in zip(self.groups, [*now, *others], strict=True)]

    def leaves(self, profiles: Sequence[Profile], certain_of: set[tuple[Profile, Hashable]]) -> bool:
        """Whether a certain answer is not already disclosed by the earlier release and its successor."""
        told = {profile for profile, known in zip(profiles, self.told, strict=True) if known} if self.told else set()
        return any(profile not in told for profile, _ in certain_of)


NOTHING_KNOWN = Known()


def published(
    item: str,
    groups: Mapping[str, Sequence[str]],
    answers: Sequence[Any],
    key: bytes,
    *,
    side: Kind | None = None,
    by_sides: bool = True,
    one_in: int = ONE_IN,
    known: Known = NOTHING_KNOWN,
    times: Sequence[int] | None = None,
) -> dict[str, Detail]:
    """The characteristics (of `groups`, in its order: the group of each respondent) by which an item is published.

    `times`: for how many respondents who are alike each entry stands (without it: for one); not with `known`.
    `side`: for a rated item, the side of the scale on which an answer is. It is protected, unless all are on one side.
    `by_sides`: whether a table may be shown by sides.
    """
    everything = [*answers, *known.answers]
    of_side = {answer: side(answer) if side else answer for answer in set(everything)}
    kind = of_side.__getitem__ if len(set(of_side.values())) > 1 else itself
    cell: dict[Detail, Kind] = {"whole": itself, "sides": of_side.__getitem__}

    def certain_of(names: Sequence[str], details: Sequence[Detail]) -> set[tuple[Profile, Hashable]]:
        profiles = known.with_groups([groups[name] for name in names])
        return certain(profiles, everything, kind, [cell[detail] for detail in (*known.cells, *details)], times)

    def is_wide(name: str) -> bool:
        return margin(groups[name], answers, kind, times)

    return _published(item, groups, key, one_in, known, is_wide, certain_of, bool(side) and by_sides)


def published_several(
    item: str,
    groups: Mapping[str, Sequence[str]],
    answers: Sequence[Several],
    key: bytes,
    *,
    least: int = 1,
    most: int | None = None,
    one_in: int = ONE_IN,
    known: Known = NOTHING_KNOWN,
    times: Sequence[int] | None = None,
) -> dict[str, Detail]:
    """Like `published`, for an item in which more than one option may be chosen."""
    if not groups:
        return {}
    columns, before = list(groups), len(known.groups[0]) if known.groups else 0
    now = Chosen.of(list(zip(*groups.values(), strict=True)), answers, times)
    ever = now
    if known.groups:
        ever = Chosen.of(known.with_groups(list(groups.values())), [*answers, *known.answers], times)

    def certain_of(names: Sequence[str], details: Sequence[Detail]) -> set[tuple[Profile, Hashable]]:
        places = [*range(before), *(before + columns.index(name) for name in names)]
        return certain_several(ever.by(places), least, most)

    def is_wide(name: str) -> bool:
        return margin_several(now.by([columns.index(name)]))

    return _published(item, groups, key, one_in, known, is_wide, certain_of)


def _published(
    item: str,
    groups: Mapping[str, Sequence[str]],
    key: bytes,
    one_in: int,
    known: Known,
    is_wide: Callable[[str], bool],
    certain_of: Callable[[Sequence[str], Sequence[Detail]], set[tuple[Profile, Hashable]]],
    may_be_by_sides: bool = False,
) -> dict[str, Detail]:
    found: dict[str, Detail] = {}
    for name in groups:
        if withheld_by_lot(key, item, name, one_in) or not is_wide(name):
            continue
        names = [*found, name]
        profiles = known.with_groups([groups[one] for one in names]) if known.told else []
        details: list[Detail] = ["whole", "sides"] if may_be_by_sides else ["whole"]
        if may_be_by_sides and by_sides_by_lot(key, item, name, one_in):
            details.remove("whole")
        for detail in details:
            if not known.leaves(profiles, certain_of(names, [*found.values(), detail])):
                found[name] = detail
                break
    return found
