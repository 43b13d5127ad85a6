"""Sign-in without self-registration: leads invite members. Wrong passwords are counted by account and browser."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from assessments.lockout import take_attempt
from assessments.models import RefusedSignIn, User
from assessments.services.refused_sign_ins import record_refused_sign_in

TOO_MANY = (
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

    def _email(self, request: HttpRequest, credentials: dict[str, Any]) -> str:
        """The typed address; a signed-in user who confirms the password has it already."""
        user = request.user
        typed = credentials.get("email") or (user.email if isinstance(user, User) else "")
        return str(typed).strip().lower()
