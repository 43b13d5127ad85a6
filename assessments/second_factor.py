"""Where a second factor is required: by the site of all users, or by a lead of the members of an assessment.

One that the organisation's provider has asked for counts where the settings say so, in the session that began with it.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

NEXT = "Set one up here; it takes two minutes. After that, go back to where you were."
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


AT_PROVIDER = "second_factor_at_provider"  # in the session: the user who has shown one there


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc] # allauth has no types
    """The page that asks for one at a sign-in. Not after a provider whose own counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and login.account.extra_data.get("second_factor"):
            return False
        return bool(super()._should_handle(request))


def passed_second_factor(request: Any) -> bool:
    return request.session.get(AT_PROVIDER) == request.user.pk or has_second_factor(request.user)


def has_second_factor(user: Any) -> bool:
    """Recovery codes alone do not count: they are for when the factor is lost."""
    return bool(Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists())


def without_second_factor(users: Any) -> Any:
    """Those of a QuerySet of users who have none. Where the provider's counts, their last sign-in there is the word."""
    found = users.filter(~Exists(Authenticator.objects.filter(type__in=FACTORS, user=OuterRef("pk"))))
    if settings.OIDC_URL and settings.OIDC_SECOND_FACTORS:
        found = found.exclude(pk__in=SocialAccount.objects.filter(extra_data__second_factor=True).values("user"))
    return found


def ask_for_second_factor(request: HttpRequest, reason: str) -> HttpResponseBase:
    """Redirect to the page where one is set up. A posted form is not saved: a message says so, and the browser still
    has it."""
    if request.method not in ("GET", "HEAD"):
        return render(request, "assessments/_second_factor_needed.html", {"reason": reason}, status=403)
    messages.warning(request, f"{reason} {NEXT}")
    return redirect("mfa_index")
