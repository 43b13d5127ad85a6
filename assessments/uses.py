"""Where a source of the desk review is used, as the rooms above tell it.

A room tells what rests on a source in a module `uses` of its own, which is imported at start:

    @uses_of("report")
    def cited_in(document: Document) -> list[Use]: ...
"""

from collections.abc import Callable
from dataclasses import dataclass

from assessments.models import Document


@dataclass(frozen=True)
class Use:
    """One place that rests on a source: what it is, and where it stands below the assessment's address."""

    label: str
    path: str


UsesOf = Callable[[Document], list[Use]]
_rooms: dict[str, UsesOf] = {}


def uses_of(room: str) -> Callable[[UsesOf], UsesOf]:
    """Register the function that tells what in `room` rests on a source."""

    def register(function: UsesOf) -> UsesOf:
        _rooms[room] = function
        return function

    return register


def uses(document: Document) -> list[Use]:
    """Every use of the source, room by room in the order of their names."""
    return [use for room in sorted(_rooms) for use in _rooms[room](document)]
