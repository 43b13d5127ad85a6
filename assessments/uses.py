"""Where a source of the desk review is used. Each app that uses sources registers a function:

@uses_of("report")
def cited_in(document: Document) -> list[Use]: ...
"""

from collections.abc import Callable
from dataclasses import dataclass

from assessments.models import Document


@dataclass(frozen=True)
class Use:
    """One place that uses a source: its label, and its address below that of the assessment."""

    label: str
    path: str


UsesOf = Callable[[Document], list[Use]]
_functions: dict[str, UsesOf] = {}


def uses_of(app: str) -> Callable[[UsesOf], UsesOf]:
    """Register the function that returns the uses of a source in an app."""

    def register(function: UsesOf) -> UsesOf:
        _functions[app] = function
        return function

    return register


def uses(document: Document) -> list[Use]:
    """Every use of the source, app by app."""
    return [use for app in sorted(_functions) for use in _functions[app](document)]
