"""The archive: an assessment in it can be read, and nothing in it can be changed.

Each change records an event in the assessment's chain, in its own transaction. `audit.record` therefore refuses it
here, in one place, for all services; only what `goes_on` names is done. A verb that does not always record one calls
`check_not_archived` itself (tests/assessments/test_archiving.py lists them).

What has to be closed before is registered by the apps, in their module `steps`:

    @closed_before_archiving
    def survey_is_open(assessment: Assessment) -> Iterator[Use]: ...
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.uses import Use
from ctnat.ui.errors import InputError

# Beginnings and ends of actions: reading and taking out, who may read, and what the law or a date requires.
STARTS = ("erasure.", "retention.", "audit.", "trash.", "member.", "lead.", "user.", "share.", "person.", "backup.")
ENDS = (".read", ".exported", ".downloaded", ".viewed", "_erased", ".erased", ".withdrawn_by_respondent")
OTHERS = frozenset(
    {
        "assessment.archived",
        "assessment.brought_back",
        "assessment.copied",
        "assessment.export_requested",
        "assessment.export_cancelled",
        "interviews.document_requested",
        "interviews.document_cancelled",
        "assessment.key_destroyed",
        "assessment.second_factor_required",
        "assessment.second_factor_optional",
        # A respondent may always take back a form.
        "response.withdrawn",
        "sealed_answer.withdrawn",
        # Files that are made anew from what is there.
        "report.build_requested",
        "report.build_cancelled",
        "report.built",
        "results.worked_out",
    }
)

_due: ContextVar[bool] = ContextVar("erasing_in_the_archive", default=False)


@contextmanager
def due_in_the_archive() -> Iterator[None]:
    """For erasing and withdrawing, which are done in the archive too, whatever events they record on the way."""
    token = _due.set(True)
    try:
        yield
    finally:
        _due.reset(token)


Open = Callable[[Assessment], Iterable[Use]]
_open: list[Open] = []


class ArchivedError(InputError):
    """A change of an assessment in the archive. Nothing was changed."""


def goes_on(action: str) -> bool:
    """Whether an event of this action is recorded in the archive too."""
    return _due.get() or action in OTHERS or action.startswith(STARTS) or action.endswith(ENDS)


def refuse(assessment: Assessment) -> ArchivedError:
    return ArchivedError(
        _("{assessment} is in the archive, and nothing in it can be changed. A lead can bring it back.").format(
            assessment=assessment
        )
    )


def check_not_archived(assessment: Assessment) -> None:
    """Raises `ArchivedError`. `assessment` is read in this request."""
    if assessment.is_archived:
        raise refuse(assessment)


def closed_before_archiving(function: Open) -> Open:
    _open.append(function)
    return function


def still_open(assessment: Assessment) -> list[Use]:
    """What has to be closed before the assessment can go into the archive, and where."""
    return [use for function in _open for use in function(assessment)]
