"""The help page: the method, the roles and the terms."""

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
    context = {"method": METHOD, "guides": GUIDE, "terms": sorted(TERMS.values())}
    return render(request, "assessments/help_page.html", context)
