"""Addresses of the pages of instruments: in the library, or inside the assessment in which the request's page is."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

LIBRARY = {"version_trial": "surveys_trial", "trial_link_edit": "surveys_trial"}  # all others: instruments


def version_url(request: HttpRequest | None, name: str, *args: Any, query: dict[str, str] | None = None) -> str:
    """The address of the page `name` of instruments, beside the page of `request`."""
    assessment = getattr(request, "assessment", None)
    if assessment is not None:
        return reverse(f"tool:{name}", args=[assessment.reference, *args], query=query)
    return reverse(f"{LIBRARY.get(name, 'instruments')}:{name}", args=args, query=query)
