"""What the views of every room share: the type of a signed-in request, and faults brought back to a form."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest

from assessments.models import Assessment, Role, User


class Signed(HttpRequest):
    """A request behind `requires` or `signed_in`. `roles`, `may` and `assessment` are set by `requires`."""

    user: User  # type: ignore[assignment]
    roles: frozenset[Role]
    may: frozenset[str]
    assessment: Assessment
    steps: list[Any]


def add_faults(form: forms.BaseForm, error: ValidationError) -> None:
    """Show a service's faults beside the fields they name, the others on top of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, faults)


def page_number(request: HttpRequest) -> str:
    """The `page` of the address, short enough to be read as a number; the paginator mends what is none."""
    return request.GET.get("page", "1")[:6]
