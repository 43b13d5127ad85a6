"""Which break-downs of a data release are published: a table of a question by a characteristic, whole or not at all.

In the order of the characteristics a table is published if

1. it is not withheld by lot;
2. in no group one answer is everybody's, or everybody's but one's (`margin`);
3. together with the tables of the question already published, nobody's answer follows with certainty (`certain`).

Nobody is told which of the three withheld a table. The lot is needed for safety: without it, whoever knows the rule
would learn from a table's absence. It is drawn from a secret that an assessment keeps as long as it lives, for lots
drawn anew could be averaged away.
"""

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from analysis.statistics.certainty import Kind, Several, certain, certain_several, margin, margin_several

ONE_IN = 20  # tables withheld by lot; 0 = none


def withheld_by_lot(key: bytes, item: str, characteristic: str, one_in: int = ONE_IN) -> bool:
    drawn = hmac.new(key, f"{item}|{characteristic}".encode(), sha256).digest()
    return bool(one_in) and int.from_bytes(drawn) % one_in == 0


def published(
    item: str,
    groups: Mapping[str, Sequence[str]],
    answers: Sequence[Any],
    key: bytes,
    *,
    kind: Kind = lambda answer: answer,
    one_in: int = ONE_IN,
) -> list[str]:
    """The characteristics (of `groups`, in its order: the group of each respondent) by which an item is published."""
    found: list[str] = []
    for name, of in groups.items():
        together = list(zip(*(groups[one] for one in found), of, strict=True))
        if (
            not withheld_by_lot(key, item, name, one_in)
            and margin(of, answers, kind)
            and not certain(together, answers, kind)
        ):
            found.append(name)
    return found


def published_several(
    item: str,
    groups: Mapping[str, Sequence[str]],
    answers: Sequence[Several],
    key: bytes,
    *,
    least: int = 1,
    most: int | None = None,
    one_in: int = ONE_IN,
) -> list[str]:
    """The same for an item in which more than one option may be chosen."""
    found: list[str] = []
    for name, of in groups.items():
        together = list(zip(*(groups[one] for one in found), of, strict=True))
        if (
            not withheld_by_lot(key, item, name, one_in)
            and margin_several(of, answers)
            and not certain_several(together, answers, least, most)
        ):
            found.append(name)
    return found
