"""Shared by views: the type of a member's request, and running a service with a posted form."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string

from assessments.models import Assessment, Role, User
from ctnat.ui.errors import add_errors
from ctnat.ui.seen import SeenForm

Made = TypeVar("Made")


class MemberRequest(HttpRequest):
    """A request behind `requires` or `signed_in`. `roles`, `may` and `assessment` are set by `requires`."""

    user: User
    roles: frozenset[Role]
    may: frozenset[str]
    assessment: Assessment
    frame: Any  # assessments.steps.Frame


def document_frame(request: HttpRequest) -> str:
    """The navigation of the assessment as markup, for a page that has styles of its own; empty outside of one."""
    assessment = getattr(request, "assessment", None)
    if assessment is None:
        return ""
    return render_to_string("assessments/_document_frame.html", {"assessment": assessment}, request)


def run_service(request: MemberRequest, form: forms.BaseForm, verb: Callable[..., Made], **given: Any) -> Made | None:
    """Run a service with the posted form, `verb(by=user, **given, **cleaned data)`, and return its result.

    None where nothing was posted, or where the form shows errors: its own, or those of the service.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return verb(by=request.user, **given, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
    return None


def status_of(form: forms.BaseForm) -> int:
    """409 for a form that was refused because another person changed its row in the meantime, else 200."""
    return 409 if isinstance(form, SeenForm) and form.has_conflict else 200
