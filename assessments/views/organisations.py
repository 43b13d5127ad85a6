"""Organisations that took part or are cited."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.forms import OrganisationForm
from assessments.models import Assessment, Organisation, Sector
from assessments.requests import MemberRequest, run_service, status_of
from assessments.services.organisations import add_organisation, remove_organisation, update_organisation
from ctnat.ui.errors import in_one_line
from ctnat.ui.pages import page_of


@require_safe
@requires("assessment.view")
def organisation_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    organisations = Organisation.objects.for_assessment(assessment)
    counts = dict(organisations.order_by().values_list("sector").annotate(n=Count("pk")))
    context = {
        "assessment": assessment,
        "page": page_of(request, organisations),
        "sectors": [(sector.label, counts[sector.value]) for sector in Sector if sector.value in counts],
        "may_edit": "organisations.edit" in request.may,
    }
    return render(request, "assessments/organisation_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("organisations.edit")
def organisation_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if made := run_service(request, form, add_organisation, assessment=assessment):
        messages.success(request, _("{made} was added.").format(made=made))
        return redirect("assessments:organisation_list", assessment.reference)
    return render(request, "assessments/organisation_edit.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("organisations.edit")
def organisation_edit(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.for_assessment(assessment), pk=pk)
    draft = copy(organisation)  # the page shows the stored name, whatever is typed
    form = OrganisationForm(request.POST or None, instance=draft)
    if saved := run_service(request, form, update_organisation, organisation=draft):
        messages.success(request, _("{saved} was saved.").format(saved=saved))
        return redirect("assessments:organisation_list", assessment.reference)
    context = {"assessment": assessment, "form": form, "organisation": organisation}
    return render(request, "assessments/organisation_edit.html", context, status=status_of(form))


@require_POST
@requires("organisations.edit")
def organisation_remove(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.for_assessment(assessment), pk=pk)
    try:
        remove_organisation(organisation=organisation, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("{organisation} was removed.").format(organisation=organisation))
    return redirect("assessments:organisation_list", assessment.reference)
