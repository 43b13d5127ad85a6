"""Where a source of the desk review is used. Each app that uses sources registers a function:

@uses_of("report")
def cited_in(assessment: Assessment, documents: Sequence[Document]) -> Iterator[tuple[Document, Use]]: ...
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assessments.models import Assessment, Document


@dataclass(frozen=True)
class Use:
    """One place that uses a source: its label, and its address below that of the assessment."""

    label: str
    path: str


UsesOf = Callable[[Assessment, Sequence[Document]], Iterable[tuple[Document, Use]]]
_functions: dict[str, UsesOf] = {}


def uses_of(app: str) -> Callable[[UsesOf], UsesOf]:
    """Register the function that returns the uses of several sources of an assessment in an app. It reads what is
    needed for all of them at once."""

    def register(function: UsesOf) -> UsesOf:
        _functions[app] = function
        return function

    return register


def uses(document: Document) -> list[Use]:
    """Every use of the source, app by app."""
    return uses_of_several(document.assessment, [document])[document.pk]


def uses_of_several(assessment: Assessment, documents: Sequence[Document]) -> dict[int, list[Use]]:
    """Key of each source -> its uses, app by app."""
    found: dict[int, list[Use]] = {document.pk: [] for document in documents}
    for app in sorted(_functions):
        for document, use in _functions[app](assessment, documents):
            found[document.pk].append(use)
    return found
