"""The errors that a page shows to the person who caused them. Any other exception is a bug.

    InputError          what was typed or asked for cannot be accepted; nothing was changed
      ConflictError     another user saved a newer revision first
      FileError         a file or a pasted list cannot be imported; names what is wrong row by row

Each is a `ValidationError`, so that a form, `run_service` and `add_errors` show it beside its field. An app derives its
own class only where a caller has to distinguish it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

CHANGED = _("Another member has changed this in the meantime.")


class InputError(ValidationError):
    """What was typed or asked for cannot be accepted, and nothing was changed. The message says what to do next."""


class ConflictError(InputError):
    """Another user saved a newer revision first. `current` is what is stored now; nothing was changed."""

    def __init__(self, current: Any, message: Any = CHANGED):
        super().__init__(message, code="conflict")
        self.current = current


@dataclass(frozen=True)
class RowError:
    """What is wrong in one place of a file. `place` is how its author finds it ("Row 7", "Line 12, entry “smith”")."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class FileError(InputError):
    """A file that cannot be imported. `errors` has one `RowError` for each place; a text concerns the whole file."""

    def __init__(self, *errors: RowError | str):
        self.errors = [error if isinstance(error, RowError) else RowError("", error) for error in errors]
        super().__init__([ValidationError("%(error)s", params={"error": str(error)}) for error in self.errors])

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


def in_one_line(error: ValidationError) -> str:
    """What an error says, for a message at the top of a page."""
    return " ".join(error.messages)


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Show an error of a service on the form: beside the fields it names, otherwise above the form."""
    if isinstance(error, ConflictError) and hasattr(form, "show_conflict"):  # `ctnat.ui.seen.SeenForm`
        form.show_conflict(error)
        return
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def shortened(lines: Iterable[Any], most: int) -> list[str]:
    """The first `most` lines as text, then how many more there are."""
    texts = [str(line) for line in lines]
    return texts if len(texts) <= most else [*texts[:most], gettext("… and {n} more.").format(n=len(texts) - most)]
