"""The forms of photographs of notes on paper."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from assessments.uploads import Upload
from ctnat.ui.forms import FilesField, Form, ModelForm
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import SeenForm
from interviews.forms import NOT_RECORDED
from interviews.models import Photograph


class PhotographsForm(OnceForm, Form):
    """Several photographs of one kind. `left_out`: whether files were chosen for which the request had no room."""

    needed_sometimes = ("photographs", "kind")  # the choices of the kind contain "not recorded"

    photographs = FilesField(required=False, allow_empty_file=True, label=gettext_lazy("Photographs"))
    kind = forms.ChoiceField(
        choices=[NOT_RECORDED, *Photograph.Kind.choices], required=False, label=gettext_lazy("What they show")
    )

    def __init__(self, *args: Any, left_out: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.left_out = left_out
        self.fields["photographs"].widget.attrs["accept"] = "image/*"  # telephones then offer the camera too

    def clean_photographs(self) -> list[Upload]:
        chosen: list[Upload] = self.cleaned_data["photographs"]
        if not chosen and not self.left_out:
            raise ValidationError(gettext("Choose at least one photograph."))
        return chosen


class PhotographForm(SeenForm, ModelForm):
    needed_sometimes = ("kind",)  # likewise

    class Meta:
        model = Photograph
        fields = ["kind", "description"]
        labels = {"kind": gettext_lazy("What it shows"), "description": gettext_lazy("Description")}
        help_texts = {"description": gettext_lazy("Such as “page 2, answers to 4.1 and 4.2”.")}
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [NOT_RECORDED, *Photograph.Kind.choices]  # type: ignore[attr-defined]
