"""Who uses a version, and how an assessment begins to use one: what the apps above this one register here.

@uses_versions
def used_by(versions: Collection[int], user: Any) -> list[VersionUse]: ...
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class VersionUse:
    """One use of the version with the primary key `version`. `label` says where, and how far it has come.

    The address is blank where the user is no member there: then the label names nothing.
    """

    version: int
    label: str
    url: str = ""


UsesVersions = Callable[[Collection[int], Any], list[VersionUse]]
Adopts = Callable[[Any, Any, Any], None]  # (assessment, version, user)
_functions: list[UsesVersions] = []
_adopting: list[Adopts] = []


def uses_versions(function: UsesVersions) -> UsesVersions:
    """Register a function that returns the uses of some versions."""
    _functions.append(function)
    return function


def adopts_versions(function: Adopts) -> Adopts:
    """Register how an assessment begins to use a published version."""
    _adopting.append(function)
    return function


def uses_of_versions(versions: Collection[int], user: Any) -> list[VersionUse]:
    return [use for function in _functions for use in function(versions, user)]


def adopt(assessment: Any, version: Any, user: Any) -> None:
    """Let the assessment use the version. Raises `ValidationError`."""
    for function in _adopting:
        function(assessment, version, user)
