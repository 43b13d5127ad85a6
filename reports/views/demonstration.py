"""The demonstration on the site: loading and removing it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import staff_only
from assessments.demonstration import demonstration_refused
from assessments.requests import MemberRequest, run_service
from ctnat.ui.errors import in_one_line
from reports.demo.load import demonstration_accounts, demonstration_assessments
from reports.forms import DemonstrationForm
from reports.services.demonstration import remove_demonstration, start_demonstration


@require_http_methods(["GET", "POST"])
@staff_only
def demonstration_load(request: MemberRequest) -> HttpResponse:
    is_first = "first" in request.GET  # a step of the set-up
    form = DemonstrationForm(request.POST or None)
    run_service(request, form, start_demonstration)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("The demonstration is being built. It is complete in about a minute."))
        return redirect("assessments:site_status")
    return render(
        request,
        "reports/demonstration_load.html",
        {"form": form, "is_first": is_first, "is_refused": demonstration_refused()},
    )


@require_http_methods(["GET", "POST"])
@staff_only
def demonstration_remove(request: MemberRequest) -> HttpResponse:
    """What would be removed, and on POST its removal."""
    if request.method == "POST":
        try:
            remove_demonstration(by=request.user)
        except ValidationError as error:
            messages.error(request, in_one_line(error))
            return redirect("demonstration:demonstration_remove")
        messages.success(request, _("The demonstration and its accounts were removed."))
        return redirect("assessments:site_status")
    context = {"assessments": demonstration_assessments(), "accounts": demonstration_accounts()}
    return render(request, "reports/demonstration_remove.html", context)
