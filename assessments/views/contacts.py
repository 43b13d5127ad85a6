"""Contacts, who may be invited to the survey: adding, correcting, erasing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.forms import ContactForm
from assessments.models import Assessment, Contact
from assessments.requests import MemberRequest, run_service, status_of
from assessments.services.contacts import add_contact, erase_contact, update_contact
from ctnat.ui.formats import sort_key


@require_safe
@requires("contacts.view")
def contact_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    contacts = list(Contact.objects.for_assessment(assessment).for_inviting())
    record_reading("contact", by=request.user, assessment=assessment)
    context = {
        "assessment": assessment,
        "contacts": sorted(contacts, key=lambda contact: sort_key(contact.name)),
        "erased": Contact.objects.for_assessment(assessment).count() - len(contacts),
        "may_edit": "contacts.edit" in request.may,
    }
    return render(request, "assessments/contact_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("contacts.edit")
def contact_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    form = ContactForm(request.POST or None, initial={"language": assessment.report_language})
    if run_service(request, form, add_contact, assessment=assessment):
        messages.success(request, "Contact added.")
        return redirect("assessments:contact_list", assessment.reference)
    return render(request, "assessments/contact_edit.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("contacts.edit")
def contact_edit(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.for_assessment(assessment).for_inviting(), pk=pk)
    record_reading("contact", by=request.user, assessment=assessment, target=contact)
    form = ContactForm(request.POST or None, instance=contact)
    if run_service(request, form, update_contact, contact=contact):
        messages.success(request, "Contact saved.")
        return redirect("assessments:contact_list", assessment.reference)
    context = {"assessment": assessment, "form": form, "contact": contact}
    return render(request, "assessments/contact_edit.html", context, status=status_of(form))


@require_POST
@requires("contacts.edit")
def contact_erase(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.for_assessment(assessment).for_inviting(), pk=pk)
    erase_contact(contact=contact, by=request.user)
    messages.success(request, "Name, address and organisation were erased, also in the invitations.")
    return redirect("assessments:contact_list", assessment.reference)
