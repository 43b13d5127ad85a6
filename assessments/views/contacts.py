"""Contacts, who may be invited to the survey: adding, correcting, and requesting that one is erased."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.forms import ContactErasureForm, ContactForm
from assessments.models import Assessment, Contact, ErasureRequest
from assessments.requests import MemberRequest, run_service, status_of
from assessments.services.contacts import add_contact, update_contact
from assessments.services.erasure import ask_erasure
from ctnat.ui.formats import sort_key
from ctnat.ui.pages import page_of_keys


@require_safe
@requires("contacts.view")
def contact_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    contacts = Contact.objects.for_assessment(assessment).for_inviting()
    names = list(contacts.values_list("pk", "name"))  # encrypted, so the database cannot sort by them
    keys = [pk for pk, name in sorted(names, key=lambda row: sort_key(row[1]))]
    record_reading("contact", by=request.user, assessment=assessment)
    context = {
        "assessment": assessment,
        "page": page_of_keys(request, contacts, keys),
        "erased": _count_erased(assessment, listed=len(keys)),
        "may_edit": "contacts.edit" in request.may,
    }
    return render(request, "assessments/contact_list.html", context)


def _count_erased(assessment: Assessment, *, listed: int) -> int:
    """By requests; an earlier version left an empty row of each."""
    requests = ErasureRequest.objects.for_assessment(assessment).filter(kind="contact", erased_at__isnull=False)
    return requests.count() + Contact.objects.for_assessment(assessment).count() - listed


@require_http_methods(["GET", "POST"])
@requires("contacts.edit")
def contact_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    form = ContactForm(request.POST or None, initial={"language": assessment.report_language})
    if run_service(request, form, add_contact, assessment=assessment):
        messages.success(request, _("Contact added."))
        return redirect("assessments:contact_list", assessment.reference)
    return render(request, "assessments/contact_edit.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("contacts.edit")
def contact_edit(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.for_assessment(assessment).for_inviting(), pk=pk)
    record_reading("contact", by=request.user, assessment=assessment, target=contact)
    form = ContactForm(request.POST or None, instance=contact)
    if run_service(request, form, update_contact, contact=contact):
        messages.success(request, _("Contact saved."))
        return redirect("assessments:contact_list", assessment.reference)
    waiting = ErasureRequest.objects.for_assessment(assessment).for_confirming().with_people()
    context = {
        "assessment": assessment,
        "form": form,
        "contact": contact,
        "asked": waiting.filter(kind="contact", key=str(contact.pk)).first(),
        "may_confirm": "erasures.manage" in request.may,
    }
    return render(request, "assessments/contact_edit.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires("contacts.edit")
def contact_erase(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Request that the contact is erased; a lead or a site administrator confirms it."""
    contact = get_object_or_404(Contact.objects.for_assessment(assessment).for_inviting(), pk=pk)
    form = ContactErasureForm(request.POST or None)
    if run_service(request, form, ask_erasure, assessment=assessment, kind="contact", which=str(contact.pk)):
        messages.success(request, _("The request was made. Nothing is erased until a second person has confirmed it."))
        return redirect("assessments:contact_edit", assessment.reference, contact.pk)
    context = {"assessment": assessment, "form": form, "contact": contact}
    return render(request, "assessments/contact_erase.html", context, status=422 if form.errors else 200)
