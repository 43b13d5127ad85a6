"""Which break-downs of a data release are published: a table of a question by a characteristic, whole or not at all.

In the order of the characteristics a table is published if

1. it is not withheld by lot;
2. in no group one answer is everyone's, or everyone's but one's (`margin`);
3. together with the tables of the question already published, no answer of a person can be inferred with certainty
   (`certain`).

The result does not show which of the three withheld a table. The lot is needed for safety: without it, anyone who
knows the rule would learn from a table's absence. It is drawn from a secret that an assessment keeps as long as it
exists, because lots drawn again could be averaged away.
"""

import hmac
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from analysis.statistics.certainty import Kind, Profile, Several, certain, certain_several, margin, margin_several

ONE_IN = 20  # tables withheld by lot; 0 = none


def withheld_by_lot(key: bytes, item: str, characteristic: str, one_in: int = ONE_IN) -> bool:
    drawn = hmac.new(key, f"{item}|{characteristic}".encode(), sha256).digest()
    return bool(one_in) and int.from_bytes(drawn) % one_in == 0


@dataclass(frozen=True)
class Known:
    """What earlier releases have already disclosed: for each respondent the groups in which they were published.

    `told[i]`: of respondents whose answers follow from the two releases in any case, because fewer than `k` came in
    between; the user who made the release was warned.
    """

    groups: Sequence[Profile] = ()
    told: Sequence[bool] = ()

    def with_groups(self, shown: Sequence[Sequence[str]]) -> list[Profile]:
        """The profile of each respondent: what was published before, then the groups of `shown`."""
        now = list(zip(*shown, strict=True))
        return [(*before, *profile) for before, profile in zip(self.groups, now, strict=True)] if self.groups else now

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
    kind: Kind = lambda answer: answer,
    one_in: int = ONE_IN,
    known: Known = NOTHING_KNOWN,
) -> list[str]:
    """The characteristics (of `groups`, in its order: the group of each respondent) by which an item is published."""
    return _published(
        item,
        groups,
        key,
        one_in,
        known,
        lambda of: margin(of, answers, kind),
        lambda profiles: certain(profiles, answers, kind),
    )


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
) -> list[str]:
    """The same for an item in which more than one option may be chosen."""
    return _published(
        item,
        groups,
        key,
        one_in,
        known,
        lambda of: margin_several(of, answers),
        lambda profiles: certain_several(profiles, answers, least, most),
    )


def _published(
    item: str,
    groups: Mapping[str, Sequence[str]],
    key: bytes,
    one_in: int,
    known: Known,
    is_wide: Callable[[Sequence[str]], bool],
    certain_of: Callable[[list[Profile]], set[tuple[Profile, Hashable]]],
) -> list[str]:
    found: list[str] = []
    for name, of in groups.items():
        if withheld_by_lot(key, item, name, one_in) or not is_wide(of):
            continue
        profiles = known.with_groups([*(groups[one] for one in found), of])
        if not known.leaves(profiles, certain_of(profiles)):
            found.append(name)
    return found
