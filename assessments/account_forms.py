"""The forms of second factors: a code may be typed in the digits of any script. Named in settings.MFA_FORMS."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from ctnat.ui.digits import plain_number
from ctnat.ui.lazy import StrOrPromise


class CodeField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return plain_number(super().to_python(value) or "")


def code_field(label: StrOrPromise) -> CodeField:
    return CodeField(label=label, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "dir": "ltr"}))


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc] # allauth has no types
    code = code_field(_("Code"))


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    code = code_field(_("Code"))


class ActivateSecondFactorForm(ActivateTOTPForm):  # type: ignore[misc]
    code = code_field(_("Code of the app"))


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("How you will recognise it, such as “My phone”.")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone")
        alone.help_text = _("Without a password. It then always asks for your finger, face or PIN.")
