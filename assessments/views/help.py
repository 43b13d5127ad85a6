"""The help page: the method and the roles; and the terms of the method."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.access import find_assessment, public, requires, signed_in
from assessments.guide import GUIDE
from assessments.models import Assessment
from assessments.navigation import METHOD
from assessments.requests import MemberRequest
from assessments.services.first_days import hide_first_days, show_first_days
from ctnat.ui.access import for_members
from ctnat.ui.posting import posted_from
from ctnat.ui.terms import TERMS


@for_members
@require_safe
@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done for accessibility, what is not met, and whom to ask; true of the tests of this version."""
    return render(request, "assessments/accessibility.html", {"contact": settings.SITE_CONTACT})


@require_safe
@signed_in
def help_page(request: MemberRequest) -> HttpResponse:
    own = Assessment.objects.for_user(request.user).values_list("reference", flat=True)
    context = {"method": METHOD, "guides": GUIDE, "own": list(own)}
    return render(request, "assessments/help_page.html", context)


@signed_in
@posted_from("assessments:help_page")
def first_days_show(request: MemberRequest) -> HttpResponse:
    """Show the list of first steps of an assessment again."""
    assessment, _held = find_assessment(request.user, request.POST.get("reference", "")[:40])
    show_first_days(assessment=assessment, by=request.user)
    return redirect(f"{assessment.get_absolute_url()}#first-days")


@requires("assessment.view")
@posted_from("assessments:assessment_home")
def first_days_hide(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    hide_first_days(assessment=assessment, by=request.user)
    messages.success(request, _("The first steps are hidden. You can show them again from the page “Help”."))
    return redirect(assessment)


@require_safe
@signed_in
def glossary(request: MemberRequest) -> HttpResponse:
    """The terms in the order of their labels in the language of the page, each with its anchor (`#term-base`)."""
    terms = sorted(TERMS.items(), key=lambda item: str(item[1].label).casefold())
    return render(request, "assessments/glossary.html", {"terms": terms})
