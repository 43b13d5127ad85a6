"""Which program has exported a table, by the columns that it adds."""

from collections.abc import Iterable

from ctnat.ui.folding import fold

_SIGNS = {
    "KoboToolbox": ("_uuid", "_submission_time"),
    "ODK Central": ("SubmissionDate", "KEY"),
    "SurveyCTO": ("formdef_version", "KEY"),
    "LimeSurvey": ("submitdate", "lastpage"),
    "Microsoft Forms": ("Start time", "Completion time"),
}
OTHER = "Table"


def program_of(headings: Iterable[str]) -> str:
    """A name that is stored; `OTHER` for a table of an unknown program."""
    found = [fold(heading) for heading in headings]
    for program, signs in _SIGNS.items():
        if all(fold(sign) in found for sign in signs):
            return program
    first = next((heading for heading in found if heading), "")
    return (
        "Google Forms"
        if first in map(fold, ("Timestamp", "Horodateur", "Marca temporal", "Отметка времени"))
        else OTHER
    )
