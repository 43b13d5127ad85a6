"""Beginning another assessment with what this one has."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.forms import default_dates
from assessments.models import Assessment
from assessments.requests import MemberRequest, run_service
from reports.forms import CopyForm
from reports.services.copies import PARTS, copy_assessment


@require_http_methods(["GET", "POST"])
@requires("assessment.manage")
def assessment_copy(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    if "propose" in request.POST:  # the country was chosen: nothing is checked or stored yet
        form = CopyForm.proposing(request.POST, user=request.user, source=assessment)
        return _page(request, assessment, form)
    initial = {**CopyForm.initial_of(assessment), **default_dates()}
    form = CopyForm(request.POST or None, user=request.user, source=assessment, initial=initial)
    if copied := run_service(request, form, copy_assessment, source=assessment):
        made = copied.assessment
        text = _("{made} was begun as a copy of {source}, and you are its lead. Next, invite those who work with you.")
        messages.success(request, text.format(made=made, source=assessment))
        for part, count in copied.left_out.items():
            text = ngettext(
                "{part}: {count} entry was left out, because it may name somebody.",
                "{part}: {count} entries were left out, because they may name somebody.",
                count,
            )
            messages.warning(request, text.format(part=str(PARTS[part]).partition(":")[0], count=count))
        return redirect(made)
    return _page(request, assessment, form)


def _page(request: MemberRequest, assessment: Assessment, form: CopyForm) -> HttpResponse:
    context = {"assessment": assessment, "form": form, "source": assessment}
    return render(request, "reports/assessment_copy.html", context, status=422 if form.errors else 200)
