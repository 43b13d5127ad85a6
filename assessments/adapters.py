"""Sign-in without self-registration: leads invite members. Wrong passwords are counted by account and browser.

allauth calls these adapters: one for passwords, one for the organisation's provider.
"""

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from assessments.audit import record
from assessments.demonstration import NOT_ADMITTED, demonstration_refused, is_demonstration_account
from assessments.lockout import take_attempt
from assessments.models import RefusedSignIn, User
from assessments.services.refused_sign_ins import record_refused_sign_in
from assessments.services.single_sign_on import admit
from assessments.single_sign_on import is_offered, make_app
from assessments.this_site import this_site
from ctnat.ui.errors import InputError, in_one_line
from ctnat.ui.mail import written_in

TOO_MANY = _(
    "Too many wrong passwords were typed for this account. Wait five minutes, or choose a new password by mail: "
    "“Forgot your password?” works at once, and lets you in on this device."
)


class NoSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {"too_many_login_attempts": TOO_MANY}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = self._email(request, credentials)
        self._login_failed_rl_usage = take_attempt(request, email, self.get_client_ip(request))
        if self._login_failed_rl_usage is None:
            record_refused_sign_in(request=request, email=email, reason=RefusedSignIn.Reason.TOO_MANY)
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = self._email(request, credentials)
        record_refused_sign_in(request=request, email=email, reason=RefusedSignIn.Reason.PASSWORD)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user")
        with written_in(user.language if isinstance(user, User) else ""):
            super().send_mail(template_prefix, email, context)

    def format_email_subject(self, subject: str) -> str:
        return f"{this_site().name}: {subject}"

    def pre_login(self, request: HttpRequest, user: User, **given: Any) -> Any:
        """Called however somebody signs in: by password, passkey, mailed link or the organisation's provider."""
        if demonstration_refused() and is_demonstration_account(user):
            record_refused_sign_in(request=request, email=user.email, reason=RefusedSignIn.Reason.DEMONSTRATION)
            messages.error(request, NOT_ADMITTED)
            raise ImmediateHttpResponse(redirect("account_login"))
        return super().pre_login(request, user, **given)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "assessments.second_factor.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def _email(self, request: HttpRequest, credentials: dict[str, Any]) -> str:
        """The typed address; a signed-in user who confirms the password has it already."""
        user = request.user
        typed = credentials.get("email") or (user.email if isinstance(user, User) else "")
        return str(typed).strip().lower()


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one provider of the settings, if there is one."""
        return [make_app()] if is_offered() else []

    def get_requests_session(self) -> Any:
        """A session that treats an error of the provider's server like a provider that does not answer."""
        session = super().get_requests_session()
        session.hooks["response"].append(_raise_for_server_error)
        return session

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        sociallogin.user.email, sociallogin.user.name = data.get("email", ""), data.get("name", "")
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The provider has signed somebody in: decide whether that is an account here, and which."""
        address = next(iter(sociallogin.email_addresses), None)
        email = address.email if address else ""
        linked = sociallogin.user if sociallogin.is_existing else None
        try:
            sociallogin.user = admit(
                linked=linked,
                uid=sociallogin.account.uid,
                email=email,
                verified=bool(address and address.verified),
                name=sociallogin.user.name,
            )
        except InputError as error:
            record("user.sign_in_refused", by=None)
            known = linked.email if linked else email
            record_refused_sign_in(request=request, email=known, reason=RefusedSignIn.Reason.PROVIDER)
            messages.error(request, in_one_line(error))
            raise ImmediateHttpResponse(redirect("account_login")) from error


def _raise_for_server_error(response: Any, **kwargs: Any) -> None:
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        response.raise_for_status()
