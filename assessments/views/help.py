"""The help page: the method and the roles; and the terms of the method."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.access import signed_in
from assessments.guide import GUIDE
from assessments.requests import MemberRequest
from assessments.steps import METHOD
from ctnat.ui.terms import TERMS


@require_safe
@signed_in
def help_page(request: MemberRequest) -> HttpResponse:
    return render(request, "assessments/help_page.html", {"method": METHOD, "guides": GUIDE})


@require_safe
@signed_in
def glossary(request: MemberRequest) -> HttpResponse:
    """The terms in the order of their labels in the language of the page, each with its anchor (`#term-base`)."""
    terms = sorted(TERMS.items(), key=lambda item: str(item[1].label).casefold())
    return render(request, "assessments/glossary.html", {"terms": terms})
