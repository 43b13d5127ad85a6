"""What was changed between two wordings, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """A run of words that is in both wordings, only in the earlier ("removed") or only in the later ("added")."""

    kind: Literal["same", "removed", "added"]
    text: str


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in order. Those that are not "added" give `before`, those that are not "removed" give `after`."""
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Piece] = []
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[start:end]), "".join(new[new_start:new_end])
        if removed == added:
            found.append(Piece("same", added))
            continue
        found += [Piece("removed", removed)] if removed else []
        found += [Piece("added", added)] if added else []
    return tuple(found)
