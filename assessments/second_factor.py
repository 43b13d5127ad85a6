"""Where a second factor is required: by the site of all users, or by a lead of the members of an assessment."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

NEXT = "Set one up here; it takes two minutes. After that, go back to where you were."
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: Any) -> bool:
    """Recovery codes alone do not count: they are for when the factor is lost."""
    return bool(Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists())


def without_second_factor(users: Any) -> Any:
    """Those of a QuerySet of users who have none."""
    return users.exclude(pk__in=Authenticator.objects.filter(type__in=FACTORS).values("user"))


def ask_for_second_factor(request: HttpRequest, reason: str) -> HttpResponseBase:
    """Redirect to the page where one is set up. A posted form is not saved: a message says so, and the browser still
    has it."""
    if request.method not in ("GET", "HEAD"):
        return render(request, "assessments/_second_factor_needed.html", {"reason": reason}, status=403)
    messages.warning(request, f"{reason} {NEXT}")
    return redirect("mfa_index")
