"""The names of respondents, for apps that have no access to them: the app that stores them registers its finder.

@knows_names
def finder_for(assessment: Assessment) -> NameFinder: ...
"""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from assessments.models import Assessment
from assessments.names import NameFinder

WITHHELD = "█████"
FinderOf = Callable[[Assessment], NameFinder]
Finder = TypeVar("Finder", bound=Callable[..., Any])
_finders: list[FinderOf] = []


def knows_names(function: Finder) -> Finder:
    """Register the function that makes a finder for the names of an assessment's respondents and contacts."""
    _finders.append(function)
    return function


def certain_names(assessment: Assessment, text: str) -> list[str]:
    """The words of the text that certainly name a respondent or a contact, each once."""
    found = [
        " ".join(text[match.start : match.end].split())
        for finder_of in _finders
        for match in finder_of(assessment).find(text, agencies=False)
        if match.certain
    ]
    return list(dict.fromkeys(found))


def without_names(assessment: Assessment, text: str, *, but: Collection[str] = ()) -> str:
    """The text with each of them withheld; `but` labels of people, whose names stay."""
    for finder_of in _finders:
        for match in reversed(finder_of(assessment).find(text, agencies=False)):
            if match.certain and match.label not in but:
                text = text[: match.start] + WITHHELD + text[match.end :]
    return text


def reader_of(assessment: Assessment) -> Callable[[str], str]:
    """A function that returns a text with those names withheld. The names are read once, however many texts follow."""
    finders = [finder_of(assessment) for finder_of in _finders]

    def read(text: str) -> str:
        for finder in finders:
            for match in reversed(finder.find(text, agencies=False)):
                if match.certain:
                    text = text[: match.start] + WITHHELD + text[match.end :]
        return text

    return read
