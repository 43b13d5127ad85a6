"""Sign-in through the organisation's provider: to it, and back."""

import logging

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import complete_social_login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.access import public
from assessments.audit import record
from assessments.lockout import take_provider_attempt
from assessments.models import RefusedSignIn
from assessments.services.refused_sign_ins import record_refused_sign_in
from assessments.single_sign_on import Provider, ProviderError, UnreachableError, get_provider, is_offered
from ctnat.ui.access import for_members

logger = logging.getLogger(__name__)


@for_members
@never_cache
@require_safe
@public
def single_sign_on(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider. A GET, because the content policy lets no form lead to another site; it
    changes nothing here."""
    provider = _provider(request)
    if not take_provider_attempt(request):
        return _refuse(request, _("Too many sign-ins were begun from your network. Wait five minutes, then try again."))
    try:
        return provider.begin(request, next_url=get_next_redirect_url(request))
    except ProviderError as error:
        return _failed(request, error)


@for_members
@never_cache
@require_safe
@public
def single_sign_on_callback(request: HttpRequest) -> HttpResponseBase:
    """The browser comes back from the provider with a code, or with its refusal."""
    provider = _provider(request)
    state = provider.take_state(request)
    if state is None:
        text = _("This sign-in was begun more than ten minutes ago or in another browser. Choose “{button}” again.")
        return _refuse(request, text.format(button=_button()))
    if not request.GET.get("code"):
        text = _("{label} did not sign you in. Try again, or sign in with your password.")
        return _refuse(request, text.format(label=settings.OIDC_LABEL))
    try:
        login = provider.complete(request, code=request.GET["code"], state=state)
    except ProviderError as error:
        return _failed(request, error)
    response: HttpResponseBase = complete_social_login(request, login)
    return response


def _provider(request: HttpRequest) -> Provider:
    if not is_offered():
        raise Http404(_("This site offers no sign-in through an organisation."))
    return get_provider(request)


def _button() -> str:
    return _("Sign in with {label}").format(label=settings.OIDC_LABEL)


def _refuse(request: HttpRequest, text: str) -> HttpResponseBase:
    messages.error(request, text)
    return redirect("account_login")


def _failed(request: HttpRequest, error: ProviderError) -> HttpResponseBase:
    logger.warning("Sign-in through the provider failed: %s", error)
    if isinstance(error, UnreachableError):
        text = _("{label} cannot be reached at the moment. Try again in a few minutes, or sign in with your password.")
    else:
        record("user.sign_in_refused", by=None)
        record_refused_sign_in(request=request, email="", reason=RefusedSignIn.Reason.PROVIDER)
        text = _(
            "The answer of {label} could not be verified, so you are not signed in. Try again; if it happens again, "
            "tell the administrators of this site."
        )
    return _refuse(request, text.format(label=settings.OIDC_LABEL))
