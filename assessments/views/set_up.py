"""Making the account of the administrator of a new site, and testing its mail."""

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import public, staff_only
from assessments.forms import FirstAccountForm
from assessments.requests import MemberRequest
from assessments.services.set_up import create_administrator, send_test_mail
from assessments.set_up import has_administrator, is_set_up_code
from assessments.views.members import BACKEND
from ctnat.ui.access import for_members
from ctnat.ui.errors import add_errors


@for_members
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
@public
def set_up(request: HttpRequest, code: str) -> HttpResponse:
    """The code is that of `manage.py set_up_link`."""
    is_set_up = has_administrator()
    if is_set_up or not is_set_up_code(code):
        return render(request, "assessments/set_up_gone.html", {"is_set_up": is_set_up}, status=410)
    form = FirstAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_administrator(**form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            login(request, user, backend=BACKEND)
            messages.success(request, _("Your account is ready. This page shows what the site still needs."))
            return redirect("assessments:site_status")
    return render(request, "assessments/set_up.html", {"form": form})


@require_POST
@staff_only
def mail_test(request: MemberRequest) -> HttpResponse:
    try:
        send_test_mail(by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("A test mail was sent to {email}.").format(email=request.user.email))
    return redirect("assessments:site_status")
