"""The life of an assessment: the archive, handing the lead over; and where to export, copy and erase it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.archiving import still_open
from assessments.forms import LeadOfferForm
from assessments.models import Assessment, LeadOffer, Membership
from assessments.requests import MemberRequest, run_service
from assessments.services.archive import archive_assessment, bring_back_assessment
from assessments.services.handing_over import accept_lead, end_offer, offer_lead
from ctnat.ui.errors import in_one_line


@require_safe
@requires("assessment.manage")
def assessment_manage(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    context = {
        "assessment": assessment,
        "still_open": [] if assessment.is_archived else still_open(assessment),
        "offers": LeadOffer.objects.for_assessment(assessment).open().select_related("offered_to", "offered_by"),
    }
    return render(request, "assessments/assessment_manage.html", context)


@require_POST
@requires("assessment.manage")
def assessment_archive(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    try:
        archive_assessment(assessment=assessment, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("{assessment} is now in the archive.").format(assessment=assessment))
    return redirect("assessments:assessment_manage", assessment.reference)


@require_POST
@requires("assessment.manage")
def assessment_bring_back(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    bring_back_assessment(assessment=assessment, by=request.user)
    messages.success(request, _("{assessment} can be changed again.").format(assessment=assessment))
    return redirect("assessments:assessment_manage", assessment.reference)


@require_http_methods(["GET", "POST"])
@requires("assessment.manage")
def lead_offer(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Offer the lead to another member."""
    form = LeadOfferForm(request.POST or None, assessment=assessment, user=request.user)
    if offer := run_service(request, form, offer_lead, assessment=assessment):
        messages.success(
            request,
            _("{person} was asked to take over. You stay lead until then.").format(person=offer.offered_to),
        )
        return redirect("assessments:assessment_manage", assessment.reference)
    context = {"assessment": assessment, "form": form}
    return render(request, "assessments/lead_offer.html", context, status=422 if form.errors else 200)


@require_safe
@requires("assessment.view")
def lead_answer(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """What the offer means, for the member to whom it was made."""
    offers = LeadOffer.objects.for_assessment(assessment).filter(offered_to=request.user)
    offer = get_object_or_404(offers.select_related("offered_by"), pk=pk)
    leads = Membership.objects.for_assessment(assessment).filter(role="lead").exclude(user=offer.offered_by)
    context = {
        "assessment": assessment,
        "offer": offer,
        "is_open": offer.accepted_at is None and offer.ended_at is None,
        "other_leads": leads.exists(),
    }
    return render(request, "assessments/lead_answer.html", context)


@require_POST
@requires("assessment.view")
def lead_accept(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    offer = get_object_or_404(LeadOffer.objects.for_assessment(assessment), pk=pk)
    try:
        accept_lead(offer=offer, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("You are now lead of {assessment}.").format(assessment=assessment))
    return redirect(assessment)


@require_POST
@requires("assessment.view")
def lead_decline(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """By the member to whom it was made, or by the lead who made it."""
    offer = get_object_or_404(LeadOffer.objects.for_assessment(assessment), pk=pk)
    try:
        end_offer(offer=offer, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("The offer has ended. Nothing was changed."))
    return redirect(assessment)
