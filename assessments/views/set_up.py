"""The first steps of a new site: its administrator's account, its details, its mail. The last, the demonstration, is
among the pages of `reports`. Each can be left out, and is found again on the page "This site"."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import public, staff_only
from assessments.forms import FirstAccountForm, SiteForm
from assessments.models import SiteDetails, User
from assessments.requests import MemberRequest, run_service, status_of
from assessments.services.set_up import create_administrator, send_test_mail
from assessments.services.site import update_site
from assessments.set_up import has_administrator, is_set_up_code, may_begin_here, set_up_path
from assessments.views.members import BACKEND
from ctnat.ui.access import for_members
from ctnat.ui.errors import add_errors, in_one_line
from ctnat.ui.mail import is_mail_configured

FIRST = "first"  # in the address of a page that is shown as a step of the set-up


def begins_with_set_up(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For the first page: on a site without any account it leads to the set-up instead of a sign-in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and not User.objects.exists():
            return redirect("assessments:set_up_begin")
        return view(request, *args, **kwargs)

    return wrapped


@for_members
@require_safe
@never_cache
@public
def set_up_begin(request: HttpRequest) -> HttpResponse:
    """How the administrator's account is made; on the machine of a site that is tried, the form itself."""
    if has_administrator():
        return render(request, "assessments/set_up_gone.html", {"is_set_up": True}, status=410)
    if may_begin_here(request):
        return redirect(set_up_path())
    return render(request, "assessments/set_up_begin.html")


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
            messages.success(request, _("Your account is ready."))
            return redirect(_step("assessments:site_details"))
    return render(request, "assessments/set_up.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_only
def site_details(request: MemberRequest) -> HttpResponse:
    """Name, languages and time zone."""
    is_first = FIRST in request.GET
    form = SiteForm(request.POST or None, instance=SiteDetails.objects.first() or SiteDetails())
    if run_service(request, form, update_site):
        messages.success(request, _("The details of the site were saved."))
        return redirect(_step("assessments:site_mail") if is_first else reverse("assessments:site_status"))
    return render(
        request, "assessments/site_details.html", {"form": form, "is_first": is_first}, status=status_of(form)
    )


@require_safe
@staff_only
def site_mail(request: MemberRequest) -> HttpResponse:
    context = {"is_first": FIRST in request.GET, "is_configured": is_mail_configured()}
    return render(request, "assessments/site_mail.html", context)


@require_POST
@staff_only
def mail_test(request: MemberRequest) -> HttpResponse:
    try:
        send_test_mail(by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("A test mail was sent to {email}.").format(email=request.user.email))
    return redirect(_step("assessments:site_mail") if FIRST in request.GET else reverse("assessments:site_mail"))


def _step(name: str) -> str:
    return f"{reverse(name)}?{FIRST}=1"
