"""The forms of a second factor: a code may be typed in the digits of any script. Named in settings.MFA_FORMS."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from ctnat.ui.digits import plain_number


class CodeField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return plain_number(super().to_python(value) or "")


def code_field(label: str) -> CodeField:
    return CodeField(label=label, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "dir": "ltr"}))


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc] # allauth has no types
    code = code_field("Code")


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    code = code_field("Code")


class ActivateSecondFactorForm(ActivateTOTPForm):  # type: ignore[misc]
    code = code_field("Code of the app")
