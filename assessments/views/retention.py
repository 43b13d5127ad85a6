"""How long data are kept: the dates of an assessment, and the certificates of what was erased by them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.forms import RetentionForm
from assessments.models import Assessment, DeletionCertificate, RetentionDate
from assessments.requests import MemberRequest, run_service
from assessments.services.retention import fault_of, find_certificate, print_certificate, set_retention
from ctnat.ui.access import in_english
from ctnat.ui.pages import page_of


@require_http_methods(["GET", "POST"])
@requires("erasures.manage")
def retention_edit(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    rows = list(RetentionDate.objects.for_assessment(assessment))
    initial = {row.kind: row.due_on for row in rows} | {"trash_days": assessment.trash_days}
    form = RetentionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        run_service(request, form, set_retention, assessment=assessment)
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("assessments:retention_edit", assessment.reference)
    certificates = DeletionCertificate.objects.filter(assessment=assessment)
    typed = request.GET.get("checksum", "")[:200]
    found = find_certificate(certificates, typed)
    context = {
        "assessment": assessment,
        "form": form,
        "done": [row for row in rows if row.done_at],
        "page": page_of(request, certificates.defer("pdf")),
        "typed": typed,
        "found": found,
        "fault": fault_of(found) if found else "",
    }
    return render(request, "assessments/retention_edit.html", context, status=422 if form.errors else 200)


@in_english
@require_safe
@requires("erasures.manage")
def certificate_file(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    certificate = get_object_or_404(DeletionCertificate, assessment=assessment, pk=pk)
    if not print_certificate(certificate):
        raise Http404(_("The PDF cannot be made on this server now. Try again later."))
    name = f"{certificate.reference}-certificate-{certificate.pk}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(certificate.pdf or b""), content_type="application/pdf", headers=headers)
