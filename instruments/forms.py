"""Forms of the instruments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctnat.ui.forms import Form
from ctnat.ui.languages import find_language
from instruments.access import owners
from instruments.workbooks import LARGEST_FILE


class WithdrawForm(Form):
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Give the reason, so that colleagues know which version to use instead."},
    )


class ImportForm(Form):
    only_owner = ""  # where the user makes drafts for one assessment alone, the form does not ask

    owner = forms.ChoiceField(
        label="For",
        help_text="Its leads may change and publish the draft.",
        error_messages={"required": "Choose the assessment that the draft is for."},
    )
    key = forms.RegexField(
        r"^[A-Za-z0-9_-]+$",
        max_length=60,
        label="Key",
        error_messages={"invalid": "Use letters, digits, hyphens and underscores only."},
        help_text="A short name of this tool, such as ct-nat-2016. All versions with the same key belong together.",
    )
    file = forms.FileField(
        label="File",
        help_text="A definition as .json or .yaml, or a survey as XLSForm (.xlsx), as exported by KoboToolbox and ODK.",
    )
    language = forms.CharField(
        required=False,
        max_length=60,
        label="Language of the form",
        help_text="Required only if the columns of an XLSForm do not name a language.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices, field = owners(user), self.fields["owner"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose an assessment"), *choices]
            if len(choices) == 1:
                field.required, field.widget, self.only_owner = False, forms.HiddenInput(), choices[0][0]

    def clean_owner(self) -> str:
        return self.cleaned_data["owner"] or self.only_owner

    def clean_language(self) -> str:
        name = self.cleaned_data["language"].strip()
        if name and find_language(name) is None:
            raise ValidationError(f"“{name}” is not a known language. Enter its English name, such as French.")
        return (find_language(name) or "") if name else ""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise ValidationError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        return upload
