"""Forms of the instruments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ctnat.ui.forms import Form
from ctnat.ui.languages import direction, find_code
from instruments.access import owners
from instruments.definition_files import LARGEST_FILE
from instruments.schema.base import TEXT_LIMIT
from instruments.services.corrections import NEEDS_REASON, NEEDS_SAME, REASON_LIMIT


class WithdrawForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Give the reason, so that colleagues know which version to use instead.")
        },
    )


class PublishForm(Form):
    """The name of a version that is published, and whether its owner uses it at once."""

    name = forms.CharField(
        label=gettext_lazy("Name of this version"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("What distinguishes it, such as “shortened for prosecutors”. Optional."),
    )
    use = forms.BooleanField(required=False)
    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, owner: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if owner:
            self.fields["use"].label = _("Use it in {owner} from now on").format(owner=owner)
        else:
            del self.fields["use"]


class CorrectionForm(Form):
    """The corrected words of one text in one language."""

    becomes = forms.CharField(
        label=gettext_lazy("Corrected text"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Enter the corrected text.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=gettext_lazy("Such as: a typing error, or a word that respondents did not understand."),
    )
    means_same = forms.BooleanField(
        label=gettext_lazy("The corrected text means the same: earlier and later answers can be counted together"),
        required=False,
    )
    same_as_another = forms.BooleanField(
        label=gettext_lazy("Yes, use these words although another option has them"), required=False
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, language: str, is_source: bool, asks_again: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["becomes"].widget.attrs |= {"lang": language, "dir": direction(language)}
        if is_source:
            self.fields["reason"].help_text = _("It is printed with the limits of the results.")
            for name, why in (("reason", NEEDS_REASON), ("means_same", NEEDS_SAME)):
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = why
        else:
            del self.fields["means_same"]
        if is_source or not asks_again:
            del self.fields["same_as_another"]


class ImportForm(Form):
    only_owner = ""  # where the user makes drafts for one assessment alone, the form does not ask

    owner = forms.ChoiceField(
        label=gettext_lazy("For"),
        help_text=gettext_lazy("Its leads may change and publish the draft."),
        error_messages={"required": gettext_lazy("Choose the assessment that the draft is for.")},
    )
    key = forms.RegexField(
        r"^[A-Za-z0-9_-]+$",
        max_length=60,
        label=gettext_lazy("Key"),
        error_messages={"invalid": gettext_lazy("Use letters, digits, hyphens and underscores only.")},
        help_text=gettext_lazy(
            "A short name of this tool, such as ct-nat-2016. All versions with the same key belong together."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A definition as .json or .yaml, or a survey as XLSForm (.xlsx, .xls, .csv, or CSV files in a .zip), as "
            "exported by KoboToolbox and ODK."
        ),
    )
    language = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("Language of the form"),
        help_text=gettext_lazy("Of columns of an XLSForm that name no language. You can also decide later."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices, field = owners(user), self.fields["owner"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose an assessment")), *choices]
            if len(choices) == 1:
                field.required, field.widget, self.only_owner = False, forms.HiddenInput(), choices[0][0]

    def clean_owner(self) -> str:
        return self.cleaned_data["owner"] or self.only_owner

    def clean_language(self) -> str:
        name = self.cleaned_data["language"].strip()
        if name and find_code(name) is None:
            raise ValidationError(
                _("“{name}” is not a known language. Enter its English name, such as French.").format(name=name)
            )
        return (find_code(name) or "") if name else ""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise ValidationError(
                _("The file is larger than {megabytes} MB.").format(megabytes=LARGEST_FILE // 1024 // 1024)
            )
        return upload
